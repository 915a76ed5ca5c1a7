import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import type { GroupRun } from './journal.js';
import type { MemberRow, Row } from './observe.js';
import type { FeatureKernels, Series } from './types.js';

/** Mean and standard error of the columns of members × times. */
export function seriesOf(members: Matrix): Series {
  const { rows, cols, data } = members;
  const mean = new Float64Array(cols);
  const standardError = new Float64Array(cols);
  for (let t = 0; t < cols; t++) {
    let sum = 0;
    for (let e = 0; e < rows; e++) sum += data[e * cols + t];
    mean[t] = sum / rows;
    let squares = 0;
    for (let e = 0; e < rows; e++) squares += (data[e * cols + t] - mean[t]) ** 2;
    standardError[t] = rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) : 0;
  }
  return { members, mean, standardError };
}

/** The rows of all members on common record steps: a member that stopped early keeps its last values. */
export function alignRows(runs: readonly GroupRun[], schedule: readonly number[]): { steps: number[]; rows: MemberRow[][] } {
  const last = Math.max(...runs.map((run) => run.steps));
  const steps = [...new Set([...schedule.filter((step) => step < last), last])].sort((a, b) => a - b);
  const at = (run: GroupRun, step: number): Row => run.rows.findLast((row) => row.step <= step) ?? run.rows[0];
  return { steps, rows: steps.map((step) => runs.flatMap((run) => at(run, step).members)) };
}

/** members × times of one observable; null where it was not measured. */
export function seriesFrom(rows: readonly (readonly MemberRow[])[], pick: (row: MemberRow) => number | null): Series | undefined {
  const members = rows[0].length;
  const data = new Float64Array(members * rows.length);
  for (let t = 0; t < rows.length; t++)
    for (let e = 0; e < members; e++) {
      const value = pick(rows[t][e]);
      if (value === null) return undefined;
      data[e * rows.length + t] = value;
    }
  return seriesOf(matrix(members, rows.length, data));
}

export const stacked = (rows: readonly Float64Array[]): Matrix => {
  const data = new Float64Array(rows.length * rows[0].length);
  rows.forEach((row, e) => data.set(row, e * row.length));
  return matrix(rows.length, rows[0].length, data);
};

/** Mean and standard error, entry by entry, of the members' kernels. */
export function summarizeKernels(step: number, members: readonly (readonly Matrix[])[]): FeatureKernels {
  const columns = members[0].map((kernel, l) => ({ shape: kernel, series: seriesOf(stacked(members.map((layers) => layers[l].data))) }));
  return {
    step,
    members,
    layers: columns.map(({ shape, series }) => matrix(shape.rows, shape.cols, series.mean)),
    standardErrors: columns.map(({ shape, series }) => matrix(shape.rows, shape.cols, series.standardError)),
  };
}
