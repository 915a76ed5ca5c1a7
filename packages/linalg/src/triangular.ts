import { SaddlepointRangeError, checkLength } from '@saddlepoint/core';
import { roomFor, withEngine } from './engine/engine.js';
import { isResident, type ResidentMatrix } from './engine/resident.js';
import { checkMatrix, checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';
import { solveTriangularPlain } from './plain/triangular.js';

/** Which triangle of T is read, and whether the system is Tᵀ X = B. */
export interface TriangularOptions {
  /** True (the default): T is lower triangular. The other triangle is never read. */
  readonly lower?: boolean;
  readonly transpose?: boolean;
}

/** Throws `ERR_SINGULAR` at the first zero or non-finite diagonal entry. */
function checkDiagonal(argument: string, T: Matrix): void {
  for (let i = 0; i < T.rows; i++) {
    const pivot = T.data[i * T.cols + i];
    if (pivot === 0 || !Number.isFinite(pivot))
      throw new SaddlepointRangeError(pivot === 0 ? 'ERR_SINGULAR' : 'ERR_NOT_FINITE', {
        argument: `${argument}[${i},${i}]`,
        expected: 'a finite non-zero pivot',
        got: String(pivot),
      });
  }
}

/**
 * Solves op(T)·X = B for triangular T (n×n) and B (n×m), by substitution.
 *
 * Throws `ERR_SINGULAR` when a diagonal entry is zero, naming it. X lives in the engine if T or B does.
 *
 * @example
 * import { matrix, solveTriangular } from '@saddlepoint/linalg';
 * const T = matrix(2, 2, [2, 0, 1, 4]);
 * Array.from(solveTriangular(T, matrix(2, 1, [2, 9])).data); // => [1, 2]
 */
export function solveTriangular(T: ResidentMatrix, B: Matrix, options?: TriangularOptions): ResidentMatrix;
export function solveTriangular(T: Matrix, B: ResidentMatrix, options?: TriangularOptions): ResidentMatrix;
export function solveTriangular(T: Matrix, B: Matrix, options?: TriangularOptions): Matrix;
export function solveTriangular(T: Matrix, B: Matrix, { lower = true, transpose = false }: TriangularOptions = {}): Matrix {
  checkSquare('T', T);
  checkMatrix('B', B);
  checkLength('B', B.rows, T.rows, 'rows');
  checkDiagonal('T', T);
  const { rows: n, cols: m } = B;
  const stays = isResident(T) || isResident(B);
  if ((n < 32 || m < 4) && !stays) {
    const data = Float64Array.from(B.data);
    solveTriangularPlain(T.data, n, data, m, lower, transpose);
    return { rows: n, cols: m, data };
  }
  return withEngine(roomFor(T) + n * m, ({ kernels, place, upload, result }) => {
    const t = place(T);
    const x = upload(B.data);
    const forward = lower !== transpose;
    kernels.solveLeft(n, m, t, transpose ? 1 : n, transpose ? n : 1, forward ? 1 : 0, 0, x, m);
    return result(x, n, m, stays);
  });
}
