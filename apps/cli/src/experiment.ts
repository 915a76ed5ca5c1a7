import type { ExperimentInput } from '@saddlepoint/lab';
import { datasetSpec } from './data.js';
import type { PluginOptions, ProblemOptions } from './options.js';

/** What `curve` and `train` ask for beside data and network. */
export interface CurveOptions extends ProblemOptions, PluginOptions {
  readonly ridge: number;
  readonly pool: number;
  readonly test: number;
  readonly samples?: readonly number[];
  readonly draws: number;
  readonly kernel: 'nngp' | 'ntk' | 'both';
  readonly targetError?: number;
  readonly out?: string;
}

/** Powers of two from 16 up to half the pool. */
function defaultSamples(pool: number): number[] {
  const samples: number[] = [];
  for (let n = Math.min(16, Math.max(1, pool >> 3)); n <= pool / 2; n *= 2) samples.push(n);
  return samples;
}

/** The experiment that a command line describes: the same JSON that `saddle report` runs. */
export function experimentFrom(options: CurveOptions): ExperimentInput {
  const spec = datasetSpec(options);
  return {
    version: 1,
    name: `${options.network} on ${options.data.startsWith('{') ? spec.type : options.data}`,
    dataset: { ...spec },
    network: options.network,
    pool: options.pool,
    test: options.test,
    ridge: options.ridge,
    samples: [...(options.samples ?? defaultSamples(options.pool))],
    draws: options.draws,
    kernels: options.kernel === 'both' ? ['ntk', 'nngp'] : [options.kernel],
    ...(options.targetError === undefined ? {} : { targetError: options.targetError }),
    seed: options.seed,
  };
}
