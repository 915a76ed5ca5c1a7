import type { Network } from '@saddlepoint/architecture';
import { conformalIntervals, computeKernels, gaussianIntervals, gpFit, gpFitTiled, gpPredict, gpPredictTiled, kernelDiagonal, kernelSource, type GpFit, type Intervals, type TiledFit } from '@saddlepoint/kernels';
import type { Matrix } from '@saddlepoint/linalg';
import { UsageError } from '../exit.js';
import type { RegressionData } from './gp-data.js';
import type { JobOptions } from './options.js';

/** Above this many samples kernel and factor are kept in tiles. */
const DENSE = 6000;

/** A solved regression, in memory or in tiles. */
export type Solved = { readonly type: 'dense'; readonly fit: GpFit } | { readonly type: 'tiled'; readonly fit: TiledFit };

export interface Setting {
  readonly network: Network;
  readonly kernel: 'nngp' | 'ntk';
  readonly ridge: number;
  readonly data: RegressionData;
}

/** Solves the regression of a setting. */
export async function solve({ network, kernel, ridge, data: { train } }: Setting, { onProgress }: JobOptions): Promise<Solved> {
  if (train.inputs.rows > DENSE) return { type: 'tiled', fit: await gpFitTiled(kernelSource(network, train.inputs, { kernel }), { targets: train.targets, ridge, onProgress }) };
  const { nngp, ntk } = await computeKernels(network, train.inputs, undefined, { outputs: kernel, onProgress });
  onProgress({ stage: 'solve', fraction: 0.5 });
  return { type: 'dense', fit: gpFit({ kernel: ntk !== undefined && kernel === 'ntk' ? ntk : nngp, targets: train.targets, ridge }) };
}

/** Mean and variance of f at new inputs, and what conformal intervals need. */
export async function predictAt(solved: Solved, { network, kernel, data: { train } }: Setting, inputs: Matrix, { onProgress }: JobOptions) {
  const own = kernel === 'ntk' ? kernelDiagonal(network, inputs).ntk : kernelDiagonal(network, inputs, { outputs: 'nngp' }).nngp;
  if (solved.type === 'tiled') {
    const { mean, variance } = await gpPredictTiled(solved.fit, { tests: inputs.rows, cross: kernelSource(network, inputs, { kernel, X2: train.inputs }).block, testDiagonal: own }, { onProgress });
    return { mean, variance: variance ?? new Float64Array(inputs.rows), points: null };
  }
  const { nngp, ntk } = await computeKernels(network, inputs, train.inputs, { outputs: kernel, onProgress });
  const points = { crossKernel: ntk !== undefined && kernel === 'ntk' ? ntk : nngp, testDiagonal: own };
  return { ...gpPredict(solved.fit, points), points };
}

export type Raw = Awaited<ReturnType<typeof predictAt>>;

/** Intervals for new labels at a level. */
export function intervalsAt(solved: Solved, raw: Raw, ridge: number, method: 'gaussian' | 'conformal', level: number): Intervals {
  if (method === 'gaussian') return gaussianIntervals(raw, { level, noise: ridge });
  if (solved.type === 'tiled' || raw.points === null) throw new UsageError(`--intervals: expected gaussian for more than ${DENSE} training samples, got conformal`);
  return conformalIntervals(solved.fit, raw.points, { level });
}
