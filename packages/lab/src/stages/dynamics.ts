import { mlp, resolveActivation } from '@saddlepoint/architecture';
import { take } from '@saddlepoint/datasets';
import { lazyDynamics, twoLayerDmft } from '@saddlepoint/dynamics';
import { trainEnsemble } from '@saddlepoint/finite-width';
import { computeKernels } from '@saddlepoint/kernels';
import { gram, rowsOf } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { rowSpaceInputs } from './row-space.js';
import type { Stage, StageContext, StageOptions } from '../registry/stage.js';
import type { DynamicsCurve, DynamicsSection } from '../report/sections.js';

/** Losses below this part of their start are not compared: relative differences mean little there. */
const comparedAbove = 0.05;

/** Largest |predicted/measured − 1| over the steps at which the measured loss is above a twentieth of its start. */
function largestDeviation(steps: readonly number[], measured: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let largest = 0;
  steps.forEach((step, i) => {
    if (measured[i] > comparedAbove * measured[0] && step < predicted.length) largest = Math.max(largest, Math.abs(predicted[step] / measured[i] - 1));
  });
  return largest;
}

async function run({ experiment, problem, lab, seed }: StageContext, { signal, onProgress }: StageOptions): Promise<DynamicsSection> {
  const spec = experiment.dynamics;
  if (spec === undefined) throw new Error('the stage has weight 0 without dynamics');
  const { samples, width, members, learningRate, steps, particles, richness, activation } = spec;
  const resolved = resolveActivation(activation, { activations: lab.activations });
  const chosen = randomStream(seed, 'dynamics').permutation(problem.pool.inputs.rows).slice(0, samples);
  const { inputs, targets } = take(problem.pool, chosen);
  const inputGram = gram(inputs, { scale: 1 / inputs.cols });
  const { ntk } = await computeKernels(mlp({ depth: 1, activation }), inputs, undefined, { outputs: 'ntk', extensions: { activations: lab.activations }, signal });
  if (ntk === undefined) throw new Error('the NTK was asked for and not computed');
  const lazy = lazyDynamics({ ntk, targets: targets.data, learningRate, steps });
  // Gradients never leave the span of the data: as many coordinates as samples say it all.
  const reduced = rowSpaceInputs(inputs, rowsOf(inputs, Int32Array.of(0))).train;
  const curves: DynamicsCurve[] = [];
  for (const [i, gamma] of richness.entries()) {
    const report = (name: string, from: number, to: number) => ({ fraction }: { fraction: number }) => {
      onProgress({ stage: `${name} at richness ${gamma}`, fraction: (i + from + (to - from) * fraction) / richness.length });
    };
    const dmft = await twoLayerDmft(
      { inputGram, targets: targets.data, activation: resolved, richness: gamma, learningRate, steps, particles, snapshotSteps: [] },
      { signal, seed, onProgress: report('DMFT', 0, 0.5) },
    );
    const trained = await trainEnsemble(
      {
        network: mlp({ depth: 1, activation, width, parameterization: 'mean-field', richness: gamma }),
        inputs: reduced,
        targets,
        members,
        method: { type: 'gradient-descent', learningRate, steps, loss: 'mean', momentum: 0 },
        record: { count: 24 },
      },
      { signal, seed: `${seed}/dynamics/${i}`, onProgress: report('training', 0.5, 1) },
    );
    const every = Math.max(1, Math.floor(dmft.loss.length / 200));
    const kept = Array.from(dmft.loss.keys()).filter((step) => step % every === 0 || step === dmft.loss.length - 1);
    const recorded = trained.recordSteps.map((_, t) => t);
    curves.push({
      richness: gamma,
      times: kept.map((step) => dmft.times[step]),
      ntkFlow: kept.map((step) => lazy.loss[step]),
      dmft: kept.map((step) => dmft.loss[step]),
      dmftStandardError: kept.map((step) => dmft.lossStandardError[step]),
      trainedTimes: recorded.map((t) => trained.recordSteps[t] * learningRate),
      trained: Array.from(trained.trainLoss.mean),
      trainedStandardError: Array.from(trained.trainLoss.standardError),
      dmftDeviation: largestDeviation(trained.recordSteps, trained.trainLoss.mean, dmft.loss),
      ntkDeviation: largestDeviation(trained.recordSteps, trained.trainLoss.mean, lazy.loss),
      status: dmft.status,
    });
  }
  return { samples, width, members, learningRate, activation, curves };
}

/** Training-loss curves: lazy theory, DMFT, and wide networks. */
export const dynamicsStage: Stage = {
  name: 'dynamics',
  title: 'dynamics of training',
  weight: ({ dynamics: spec }) =>
    spec === undefined ? 0 : (spec.richness.length * spec.steps * spec.samples * (spec.particles * spec.samples + spec.members * spec.width * 200)) / 1.3e9,
  run,
};
