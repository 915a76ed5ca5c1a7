import { checkFinite, checkNumber } from '@saddlepoint/core';
import { addDiagonal } from '../arithmetic.js';
import { cholesky } from '../cholesky.js';
import { checkMatrix, transpose } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { gram, multiply, multiplyVector } from '../multiply.js';
import { solveTriangular } from '../triangular.js';

/** A symmetric positive definite M ≈ A that is easy to invert. */
export interface Preconditioner {
  /** M⁻¹·R for R of n×m. */
  readonly apply: (R: Matrix) => Matrix | Promise<Matrix>;
}

/** As {@link Preconditioner}, with its determinant. */
export interface LowRankPreconditioner extends Preconditioner {
  readonly apply: (R: Matrix) => Matrix;
  /** log det M. */
  readonly logDeterminant: number;
}

/** op(Q)·R; few columns are quicker one by one. */
function product(Q: Matrix, R: Matrix, transposed: boolean): Matrix {
  if (R.cols >= 4) return multiply(Q, R, { transposeA: transposed });
  const rows = transposed ? Q.cols : Q.rows;
  const out = new Float64Array(rows * R.cols);
  for (let c = 0; c < R.cols; c++) {
    const column = R.cols === 1 ? R.data : Float64Array.from({ length: R.rows }, (_, i) => R.data[i * R.cols + c]);
    multiplyVector(Q, column, { transpose: transposed }).forEach((value, i) => {
      out[i * R.cols + c] = value;
    });
  }
  return { rows, cols: R.cols, data: out };
}

/**
 * The preconditioner M = L Lᵀ + σ²I of a matrix K + σ²I with K ≈ L Lᵀ, L of n×r (see `pivotedCholesky`), 4nr operations per vector.
 *
 * By Woodbury's identity M⁻¹ = (I − Q Qᵀ)/σ² with Q = L C⁻ᵀ and C Cᵀ = σ²I + LᵀL, a form whose rounding errors are ε/σ² in norm. The condition number
 * of M⁻¹(K + σ²I) is at most 1 + ‖K − L Lᵀ‖/σ² (Gardner et al., arXiv:1809.11165).
 *
 * @example
 * import { lowRankPreconditioner, matrix } from '@saddlepoint/linalg';
 * const { apply, logDeterminant } = lowRankPreconditioner(matrix(2, 1, [1, 1]), 1); // M = [[2, 1], [1, 2]]
 * Array.from(apply(matrix(2, 1, [3, 3])).data); // => [1, 1]
 * logDeterminant; // => 1.098612289
 */
export function lowRankPreconditioner(factor: Matrix, sigma2: number): LowRankPreconditioner {
  const { rows: n, cols: r, data } = checkMatrix('factor', factor);
  checkFinite('factor', data);
  checkNumber('sigma2', sigma2, { min: 0, exclusiveMin: true });
  if (r === 0)
    return {
      apply: (R) => ({ rows: R.rows, cols: R.cols, data: R.data.map((x) => x / sigma2) }),
      logDeterminant: n * Math.log(sigma2),
    };
  const rows = transpose(factor);
  const inner = cholesky(addDiagonal(gram(rows), sigma2));
  // Q = L C⁻ᵀ, transposed: C⁻¹ Lᵀ.
  const Q = transpose(solveTriangular(inner.factor, rows));
  return {
    apply: (R) => {
      checkMatrix('R', R);
      const inside = product(Q, product(Q, R, true), false);
      return { rows: n, cols: R.cols, data: R.data.map((x, i) => (x - inside.data[i]) / sigma2) };
    },
    logDeterminant: inner.logDeterminant + (n - r) * Math.log(sigma2),
  };
}
