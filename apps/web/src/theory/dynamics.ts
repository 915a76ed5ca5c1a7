import { mlp, type Network } from '@saddlepoint/architecture';
import type { RunOptions } from '@saddlepoint/core';
import { take, type Dataset } from '@saddlepoint/datasets';
import { lazyDynamics, twoLayerDmft } from '@saddlepoint/dynamics';
import { computeKernels, gradientFlow } from '@saddlepoint/kernels';
import { gram, type Matrix } from '@saddlepoint/linalg';
import type { Experiment } from '../state/fields.js';
import { networkOf } from './spectrum.js';

/** What the loss curves depend on. */
export type DynamicsSetting = Pick<Experiment, 'data' | 'depth' | 'activation' | 'weightVariance' | 'biasVariance' | 'richness' | 'samples'>;

/** Training loss (1/2n)Σ(y−f)² in time, on the first `samples` points of the pool. */
export interface LossCurves {
  readonly times: readonly number[];
  readonly curves: readonly { readonly name: string; readonly loss: readonly number[] }[];
  readonly richness: number;
  readonly samples: number;
  /** True when the rich network's outputs blew up: its curve ends there. */
  readonly diverged: boolean;
  /** Alignment of the rich network's NTK with the targets, before and after. */
  readonly alignment: readonly [number, number];
}

/** How the loss curves are computed: small enough for about a second, and steps small enough for the largest richness. */
const dynamicsPlan = Object.freeze({ largestSamples: 48, particles: 1024, batches: 2, learningRate: 0.15, steps: 320, recordEvery: 4 });

/** The part of a loss curve worth drawing: until it has fallen a millionfold or, running away, grown tenfold. */
function drawable(loss: readonly number[]): readonly number[] {
  const end = loss.findIndex((value) => !(value > 1e-6 * loss[0] && value < 10 * loss[0]));
  return end === -1 ? loss : loss.slice(0, Math.max(end, 1));
}

/**
 * Two-layer dynamical mean field at the chosen richness, its lazy limit, and the lazy network of the chosen depth and variances.
 * The two-layer network has unit variances and no biases, as in theory.md section 8.
 */
export async function lossCurves(pool: Dataset, setting: DynamicsSetting, options: RunOptions = {}): Promise<LossCurves> {
  const { largestSamples, particles, batches, learningRate, steps, recordEvery } = dynamicsPlan;
  const samples = Math.min(setting.samples, largestSamples);
  const { inputs, targets } = take(pool, Array.from({ length: samples }, (_, i) => i));
  const { activation, richness, depth } = setting;
  const times = Array.from({ length: Math.floor(steps / recordEvery) + 1 }, (_, i) => i * recordEvery * learningRate);
  const ntkOf = async (network: Network): Promise<Matrix> => (await computeKernels(network, inputs, undefined, { outputs: 'ntk', ...options })).ntk;
  const common = { targets: targets.data, learningRate, steps };
  const rich = await twoLayerDmft(
    { ...common, inputGram: gram(inputs, { scale: 1 / inputs.cols }), activation, richness, recordEvery, particles, batches, seed: 1, snapshotSteps: [0, steps] },
    options,
  );
  const lazy = lazyDynamics({ ntk: await ntkOf(mlp({ depth: 1, activation })), ...common }).loss.filter((_, t) => t % recordEvery === 0);
  const curves = [
    { name: 'rich', loss: drawable(Array.from(rich.loss)) },
    { name: 'lazy, γ → 0', loss: drawable(Array.from(lazy)) },
  ];
  if (depth > 1) {
    // In continuous time: at large variances these steps would be too large for it.
    const { loss } = gradientFlow({ kernel: await ntkOf(networkOf(setting)), targets, time: times, loss: 'mean' });
    curves.push({ name: `lazy, ${depth} layers`, loss: drawable(loss) });
  }
  const aligned = rich.snapshots.map((snapshot) => snapshot.ntkAlignment);
  return {
    times,
    curves,
    richness,
    samples,
    diverged: rich.status === 'diverged',
    alignment: [aligned[0], aligned.at(-1)!],
  };
}
