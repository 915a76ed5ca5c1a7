import { mlp } from '@saddlepoint/architecture';
import type { RunOptions } from '@saddlepoint/core';
import { take, type Dataset } from '@saddlepoint/datasets';
import { lazyDynamics, twoLayerDmft } from '@saddlepoint/dynamics';
import { computeKernels } from '@saddlepoint/kernels';
import { gram } from '@saddlepoint/linalg';
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

/** A loss that a log axis can show. */
const visible = (loss: ArrayLike<number>): number[] => Array.from(loss, (value) => Math.max(value, 1e-12));

/**
 * Two-layer dynamical mean field at the chosen richness, its lazy limit, and the lazy network of the chosen depth and variances.
 * The two-layer network has unit variances and no biases, as in theory.md section 8.
 */
export async function lossCurves(pool: Dataset, setting: DynamicsSetting, options: RunOptions = {}): Promise<LossCurves> {
  const { largestSamples, learningRate, steps, recordEvery } = dynamicsPlan;
  const samples = Math.min(setting.samples, largestSamples);
  const { inputs, targets } = take(pool, Array.from({ length: samples }, (_, i) => i));
  const common = { targets: targets.data, learningRate, steps };
  const lazy = async (network: ReturnType<typeof mlp>): Promise<number[]> => {
    const { ntk } = await computeKernels(network, inputs, undefined, { outputs: 'ntk', ...options });
    return visible(lazyDynamics({ ntk: ntk, ...common }).loss.filter((_, t) => t % recordEvery === 0));
  };
  const { activation, richness, depth } = setting;
  const rich = await twoLayerDmft(
    { ...common, inputGram: gram(inputs, { scale: 1 / inputs.cols }), activation, richness, recordEvery, particles: dynamicsPlan.particles, batches: dynamicsPlan.batches, seed: 1, snapshotSteps: [0, steps] },
    options,
  );
  const twoLayer = mlp({ depth: 1, activation });
  const curves = [
    { name: 'rich', loss: visible(rich.loss) },
    { name: 'lazy, γ → 0', loss: await lazy(twoLayer) },
  ];
  if (depth > 1) curves.push({ name: `lazy, ${depth} layers`, loss: await lazy(networkOf(setting)) });
  const aligned = rich.snapshots.map((snapshot) => snapshot.ntkAlignment);
  return {
    times: Array.from({ length: Math.floor(steps / recordEvery) + 1 }, (_, i) => i * recordEvery * learningRate),
    curves,
    richness,
    samples,
    diverged: rich.status === 'diverged',
    alignment: [aligned[0], aligned.at(-1)!],
  };
}
