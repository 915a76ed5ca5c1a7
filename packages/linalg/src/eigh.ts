import { SaddlepointRangeError } from '@saddlepoint/core';
import { eighLarge } from './eigen/large.js';
import { eighSmall } from './eigen/small.js';
import { isResident, type ResidentMatrix } from './engine/resident.js';
import { checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';

/** The eigendecomposition A = V diag(values) Vᵀ of a symmetric matrix. */
export interface Eigh<M extends Matrix = Matrix> {
  /** Eigenvalues, descending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors: column k belongs to `values[k]`. n×0 when not asked for. */
  readonly vectors: M;
}

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 12;

/**
 * Eigenvalues (descending) and, unless `vectors: false`, orthonormal eigenvectors of a symmetric matrix: A v_k = λ_k v_k.
 *
 * Only the lower triangle of A is read. Accurate to a modest multiple of ε‖A‖, as every normwise backward stable method.
 * Throws `ERR_NOT_FINITE` on NaN or infinity in the lower triangle. The vectors of a resident matrix are resident.
 *
 * @example
 * import { eigh, matrix } from '@saddlepoint/linalg';
 * Array.from(eigh(matrix(2, 2, [2, 1, 1, 2])).values); // => [3, 1]
 */
export function eigh(A: ResidentMatrix, options?: { readonly vectors?: true }): Eigh<ResidentMatrix>;
export function eigh(A: Matrix, options?: { readonly vectors?: boolean }): Eigh;
export function eigh(A: Matrix, { vectors = true }: { readonly vectors?: boolean } = {}): Eigh {
  checkSquare('A', A);
  const found = A.rows < CROSSOVER && !isResident(A) ? eighSmall(A, vectors) : eighLarge(A, vectors);
  if (found === null)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'A', expected: 'eigenvalues within 60 QL sweeps each', got: 'no convergence' });
  return found;
}
