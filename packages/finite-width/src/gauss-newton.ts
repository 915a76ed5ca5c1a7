import * as tf from '@tensorflow/tfjs-core';
import type { Status } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import { gradientOf } from './descent.js';
import type { GroupRun, Watch } from './descent.js';
import { quasiNewtonMemory } from './memory.js';
import { metricAt } from './metric.js';
import type { Metric } from './metric.js';
import { measureFeatureKernels, observe } from './observe.js';
import type { Row } from './observe.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { axpy, inner, minus } from './vector.js';

export interface GaussNewtonOptions {
  readonly steps: number;
  readonly ridge: number;
  readonly tolerance: number;
}

/** Where the search stands: ½Σ(f−aim)² + ½(σ²/rate)|θ−θ₀|², ∇ = rate·Jᵀ(f−aim) + σ²(θ−θ₀) and its norm. */
interface Point {
  readonly theta: Parameters;
  readonly value: number;
  readonly gradient: Parameters;
  readonly norm: number;
}

async function visit(task: Task, theta: Parameters, ridge: number): Promise<Point> {
  const state = tf.tidy(() => {
    const { residual, gradient } = gradientOf(task, theta, 1, ridge);
    const moved = minus(theta, task.start);
    return { gradient, numbers: tf.stack([tf.sum(tf.square(residual)), inner(moved, moved), inner(gradient, gradient)]) };
  });
  const [squares, decay, square] = await state.numbers.data();
  state.numbers.dispose();
  return { theta, gradient: state.gradient, value: 0.5 * squares + (0.5 * ridge * decay) / task.group.plan.rate, norm: Math.sqrt(square) };
}

const leave = ({ theta, gradient }: Point): void => {
  disposeParameters(theta);
  disposeParameters(gradient);
};

/** Goes down along −direction with halving steps until the objective falls (Armijo, 1e-4); null when it does not. */
async function search(task: Task, from: Point, direction: Parameters, ridge: number, pause: () => Promise<void>): Promise<Point | null> {
  const scalar = tf.tidy(() => inner(from.gradient, direction));
  const slope = (await scalar.data())[0] / task.group.plan.rate;
  scalar.dispose();
  if (!(slope > 0)) return null;
  for (let length = 1; length > 1e-3; length /= 2) {
    await pause();
    const next = await visit(task, tf.tidy(() => axpy(from.theta, -length, direction)), ridge);
    // Rounding of the objective in float32 must not hide the last steps.
    if (next.value <= from.value - 1e-4 * length * slope + 1e-6 * from.value) return next;
    leave(next);
  }
  return null;
}

const MEMORY = 8;
/** The metric is built anew when the gradient fell by less than this in the last step. */
const SLOW = 0.9;

/**
 * Gauss–Newton with an L-BFGS memory and a halving line search, for one member with one output: exact in one step for a lazy network, and
 * quick for one that learns features.
 */
export async function gaussNewton(task: Task, { steps, ridge, tolerance }: GaussNewtonOptions, watch: Watch): Promise<GroupRun> {
  const rows: Row[] = [];
  const kernels: { step: number; members: Matrix[][] }[] = [];
  const due = new Set(watch.schedule);
  const memory = quasiNewtonMemory(MEMORY);
  let status: Status = 'max-iterations';
  let here = await visit(task, task.start.map((tensor) => tensor.clone()), ridge);
  const firstNorm = here.norm;
  const inputGram: tf.Tensor2D = tf.matMul(task.data.inputs, task.data.inputsT);
  let metric: Metric | null = null;
  let residual = 1;
  let before = 1;
  let step = 0;
  try {
    for (; ; step++) {
      if (due.has(step)) rows.push(await observe(task, here.theta, step, watch.hook));
      if (watch.kernelSteps.has(step)) kernels.push({ step, members: await measureFeatureKernels(task, here.theta) });
      residual = firstNorm === 0 ? 0 : here.norm / firstNorm;
      if (!Number.isFinite(here.norm) || !Number.isFinite(here.value)) status = 'diverged';
      else if (residual <= tolerance) status = 'converged';
      if (status !== 'max-iterations' || step === steps) break;
      if (metric === null || residual > SLOW * before) {
        metric?.dispose();
        metric = null;
        metric = await metricAt(task, here.theta, ridge, inputGram);
      }
      before = residual;
      const direction = step === 0 ? await metric.solveAtStart() : await memory.apply(here.gradient, metric.solve);
      const pause = (): Promise<void> => watch.afterStep(step + 0.5, rows[0].members[0].trainLoss);
      const next = await search(task, here, direction, ridge, pause).finally(() => disposeParameters(direction));
      if (next === null) {
        status = 'stalled';
        break;
      }
      const [from, to] = [here, next];
      here = next;
      await memory.push(tf.tidy(() => minus(to.theta, from.theta)), tf.tidy(() => minus(to.gradient, from.gradient)));
      leave(from);
    }
    if (rows.at(-1)?.step !== step) rows.push(await observe(task, here.theta, step, watch.hook));
    if (watch.kernelAtEnd && kernels.at(-1)?.step !== step) kernels.push({ step, members: await measureFeatureKernels(task, here.theta) });
    return { rows, kernels, status, steps: step, residual };
  } finally {
    leave(here);
    memory.clear();
    metric?.dispose();
    inputGram.dispose();
  }
}
