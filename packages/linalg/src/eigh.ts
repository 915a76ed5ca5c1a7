import { SaddlepointRangeError, checkFinite } from '@saddlepoint/core';
import { checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';
import { implicitQl } from './plain/implicit-ql.js';
import { tridiagonalizePlain } from './plain/tridiagonalize.js';

/** The eigendecomposition A = V diag(values) Vᵀ of a symmetric matrix. */
export interface Eigh {
  /** Eigenvalues, descending. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors: column k belongs to `values[k]`. n×0 when not asked for. */
  readonly vectors: Matrix;
}

/**
 * Eigenvalues (descending) and, unless `vectors: false`, orthonormal eigenvectors of a symmetric matrix: A v_k = λ_k v_k.
 *
 * Only the lower triangle of A is read. Throws `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { eigh, matrix } from '@saddlepoint/linalg';
 * Array.from(eigh(matrix(2, 2, [2, 1, 1, 2])).values); // => [3, 1]
 */
export function eigh(A: Matrix, { vectors = true }: { readonly vectors?: boolean } = {}): Eigh {
  checkSquare('A', A);
  checkFinite('A', A.data);
  const n = A.rows;
  const z = Float64Array.from(A.data);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalizePlain(z, n, d, e, vectors);
  if (!implicitQl(d, e, n, vectors ? z : null))
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'A', expected: 'an eigenvalue within 60 QL sweeps', got: 'none' });
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => d[b] - d[a]);
  const values = Float64Array.from(order, (k) => d[k]);
  if (!vectors) return { values, vectors: { rows: n, cols: 0, data: new Float64Array(0) } };
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) data[i * n + k] = z[i * n + order[k]];
  return { values, vectors: { rows: n, cols: n, data } };
}
