import { readFile } from 'node:fs/promises';
import { formatNetwork, type Network } from '@saddlepoint/architecture';
import { encodeNpy, npyMatrix, parseNpy } from '@saddlepoint/datasets';
import { evidenceFigure, gpPosteriorFigure, predictionFigure, renderSvg } from '@saddlepoint/figures';
import {
  conformalIntervals,
  computeKernels,
  coverageOf,
  gaussianIntervals,
  gpFit,
  gpFitTiled,
  gpPredict,
  gpPredictTiled,
  gpSamples,
  kernelDiagonal,
  kernelSource,
  leaveOneOut,
  maximizeEvidence,
  type GpFit,
  type Intervals,
  type MaximalEvidence,
  type TiledFit,
} from '@saddlepoint/kernels';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { linspace } from '@saddlepoint/numerics';
import { UsageError } from '../exit.js';
import { readRegression, scaledBy, unscaledBy, type RegressionData } from './gp-data.js';
import type { JobOptions } from './options.js';
import type { Problem } from './problem.js';

export interface GpInput extends Problem {
  readonly samples?: number;
  readonly test?: number;
  readonly ridge: number;
  readonly kernel: 'nngp' | 'ntk';
  readonly maximize: boolean;
  readonly starts: number;
  readonly standardize: boolean;
  readonly intervals: 'gaussian' | 'conformal';
  readonly level: number;
  /** A .npy file of new inputs. */
  readonly predict?: string;
  readonly render: boolean;
}

/** Predictions in the units of the targets: m×c each. */
interface Predictions {
  readonly mean: Matrix;
  /** Of a new label, noise included. */
  readonly deviation: Matrix;
  readonly lower: Matrix;
  readonly upper: Matrix;
}

interface Calibration {
  readonly level: number;
  readonly coverage: number;
  readonly standardError: number;
  readonly meanWidth: number;
}

export interface GpResult {
  readonly data: string;
  readonly network: string;
  readonly kernel: 'nngp' | 'ntk';
  readonly ridge: number;
  readonly samples: number;
  readonly outputs: number;
  /** Log evidences and densities are those of the standardized targets. */
  readonly standardized: boolean;
  readonly logMarginalLikelihood: number;
  readonly dataFit: number;
  readonly complexity: number;
  /** How the evidence was maximised; absent when it was not. */
  readonly evidence?: Pick<MaximalEvidence<Network>, 'status' | 'iterations' | 'evaluations' | 'groups' | 'trace' | 'runs'>;
  readonly leaveOneOut: { readonly meanSquaredError: number; readonly logPredictiveDensity: number } | null;
  readonly test: { readonly samples: number; readonly meanSquaredError: number; readonly explained: number; readonly accuracy: number | null } | null;
  readonly intervals: { readonly method: string; readonly level: number; readonly calibration: readonly Calibration[] } | null;
  readonly predictions: { readonly actual: Matrix; readonly mean: Matrix; readonly deviation: Matrix; readonly lower: Matrix; readonly upper: Matrix } | null;
  readonly figures: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Above this many samples kernel and factor are kept in tiles. */
const DENSE = 6000;
const LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** A solved regression, in memory or in tiles. */
type Solved = { readonly type: 'dense'; readonly fit: GpFit } | { readonly type: 'tiled'; readonly fit: TiledFit };

interface Setting {
  readonly network: Network;
  readonly kernel: 'nngp' | 'ntk';
  readonly ridge: number;
  readonly data: RegressionData;
}

async function solve({ network, kernel, ridge, data: { train } }: Setting, { onProgress }: JobOptions): Promise<Solved> {
  if (train.inputs.rows > DENSE) return { type: 'tiled', fit: await gpFitTiled(kernelSource(network, train.inputs, { kernel }), { targets: train.targets, ridge, onProgress }) };
  const { nngp, ntk } = await computeKernels(network, train.inputs, undefined, { outputs: kernel, onProgress });
  onProgress({ stage: 'solve', fraction: 0.5 });
  return { type: 'dense', fit: gpFit({ kernel: ntk !== undefined && kernel === 'ntk' ? ntk : nngp, targets: train.targets, ridge }) };
}

/** Mean and variance of f at new inputs, and what conformal intervals need. */
async function predictAt(solved: Solved, { network, kernel, data: { train } }: Setting, inputs: Matrix, { onProgress }: JobOptions) {
  const own = kernel === 'ntk' ? kernelDiagonal(network, inputs).ntk : kernelDiagonal(network, inputs, { outputs: 'nngp' }).nngp;
  if (solved.type === 'tiled') {
    const { mean, variance } = await gpPredictTiled(solved.fit, { tests: inputs.rows, cross: kernelSource(network, inputs, { kernel, X2: train.inputs }).block, testDiagonal: own }, { onProgress });
    return { mean, variance: variance ?? new Float64Array(inputs.rows), points: null };
  }
  const { nngp, ntk } = await computeKernels(network, inputs, train.inputs, { outputs: kernel, onProgress });
  const points = { crossKernel: ntk !== undefined && kernel === 'ntk' ? ntk : nngp, testDiagonal: own };
  return { ...gpPredict(solved.fit, points), points };
}

type Raw = Awaited<ReturnType<typeof predictAt>>;

/** Intervals for new labels at a level. */
function intervalsAt(solved: Solved, raw: Raw, ridge: number, method: 'gaussian' | 'conformal', level: number): Intervals {
  if (method === 'gaussian') return gaussianIntervals(raw, { level, noise: ridge });
  if (solved.type === 'tiled' || raw.points === null) throw new UsageError(`--intervals: expected gaussian for more than ${DENSE} training samples, got conformal`);
  return conformalIntervals(solved.fit, raw.points, { level });
}

function predictionsOf(raw: Raw, intervals: Intervals, ridge: number, { targetScale }: RegressionData): Predictions {
  const { rows: m, cols: c } = raw.mean;
  const deviation = matrix(m, c, raw.mean.data.map((_, at) => Math.sqrt(raw.variance[Math.floor(at / c)] + ridge)));
  return { mean: unscaledBy(targetScale, raw.mean), deviation: unscaledBy(targetScale, deviation, false), lower: unscaledBy(targetScale, intervals.lower), upper: unscaledBy(targetScale, intervals.upper) };
}

/** Intervals in the units of the targets. */
const inUnits = ({ level, lower, upper }: Intervals, { targetScale }: RegressionData): Intervals => ({ level, lower: unscaledBy(targetScale, lower), upper: unscaledBy(targetScale, upper) });

const meanSquare = (a: Matrix, b: Matrix): number => a.data.reduce((sum, v, i) => sum + (v - b.data[i]) ** 2, 0) / a.data.length;

/** Test error, the part of the variance explained, and how often the sign (or the largest output) is right for labels of ±1 (or one-hot). */
function score(actual: Matrix, mean: Matrix) {
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
async function posteriorFigure(solved: Solved, setting: Setting, level: number, seed: number, options: JobOptions): Promise<string | null> {
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
function predictionFile({ mean, deviation, lower, upper }: Predictions): Uint8Array {
  const { rows: m, cols: c } = mean;
  const data = new Float64Array(m * 4 * c);
  [mean, deviation, lower, upper].forEach((part, p) => {
    part.data.forEach((v, at) => (data[Math.floor(at / c) * 4 * c + p * c + (at % c)] = v));
  });
  return encodeNpy(matrix(m, 4 * c, data));
}

/** Gaussian-process regression with a network's kernel: fit, evidence, predictions, intervals. */
export async function gpJob(input: GpInput, options: JobOptions): Promise<GpResult> {
  const { onProgress } = options;
  onProgress({ stage: 'data', fraction: 0 });
  const data = await readRegression(input, input);
  const { kernel, level } = input;
  const { train, test } = data;
  const best = input.maximize ? await maximizeEvidence(data.network, train.inputs, train.targets, { ridge: input.ridge, kernel, starts: input.starts, seed: input.seed, onProgress }) : null;
  const setting: Setting = { network: best?.network ?? data.network, kernel, ridge: best?.ridge ?? input.ridge, data };
  const { network, ridge } = setting;
  const solved = await solve(setting, options);
  const figures: Record<string, string> = {};
  const files: Record<string, Uint8Array> = {};

  const raw = test.inputs.rows > 0 ? await predictAt(solved, setting, test.inputs, options) : null;
  const predictions = raw && predictionsOf(raw, intervalsAt(solved, raw, ridge, input.intervals, level), ridge, data);
  const actual = unscaledBy(data.targetScale, test.targets);
  const calibration = raw
    ? [...new Set([...LEVELS, level])].sort((a, b) => a - b).map((claimed): Calibration => ({ level: claimed, ...coverageOf(inUnits(intervalsAt(solved, raw, ridge, input.intervals, claimed), data), actual) }))
    : [];
  if (input.predict !== undefined) {
    const inputs = scaledBy(data.inputScale, npyMatrix(parseNpy(await readFile(input.predict), input.predict), input.predict));
    const at = await predictAt(solved, setting, inputs, options);
    files['predictions.npy'] = predictionFile(predictionsOf(at, intervalsAt(solved, at, ridge, input.intervals, level), ridge, data));
  }
  if (input.render) {
    onProgress({ stage: 'figures', fraction: 0 });
    if (predictions !== null) {
      const finite = calibration.filter(({ level: claimed }) => claimed < 0.99 || claimed === level);
      figures.predictions = await renderSvg(
        predictionFigure({
          actual: actual.data,
          predicted: predictions.mean.data,
          ...([...predictions.lower.data, ...predictions.upper.data].every(Number.isFinite) ? { lower: predictions.lower.data, upper: predictions.upper.data } : {}),
          intervalName: `${Number((100 * level).toPrecision(4))}% interval`,
          calibration: { nominal: finite.map((c) => c.level), observed: finite.map((c) => c.coverage), standardError: finite.map((c) => c.standardError) },
        }),
      );
    }
    const posterior = await posteriorFigure(solved, setting, level, input.seed, options);
    if (posterior !== null) figures.posterior = posterior;
    if (best !== null)
      figures.evidence = await renderSvg(
        evidenceFigure({
          values: best.trace.map((p) => p.value),
          parameters: [{ name: 'ridge', values: best.trace.map((p) => p.ridge) }, ...best.groups.map((name, g) => ({ name: `factor of ${name}`, values: best.trace.map((p) => p.factors[g]) }))],
        }),
      );
  }
  onProgress({ stage: 'done', fraction: 1 });
  return {
    data: data.name,
    network: formatNetwork(network),
    kernel,
    ridge,
    samples: train.inputs.rows,
    outputs: train.targets.cols,
    standardized: input.standardize,
    logMarginalLikelihood: solved.fit.logMarginalLikelihood,
    dataFit: solved.fit.dataFit,
    complexity: solved.fit.complexity,
    ...(best === null ? {} : { evidence: { status: best.status, iterations: best.iterations, evaluations: best.evaluations, groups: best.groups, trace: best.trace, runs: best.runs } }),
    leaveOneOut: solved.type === 'dense' && solved.fit.status === 'definite' ? held(leaveOneOut(solved.fit), data) : null,
    test: predictions && score(actual, predictions.mean),
    intervals: raw && { method: input.intervals, level, calibration },
    predictions: predictions && { actual, ...predictions },
    figures,
    files,
  };
}

/** Leave-one-out error in the units of the targets. */
function held({ residuals, logPredictiveDensity }: ReturnType<typeof leaveOneOut>, { targetScale }: RegressionData): { meanSquaredError: number; logPredictiveDensity: number } {
  const own = unscaledBy(targetScale, residuals, false);
  return { meanSquaredError: own.data.reduce((sum, r) => sum + r * r, 0) / own.data.length, logPredictiveDensity };
}
