import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';
import { withEngine } from './engine/engine.js';
import { checkMatrix, checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';
import { luPlain } from './plain/lu.js';
import { solveTriangularPlain } from './plain/triangular.js';

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 32;

/** Factors in place; entry k of the result is the row swapped with row k at step k. */
const luEngine = (data: Float64Array, n: number): Int32Array =>
  withEngine(n * n + n, ({ kernels, heap, upload, allocate }) => {
    const a = upload(data);
    const pivots = allocate(Math.ceil(n / 2));
    kernels.lu(n, n, a, n, pivots);
    data.set(heap.subarray(a / 8, a / 8 + n * n));
    return new Int32Array(heap.buffer, pivots, n).slice();
  });

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
  const data = Float64Array.from(A.data);
  const swaps = n < CROSSOVER ? luPlain(data, n) : luEngine(data, n);
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  let singularColumn = -1;
  for (let k = 0; k < n; k++) {
    const p = swaps[k];
    if (p !== k) {
      [permutation[p], permutation[k]] = [permutation[k], permutation[p]];
      sign = sign === 1 ? -1 : 1;
    }
    if (singularColumn < 0 && data[k * n + k] === 0) singularColumn = k;
  }
  return { factors: { rows: n, cols: n, data }, permutation, sign, singularColumn };
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
  const permuted = new Float64Array(n * m);
  for (let i = 0; i < n; i++) permuted.set(B.data.subarray(permutation[i] * m, permutation[i] * m + m), i * m);
  const result = { rows: n, cols: m, data: permuted };
  if (n < CROSSOVER || m < 4) {
    solveTriangularPlain(factors.data, n, permuted, m, true, false, true);
    solveTriangularPlain(factors.data, n, permuted, m, false, false);
    return result;
  }
  return withEngine(n * n + n * m, ({ kernels, upload, download }) => {
    const a = upload(factors.data);
    const x = upload(permuted);
    kernels.solveLeft(n, m, a, n, 1, 1, 1, x, m);
    kernels.solveLeft(n, m, a, n, 1, 0, 0, x, m);
    return { ...result, data: download(x, n * m) };
  });
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
