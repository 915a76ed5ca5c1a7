import * as tf from '@tensorflow/tfjs-core';
import type { Status } from '@saddlepoint/core';
import { addDiagonal, cholesky, matrix, solveCholeskyVector } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { gradientOf } from './descent.js';
import type { GroupRun, Watch } from './descent.js';
import { structuredNtk } from './empirical-kernel.js';
import { measureFeatureKernels, observe } from './observe.js';
import type { Row } from './observe.js';
import { forward, pullBack, pushForward } from './passes.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { axpy, inner, minus } from './vector.js';

type T2 = tf.Tensor2D;

export interface GaussNewtonOptions {
  readonly steps: number;
  readonly ridge: number;
  readonly tolerance: number;
}

/** ½Σ(f−aim)² + ½(σ²/rate)|θ−θ₀|². */
const objective = async (task: Task, theta: Parameters, ridge: number): Promise<number> => {
  const parts = tf.tidy(() => {
    const residual = tf.sub(forward(task.group, theta, task.data.inputs, false).output, task.aim);
    const moved = minus(theta, task.start);
    return tf.stack([tf.sum(tf.square(residual)), inner(moved, moved)]);
  });
  const [squares, decay] = await parts.data();
  parts.dispose();
  return 0.5 * squares + (0.5 * ridge * decay) / task.group.plan.rate;
};

/** Where the Gauss–Newton step starts from: NTK now, and J applied to what the step is made of. */
async function linearise(task: Task, theta: Parameters, ridge: number, first: boolean) {
  const { group, data } = task;
  const state = tf.tidy(() => {
    const pass = forward(group, theta, data.inputs);
    const kernel = structuredNtk(group, theta, data.inputs, null, pass);
    const { residual, gradient } = gradientOf(task, theta, 1, ridge);
    // (rate·JᵀJ + σ²)⁻¹∇ = (1/σ²)[∇ − rate·Jᵀ(Θ+σ²)⁻¹J∇]; at θ₀, where ∇ = rate·Jᵀr, it is rate·Jᵀ(Θ+σ²)⁻¹r, free of cancellation.
    const source: T2 = first ? residual : pushForward(group, theta, pass, gradient);
    return { kernel, gradient, source, square: inner(gradient, gradient) };
  });
  const n = data.inputs.shape[0];
  const theta2 = matrix(n, n, Float64Array.from(await state.kernel.data()));
  const source = Float64Array.from(await state.source.data());
  const norm = Math.sqrt((await state.square.data())[0]);
  state.kernel.dispose();
  state.source.dispose();
  state.square.dispose();
  return { kernel: theta2, source, norm, gradient: state.gradient };
}

function newtonStep(task: Task, theta: Parameters, gradient: Parameters, solved: Float64Array, ridge: number, first: boolean): T2[] {
  const { group, data } = task;
  return tf.tidy(() => {
    const pass = forward(group, theta, data.inputs);
    const cotangent: T2 = tf.tensor2d(Float32Array.from(solved, (value) => value * group.plan.rate), [solved.length, 1]);
    const pulled = pullBack(group, theta, pass, data.inputsT, cotangent);
    if (first) return pulled.map((tensor) => tf.neg(tensor));
    return minus(pulled, gradient).map((tensor) => tf.mul(tensor, 1 / ridge) as T2);
  });
}

/**
 * Gauss–Newton with halving line search for one member with one output: exact in one step for a lazy network.
 * The n×n system is solved in float64, everything else in float32.
 */
export async function gaussNewton(task: Task, { steps, ridge, tolerance }: GaussNewtonOptions, watch: Watch): Promise<GroupRun> {
  const rows: Row[] = [];
  const kernels: { step: number; members: Matrix[][] }[] = [];
  let theta: Parameters = task.start.map((tensor) => tensor.clone());
  let status: Status = 'max-iterations';
  let firstNorm = 0;
  let residual = 1;
  let step = 0;
  let best = await objective(task, theta, ridge);
  try {
    for (; ; step++) {
      rows.push(await observe(task, theta, step, watch.hook));
      if (watch.kernelSteps.has(step)) kernels.push({ step, members: await measureFeatureKernels(task, theta) });
      const { kernel, source, norm, gradient } = await linearise(task, theta, ridge, step === 0);
      if (step === 0) firstNorm = norm;
      residual = firstNorm === 0 ? 0 : norm / firstNorm;
      if (!Number.isFinite(norm)) status = 'diverged';
      else if (residual <= tolerance) status = 'converged';
      if (status !== 'max-iterations' || step === steps) {
        disposeParameters(gradient);
        break;
      }
      await watch.afterStep(step + 0.5, rows[rows.length - 1].members[0].trainLoss);
      const solved = solveCholeskyVector(cholesky(addDiagonal(kernel, ridge)), source);
      const direction = newtonStep(task, theta, gradient, solved, ridge, step === 0);
      disposeParameters(gradient);
      let accepted = false;
      for (let length = 1; length > 1e-3 && !accepted; length /= 2) {
        const trial: Parameters = tf.tidy(() => axpy(theta, length, direction));
        const value = await objective(task, trial, ridge);
        accepted = value <= best * (1 + 1e-7);
        if (accepted) best = Math.min(best, value);
        disposeParameters(accepted ? theta : trial);
        if (accepted) theta = trial;
      }
      disposeParameters(direction);
      await watch.afterStep(step + 1, rows[rows.length - 1].members[0].trainLoss);
      if (!accepted) {
        status = 'stalled';
        break;
      }
    }
    if (watch.kernelAtEnd && kernels.at(-1)?.step !== step) kernels.push({ step, members: await measureFeatureKernels(task, theta) });
    return { rows, kernels, status, steps: step, residual };
  } finally {
    disposeParameters(theta);
  }
}
