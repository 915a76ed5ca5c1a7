import { SaddlepointRangeError, checkFinite } from '@saddlepoint/core';
import { checkMatrix, transpose } from './matrix.js';
import type { Matrix } from './matrix.js';
import { scaledCopy, unitScale } from './scale.js';
import { svdLarge } from './svd/large.js';
import { svdSmall } from './svd/small.js';

/** Up to this many multiplications m·n·min(m, n) plain TypeScript is faster than the engine. */
const CROSSOVER = 16_000;

/** The thin singular value decomposition A = U diag(values) Vᵀ of an m×n matrix, k = min(m, n). */
export interface SVD {
  /** m×k, orthonormal columns: the left singular vectors. m×0 when vectors were not asked for. */
  readonly U: Matrix;
  /** The k singular values, descending, ≥ 0. */
  readonly values: Float64Array;
  /** n×k, orthonormal columns: the right singular vectors (V, not Vᵀ). n×0 when vectors were not asked for. */
  readonly V: Matrix;
}

/**
 * The thin singular value decomposition A = U diag(s) Vᵀ of any m×n matrix: U m×k, s descending, V n×k, k = min(m, n).
 *
 * Normwise backward stable: each singular value is within a modest multiple of ε‖A‖ of the true one (AᵀA is never formed), U and V are
 * orthonormal to rounding, for singular and rank-deficient A too. With `vectors: false` only s is computed, two to three times faster.
 * Householder bidiagonalisation in blocks (Golub & Kahan, SIAM J. Numer. Anal. 2, 1965; Dongarra, Hammarling & Sorensen, J. Comput. Appl.
 * Math. 27, 1989), divide and conquer (Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 16, 1995), QR first for tall A (Chan, ACM TOMS 8, 1982).
 * Throws `ERR_NOT_FINITE` on NaN or infinity, `ERR_SHAPE` on a malformed matrix.
 *
 * @example
 * import { matrix, svd } from '@saddlepoint/linalg';
 * const { U, values, V } = svd(matrix(2, 3, [3, 0, 0, 0, 0, -5]));
 * Array.from(values); // => [5, 3]
 * [U.rows, U.cols, V.rows, V.cols]; // => [2, 2, 3, 2]
 */
export function svd(A: Matrix, { vectors = true }: { readonly vectors?: boolean } = {}): SVD {
  checkMatrix('A', A);
  checkFinite('A', A.data);
  const { rows, cols } = A;
  const wide = cols > rows;
  const m = wide ? cols : rows;
  const n = wide ? rows : cols;
  const scale = unitScale(A.data);
  const data = scaledCopy(wide ? transpose(A).data : A.data, scale);
  const found = n === 0 || m * n * n <= CROSSOVER ? svdSmall(data, m, n, vectors) : svdLarge(data, m, n, vectors);
  if (found === null)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'A', expected: 'singular values within 60 QR sweeps each', got: 'no convergence' });
  const k = vectors ? n : 0;
  const left = { rows: m, cols: k, data: found.left };
  const right = { rows: n, cols: k, data: found.right };
  return { U: wide ? right : left, values: scaledCopy(found.values, 1 / scale), V: wide ? left : right };
}
