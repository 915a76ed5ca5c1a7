import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '@saddlepoint/linalg';
import type { Status } from '@saddlepoint/core';
import { measureFeatureKernels, observe } from './observe.js';
import type { Observe, Row } from './observe.js';
import { forward, pullBack } from './passes.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { axpy, inner, minus } from './vector.js';

type T2 = tf.Tensor2D;

/** What a group's run leaves behind. */
export interface GroupRun {
  readonly rows: readonly Row[];
  readonly kernels: readonly { readonly step: number; readonly members: Matrix[][] }[];
  readonly status: Status;
  readonly steps: number;
  readonly residual: number;
}

/** When and what to measure, and whom to ask for leave after every step. */
export interface Watch {
  readonly schedule: readonly number[];
  readonly kernelSteps: ReadonlySet<number>;
  readonly kernelAtEnd: boolean;
  readonly hook: Observe | undefined;
  /** Yields, reports progress, throws when aborted. `loss` is that of the group's first member at the last record. */
  readonly afterStep: (step: number, loss: number) => Promise<void>;
}

export interface DescentOptions {
  readonly learningRate: number;
  readonly steps: number;
  readonly momentum: number;
  /** Drop the momentum whenever it points uphill (O'Donoghue & Candès 2012). */
  readonly restart: boolean;
  /** σ² ≥ 0. */
  readonly ridge: number;
  /** Weight of Σ(f−y)²/2 in the loss: 1, or 1/n. */
  readonly lossWeight: number;
  readonly tolerance: number;
}

/** rate·Jᵀ(f − aim)·lossWeight + σ²(θ − θ₀): the gradient in the coordinates whose kernel is the NTK. Call inside tf.tidy. */
export function gradientOf(task: Task, parameters: Parameters, lossWeight: number, ridge: number): { residual: T2; gradient: T2[] } {
  const { group, data } = task;
  const pass = forward(group, parameters, data.inputs);
  const residual: T2 = tf.sub(pass.output, task.aim);
  const factor = lossWeight * group.plan.rate;
  const pulled = pullBack(group, parameters, pass, data.inputsT, factor === 1 ? residual : tf.mul(residual, factor));
  return { residual, gradient: ridge === 0 ? pulled : axpy(pulled, ridge, minus(parameters, task.start)) };
}

const BLOWN_UP = 1e4;

/** True when a row's loss is not a number or has grown past any sense. */
const blownUp = (row: Row, first: Row): boolean =>
  row.members.some(({ trainLoss }, e) => !(trainLoss <= BLOWN_UP * (first.members[e].trainLoss + Number.MIN_VALUE)));

/**
 * Full-batch gradient descent, optionally with Nesterov momentum: x = θ − η∇(θ), θ ← x + β(x − x_before). Stops at `tolerance` on
 * |∇|/|∇ at start| (after the last step otherwise), and as 'diverged' when a member's loss is lost.
 */
export async function descend(task: Task, options: DescentOptions, watch: Watch): Promise<GroupRun> {
  const { learningRate, momentum, restart, ridge, lossWeight, tolerance } = options;
  const accelerated = momentum > 0;
  const due = new Set(watch.schedule);
  const rows: Row[] = [];
  const kernels: { step: number; members: Matrix[][] }[] = [];
  const every = accelerated && restart ? 1 : 10;
  let theta: Parameters = task.start.map((tensor) => tensor.clone());
  let lookahead: Parameters = accelerated ? task.start.map((tensor) => tensor.clone()) : [];
  let status: Status = tolerance > 0 ? 'max-iterations' : 'converged';
  let firstNorm = 0;
  let residual = 0;
  let step = 0;
  const measure = async (): Promise<void> => {
    if (rows.at(-1)?.step !== step) rows.push(await observe(task, theta, step, watch.hook));
  };
  const measureKernels = async (): Promise<void> => {
    if (kernels.at(-1)?.step !== step) kernels.push({ step, members: await measureFeatureKernels(task, theta) });
  };
  try {
    for (; ; step++) {
      if (due.has(step)) {
        await measure();
        if (blownUp(rows[rows.length - 1], rows[0])) {
          status = 'diverged';
          break;
        }
      }
      if (watch.kernelSteps.has(step)) await measureKernels();
      if (step === options.steps) break;
      const watched = tolerance > 0 && step % every === 0;
      const moved = tf.tidy(() => {
        const { gradient } = gradientOf(task, theta, lossWeight, ridge);
        const next = axpy(theta, -learningRate, gradient);
        const drift = accelerated ? minus(next, lookahead) : [];
        const numbers = watched ? [tf.stack([inner(gradient, gradient), accelerated ? inner(gradient, drift) : tf.scalar(-1)])] : [];
        return { next, drift, numbers };
      });
      const [squared, uphill] = watched ? await moved.numbers[0].data() : [NaN, -1];
      moved.numbers[0]?.dispose();
      disposeParameters(theta);
      disposeParameters(lookahead);
      if (accelerated) {
        const beta = restart && uphill > 0 ? 0 : momentum;
        theta = tf.tidy(() => axpy(moved.next, beta, moved.drift));
        lookahead = moved.next;
        disposeParameters(moved.drift);
      } else theta = moved.next;
      if (watched) {
        const norm = Math.sqrt(squared);
        if (step === 0) firstNorm = norm;
        residual = firstNorm === 0 ? 0 : norm / firstNorm;
        if (!Number.isFinite(norm) || residual > BLOWN_UP) {
          status = 'diverged';
          step++;
          break;
        }
        if (residual <= tolerance) {
          status = 'converged';
          step++;
          break;
        }
      }
      await watch.afterStep(step + 1, rows[rows.length - 1].members[0].trainLoss);
    }
    await measure();
    if (rows[rows.length - 1].members.some(({ trainLoss }) => !Number.isFinite(trainLoss))) status = 'diverged';
    if (watch.kernelAtEnd && status !== 'diverged') await measureKernels();
    return { rows, kernels, status, steps: step, residual };
  } finally {
    disposeParameters(theta);
    disposeParameters(lookahead);
  }
}
