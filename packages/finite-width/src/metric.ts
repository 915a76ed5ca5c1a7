import * as tf from '@tensorflow/tfjs-core';
import { addDiagonal, cholesky, matrix, solveCholeskyVector } from '@saddlepoint/linalg';
import { structuredNtk } from './empirical-kernel.js';
import { forward, pullBack, pushForward } from './passes.js';
import type { Pass } from './passes.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';
import { minus } from './vector.js';

type T2 = tf.Tensor2D;

/** The Gauss–Newton Hessian rate·JᵀJ + σ² at one point, ready to be inverted on vectors. */
export interface Metric {
  /** (rate·JᵀJ + σ²)⁻¹v. */
  readonly solve: (vector: Parameters) => Promise<Parameters>;
  /** (rate·JᵀJ + σ²)⁻¹∇ at θ₀, where ∇ = rate·Jᵀr: in this form, rate·Jᵀ(Θ+σ²)⁻¹r, nothing cancels. */
  readonly solveAtStart: () => Promise<Parameters>;
  readonly dispose: () => void;
}

/**
 * Builds the metric at θ: (rate·JᵀJ + σ²)⁻¹v = (1/σ²)[v − rate·Jᵀ(Θ+σ²)⁻¹Jv] with Θ = rate·JJᵀ, float32 products and a float64 factorisation.
 */
export async function metricAt(task: Task, theta: Parameters, ridge: number, inputGram: T2): Promise<Metric> {
  const { group, data } = task;
  const own: Parameters = theta.map((tensor) => tensor.clone());
  const made = tf.tidy(() => {
    const pass = forward(group, own, data.inputs);
    return {
      hidden: pass.features.slice(1),
      slopes: pass.slopes.flatMap((slope) => (slope === null ? [] : [slope])),
      output: pass.output,
      kernel: structuredNtk(group, own, { inputs: data.inputs, inputGram, pass }),
    };
  });
  const remaining = [...made.slopes];
  const slopes = group.plan.layers.flatMap(({ activation }): (T2 | null)[] =>
    activation === null ? [] : [activation.derivative === null ? null : (remaining.shift() ?? null)],
  );
  const pass: Pass = { features: [data.inputs, ...made.hidden], slopes, output: made.output };
  const [n] = made.kernel.shape;
  const values = Float64Array.from(await made.kernel.data());
  made.kernel.dispose();
  const factor = cholesky(addDiagonal(matrix(n, n, values), ridge));
  const pulledSolution = (right: ArrayLike<number>): T2[] => {
    const solved = solveCholeskyVector(factor, Float64Array.from(right));
    const cotangent: T2 = tf.tensor2d(Float32Array.from(solved, (value) => value * group.plan.rate), [n, 1]);
    return pullBack(group, own, pass, data.inputsT, cotangent);
  };
  return {
    solve: async (vector) => {
      const image = tf.tidy(() => pushForward(group, own, pass, vector));
      const right = await image.data();
      image.dispose();
      return tf.tidy(() => minus(vector, pulledSolution(right)).map((tensor) => tf.mul<T2>(tensor, 1 / ridge)));
    },
    solveAtStart: async () => {
      const residual: T2 = tf.sub(pass.output, task.aim);
      const right = await residual.data();
      residual.dispose();
      return tf.tidy(() => pulledSolution(right));
    },
    dispose: () => {
      disposeParameters(own);
      disposeParameters([...made.hidden, ...made.slopes, made.output]);
    },
  };
}
