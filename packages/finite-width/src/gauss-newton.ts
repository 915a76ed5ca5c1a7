import * as tf from '@tensorflow/tfjs-core';
import type { Status } from '@saddlepoint/core';
import { openJournal } from './journal.js';
import type { GroupRun, Watch } from './journal.js';
import { quasiNewtonMemory } from './memory.js';
import { metricAt } from './metric.js';
import type { Metric } from './metric.js';
import { gradientOf, numbersOf } from './objective.js';
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
  const state = tf.tidy(() => gradientOf(task, theta, 1, ridge));
  const [squares, decay, square] = await numbersOf(() => {
    const moved = minus(theta, task.start);
    return [tf.sum(tf.square(state.residual)), inner(moved, moved), inner(state.gradient, state.gradient)];
  });
  state.residual.dispose();
  return { theta, gradient: state.gradient, value: 0.5 * squares + (0.5 * ridge * decay) / task.group.plan.rate, norm: Math.sqrt(square) };
}

const leave = ({ theta, gradient }: Point): void => {
  disposeParameters(theta);
  disposeParameters(gradient);
};

/** Goes down along −direction with halving steps until the objective falls (Armijo, 1e-4); null when it does not. */
async function search(task: Task, from: Point, direction: Parameters, ridge: number, pause: () => Promise<void>): Promise<Point | null> {
  const [along] = await numbersOf(() => [inner(from.gradient, direction)]);
  const slope = along / task.group.plan.rate;
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
  const journal = openJournal(task, watch, tolerance);
  const memory = quasiNewtonMemory(MEMORY);
  let status: Status = 'max-iterations';
  let here = await visit(task, task.start.map((tensor) => tensor.clone()), ridge);
  const inputGram: tf.Tensor2D = tf.matMul(task.data.inputs, task.data.inputsT);
  let metric: Metric | null = null;
  let before = Infinity;
  let step = 0;
  try {
    for (; ; step++) {
      const known = (await journal.visit(step, here.theta)) && Number.isFinite(here.value);
      status = known ? (journal.judge(here.norm) ?? 'max-iterations') : 'diverged';
      if (status !== 'max-iterations' || step === steps) break;
      if (metric === null || here.norm > SLOW * before) {
        metric?.dispose();
        metric = null;
        metric = await metricAt(task, here.theta, ridge, inputGram);
      }
      before = here.norm;
      const direction = step === 0 ? await metric.solveAtStart() : await memory.apply(here.gradient, metric.solve);
      const pause = (): Promise<void> => journal.pause(step + 0.5);
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
    return await journal.close(step, here.theta, status, { learningRate: 1, momentum: 0 });
  } finally {
    leave(here);
    memory.clear();
    metric?.dispose();
    inputGram.dispose();
  }
}
