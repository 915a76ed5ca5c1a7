import * as tf from '@tensorflow/tfjs-core';
import type { Status } from '@saddlepoint/core';
import { openJournal } from './journal.js';
import type { GroupRun, Watch } from './journal.js';
import { gradientOf, numbersOf } from './objective.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { axpy, inner, minus } from './vector.js';

export interface DescentOptions {
  readonly learningRate: number;
  readonly steps: number;
  readonly momentum: number;
  /** σ² ≥ 0. */
  readonly ridge: number;
  /** Weight of Σ(f−y)²/2 in the loss: 1, or 1/n. */
  readonly lossWeight: number;
  readonly tolerance: number;
}

/** Steps between two looks at the gradient's norm. */
const EVERY = 10;

/**
 * Full-batch gradient descent at a given rate, optionally with a given Nesterov momentum: x = θ − η∇(θ), θ ← x + β(x − x_before). Stops at
 * `tolerance` on |∇|/|∇ at start| (after the last step otherwise), and as 'diverged' when a member's loss is lost.
 */
export async function descend(task: Task, options: DescentOptions, watch: Watch): Promise<GroupRun> {
  const { learningRate, momentum, ridge, lossWeight, tolerance } = options;
  const journal = openJournal(task, watch, tolerance);
  const copy = (): Parameters => task.start.map((tensor) => tensor.clone());
  let theta = copy();
  let landed = momentum > 0 ? copy() : [];
  let status: Status = tolerance > 0 ? 'max-iterations' : 'converged';
  let step = 0;
  try {
    for (; ; step++) {
      if (!(await journal.visit(step, theta))) {
        status = 'diverged';
        break;
      }
      if (step === options.steps) break;
      const gradient = tf.tidy(() => gradientOf(task, theta, lossWeight, ridge).gradient);
      if (tolerance > 0 && step % EVERY === 0) {
        const [squared] = await numbersOf(() => [inner(gradient, gradient)]);
        const ending = journal.judge(Math.sqrt(squared));
        if (ending !== null) {
          disposeParameters(gradient);
          status = ending;
          break;
        }
      }
      const next = tf.tidy(() => axpy(theta, -learningRate, gradient));
      const [from, before] = [theta, landed];
      theta = momentum > 0 ? tf.tidy(() => axpy(next, momentum, minus(next, before))) : next;
      landed = momentum > 0 ? next : [];
      [gradient, from, before].forEach(disposeParameters);
      await journal.pause(step + 1);
    }
    return await journal.close(step, theta, status, { learningRate, momentum });
  } finally {
    disposeParameters(theta);
    disposeParameters(landed);
  }
}
