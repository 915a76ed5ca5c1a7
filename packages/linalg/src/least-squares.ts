import { checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import { checkMatrix, transpose } from './matrix.js';
import type { Matrix } from './matrix.js';
import { multiply } from './multiply.js';
import { qr } from './qr.js';
import { conditionEstimate } from './qr/condition.js';
import { svd } from './svd.js';
import { solveTriangular } from './triangular.js';

/** What `leastSquares` found. */
export interface LeastSquares {
  /** n×p: the minimiser of ‖A X − B‖, of least norm among all. */
  readonly solution: Matrix;
  /** How many singular values of A are above rcond times the largest. */
  readonly rank: number;
  /** ‖A x − b‖₂ of each of the p columns. */
  readonly residualNorms: Float64Array;
}

/** From which singular value on the others count as zero. */
export interface RankOptions {
  /** Relative to the largest singular value; default max(m, n)·ε. */
  readonly rcond?: number;
}

function threshold(A: Matrix, rcond: number | undefined): number {
  return rcond === undefined ? Math.max(A.rows, A.cols) * Number.EPSILON : checkNumber('rcond', rcond, { min: 0, max: 1 });
}

/** The solution by QR of A or Aᵀ, or null when A may have a singular value below `rcond` times its largest. */
function byQr(A: Matrix, B: Matrix, rcond: number): Matrix | null {
  const wide = A.cols > A.rows;
  const { Q, R } = qr(wide ? transpose(A) : A);
  // The estimate is a lower bound, seldom a tenth of the truth; the 1-norm condition number is at least that of the 2-norm over n.
  if (!(conditionEstimate(R) * 10 * R.rows * rcond < 1)) return null;
  if (wide) return multiply(Q, solveTriangular(R, B, { lower: false, transpose: true }));
  return solveTriangular(R, multiply(Q, B, { transposeA: true }), { lower: false });
}

/** Columns of X over the first `rank` singular values. */
function shrunk({ rows, cols, data }: Matrix, values: Float64Array, rank: number): Matrix {
  const out = new Float64Array(rows * rank);
  for (let i = 0; i < rows; i++) for (let k = 0; k < rank; k++) out[i * rank + k] = data[i * cols + k] / values[k];
  return { rows, cols: rank, data: out };
}

function firstColumns({ rows, cols, data }: Matrix, count: number): Matrix {
  const out = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * cols, i * cols + count), i * count);
  return { rows, cols: count, data: out };
}

const rankOf = (values: Float64Array, rcond: number): number => values.filter((value) => value > rcond * values[0]).length;

/** √Σ of squares of each column, without overflow. */
function columnNorms({ rows, cols, data }: Matrix): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => {
    let norm = 0;
    for (let i = 0; i < rows; i++) norm = Math.hypot(norm, data[i * cols + j]);
    return norm;
  });
}

/**
 * The least-squares solution: min ‖A X − B‖ for any m×n A and m×p B, column by column; where that leaves freedom, the X of least norm.
 *
 * By QR of A (of Aᵀ when m < n) where an estimate of the condition number shows A to be of full rank; otherwise by the SVD, with singular
 * values up to `rcond` times the largest taken as zero. Never by the normal equations AᵀA, which would square the condition number.
 * Rank deficiency is no error: see `rank`. Estimate: Higham, ACM TOMS 14, 1988.
 * Throws `ERR_SHAPE` when B has not m rows, `ERR_NOT_FINITE` on NaN or infinity, `ERR_ARGUMENT_RANGE` when rcond is not in [0, 1].
 *
 * @example
 * import { leastSquares, matrix } from '@saddlepoint/linalg';
 * // The line a + b·t nearest to 1, 3, 4 at t = 0, 1, 2.
 * const { solution, rank, residualNorms } = leastSquares(matrix(3, 2, [1, 0, 1, 1, 1, 2]), matrix(3, 1, [1, 3, 4]));
 * Array.from(solution.data); // => [1.166667, 1.5]
 * rank; // => 2
 * residualNorms[0]; // => 0.408248
 */
export function leastSquares(A: Matrix, B: Matrix, { rcond }: RankOptions = {}): LeastSquares {
  checkMatrix('A', A);
  checkMatrix('B', B);
  checkLength('B', B.rows, A.rows, 'rows');
  checkFinite('A', A.data);
  checkFinite('B', B.data);
  const limit = threshold(A, rcond);
  let solution = byQr(A, B, limit);
  let rank = Math.min(A.rows, A.cols);
  if (solution === null) {
    const { U, values, V } = svd(A);
    rank = rankOf(values, limit);
    solution = multiply(shrunk(V, values, rank), multiply(firstColumns(U, rank), B, { transposeA: true }));
  }
  const residual = multiply(A, solution);
  for (let i = 0; i < residual.data.length; i++) residual.data[i] -= B.data[i];
  return { solution, rank, residualNorms: columnNorms(residual) };
}

/**
 * The pseudo-inverse A⁺ = V diag(1/s) Uᵀ (n×m) of Moore and Penrose, with singular values up to `rcond` times the largest left out.
 *
 * To solve a system use `leastSquares`, which is cheaper and more accurate.
 * Throws `ERR_NOT_FINITE` on NaN or infinity, `ERR_ARGUMENT_RANGE` when rcond is not in [0, 1].
 *
 * @example
 * import { matrix, pseudoInverse } from '@saddlepoint/linalg';
 * Array.from(pseudoInverse(matrix(2, 2, [2, 0, 0, 0])).data); // => [0.5, 0, 0, 0]
 */
export function pseudoInverse(A: Matrix, { rcond }: RankOptions = {}): Matrix {
  checkMatrix('A', A);
  const limit = threshold(A, rcond);
  const { U, values, V } = svd(A);
  const rank = rankOf(values, limit);
  return multiply(shrunk(V, values, rank), firstColumns(U, rank), { transposeB: true });
}
