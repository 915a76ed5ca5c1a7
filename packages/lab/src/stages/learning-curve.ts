import { nextTurn, throwIfAborted } from '@saddlepoint/core';
import { addDiagonal, cholesky, multiplyVector, solveCholeskyVector, submatrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { PoolKernel } from '../problem.js';
import type { Stage, StageContext, StageOptions } from '../registry/stage.js';
import type { Theory } from '../registry/theory.js';
import type { KernelCurve, LearningCurveSection, RegressionPoint, TheoryCurve } from '../report/sections.js';
import { estimate, meanSquaredError, signError } from './statistics.js';

/** Row numbers of the training set of `samples` in draw number `draw`: sets of one draw are nested. */
export const drawIndices = (seed: number, draw: number, pool: number, samples: number): Int32Array =>
  randomStream(seed, 'training-set', draw).permutation(pool).slice(0, samples);

const every = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

async function regress({ problem, experiment, seed }: StageContext, { kernel, crossKernel }: PoolKernel, samples: number, signal: AbortSignal): Promise<RegressionPoint> {
  const { ridge, draws } = experiment;
  const testErrors: number[] = [];
  const trainErrors: number[] = [];
  const signErrors: number[] = [];
  const targets = problem.pool.targets.data;
  for (let draw = 0; draw < draws; draw++) {
    throwIfAborted(signal);
    const chosen = drawIndices(seed, draw, kernel.rows, samples);
    const y = Float64Array.from(chosen, (i) => targets[i]);
    const dual = solveCholeskyVector(cholesky(addDiagonal(submatrix(kernel, chosen, chosen), ridge)), y);
    const test = multiplyVector(submatrix(crossKernel, every(crossKernel.rows), chosen), dual);
    testErrors.push(meanSquaredError(test, problem.test.targets.data));
    // y − f = σ²(K+σ²)⁻¹y on the training set
    trainErrors.push((ridge * ridge * dual.reduce((sum, a) => sum + a * a, 0)) / samples);
    signErrors.push(signError(test, problem.test.targets.data));
    await nextTurn();
  }
  return { samples, testError: estimate(testErrors), testErrors, trainError: estimate(trainErrors), signError: problem.binary ? estimate(signErrors) : null };
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
    const predicted = theories[0]?.testError ?? [];
    curves.push({
      kernel: kernel.name,
      theories,
      regression,
      difference: predicted.map((value, i) => value / regression[i].testError.mean - 1),
      differenceInErrors: predicted.map((value, i) => (value - regression[i].testError.mean) / Math.max(regression[i].testError.standardError, Number.MIN_VALUE)),
    });
  }
  return { samples: experiment.samples, ridge: experiment.ridge, curves };
}

/** Theory and brute-force kernel regression along the learning curve. */
export const learningCurveStage: Stage = {
  name: 'learningCurve',
  title: 'learning curve',
  weight: ({ samples, draws, kernels }) => 1 + kernels.length * draws * samples.reduce((sum, n) => sum + (n / 1000) ** 2, 0),
  run,
};
