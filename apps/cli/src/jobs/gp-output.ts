import { encodeNpy } from '@saddlepoint/datasets';
import { gpPosteriorFigure, renderSvg } from '@saddlepoint/figures';
import { computeKernels, gaussianIntervals, gpPredict, gpSamples, type Intervals, type leaveOneOut } from '@saddlepoint/kernels';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { linspace } from '@saddlepoint/numerics';
import { unscaledBy, type RegressionData } from './gp-data.js';
import type { Raw, Setting, Solved } from './gp-solve.js';
import type { JobOptions } from './options.js';

/** Predictions in the units of the targets: m×c each. */
export interface Predictions {
  readonly mean: Matrix;
  /** Of a new label, noise included. */
  readonly deviation: Matrix;
  readonly lower: Matrix;
  readonly upper: Matrix;
}

/** Predictions with intervals, in the units of the targets. */
export function predictionsOf(raw: Raw, intervals: Intervals, ridge: number, { targetScale }: RegressionData): Predictions {
  const { rows: m, cols: c } = raw.mean;
  const deviation = matrix(m, c, raw.mean.data.map((_, at) => Math.sqrt(raw.variance[Math.floor(at / c)] + ridge)));
  return { mean: unscaledBy(targetScale, raw.mean), deviation: unscaledBy(targetScale, deviation, false), lower: unscaledBy(targetScale, intervals.lower), upper: unscaledBy(targetScale, intervals.upper) };
}

/** Intervals in the units of the targets. */
export const inUnits = ({ level, lower, upper }: Intervals, { targetScale }: RegressionData): Intervals => ({ level, lower: unscaledBy(targetScale, lower), upper: unscaledBy(targetScale, upper) });

const meanSquare = (a: Matrix, b: Matrix): number => a.data.reduce((sum, v, i) => sum + (v - b.data[i]) ** 2, 0) / a.data.length;

/** Test error, the part of the variance explained, and how often the sign (or the largest output) is right for labels of ±1 (or one-hot). */
export function score(actual: Matrix, mean: Matrix) {
  const { rows: m, cols: c, data } = actual;
  const average = Float64Array.from({ length: c }, (_, j) => Array.from({ length: m }, (_unused, i) => data[i * c + j]).reduce((a, b) => a + b, 0) / m);
  const spread = data.reduce((sum, v, at) => sum + (v - average[at % c]) ** 2, 0) / data.length;
  const meanSquaredError = meanSquare(actual, mean);
  const best = (values: Float64Array, i: number): number => values.subarray(i * c, (i + 1) * c).reduce((b, v, j, row) => (v > row[b] ? j : b), 0);
  const signs = c === 1 && data.every((v) => v === 1 || v === -1);
  const right = Array.from({ length: m }, (_, i) => (c === 1 ? mean.data[i] * data[i] > 0 : best(mean.data, i) === best(data, i))).filter(Boolean).length;
  const oneHot = c > 1 && data.every((v) => v === data[0] || Math.abs(v) <= 1) && new Set(data).size === 2;
  return { samples: m, meanSquaredError, explained: spread > 0 ? 1 - meanSquaredError / spread : 0, accuracy: signs || oneHot ? right / m : null };
}

/** The posterior over one input, drawn between and a little beyond the data. */
export async function posteriorFigure(solved: Solved, setting: Setting, level: number, seed: number, options: JobOptions): Promise<string | null> {
  const { data, network, kernel, ridge } = setting;
  if (data.train.inputs.cols !== 1 || data.train.targets.cols !== 1 || solved.type !== 'dense') return null;
  const places = Array.from(data.train.inputs.data);
  const [lo, hi] = [Math.min(...places), Math.max(...places)];
  const inputs = matrix(161, 1, linspace(lo - 0.1 * (hi - lo), hi + 0.1 * (hi - lo), 161));
  const [cross, own] = [await computeKernels(network, inputs, data.train.inputs, { outputs: kernel }), await computeKernels(network, inputs, undefined, { outputs: kernel })];
  options.onProgress({ stage: 'figures', fraction: 0.5 });
  const of = (kernels: typeof own): Matrix => (kernel === 'ntk' && kernels.ntk ? kernels.ntk : kernels.nngp);
  const prediction = gpPredict(solved.fit, { crossKernel: of(cross), testKernel: of(own) });
  const { lower, upper } = gaussianIntervals({ mean: prediction.mean, variance: prediction.variance ?? [] }, { level, noise: ridge });
  const samples = prediction.covariance === undefined ? [] : (await gpSamples({ mean: prediction.mean, covariance: prediction.covariance }, { samples: 5, seed })).samples;
  const back = (values: Matrix): Float64Array => unscaledBy(data.targetScale, values).data;
  return renderSvg(
    gpPosteriorFigure({
      x: unscaledBy(data.inputScale, inputs).data,
      mean: back(prediction.mean),
      lower: back(lower),
      upper: back(upper),
      intervalName: `${Number((100 * level).toPrecision(4))}% interval of a new label`,
      samples: samples.map(back),
      data: { x: unscaledBy(data.inputScale, data.train.inputs).data, y: back(data.train.targets) },
    }),
  );
}

/** Columns mean, deviation, lower, upper, each of every output. */
export function predictionFile({ mean, deviation, lower, upper }: Predictions): Uint8Array {
  const { rows: m, cols: c } = mean;
  const data = new Float64Array(m * 4 * c);
  [mean, deviation, lower, upper].forEach((part, p) => {
    part.data.forEach((v, at) => (data[Math.floor(at / c) * 4 * c + p * c + (at % c)] = v));
  });
  return encodeNpy(matrix(m, 4 * c, data));
}

/** Leave-one-out error in the units of the targets. */
export function held({ residuals, logPredictiveDensity }: ReturnType<typeof leaveOneOut>, { targetScale }: RegressionData): { meanSquaredError: number; logPredictiveDensity: number } {
  const own = unscaledBy(targetScale, residuals, false);
  return { meanSquaredError: own.data.reduce((sum, r) => sum + r * r, 0) / own.data.length, logPredictiveDensity };
}
