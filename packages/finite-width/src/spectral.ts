import * as tf from '@tensorflow/tfjs-core';
import { randomStream } from '@saddlepoint/numerics';
import { forward, pullBack, pushForward } from './passes.js';
import type { Group, Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

const columnNorms = (values: ArrayLike<number>, rows: number, outputs: number, count: number): Float64Array => {
  const norms = new Float64Array(count);
  for (let i = 0; i < rows; i++)
    for (let e = 0; e < count; e++) for (let j = 0; j < outputs; j++) norms[e] += values[(i * count + e) * outputs + j] ** 2;
  return norms.map(Math.sqrt);
};

/**
 * Largest eigenvalue of every member's empirical NTK rate·JJᵀ, by power iteration through products with Jᵀ and J: members in a Float64Array.
 * Accurate to `tolerance` from below.
 */
export async function largestNtkEigenvalues(
  group: Group,
  parameters: Parameters,
  inputs: T2,
  inputsT: T2,
  { iterations = 20, tolerance = 0.01 }: { iterations?: number; tolerance?: number } = {},
): Promise<Float64Array> {
  const rows = inputs.shape[0];
  const count = group.members.length;
  const { outputs, rate } = group.plan;
  let vector = Float32Array.from(randomStream('power iteration').normals(rows * count * outputs));
  let estimate = new Float64Array(count);
  let before = columnNorms(vector, rows, outputs, count);
  for (let k = 0; k < iterations; k++) {
    const image = tf.tidy(() => {
      const pass = forward(group, parameters, inputs);
      const pulled = pullBack(group, parameters, pass, inputsT, tf.tensor2d(vector, [rows, count * outputs]));
      return tf.mul<T2>(pushForward(group, parameters, pass, pulled), rate);
    });
    const values = await image.data();
    image.dispose();
    const after = columnNorms(values, rows, outputs, count);
    const next = after.map((norm, e) => norm / before[e]);
    const change = Math.max(...next.map((value, e) => Math.abs(value - estimate[e]) / value));
    estimate = next;
    vector = Float32Array.from(values, (value, i) => value / after[Math.floor(i / outputs) % count]);
    before = new Float64Array(count).fill(1);
    if (change < tolerance) break;
  }
  return estimate;
}
