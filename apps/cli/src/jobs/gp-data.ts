import type { Dataset } from '@saddlepoint/datasets';
import { loadDataset, type DatasetSpec } from '@saddlepoint/datasets/node';
import { matrix, rowsOf, type Matrix } from '@saddlepoint/linalg';
import { UsageError } from '../exit.js';
import { readProblem, type Problem } from './problem.js';

/** Means and standard deviations of columns. */
interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Data for a regression, with the way back to the units of the targets. */
export interface RegressionData {
  readonly name: string;
  readonly network: Awaited<ReturnType<typeof readProblem>>['network'];
  readonly train: { readonly inputs: Matrix; readonly targets: Matrix };
  readonly test: { readonly inputs: Matrix; readonly targets: Matrix };
  readonly inputScale: Scale | null;
  readonly targetScale: Scale | null;
}

const rows = ({ inputs, targets }: Dataset, from: number, to: number) => {
  const indices = Array.from({ length: to - from }, (_, i) => from + i);
  return { inputs: rowsOf(inputs, indices), targets: rowsOf(targets, indices) };
};

function scaleOf({ rows: n, cols, data }: Matrix): Scale {
  const mean = new Float64Array(cols);
  const deviation = new Float64Array(cols);
  for (let i = 0; i < n; i++) for (let j = 0; j < cols; j++) mean[j] += data[i * cols + j] / n;
  for (let i = 0; i < n; i++) for (let j = 0; j < cols; j++) deviation[j] += (data[i * cols + j] - mean[j]) ** 2 / n;
  return { mean, deviation: deviation.map((v) => (v > 0 ? Math.sqrt(v) : 1)) };
}

/** Columns to mean 0 and deviation 1 by a scale, or as they are. */
export const scaledBy = (scale: Scale | null, { rows: n, cols, data }: Matrix): Matrix =>
  matrix(n, cols, scale === null ? data : data.map((v, at) => (v - scale.mean[at % cols]) / scale.deviation[at % cols]));

/** Back to the units of the targets: values, or deviations. */
export const unscaledBy = (scale: Scale | null, { rows: n, cols, data }: Matrix, shift = true): Matrix =>
  matrix(n, cols, scale === null ? data : data.map((v, at) => v * scale.deviation[at % cols] + (shift ? scale.mean[at % cols] : 0)));

/** Samples that a source of fixed size holds; any number of them can be drawn from the others. */
async function available(dataset: DatasetSpec): Promise<number> {
  return dataset.type === 'csv' || dataset.type === 'numpy' ? (await loadDataset(dataset)).inputs.rows : Infinity;
}

/** Training and test samples: as asked for; else seven and three tenths of a table, or of 1000. */
export async function readRegression(problem: Problem, { samples, test, standardize }: { readonly samples?: number | undefined; readonly test?: number | undefined; readonly standardize: boolean }): Promise<RegressionData> {
  const most = await available(problem.dataset);
  const wanted = samples !== undefined && test !== undefined ? samples + test : samples !== undefined ? samples + Math.min(1000, samples) : test !== undefined ? Math.max(1000, 2 * test) : 1000;
  if ((samples ?? 1) + (test ?? 1) > most) throw new UsageError(`${test === undefined ? '--samples' : '--test'}: expected training and test samples within the ${most} of the data, got ${(samples ?? 1) + (test ?? 1)}`);
  const total = Math.min(most, samples === undefined && test === undefined && Number.isFinite(most) ? Math.min(most, 5000) : wanted);
  const { data, network } = await readProblem(problem, total);
  const n = samples ?? (test === undefined ? Math.ceil(0.7 * data.inputs.rows) : data.inputs.rows - test);
  const whole = { train: rows(data, 0, n), test: rows(data, n, Math.min(data.inputs.rows, n + (test ?? Infinity))) };
  const inputScale = standardize ? scaleOf(whole.train.inputs) : null;
  const targetScale = standardize ? scaleOf(whole.train.targets) : null;
  const scaled = (part: typeof whole.train) => ({ inputs: scaledBy(inputScale, part.inputs), targets: scaledBy(targetScale, part.targets) });
  return { name: data.provenance, network, train: scaled(whole.train), test: scaled(whole.test), inputScale, targetScale };
}
