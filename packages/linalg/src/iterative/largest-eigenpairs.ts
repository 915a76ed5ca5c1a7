import { checkInteger, checkNumber } from '@saddlepoint/core';
import type { RunOptions, Status } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import { transpose } from '../matrix.js';
import { certify } from './certify.js';
import { denseEigenpairs } from './dense-eigenpairs.js';
import { emptyKrylov, extend, randomFrontier, restart, ritzPairs, ritzVectors } from './krylov.js';
import type { Krylov, Order, Ritz } from './krylov.js';
import { prepare } from './operator.js';
import type { Prepared, SymmetricOperator } from './operator.js';
import { pacer } from './pace.js';
import { probes } from './random.js';

/** log of the probability at which a search for missed pairs is given up early. */
const LOG_MISS = Math.log(1e-9);

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
  /** Block steps at most. Default 1000. */
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

const ORDERS: Record<Which, (a: number, b: number) => number> = {
  largest: (a, b) => b - a,
  smallest: (a, b) => a - b,
  magnitude: (a, b) => Math.abs(b) - Math.abs(a),
};

/** How far a beats b in the order that is wanted. */
const LEADS: Record<Which, (a: number, b: number) => number> = {
  largest: (a, b) => a - b,
  smallest: (a, b) => b - a,
  magnitude: (a, b) => Math.abs(a) - Math.abs(b),
};

interface Search {
  readonly operator: Prepared;
  readonly krylov: Krylov;
  readonly k: number;
  readonly order: Order;
  /** Relative to the norm, a few times below what was asked for. */
  readonly inner: number;
  readonly maxIterations: number;
  /** Awaited between steps with the number of converged pairs. */
  readonly pause: (converged: number) => Promise<void>;
  iterations: number;
  norm: number;
}

/** Whether a look at the Ritz pairs is cheap beside one more product with a dense A. */
const lookIsCheap = ({ n, b, filled }: Krylov): boolean => 20 * filled ** 3 < 2 * n * n * b;

/** Extends and restarts until the leading k Ritz pairs have small residuals (true), or the steps are used up (false). */
async function converge(search: Search): Promise<{ readonly ritz: Ritz; readonly done: boolean }> {
  const { operator, krylov, k, order, inner, maxIterations, pause } = search;
  for (;;) {
    let ritz: Ritz | undefined;
    while (krylov.filled + krylov.b <= krylov.capacity && search.iterations < maxIterations) {
      await extend(krylov, operator);
      search.iterations++;
      const full = krylov.filled + krylov.b > krylov.capacity;
      if (krylov.filled < k || !(full || lookIsCheap(krylov))) {
        ritz = undefined;
        continue;
      }
      ritz = ritzPairs(krylov, order);
      search.norm = Math.max(search.norm, ...ritz.values.map(Math.abs));
      let converged = 0;
      while (converged < k && ritz.residuals[converged] <= inner * search.norm) converged++;
      await pause(converged / k);
      if (converged === k) return { ritz, done: true };
    }
    ritz ??= ritzPairs(krylov, order);
    if (search.iterations >= maxIterations) return { ritz, done: false };
    // Half of the room beyond the wanted pairs is kept, so that the pairs next in line go on improving.
    restart(krylov, ritz, k + Math.floor((krylov.capacity - krylov.b - k) / 2));
  }
}

/**
 * Whether b of the values agree to within the accuracy asked for. A block Krylov space of block size b holds at most b vectors of an
 * eigenspace, so only then can it have missed some; members of a wider cluster cannot have small residuals without being resolved.
 */
function mayHideMore(values: Float64Array, b: number, width: number): boolean {
  const sorted = values.slice().sort();
  for (let i = 0; i + b <= sorted.length; i++) if (sorted[i + b - 1] - sorted[i] <= width) return true;
  return false;
}

/**
 * Locks the k converged Ritz vectors and searches their complement from a fresh random block. Returns false when something there leads the k-th
 * value (then `krylov` holds it too), true when the basis is full without, or earlier when that is improbable enough: q Lanczos steps from b random
 * vectors miss λ_max by more than ε(λ_max − λ_min) with probability at most (1.648 √n exp(−(2q − 1)√ε))ᵇ (Kuczyński & Woźniakowski, *SIAM J.
 * Matrix Anal. Appl.* 13, 1992).
 */
async function complete(search: Search, ritz: Ritz, which: Which): Promise<boolean> {
  const { operator, krylov, k, order, inner, maxIterations, pause } = search;
  restart(krylov, ritz, k);
  randomFrontier(krylov);
  const last = ritz.values[k - 1];
  const margin = 10 * inner * search.norm;
  for (let q = 1; krylov.filled + krylov.b <= krylov.capacity && search.iterations < maxIterations; q++) {
    await extend(krylov, operator);
    search.iterations++;
    await pause(1);
    const rest = ritzPairs(krylov, order, k);
    search.norm = Math.max(search.norm, ...rest.values.map(Math.abs));
    const lead = LEADS[which](rest.values[0], last);
    if (lead > margin) return false;
    const invariant = rest.residuals.every((residual) => residual <= inner * search.norm);
    const spread = Math.abs(last) + rest.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const improbable = krylov.b * (Math.log(1.648 * Math.sqrt(krylov.n)) - (2 * q - 1) * Math.sqrt(Math.max(0, -lead) / spread));
    if (invariant || improbable < LOG_MISS) return true;
  }
  return true;
}

/**
 * The k eigenpairs at one end of the spectrum of a symmetric matrix or operator, by thick-restart block Lanczos: A v_i = λ_i v_i.
 *
 * Per step A is applied to `blockSize` vectors and the result orthogonalised against the whole basis; a full basis is replaced by its leading Ritz
 * vectors (Wu & Simon, *SIAM J. Matrix Anal. Appl.* 22, 2000; Baglama, Calvetti & Reichel, *SIAM J. Sci. Comput.* 24, 2003, block form). When
 * `blockSize` or more of the pairs found share a value, they are locked and their complement is searched again from a random block: repeated
 * eigenvalues are found with their multiplicities. The residuals that are returned are computed, not estimated; status `stalled` says that
 * some are larger than asked for. When the subspace would reach half of n the matrix is decomposed whole, by `eigh`.
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
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkNumber('seed', seed);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    checkInteger('k', k, { min: 0, max: n });
    const b = checkInteger('blockSize', options.blockSize ?? Math.min(8, Math.max(1, n)), { min: 1 });
    const subspace = checkInteger('subspace', options.subspace ?? Math.max(2 * k + 12 * b, 20 * b), { min: k + 2 * b });
    const maxIterations = checkInteger('maxIterations', options.maxIterations ?? 1000, { min: 1 });
    const compare = ORDERS[which];
    const order: Order = (values) => Int32Array.from(values, (_, i) => i).sort((i, j) => compare(values[i], values[j]));
    const turn = pacer(signal);
    await turn();
    if (k === 0 || 2 * (subspace + b) >= n) return await denseEigenpairs(operator, k, { order, tolerance, turn });

    const pause = async (fraction: number): Promise<void> => {
      onProgress?.({ stage: 'eigenpairs', fraction });
      await turn();
    };
    const krylov = emptyKrylov(n, b, subspace, probes(seed).normals);
    const search: Search = { operator, krylov, k, order, inner: tolerance / 5, maxIterations, pause, iterations: 0, norm: 0 };
    for (;;) {
      const { ritz, done } = await converge(search);
      const found = ritzVectors(krylov, ritz, k);
      const hidden = done && mayHideMore(ritz.values.slice(0, k), b, Math.max(1e-8, 1000 * tolerance) * search.norm);
      if (hidden && !(await complete(search, ritz, which))) continue;
      return await certify(operator, transpose(found), { order, tolerance, norm: search.norm, iterations: search.iterations, exhausted: !done, turn });
    }
  } finally {
    operator.dispose();
  }
}
