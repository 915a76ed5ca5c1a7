import { SaddlepointRangeError, checkLength, checkNumber } from '@saddlepoint/core';
import { roomFor, withEngine } from './engine/engine.js';
import { isResident, type ResidentMatrix } from './engine/resident.js';
import { checkMatrix, mirrorLower, transpose } from './matrix.js';
import type { Matrix } from './matrix.js';
import { multiplyPlain } from './plain/multiply.js';

/** Below this the copy into WASM memory and the packing cost more than they gain. */
const tooSmall = (m: number, n: number, k: number): boolean => m < 4 || n < 4 || k < 2 || m * n * k < 1500;

/** Which factors of a product are transposed first. */
export interface MultiplyOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * The product op(A)·op(B), where op is the identity or the transpose.
 *
 * Throws `ERR_SHAPE` when the inner sizes differ. The product lives in the engine if A or B does.
 *
 * @example
 * import { matrix, multiply } from '@saddlepoint/linalg';
 * const A = matrix(2, 3, [1, 2, 3, 4, 5, 6]);
 * Array.from(multiply(A, A, { transposeB: true }).data); // => [14, 32, 32, 77]
 */
export function multiply(A: ResidentMatrix, B: Matrix, options?: MultiplyOptions): ResidentMatrix;
export function multiply(A: Matrix, B: ResidentMatrix, options?: MultiplyOptions): ResidentMatrix;
export function multiply(A: Matrix, B: Matrix, options?: MultiplyOptions): Matrix;
export function multiply(A: Matrix, B: Matrix, { transposeA = false, transposeB = false }: MultiplyOptions = {}): Matrix {
  checkMatrix('A', A);
  checkMatrix('B', B);
  const inner = transposeA ? A.rows : A.cols;
  const innerB = transposeB ? B.cols : B.rows;
  if (inner !== innerB)
    throw new SaddlepointRangeError('ERR_SHAPE', {
      argument: 'B',
      expected: `${transposeB ? 'columns' : 'rows'} ${inner}`,
      got: `${B.rows}×${B.cols}`,
    });
  const m = transposeA ? A.cols : A.rows;
  const n = transposeB ? B.rows : B.cols;
  const stays = isResident(A) || isResident(B);
  if (tooSmall(m, n, inner) && !stays) return multiplyPlain(transposeA ? transpose(A) : A, transposeB ? transpose(B) : B);
  return withEngine(roomFor(A) + roomFor(B) + m * n, ({ kernels, place, zeros, result }) => {
    const a = place(A);
    const b = A === B ? a : place(B);
    const c = zeros(m * n);
    const [aRow, aCol] = transposeA ? [1, A.cols] : [A.cols, 1];
    const [bRow, bCol] = transposeB ? [1, B.cols] : [B.cols, 1];
    kernels.gemm(m, n, inner, 1, a, aRow, aCol, b, bRow, bCol, c, n, 0);
    return result(c, m, n, stays);
  });
}

/** What to multiply X Xᵀ by (default 1). */
export interface GramOptions {
  readonly scale?: number;
}

/**
 * The Gram matrix scale·X Xᵀ of the rows of X, exactly symmetric: `X.rows × X.rows`. It lives in the engine if X does.
 *
 * @example
 * import { gram, matrix } from '@saddlepoint/linalg';
 * Array.from(gram(matrix(2, 2, [1, 2, 3, 4]), { scale: 0.5 }).data); // => [2.5, 5.5, 5.5, 12.5]
 */
export function gram(X: ResidentMatrix, options?: GramOptions): ResidentMatrix;
export function gram(X: Matrix, options?: GramOptions): Matrix;
export function gram(X: Matrix, { scale = 1 }: GramOptions = {}): Matrix {
  checkMatrix('X', X);
  checkNumber('scale', scale);
  const { rows: n, cols } = X;
  const stays = isResident(X);
  if (tooSmall(n, n, cols) && !stays) {
    const { data } = multiplyPlain(X, transpose(X));
    return mirrorLower(n, scale === 1 ? data : data.map((value) => scale * value));
  }
  return withEngine(roomFor(X) + n * n, ({ kernels, place, zeros, result }) => {
    const x = place(X);
    const c = zeros(n * n);
    kernels.gemm(n, n, cols, scale, x, cols, 1, x, 1, cols, c, n, 1);
    kernels.mirrorLower(n, c, n);
    return result(c, n, n, stays);
  });
}

/**
 * The vector op(A)·x, where op is the identity or the transpose.
 *
 * @example
 * import { matrix, multiplyVector } from '@saddlepoint/linalg';
 * Array.from(multiplyVector(matrix(2, 2, [1, 2, 3, 4]), [1, 1])); // => [3, 7]
 */
export function multiplyVector(
  A: Matrix,
  x: ArrayLike<number>,
  { transpose: transposed = false }: { readonly transpose?: boolean } = {},
): Float64Array {
  const { rows, cols, data } = checkMatrix('A', A);
  checkLength('x', x.length, transposed ? rows : cols);
  if (transposed) {
    const out = new Float64Array(cols);
    for (let i = 0; i < rows; i++) {
      const factor = x[i];
      const start = i * cols;
      for (let j = 0; j < cols; j++) out[j] += factor * data[start + j];
    }
    return out;
  }
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let a = 0;
    let b = 0;
    let j = 0;
    for (; j + 1 < cols; j += 2) {
      a += data[start + j] * x[j];
      b += data[start + j + 1] * x[j + 1];
    }
    if (j < cols) a += data[start + j] * x[j];
    out[i] = a + b;
  }
  return out;
}
