import { matrix, type IndexRange, type Matrix } from '../src/index.js';

/** L(i, j) = a_i·b_j for j ≤ i, K = L Lᵀ = a_i·a_j·Σ_{k ≤ min(i,j)} b_k² and K X = B, all of small integers. */
export interface IntegerProblem {
  readonly block: (rows: IndexRange, cols: IndexRange) => Matrix;
  /** The entry (i, j) of L. */
  readonly factor: (i: number, j: number) => number;
  readonly solution: Matrix;
  readonly rightHandSide: Matrix;
  /** log det K = 2 Σ log a_i b_i. */
  readonly logDeterminant: number;
}

/**
 * A positive definite problem of size n with m right-hand sides whose factorisation and solution are exact in float64: all intermediate
 * numbers are integers, below 10¹² at n = 20 000.
 */
export function integerProblem(n: number, m: number): IntegerProblem {
  const a = Float64Array.from({ length: n }, (_, i) => 1 + ((i * 7919) % 5));
  const b = Float64Array.from({ length: n }, (_, j) => 1 + ((j * 104729) % 3));
  const factor = (i: number, j: number): number => (j <= i ? a[i] * b[j] : 0);
  const squares = new Float64Array(n);
  for (let k = 0; k < n; k++) squares[k] = (k > 0 ? squares[k - 1] : 0) + b[k] ** 2;

  const block = (rows: IndexRange, cols: IndexRange): Matrix => {
    const made = matrix(rows.to - rows.from, cols.to - cols.from);
    for (let i = 0; i < made.rows; i++)
      for (let j = 0; j < made.cols; j++) {
        const [row, col] = [rows.from + i, cols.from + j];
        made.data[i * made.cols + j] = a[row] * a[col] * squares[Math.min(row, col)];
      }
    return made;
  };

  const solution = matrix(n, m);
  for (let i = 0; i < n * m; i++) solution.data[i] = ((i * 31) % 7) - 3;
  // B = L y with y = Lᵀ X, in 2n operations each.
  const rightHandSide = matrix(n, m);
  for (let column = 0; column < m; column++) {
    const y = new Float64Array(n);
    let below = 0;
    for (let i = n - 1; i >= 0; i--) {
      below += a[i] * solution.data[i * m + column];
      y[i] = b[i] * below;
    }
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += b[i] * y[i];
      rightHandSide.data[i * m + column] = a[i] * sum;
    }
  }
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(a[i] * b[i]);
  return { block, factor, solution, rightHandSide, logDeterminant };
}
