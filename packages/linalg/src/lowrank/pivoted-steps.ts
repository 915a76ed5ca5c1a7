import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';

export interface PivotedCholeskyOptions {
  /** Columns of L at most. Default n. */
  readonly rank?: number;
  /** Ends when tr(A − L Lᵀ) ≤ tolerance·tr A. Default n·2⁻⁵²: the numerical rank. */
  readonly tolerance?: number;
}

/** A ≈ L Lᵀ by the rows of Lᵀ, with a certified error. */
export interface PivotedRows {
  /** Lᵀ: r rows of n. */
  readonly rows: Float64Array[];
  /** The rows and columns of A that L reproduces, in the order they were chosen. */
  readonly pivots: Int32Array;
  /** tr(A − L Lᵀ) ≥ ‖A − L Lᵀ‖₂, from the remaining diagonal; to within rounding of tr A. */
  readonly traceError: number;
  /** The diagonal of A − L Lᵀ: entries (i, j) of the error are at most √(dᵢdⱼ). */
  readonly remainder: Float64Array;
  /** Whether `tolerance` was reached, not just `rank`. */
  readonly status: 'converged' | 'max-iterations';
}

const indefinite = (index: number, value: number): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', { argument: 'A', expected: 'a positive semidefinite matrix', got: `remaining diagonal entry ${index} equal to ${value}` });

/**
 * Pivoted Cholesky one column at a time, for columns that have to be waited for: from the diagonal of A it yields the index of each column
 * that it wants next, takes that column (n numbers, copied) as the answer, and returns the factor. {@link pivotedCholesky} for columns at hand.
 *
 * Throws `ERR_NOT_POSITIVE_DEFINITE` when a remaining diagonal entry is negative beyond rounding, `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { pivotedCholeskySteps } from '@saddlepoint/linalg';
 * const steps = pivotedCholeskySteps([1, 8], { rank: 1 });
 * steps.next().value; // => 1
 * const { value } = steps.next(Float64Array.of(2, 8));
 * typeof value === 'object' && value.traceError; // => 0.5
 */
export function* pivotedCholeskySteps(diagonal: ArrayLike<number>, options: PivotedCholeskyOptions = {}): Generator<number, PivotedRows, ArrayLike<number>> {
  const remainder = Float64Array.from(diagonal);
  const n = remainder.length;
  checkFinite('diagonal', remainder);
  const rank = Math.min(n, checkInteger('rank', options.rank ?? n, { min: 0 }));
  const tolerance = checkNumber('tolerance', options.tolerance ?? n * Number.EPSILON, { min: 0 });
  const sum = (): number => remainder.reduce((total, d) => total + d, 0);
  const largest = remainder.reduce((most, d) => Math.max(most, d), 0);
  remainder.forEach((d, i) => {
    if (d < 0) throw indefinite(i, d);
  });
  const goal = tolerance * sum();
  const rows: Float64Array[] = [];
  const pivots: number[] = [];
  let traceError = sum();
  while (rows.length < rank && traceError > goal) {
    let p = 0;
    for (let i = 1; i < n; i++) if (remainder[i] > remainder[p]) p = i;
    const row = Float64Array.from(yield p);
    checkLength(`A.column(${p})`, row.length, n);
    checkFinite(`A.column(${p})`, row);
    for (const earlier of rows) {
      const factor = earlier[p];
      if (factor !== 0) for (let i = 0; i < n; i++) row[i] -= factor * earlier[i];
    }
    const root = Math.sqrt(remainder[p]);
    for (let i = 0; i < n; i++) row[i] /= root;
    for (const earlier of pivots) row[earlier] = 0;
    row[p] = root;
    // Each step rounds an entry of the remainder by at most an ulp of what the diagonal was.
    const slack = 16 * (rows.length + 1) * Number.EPSILON * largest;
    for (let i = 0; i < n; i++) {
      remainder[i] -= row[i] * row[i];
      if (remainder[i] < 0) {
        if (remainder[i] < -slack) throw indefinite(i, remainder[i]);
        remainder[i] = 0;
      }
    }
    remainder[p] = 0;
    rows.push(row);
    pivots.push(p);
    traceError = sum();
  }
  return { rows, pivots: Int32Array.from(pivots), traceError, remainder, status: traceError <= goal ? 'converged' : 'max-iterations' };
}
