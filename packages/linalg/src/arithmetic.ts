import { checkLength, checkNumber } from '@saddlepoint/core';
import { checkMatrix, checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';

/**
 * Σᵢ xᵢyᵢ of two vectors of one length.
 *
 * @example
 * import { dot } from '@saddlepoint/linalg';
 * dot([1, 2, 3], [4, 5, 6]); // => 32
 */
export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkLength('y', y.length, x.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/**
 * s·A, as a new matrix.
 *
 * @example
 * import { matrix, scaled } from '@saddlepoint/linalg';
 * Array.from(scaled(matrix(1, 2, [1, -2]), 3).data); // => [3, -6]
 */
export function scaled(A: Matrix, s: number): Matrix {
  checkMatrix('A', A);
  checkNumber('s', s);
  return { rows: A.rows, cols: A.cols, data: A.data.map((value) => s * value) };
}

/**
 * A + B, as a new matrix.
 *
 * @example
 * import { added, matrix } from '@saddlepoint/linalg';
 * Array.from(added(matrix(1, 2, [1, 2]), matrix(1, 2, [10, 20])).data); // => [11, 22]
 */
export function added(A: Matrix, B: Matrix): Matrix {
  checkMatrix('A', A);
  checkMatrix('B', B);
  checkLength('B', B.rows, A.rows, 'rows');
  checkLength('B', B.cols, A.cols, 'columns');
  const data = new Float64Array(A.data.length);
  for (let i = 0; i < data.length; i++) data[i] = A.data[i] + B.data[i];
  return { rows: A.rows, cols: A.cols, data };
}

/**
 * A + s·I of a square A, as a new matrix.
 *
 * @example
 * import { addDiagonal, matrix } from '@saddlepoint/linalg';
 * Array.from(addDiagonal(matrix(2, 2, [1, 2, 3, 4]), 10).data); // => [11, 2, 3, 14]
 */
export function addDiagonal(A: Matrix, s: number): Matrix {
  checkSquare('A', A);
  checkNumber('s', s);
  const data = Float64Array.from(A.data);
  for (let i = 0; i < data.length; i += A.rows + 1) data[i] += s;
  return { rows: A.rows, cols: A.cols, data };
}

/**
 * Σᵢ Aᵢᵢ of a square A.
 *
 * @example
 * import { matrix, trace } from '@saddlepoint/linalg';
 * trace(matrix(2, 2, [1, 2, 3, 4])); // => 5
 */
export function trace(A: Matrix): number {
  checkSquare('A', A);
  let sum = 0;
  for (let i = 0; i < A.rows; i++) sum += A.data[i * A.rows + i];
  return sum;
}

/**
 * The Frobenius norm √(Σᵢⱼ Aᵢⱼ²), without overflow or underflow of the squares.
 *
 * @example
 * import { frobeniusNorm, matrix } from '@saddlepoint/linalg';
 * frobeniusNorm(matrix(1, 2, [3e200, 4e200])); // => 5e200
 */
export function frobeniusNorm(A: Matrix): number {
  checkMatrix('A', A);
  let largest = 0;
  for (const value of A.data) {
    const size = Math.abs(value);
    if (!(size <= largest)) largest = size;
  }
  if (!(largest > 0) || largest === Infinity) return largest;
  let sum = 0;
  for (const value of A.data) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
