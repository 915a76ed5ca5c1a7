import { nextTurn, SaddlepointRangeError, throwIfAborted } from '@saddlepoint/core';
import { gpPosterior } from '@saddlepoint/kernels';
import { multiplyVector, rowsOf, submatrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { PoolKernel } from '../problem.js';
import type { Stage, StageContext, StageOptions } from '../registry/stage.js';
import type { Theory } from '../registry/theory.js';
import type { Estimate, KernelCurve, LearningCurveSection, RegressionPoint, TheoryCurve } from '../report/sections.js';
import { estimate, meanSquaredError, signError } from './statistics.js';

/** Row numbers of the training set of `samples` in draw number `draw`: sets of one draw are nested. */
export const drawIndices = (seed: number, draw: number, pool: number, samples: number): Int32Array =>
  randomStream(seed, 'training-set', draw).permutation(pool).slice(0, samples);

/** Training sets of a size: small sets scatter more and cost less, so they get more, in proportion, up to 64. */
const drawsAt = (samples: number, draws: number): number => Math.max(draws, Math.min(64, Math.ceil((draws * 256) / samples)));

const every = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

function complement(chosen: Int32Array, count: number): Int32Array {
  const taken = new Set(chosen);
  return every(count).filter((i) => !taken.has(i));
}

/** Standard deviation of the squared errors over √count. */
function samplingError(predicted: ArrayLike<number>, targets: ArrayLike<number>, count: number): number {
  const { standardError } = estimate(Array.from(predicted, (f, i) => (f - targets[i]) ** 2));
  return standardError * Math.sqrt(predicted.length / count);
}

async function regress({ problem, experiment, seed }: StageContext, { kernel, crossKernel }: PoolKernel, samples: number, signal: AbortSignal): Promise<RegressionPoint> {
  const { ridge } = experiment;
  const draws = drawsAt(samples, experiment.draws);
  const held = problem.test.targets.data;
  const targets = problem.pool.targets.data;
  const results = { test: [] as number[], pool: [] as number[], train: [] as number[], sign: [] as number[], testSampling: [] as number[], poolSampling: [] as number[] };
  for (let draw = 0; draw < draws; draw++) {
    throwIfAborted(signal);
    const chosen = drawIndices(seed, draw, kernel.rows, samples);
    const posterior = gpPosterior({
      kernel: submatrix(kernel, chosen, chosen),
      crossKernel: submatrix(crossKernel, every(crossKernel.rows), chosen),
      targets: rowsOf(problem.pool.targets, chosen),
      ridge,
    });
    const dual = posterior.coefficients.data;
    const test = posterior.mean.data;
    results.test.push(meanSquaredError(test, held));
    results.testSampling.push(samplingError(test, held, held.length));
    results.sign.push(signError(test, held));
    // y − f = σ²(K+σ²)⁻¹y on the training set
    results.train.push((ridge * ridge * dual.reduce((sum, a) => sum + a * a, 0)) / samples);
    const rest = complement(chosen, kernel.rows);
    if (rest.length > 0) {
      const others = multiplyVector(submatrix(kernel, rest, chosen), dual);
      const y = Float64Array.from(rest, (i) => targets[i]);
      results.pool.push(meanSquaredError(others, y));
      results.poolSampling.push(samplingError(others, y, kernel.rows));
    }
    await nextTurn();
  }
  return {
    samples,
    testError: estimate(results.test),
    testErrors: results.test,
    poolTestError: results.pool.length === 0 ? null : estimate(results.pool),
    testSamplingError: estimate(results.testSampling).mean,
    poolSamplingError: results.pool.length === 0 ? estimate(results.testSampling).mean * Math.sqrt(held.length / kernel.rows) : estimate(results.poolSampling).mean,
    trainError: estimate(results.train),
    signError: problem.binary ? estimate(results.sign) : null,
  };
}

/** How far the first theory is from regression. */
function compare(predicted: readonly number[], regression: readonly RegressionPoint[]): Omit<KernelCurve, 'kernel' | 'theories' | 'regression'> {
  const relative = ({ mean, standardError }: Estimate): number => standardError / mean;
  const own = (r: RegressionPoint): Estimate => r.poolTestError ?? r.testError;
  return {
    difference: predicted.map((value, i) => value / own(regression[i]).mean - 1),
    differenceStandardError: predicted.map((_, i) => relative(own(regression[i]))),
    heldOutDifference: predicted.map((value, i) => value / regression[i].testError.mean - 1),
    heldOutStandardError: predicted.map((_, i) => {
      const { testError, testSamplingError, poolSamplingError } = regression[i];
      return Math.hypot(testError.standardError, testSamplingError, poolSamplingError) / testError.mean;
    }),
  };
}

async function predict(theory: Theory, { experiment, problem }: StageContext, kernel: PoolKernel): Promise<TheoryCurve> {
  const points = await theory.predict({
    kernelName: kernel.name,
    kernel: kernel.kernel,
    targets: problem.pool.targets,
    pool: kernel.pool,
    samples: experiment.samples,
    ridge: experiment.ridge,
  });
  return {
    theory: theory.name,
    label: theory.label,
    source: theory.source,
    testError: points.map((p) => p.testError),
    trainError: points.map((p) => p.trainError ?? null),
    effectiveRidge: points.map((p) => p.effectiveRidge ?? null),
  };
}

async function run(context: StageContext, { signal, onProgress }: StageOptions): Promise<LearningCurveSection> {
  const { experiment, lab, problem } = context;
  if (Object.keys(lab.theories).length === 0)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'lab.theories', expected: 'at least one theory (add the builtins plugin)', got: 'none' });
  const total = problem.kernels.length * experiment.samples.reduce((sum, n) => sum + n, 0);
  let done = 0;
  const curves: KernelCurve[] = [];
  for (const kernel of problem.kernels) {
    const theories: TheoryCurve[] = [];
    for (const theory of Object.values(lab.theories)) {
      theories.push(await predict(theory, context, kernel));
      await nextTurn();
    }
    const regression: RegressionPoint[] = [];
    for (const samples of experiment.samples) {
      onProgress({ stage: `regression on ${samples} samples, ${kernel.name.toUpperCase()}`, fraction: done / total });
      regression.push(await regress(context, kernel, samples, signal));
      done += samples;
    }
    curves.push({ kernel: kernel.name, theories, regression, ...compare(theories[0].testError, regression) });
  }
  return { samples: experiment.samples, ridge: experiment.ridge, curves };
}

/** Theory and brute-force kernel regression along the learning curve. */
export const learningCurveStage: Stage = {
  name: 'learningCurve',
  title: 'learning curve',
  weight: ({ samples, draws, kernels }) => 1 + kernels.length * draws * samples.reduce((sum, n) => sum + (drawsAt(n, draws) / draws) * (0.02 + (n / 1000) ** 2), 0),
  run,
};
