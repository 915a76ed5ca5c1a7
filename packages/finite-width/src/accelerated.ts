import * as tf from '@tensorflow/tfjs-core';
import type { Status } from '@saddlepoint/core';
import { openJournal } from './journal.js';
import type { GroupRun, Watch } from './journal.js';
import { gradientOf, numbersOf } from './objective.js';
import type { Parameters } from './parameters.js';
import { largestNtkEigenvalues } from './spectral.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { axpy, inner, minus } from './vector.js';

export interface AcceleratedOptions {
  /** η, kept whatever the curvature; undefined: found here. */
  readonly givenRate: number | undefined;
  /** λ_max at the start, when it is known. */
  readonly eigenvalue: number | undefined;
  readonly steps: number;
  /** σ² ≥ 0. */
  readonly ridge: number;
  /** Weight of Σ(f−y)²/2 in the loss: 1, or 1/n. */
  readonly lossWeight: number;
  readonly tolerance: number;
}

/** η times the largest curvature: stable below (2+2β)/(1+2β) > 4/3, with room for what the power iteration misses and for growth. */
const SAFE = 0.9;
/** λ_max is not measured again at a mere uphill restart sooner than this many steps after the last time. */
const SPARE = 10;

/** A point with its gradient. */
interface Point {
  readonly theta: Parameters;
  readonly gradient: Parameters;
}

interface Look {
  readonly norm: number;
  /** ⟨∇, θ − x⟩, x where the last step landed. */
  readonly along: number;
  /** |change of ∇|/|change of θ| since the last gradient: the curvature met on the way, 0 at first. */
  readonly curvature: number;
}

async function look({ theta, gradient }: Point, landed: Parameters, last: Point | null): Promise<Look> {
  const [square, along, changed = 0, moved = 0] = await numbersOf(() => {
    const numbers = [inner(gradient, gradient), inner(gradient, minus(theta, landed))];
    if (last === null) return numbers;
    const [rise, way] = [minus(gradient, last.gradient), minus(theta, last.theta)];
    return [...numbers, inner(rise, rise), inner(way, way)];
  });
  return { norm: Math.sqrt(square), along, curvature: moved > 0 ? Math.sqrt(changed / moved) : 0 };
}

/** (1−√q)/(1+√q), q = ησ²: the momentum that fits a smallest curvature σ²; none to fit without a ridge. */
const fitted = (q: number): number => (q > 0 && q < 1 ? (1 - Math.sqrt(q)) / (1 + Math.sqrt(q)) : 0);

const leave = ({ theta, gradient }: Point): void => {
  disposeParameters(theta);
  disposeParameters(gradient);
};

/**
 * Nesterov's method for one member on a landscape that is neither flat nor convex: x = θ − η∇(θ), θ ← x + β(x − x_before).
 *
 * - η = 0.9/(λ_max + σ²) with λ_max of the NTK of here, measured again at restarts, since it grows while features are learned; a step over
 *   which the gradient changed faster than 1/η is such a restart too, before the instability has carried the parameters away.
 * - β = max((1−√(ησ²))/(1+√(ησ²)), k/(k+3)), k the steps since the last restart: the first is best when no curvature is below σ², but that of
 *   the residuals, Σ(f−y)∂²f, takes some directions below it.
 * - A restart drops the momentum; it comes when the momentum points uphill (O'Donoghue & Candès 2012).
 */
export async function accelerate(task: Task, options: AcceleratedOptions, watch: Watch): Promise<GroupRun> {
  const { givenRate, ridge, lossWeight, tolerance } = options;
  const { group, data } = task;
  const journal = openJournal(task, watch, tolerance);
  const safeRate = (eigenvalue: number, curvature: number): number => SAFE / Math.max(lossWeight * eigenvalue + ridge, curvature);
  const measured = async (theta: Parameters): Promise<number> => Math.max(...(await largestNtkEigenvalues(group, theta, data.inputs, data.inputsT)));
  let learningRate = givenRate ?? safeRate(options.eigenvalue ?? (await measured(task.start)), 0);
  let theta: Parameters = task.start.map((tensor) => tensor.clone());
  let landed: Parameters = task.start.map((tensor) => tensor.clone());
  let last: Point | null = null;
  let status: Status = tolerance > 0 ? 'max-iterations' : 'converged';
  let momentum = 0;
  let sinceRestart = 0;
  let measuredAt = 0;
  let step = 0;
  try {
    for (; ; step++) {
      if (!(await journal.visit(step, theta))) {
        status = 'diverged';
        break;
      }
      if (step === options.steps) break;
      const here: Point = { theta, gradient: tf.tidy(() => gradientOf(task, theta, lossWeight, ridge).gradient) };
      const { norm, along, curvature } = await look(here, landed, last);
      if (last !== null) leave(last);
      last = here;
      const ending = journal.judge(norm);
      if (ending !== null) {
        status = ending;
        break;
      }
      const unstable = givenRate === undefined && curvature * learningRate > 1;
      const restart = unstable || along > learningRate * norm ** 2;
      if (givenRate === undefined && restart && (unstable || step - measuredAt >= SPARE)) {
        measuredAt = step;
        learningRate = safeRate(await measured(theta), unstable ? curvature : 0);
      }
      sinceRestart = restart ? 0 : sinceRestart + 1;
      const beta = restart ? 0 : Math.max(fitted(learningRate * ridge), sinceRestart / (sinceRestart + 3));
      momentum = Math.max(momentum, beta);
      const before = landed;
      landed = tf.tidy(() => axpy(here.theta, -learningRate, here.gradient));
      theta = tf.tidy(() => axpy(landed, beta, minus(landed, before)));
      disposeParameters(before);
      await journal.pause(step + 1);
    }
    return await journal.close(step, theta, status, { learningRate, momentum });
  } finally {
    if (last !== null) leave(last);
    if (last?.theta !== theta) disposeParameters(theta);
    disposeParameters(landed);
  }
}
