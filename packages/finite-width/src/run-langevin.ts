import type { Matrix } from '@saddlepoint/linalg';
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

const rescaled = ({ rows, cols, data }: Matrix, factor: number): Matrix => ({ rows, cols, data: data.map((value) => value * factor) });

/** Whitened parameters back in the network's own parameterization. */
const coloured = ({ weights, biases }: NetworkParameters, { layers }: NetworkPlan): NetworkParameters => ({
  weights: weights.map((weight, l) => rescaled(weight, layers[l].weightDeviation)),
  biases: biases.map((bias, l) => (bias === null ? null : rescaled(bias, layers[l].biasDeviation))),
});

const stepNote = 'Langevin averages carry a bias of order h² (none for a Gaussian posterior): compare with a run at half the step size.';

/** Samples all chains and gathers posterior means with diagnostics. */
export async function runLangevin(context: Context, method: Langevin): Promise<EnsembleResult> {
  const begun = performance.now();
  const { request, data } = context;
  const plan = whitened(context.plan);
  const burnIn = method.burnIn ?? Math.ceil(method.steps / 4);
  const friction = method.friction ?? 1;
  const report = reporter(context, 'sampling');
  const hook = request.record?.observe;
  const samples: GroupSamples[] = [];
  let done = 0;
  let stepSize = method.stepSize ?? null;
  for (const members of splitMembers(context, Infinity)) {
    const task = startTask(context, plan, members, false);
    try {
      const sampled = await sampleLangevin(task, {
        ridge: method.ridge,
        steps: method.steps,
        burnIn,
        thin: method.thin ?? Math.min(5, method.steps),
        friction,
        stepFactor: method.stepFactor ?? 0.5,
        stepSize,
        seed: context.seed,
        kernels: (request.record?.kernels?.length ?? 0) > 0,
        hook: hook === undefined ? undefined : (parameters, member, step) => hook(coloured(parameters, context.plan), member, step),
        afterStep: (step, loss) => report(done, members.length, step / (burnIn + method.steps), loss),
      });
      stepSize = sampled.stepSize;
      samples.push(sampled);
    } finally {
      disposeTask(task);
    }
    done += members.length;
  }
  const totalMs = performance.now() - begun;
  const finite = samples.every((sample) => sample.finite);
  const traces = samples.flatMap((sample) => sample.traces);
  const measurements = Math.min(...samples.map((sample) => sample.measurements));
  const names = finite && measurements >= 4 ? Object.keys(traces[0]) : [];
  const diagnostics = Object.fromEntries(names.map((name) => [name, diagnose(traces.map((trace) => trace[name]))]));
  const all = Object.values(diagnostics);
  const maxRhat = all.length === 0 ? Infinity : Math.max(...all.map((entry) => entry.splitRhat));
  const averages = traces.map((trace) => Float64Array.of(trace.trainLoss.reduce((sum, value) => sum + value, 0) / trace.trainLoss.length));
  const tests = samples.flatMap((sample) => sample.testMean.flatMap((values) => (values === null ? [] : [values])));
  const { testTargets } = data;
  const testOutputs = tests.length === 0 ? undefined : stacked(tests);
  const judged = testTargets === null ? undefined : tests;
  const kernels = samples.flatMap((sample) => sample.kernels);
  const status = !finite ? 'diverged' : maxRhat < 1.05 ? 'converged' : 'max-iterations';
  const lastStep = burnIn + method.steps;
  return {
    status,
    memberStatus: samples.flatMap((sample) => sample.traces.map(() => (sample.finite ? status : 'diverged'))),
    steps: lastStep,
    memberSteps: traces.map(() => lastStep),
    residual: maxRhat - 1,
    recordSteps: [lastStep],
    times: Float64Array.of(lastStep * (stepSize ?? 0)),
    learningRate: stepSize ?? 0,
    momentum: Math.exp(-friction * (stepSize ?? 0)),
    trainLoss: seriesOf(stacked(averages)),
    ...maybe('testError', judged && testTargets ? seriesOf(stacked(judged.map((f) => Float64Array.of(squaredError(f, testTargets.data) / testTargets.rows)))) : undefined),
    ...maybe('classificationError', judged && testTargets ? seriesOf(stacked(judged.map((f) => Float64Array.of(misclassified(f, testTargets))))) : undefined),
    trainOutputs: stacked(samples.flatMap((sample) => sample.trainMean)),
    ...maybe('testOutputs', testOutputs),
    ...maybe('meanPredictorTestError', meanPredictorError(testOutputs, testTargets)),
    featureKernels: kernels.length > 0 && kernels[0].length > 0 ? [summarizeKernels(lastStep, kernels)] : [],
    sampling: {
      stepSize: stepSize ?? 0,
      friction,
      measurements,
      diagnostics,
      maxRhat,
      minEffectiveSampleSize: all.length === 0 ? 0 : Math.min(...all.map((entry) => entry.effectiveSampleSize)),
      kineticTemperature: mean(samples.map((sample) => sample.kineticTemperature)),
    },
    timings: { setupMs: 0, totalMs, msPerStep: totalMs / lastStep },
    backend: context.backend,
    seed: context.seed,
    notes: [float32Note, stepNote],
  };
}
