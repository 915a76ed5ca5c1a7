import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import { isMatrix } from '../iterative/matrix-operator.js';
import { checkSquare, transpose } from '../matrix.js';
import type { Matrix } from '../matrix.js';

/** A symmetric positive semidefinite matrix known by its diagonal and, on demand, its columns. */
export interface SymmetricColumns {
  /** All n diagonal entries. */
  readonly diagonal: ArrayLike<number>;
  /** Column `index`: n entries. Asked for once per pivot. */
  readonly column: (index: number) => ArrayLike<number>;
}

export interface PivotedCholeskyOptions {
  /** Columns of L at most. Default n. */
  readonly rank?: number;
  /** Ends when tr(A − L Lᵀ) ≤ tolerance·tr A. Default n·2⁻⁵²: the numerical rank. */
  readonly tolerance?: number;
}

/** A ≈ L Lᵀ, exact in the rows and columns that are pivots, with a certified error elsewhere. */
export interface PivotedCholesky {
  /** L: n×r. Row pivots[j] is zero beyond column j. */
  readonly factor: Matrix;
  /** The rows and columns of A that L reproduces, in the order they were chosen. */
  readonly pivots: Int32Array;
  /** tr(A − L Lᵀ) ≥ ‖A − L Lᵀ‖₂, from the remaining diagonal; to within rounding of tr A. */
  readonly traceError: number;
  /** The diagonal of A − L Lᵀ: entries (i, j) of the error are at most √(dᵢdⱼ). */
  readonly remainder: Float64Array;
  /** Whether `tolerance` was reached, not just `rank`. */
  readonly status: 'converged' | 'max-iterations';
}

function source(A: Matrix | SymmetricColumns): { readonly diagonal: Float64Array; readonly column: (index: number) => Float64Array } {
  if (isMatrix(A)) {
    const { rows: n, data } = checkSquare('A', A);
    return { diagonal: Float64Array.from({ length: n }, (_, i) => data[i * n + i]), column: (p) => data.slice(p * n, (p + 1) * n) };
  }
  const diagonal = Float64Array.from(A.diagonal);
  return {
    diagonal,
    column: (p) => {
      const column = A.column(p);
      checkLength(`A.column(${p})`, column.length, diagonal.length);
      return Float64Array.from(column);
    },
  };
}

function indefinite(index: number, value: number): SaddlepointRangeError {
  return new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
    argument: 'A',
    expected: 'a positive semidefinite matrix',
    got: `remaining diagonal entry ${index} equal to ${value}`,
  });
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
  const { diagonal: remainder, column } = source(A);
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
    const row = column(p);
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
  const stacked = new Float64Array(rows.length * n);
  rows.forEach((row, j) => stacked.set(row, j * n));
  return {
    factor: transpose({ rows: rows.length, cols: n, data: stacked }),
    pivots: Int32Array.from(pivots),
    traceError,
    remainder,
    status: traceError <= goal ? 'converged' : 'max-iterations',
  };
}
