import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import type { RunOptions, Status } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import { transpose } from '../matrix.js';
import { certify } from './certify.js';
import { complete, mayHideMore } from './complete.js';
import { denseEigenpairs } from './dense-eigenpairs.js';
import { emptyKrylov, ritzVectors } from './krylov.js';
import type { Order } from './krylov.js';
import { prepare } from './operator.js';
import type { SymmetricOperator } from './operator.js';
import { pacer } from './pace.js';
import { probes } from './random.js';
import { converge } from './search.js';
import type { Search } from './search.js';

/** Up to this size the whole decomposition is in reach, and after so many times n products with A it is the quicker way. */
const LARGEST_WHOLE = 4096;
const WHOLE_WORTH = 4;

/** Which end of the spectrum is wanted. */
export type Which = 'largest' | 'smallest' | 'magnitude';

export interface EigenpairOptions extends RunOptions {
  /** Default `largest`. */
  readonly which?: Which;
  /** ‖A v − λ v‖ ≤ tolerance·‖A‖ for every pair. Default 1e-10. */
  readonly tolerance?: number;
  /** Vectors that A is applied to at once. Default 8. */
  readonly blockSize?: number;
  /** Vectors kept before a restart. Default 2k + 12·blockSize, at least 20·blockSize. */
  readonly subspace?: number;
  /** Block steps at most, but at least the k/blockSize that give k vectors. Default 1000. */
  readonly maxIterations?: number;
}

/** Some eigenpairs of a symmetric operator, the most wanted first, and how far they are from being exact. */
export interface Eigenpairs {
  /** `largest`: descending; `smallest`: ascending; `magnitude`: |λ| descending. */
  readonly values: Float64Array;
  /** n×k, orthonormal columns: column i belongs to `values[i]`. */
  readonly vectors: Matrix;
  /** ‖A v − λ v‖₂ of each pair, computed from the vectors that are returned. An eigenvalue of A lies within that of λ. */
  readonly residuals: Float64Array;
  /** Largest |Ritz value| met: ‖A‖₂ from below, nearly always to several digits. */
  readonly norm: number;
  readonly status: Status;
  /** Block steps. */
  readonly iterations: number;
  /** Vectors that A was applied to, the certificate included. */
  readonly applications: number;
}

/** How far a beats b in the order that is wanted. */
const LEADS: Record<Which, (a: number, b: number) => number> = {
  largest: (a, b) => a - b,
  smallest: (a, b) => b - a,
  magnitude: (a, b) => Math.abs(a) - Math.abs(b),
};

/**
 * The k eigenpairs at one end of the spectrum of a symmetric matrix or operator, by thick-restart block Lanczos: A v_i = λ_i v_i.
 *
 * Per step A is applied to `blockSize` vectors and the result orthogonalised against the whole basis; a full basis is replaced by its leading Ritz
 * vectors (Wu & Simon, *SIAM J. Matrix Anal. Appl.* 22, 2000; Baglama, Calvetti & Reichel, *SIAM J. Sci. Comput.* 24, 2003, block form). When
 * `blockSize` or more of the pairs found share a value, they are locked and their complement is searched again from a random block: repeated
 * eigenvalues are found with their multiplicities. The residuals that are returned are computed, not estimated; status `stalled` says that
 * some are larger than asked for. When the subspace would reach half of n, or (for n up to 4096) after 4n products, the matrix is decomposed whole,
 * by `eigh`.
 *
 * `A` is a matrix (both triangles are read and must agree) or `{ size, apply }`. Throws `ERR_ARGUMENT_RANGE` when A is visibly not symmetric,
 * `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { largestEigenpairs } from '@saddlepoint/linalg';
 * // A diagonal matrix of 5000 entries 1/i², never formed.
 * const { values, status } = await largestEigenpairs({
 *   size: 5000,
 *   apply: ({ rows, cols, data }) => ({ rows, cols, data: data.map((x, i) => x / (Math.floor(i / cols) + 1) ** 2) }),
 * }, 3);
 * status; // => 'converged'
 * Array.from(values); // => [1, 0.25, 0.1111111111]
 */
export async function largestEigenpairs(A: Matrix | SymmetricOperator, k: number, options: EigenpairOptions = {}): Promise<Eigenpairs> {
  const { which = 'largest', tolerance = 1e-10, signal, onProgress, seed = 1 } = options;
  if (!Object.hasOwn(LEADS, which))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'which', expected: Object.keys(LEADS).join(', '), got: String(which) });
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkNumber('seed', seed);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    checkInteger('k', k, { min: 0, max: n });
    const b = checkInteger('blockSize', options.blockSize ?? Math.min(8, Math.max(1, n)), { min: 1 });
    const subspace = checkInteger('subspace', options.subspace ?? Math.max(2 * k + 12 * b, 20 * b), { min: k + 2 * b });
    const maxIterations = Math.max(Math.ceil(k / b), checkInteger('maxIterations', options.maxIterations ?? 1000, { min: 1 }));
    const leads = LEADS[which];
    const order: Order = (values) => Int32Array.from(values, (_, i) => i).sort((i, j) => leads(values[j], values[i]));
    const turn = pacer(signal);
    await turn();
    if (k === 0 || 2 * (subspace + b) >= n) return await denseEigenpairs(operator, k, { order, tolerance, turn, iterations: 0 });

    const pause = async (fraction: number): Promise<void> => {
      onProgress?.({ stage: 'eigenpairs', fraction });
      await turn();
    };
    const budget = n <= LARGEST_WHOLE ? WHOLE_WORTH * n : Infinity;
    const krylov = emptyKrylov(n, b, subspace, probes(seed).normals);
    const search: Search = { operator, krylov, k, order, inner: tolerance / 5, maxIterations, budget, pause, iterations: 0, norm: 0 };
    for (;;) {
      const { ritz, done } = await converge(search);
      if (!done && search.iterations < maxIterations) return await denseEigenpairs(operator, k, { order, tolerance, turn, iterations: search.iterations });
      const found = ritzVectors(krylov, ritz, k);
      const hidden = done && mayHideMore(ritz.values.slice(0, k), b, Math.max(1e-8, 1000 * tolerance) * search.norm);
      if (hidden && !(await complete(search, ritz, leads))) continue;
      return await certify(operator, transpose(found), { order, tolerance, norm: search.norm, iterations: search.iterations, exhausted: !done, turn });
    }
  } finally {
    operator.dispose();
  }
}
