import * as tf from '@tensorflow/tfjs-core';
import { forward, pullBack } from './passes.js';
import type { Parameters } from './parameters.js';
import type { Task } from './task.js';
import { axpy, minus } from './vector.js';

type T2 = tf.Tensor2D;

/** rate·Jᵀ(f − aim)·lossWeight + σ²(θ − θ₀): the gradient in the coordinates whose kernel is the NTK. Call inside tf.tidy. */
export function gradientOf(task: Task, parameters: Parameters, lossWeight: number, ridge: number): { residual: T2; gradient: T2[] } {
  const { group, data } = task;
  const pass = forward(group, parameters, data.inputs);
  const residual: T2 = tf.sub(pass.output, task.aim);
  const factor = lossWeight * group.plan.rate;
  const pulled = pullBack(group, parameters, pass, data.inputsT, factor === 1 ? residual : tf.mul(residual, factor));
  return { residual, gradient: ridge === 0 ? pulled : axpy(pulled, ridge, minus(parameters, task.start)) };
}

/** Fetches scalars made by `compute` in one trip, and frees them. */
export async function numbersOf(compute: () => tf.Scalar[]): Promise<number[]> {
  const stacked = tf.tidy(() => tf.stack(compute()));
  const values = await stacked.data();
  stacked.dispose();
  return Array.from(values);
}
