import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';
import { checkMatrix, checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';

/** The factorisation P A = L U with partial pivoting. */
export interface LU {
  /** L (unit lower triangle, diagonal not stored) and U (upper triangle) in one n×n matrix. */
  readonly factors: Matrix;
  /** Row i of P A is row `permutation[i]` of A. */
  readonly permutation: Int32Array;
  /** +1 or −1: det P. */
  readonly sign: 1 | -1;
  /** The first column without a non-zero pivot, or −1 when A is regular to working precision. */
  readonly singularColumn: number;
}

/**
 * The LU factorisation of a square matrix by Gaussian elimination with partial pivoting.
 *
 * A singular matrix is factored too (its determinant is 0); solving with it throws `ERR_SINGULAR`.
 *
 * @example
 * import { lu, matrix } from '@saddlepoint/linalg';
 * Array.from(lu(matrix(2, 2, [0, 1, 2, 4])).permutation); // => [1, 0]
 */
export function lu(A: Matrix): LU {
  checkSquare('A', A);
  checkFinite('A', A.data);
  const n = A.rows;
  const a = Float64Array.from(A.data);
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  let singularColumn = -1;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[p * n + k])) p = i;
    const pivot = a[p * n + k];
    if (pivot === 0) {
      if (singularColumn < 0) singularColumn = k;
      continue;
    }
    if (p !== k) {
      const row = a.slice(p * n, p * n + n);
      a.copyWithin(p * n, k * n, k * n + n);
      a.set(row, k * n);
      [permutation[p], permutation[k]] = [permutation[k], permutation[p]];
      sign = sign === 1 ? -1 : 1;
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / pivot;
      a[i * n + k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return { factors: { rows: n, cols: n, data: a }, permutation, sign, singularColumn };
}

/**
 * Solves A X = B from the LU factors of A; B and X are n×m.
 *
 * @example
 * import { lu, matrix, solveLu } from '@saddlepoint/linalg';
 * Array.from(solveLu(lu(matrix(2, 2, [0, 1, 2, 4])), matrix(2, 1, [3, 14])).data); // => [1, 3]
 */
export function solveLu({ factors, permutation, singularColumn }: LU, B: Matrix): Matrix {
  checkMatrix('B', B);
  const n = factors.rows;
  const m = B.cols;
  checkLength('B', B.rows, n, 'rows');
  if (singularColumn >= 0)
    throw new SaddlepointRangeError('ERR_SINGULAR', {
      argument: 'A',
      expected: 'a regular matrix',
      got: `no non-zero pivot in column ${singularColumn}`,
    });
  const a = factors.data;
  const x = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const source = permutation[i] * m;
    x.set(B.data.subarray(source, source + m), i * m);
    for (let k = 0; k < i; k++) {
      const factor = a[i * n + k];
      if (factor !== 0) for (let j = 0; j < m; j++) x[i * m + j] -= factor * x[k * m + j];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const factor = a[i * n + k];
      if (factor !== 0) for (let j = 0; j < m; j++) x[i * m + j] -= factor * x[k * m + j];
    }
    const pivot = a[i * n + i];
    for (let j = 0; j < m; j++) x[i * m + j] /= pivot;
  }
  return { rows: n, cols: m, data: x };
}

/**
 * Solves A X = B for a general square A by LU with partial pivoting. For symmetric positive definite A prefer `cholesky`.
 *
 * @example
 * import { matrix, solve } from '@saddlepoint/linalg';
 * Array.from(solve(matrix(2, 2, [0, 1, 2, 4]), matrix(2, 1, [3, 14])).data); // => [1, 3]
 */
export function solve(A: Matrix, B: Matrix): Matrix {
  return solveLu(lu(A), B);
}

/**
 * det A of a square matrix, by LU. Overflows to ±∞ for large matrices: for SPD use `cholesky(A).logDeterminant`.
 *
 * @example
 * import { determinant, matrix } from '@saddlepoint/linalg';
 * determinant(matrix(2, 2, [1, 2, 3, 4])); // => -2
 */
export function determinant(A: Matrix): number {
  const { factors, sign } = lu(A);
  let product: number = sign;
  for (let i = 0; i < A.rows; i++) product *= factors.data[i * A.rows + i];
  return product;
}
