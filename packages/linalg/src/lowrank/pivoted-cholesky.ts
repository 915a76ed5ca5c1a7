import { isMatrix } from '../iterative/matrix-operator.js';
import { checkSquare, transpose } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { pivotedCholeskySteps, type PivotedCholeskyOptions, type PivotedRows } from './pivoted-steps.js';

/** A symmetric positive semidefinite matrix known by its diagonal and, on demand, its columns. */
export interface SymmetricColumns {
  /** All n diagonal entries. */
  readonly diagonal: ArrayLike<number>;
  /** Column `index`: n entries. Asked for once per pivot. */
  readonly column: (index: number) => ArrayLike<number>;
}

/** A ≈ L Lᵀ, exact in the rows and columns that are pivots, with a certified error elsewhere. */
export interface PivotedCholesky extends Omit<PivotedRows, 'rows'> {
  /** L: n×r. Row pivots[j] is zero beyond column j. */
  readonly factor: Matrix;
}

function source(A: Matrix | SymmetricColumns): SymmetricColumns {
  if (!isMatrix(A)) return A;
  const { rows: n, data } = checkSquare('A', A);
  return { diagonal: Float64Array.from({ length: n }, (_, i) => data[i * n + i]), column: (p) => data.subarray(p * n, (p + 1) * n) };
}

/**
 * The partial Cholesky factor of a symmetric positive semidefinite matrix, A ≈ L Lᵀ of rank r, pivoting on the largest remaining diagonal entry
 * (Harbrecht, Peters & Schneider, *Appl. Numer. Math.* 62, 2012).
 *
 * Reads the diagonal and r columns only (the rows of a `Matrix` stand for its columns), n·r² operations. The error is known exactly:
 * A − L Lᵀ is positive semidefinite with trace `traceError`. Throws `ERR_NOT_POSITIVE_DEFINITE` when a remaining diagonal entry is negative
 * beyond rounding, `ERR_NOT_FINITE` on NaN or infinity in what is read.
 *
 * @example
 * import { matrix, pivotedCholesky } from '@saddlepoint/linalg';
 * const { factor, pivots, traceError } = pivotedCholesky(matrix(2, 2, [1, 2, 2, 8]), { rank: 1 });
 * Array.from(pivots); // => [1]
 * Array.from(factor.data); // => [0.7071067812, 2.828427125]
 * traceError; // => 0.5
 */
export function pivotedCholesky(A: Matrix | SymmetricColumns, options: PivotedCholeskyOptions = {}): PivotedCholesky {
  const columns = source(A);
  const steps = pivotedCholeskySteps(columns.diagonal, options);
  let next = steps.next();
  while (next.done !== true) next = steps.next(columns.column(next.value));
  const { rows, ...rest } = next.value;
  const n = columns.diagonal.length;
  const stacked = new Float64Array(rows.length * n);
  rows.forEach((row, j) => stacked.set(row, j * n));
  return { factor: transpose({ rows: rows.length, cols: n, data: stacked }), ...rest };
}
