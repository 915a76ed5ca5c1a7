import { SaddlepointRangeError, checkFinite } from '@saddlepoint/core';
import { eighLarge } from './eigen/large.js';
import { eighSmall } from './eigen/small.js';
import type { Spectrum } from './eigen/small.js';
import { checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';

/** The eigendecomposition A = V diag(values) Vᵀ of a symmetric matrix. */
export interface Eigh {
  /** Eigenvalues, descending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors: column k belongs to `values[k]`. n×0 when not asked for. */
  readonly vectors: Matrix;
}

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 20;

/** The power of two that brings the largest |entry| of the lower triangle into [1, 2) (1 for a zero matrix). */
function scaleOf({ rows: n, data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < n; i++) for (let k = i * n; k <= i * n + i; k++) largest = Math.max(largest, Math.abs(data[k]));
  if (largest === 0) return 1;
  return 2 ** -Math.min(1000, Math.max(-1000, Math.floor(Math.log2(largest))));
}

/** The columns of a small spectrum by descending eigenvalue. */
function sorted({ values, vectors }: Spectrum, n: number, withVectors: boolean): Spectrum {
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[j] - values[i]);
  const columns = new Float64Array(withVectors ? n * n : 0);
  for (let i = 0; i < columns.length; i += n) for (let k = 0; k < n; k++) columns[i + k] = vectors[i + order[k]];
  return { values: Float64Array.from(order, (k) => values[k]), vectors: columns };
}

/**
 * Eigenvalues (descending) and, unless `vectors: false`, orthonormal eigenvectors of a symmetric matrix: A v_k = λ_k v_k.
 *
 * Only the lower triangle of A is read. Accurate to a modest multiple of ε‖A‖, as every normwise backward stable method.
 * Throws `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { eigh, matrix } from '@saddlepoint/linalg';
 * Array.from(eigh(matrix(2, 2, [2, 1, 1, 2])).values); // => [3, 1]
 */
export function eigh(A: Matrix, { vectors = true }: { readonly vectors?: boolean } = {}): Eigh {
  checkSquare('A', A);
  checkFinite('A', A.data);
  const n = A.rows;
  const scale = scaleOf(A);
  const a = A.data.map((value) => scale * value);
  const small = n < CROSSOVER;
  const found = small ? eighSmall(a, n, vectors) : eighLarge(a, n, vectors);
  if (found === null)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'A', expected: 'eigenvalues within 60 QL sweeps each', got: 'no convergence' });
  const result = small ? sorted(found, n, vectors) : found;
  return {
    values: result.values.map((value) => value / scale),
    vectors: { rows: n, cols: vectors ? n : 0, data: result.vectors },
  };
}
