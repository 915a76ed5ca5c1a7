import type { Activation, Dual } from '@saddlepoint/architecture';
import { derivativeOf, valueOf } from './dual-series.js';
import type { Steps } from '../pace.js';
import { hermiteTableSteps, type Expandable, type SeriesOptions } from './hermite-table.js';
import { sumSeries } from './sum-series.js';

/** One dual of one layer, prepared for the variances of the rows and columns of a kernel matrix. */
export interface PreparedDual {
  /** The dual of row i and column j at covariance c. */
  readonly pair: (i: number, j: number, c: number) => number;
  /** The dual of row i (column j) with itself. */
  readonly row: (i: number) => number;
  readonly col: (j: number) => number;
  /** Bound on the error of any of them; 0 for a closed form. */
  readonly error: number;
}

function closed(dual: Dual, rows: Float64Array, cols: Float64Array): PreparedDual {
  return {
    pair: (i, j, c) => dual(rows[i], cols[j], c),
    row: (i) => dual(rows[i], rows[i], rows[i]),
    col: (j) => dual(cols[j], cols[j], cols[j]),
    error: 0,
  };
}

/** Distinct values up to 4 units in the last place, and which of them each row and column has. */
function distinct(rows: Float64Array, cols: Float64Array): { values: Float64Array; rowGroup: Int32Array; colGroup: Int32Array } {
  const all = Float64Array.from([...rows, ...cols]);
  const order = Uint32Array.from(all.keys()).sort((a, b) => all[a] - all[b]);
  const group = new Int32Array(all.length);
  const values: number[] = [];
  for (const index of order) {
    const q = all[index];
    const leader = values[values.length - 1];
    if (leader === undefined || q - leader > 4 * Number.EPSILON * q) values.push(q);
    group[index] = values.length - 1;
  }
  return { values: Float64Array.from(values), rowGroup: group.slice(0, rows.length), colGroup: group.slice(rows.length) };
}

/** Mehler's series with one coefficient table for all the distinct variances. */
function* series(expandable: Expandable, rows: Float64Array, cols: Float64Array, options: SeriesOptions): Steps<PreparedDual> {
  const { values, rowGroup, colGroup } = distinct(rows, cols);
  const table = yield* hermiteTableSteps(expandable, values, options);
  const { coefficients, terms, first, stride, squares, error } = table;
  const logTolerance = Math.log(options.tolerance ?? 1e-15) - 2;
  const rowRoot = rows.map(Math.sqrt);
  const colRoot = cols.map(Math.sqrt);
  return {
    pair: (i, j, c) => {
      const norm = rowRoot[i] * colRoot[j];
      let rho = norm === 0 ? 0 : c / norm;
      if (rho > 1) rho = 1;
      else if (rho < -1) rho = -1;
      return sumSeries(coefficients, rowGroup[i] * terms, coefficients, colGroup[j] * terms, rho, terms, first, stride, logTolerance);
    },
    row: (i) => squares[rowGroup[i]],
    col: (j) => squares[colGroup[j]],
    error,
  };
}

/** E[φφ] prepared for the given variances: the closed form where there is one, else a Hermite series. */
export function* prepareDual(activation: Activation, rows: Float64Array, cols: Float64Array, options: SeriesOptions): Steps<PreparedDual> {
  return activation.dual === undefined ? yield* series(valueOf(activation), rows, cols, options) : closed(activation.dual, rows, cols);
}

/** E[φ′φ′] likewise. Throws `ERR_UNSUPPORTED` when φ jumps. */
export function* prepareDualDerivative(activation: Activation, rows: Float64Array, cols: Float64Array, options: SeriesOptions): Steps<PreparedDual> {
  const expandable = derivativeOf(activation);
  return activation.dualDerivative === undefined ? yield* series(expandable, rows, cols, options) : closed(activation.dualDerivative, rows, cols);
}
