import { scaled } from '@saddlepoint/linalg';
import { effectiveSampleSize, mean, splitRhat, standardDeviation } from '@saddlepoint/numerics';
import { float32Note, reporter, splitMembers, startTask } from './context.js';
import type { Context } from './context.js';
import { maybe, meanPredictorError } from './gather.js';
import { sampleLangevin } from './langevin.js';
import type { GroupSamples } from './langevin.js';
import { misclassified, squaredError } from './observe.js';
import type { NetworkParameters } from './parameters.js';
import { whitened } from './plan.js';
import type { NetworkPlan } from './plan.js';
import { seriesOf, stacked, summarizeKernels } from './series.js';
import { disposeTask } from './task.js';
import type { ChainDiagnostic, EnsembleResult, Langevin } from './types.js';

/** Mean over all chains with the error that the effective sample size gives. */
function diagnose(chains: readonly Float64Array[]): ChainDiagnostic {
  const all = chains.flatMap((chain) => [...chain]);
  const size = effectiveSampleSize(chains);
  return { mean: mean(all), standardError: standardDeviation(all) / Math.sqrt(size), splitRhat: splitRhat(chains), effectiveSampleSize: size };
}

/** Whitened parameters back in the network's own parameterization. */
const coloured = ({ weights, biases }: NetworkParameters, { layers }: NetworkPlan): NetworkParameters => ({
  weights: weights.map((weight, l) => scaled(weight, layers[l].weightDeviation)),
  biases: biases.map((bias, l) => (bias === null ? null : scaled(bias, layers[l].biasDeviation))),
});

/** A mean that lets the NaN of a diverged chain through: its status says why. */
const average = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

const stepNote = 'Langevin averages carry a bias of order h² (none for a Gaussian posterior): compare with a run at half the step size.';

interface Settled {
  readonly stepSize: number | null;
  readonly steps: number;
  readonly burnIn: number;
  readonly thin: number;
  readonly seed: number | string;
  /** The part of the whole run's progress that this is. */
  readonly progress: readonly [from: number, to: number];
}

async function sampleAll(context: Context, method: Langevin, settled: Settled): Promise<GroupSamples[]> {
  const { request } = context;
  const { steps, burnIn, thin, seed, progress } = settled;
  const plan = whitened(context.plan);
  const report = reporter(context, 'sampling');
  const hook = request.record?.observe;
  const samples: GroupSamples[] = [];
  let { stepSize } = settled;
  let done = 0;
  for (const members of splitMembers(context, Infinity)) {
    const task = startTask({ ...context, seed }, plan, members, false);
    const share = (step: number): number => (done + (members.length * step) / (burnIn + steps)) / request.members;
    try {
      const sampled = await sampleLangevin(task, {
        ridge: method.ridge,
        steps,
        burnIn,
        thin,
        friction: method.friction ?? 1,
        stepFactor: method.stepFactor ?? 0.5,
        stepSize,
        seed,
        kernels: (request.record?.kernels?.length ?? 0) > 0,
        hook: hook === undefined ? undefined : (parameters, member, step) => hook(coloured(parameters, context.plan), member, step),
        afterStep: (step, loss) => report(0, request.members, progress[0] + (progress[1] - progress[0]) * share(step), loss),
      });
      stepSize = sampled.stepSize;
      samples.push(sampled);
    } finally {
      disposeTask(task);
    }
    done += members.length;
  }
  return samples;
}

function diagnoseAll(samples: readonly GroupSamples[]): Record<string, ChainDiagnostic> {
  const usable = samples.every((sample) => sample.finite && sample.measurements >= 4);
  const traces = samples.flatMap((sample) => sample.traces);
  return Object.fromEntries((usable ? Object.keys(traces[0]) : []).map((name) => [name, diagnose(traces.map((trace) => trace[name]))]));
}

const zScores = (a: Record<string, ChainDiagnostic>, b: Record<string, ChainDiagnostic>): Record<string, number> =>
  Object.fromEntries(Object.keys(a).flatMap((name) => (name in b ? [[name, (a[name].mean - b[name].mean) / Math.hypot(a[name].standardError, b[name].standardError)]] : [])));

/** Samples all chains and gathers posterior means with diagnostics. */
export async function runLangevin(context: Context, method: Langevin): Promise<EnsembleResult> {
  const begun = performance.now();
  const { data, seed } = context;
  const { steps, burnIn = Math.ceil(method.steps / 4), thin = Math.min(5, method.steps), friction = 1, stepCheck = false } = method;
  const samples = await sampleAll(context, method, { stepSize: method.stepSize ?? null, steps, burnIn, thin, seed, progress: [0, stepCheck ? 1 / 3 : 1] });
  const stepSize = Math.min(...samples.map((sample) => sample.stepSize));
  const totalMs = performance.now() - begun;
  const diagnostics = diagnoseAll(samples);
  const finer = stepCheck
    ? await sampleAll(context, method, { stepSize: stepSize / 2, steps: 2 * steps, burnIn: 2 * burnIn, thin: 2 * thin, seed: `${seed} half step`, progress: [1 / 3, 1] })
    : null;
  const finite = samples.every((sample) => sample.finite);
  const traces = samples.flatMap((sample) => sample.traces);
  const all = Object.values(diagnostics);
  const maxRhat = all.length === 0 ? Infinity : Math.max(...all.map((entry) => entry.splitRhat));
  const tests = samples.flatMap((sample) => sample.testMean.flatMap((values) => (values === null ? [] : [values])));
  const { testTargets } = data;
  const testOutputs = tests.length === 0 ? undefined : stacked(tests);
  const judge = (score: (f: Float64Array) => number) => (testTargets === null || tests.length === 0 ? undefined : seriesOf(stacked(tests.map((f) => Float64Array.of(score(f))))));
  const kernels = samples.flatMap((sample) => sample.kernels);
  const status = !finite ? 'diverged' : maxRhat < 1.05 ? 'converged' : 'max-iterations';
  const lastStep = burnIn + steps;
  return {
    status,
    memberStatus: samples.flatMap((sample) => sample.traces.map(() => (sample.finite ? status : 'diverged'))),
    steps: lastStep,
    memberSteps: traces.map(() => lastStep),
    residual: maxRhat - 1,
    recordSteps: [lastStep],
    times: Float64Array.of(lastStep * stepSize),
    learningRate: stepSize,
    momentum: Math.exp(-friction * stepSize),
    trainLoss: seriesOf(stacked(traces.map(({ trainLoss }) => Float64Array.of(average(trainLoss))))),
    ...maybe('testError', judge((f) => squaredError(f, testTargets?.data ?? []) / f.length * data.targets.cols)),
    ...maybe('classificationError', testTargets === null ? undefined : judge((f) => misclassified(f, testTargets))),
    trainOutputs: stacked(samples.flatMap((sample) => sample.trainMean)),
    ...maybe('testOutputs', testOutputs),
    ...maybe('meanPredictorTestError', meanPredictorError(testOutputs, testTargets)),
    featureKernels: finite && kernels.length > 0 && kernels[0].length > 0 ? [summarizeKernels(lastStep, kernels)] : [],
    sampling: {
      stepSize,
      friction,
      measurements: Math.min(...samples.map((sample) => sample.measurements)),
      diagnostics,
      maxRhat,
      minEffectiveSampleSize: all.length === 0 ? 0 : Math.min(...all.map((entry) => entry.effectiveSampleSize)),
      ...maybe('stepCheck', finer === null ? undefined : zScores(diagnostics, diagnoseAll(finer))),
      kineticTemperature: average(samples.map((sample) => sample.kineticTemperature)),
    },
    timings: { setupMs: 0, totalMs: performance.now() - begun, msPerStep: totalMs / lastStep },
    backend: context.backend,
    seed,
    notes: [float32Note, stepNote],
  };
}
