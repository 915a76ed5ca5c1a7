import { readFile } from 'node:fs/promises';
import { formatNetwork, type Network } from '@saddlepoint/architecture';
import { npyMatrix, parseNpy } from '@saddlepoint/datasets';
import { evidenceFigure, predictionFigure, renderSvg } from '@saddlepoint/figures';
import { coverageOf, leaveOneOut, maximizeEvidence, type MaximalEvidence } from '@saddlepoint/kernels';
import type { Matrix } from '@saddlepoint/linalg';
import { readRegression, scaledBy, unscaledBy } from './gp-data.js';
import { held, inUnits, posteriorFigure, predictionFile, predictionsOf, score } from './gp-output.js';
import { intervalsAt, predictAt, solve, type Setting } from './gp-solve.js';
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

const LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

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
