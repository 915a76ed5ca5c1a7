import * as tf from '@tensorflow/tfjs-core';
import { backpropagate, forward } from './passes.js';
import type { Pass } from './passes.js';
import type { Group, Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

/** Everything about one set of inputs that the NTK needs: Φ^{l−1} and, for each output, ∂f/∂h^l. */
interface Side {
  readonly pass: Pass;
  readonly errors: readonly (readonly T2[])[];
}

const side = (group: Group, parameters: Parameters, inputs: T2, pass = forward(group, parameters, inputs)): Side => {
  const { outputs } = group.plan;
  const errors = Array.from({ length: outputs }, (_, j) => {
    const unit = tf.tensor2d(Float32Array.from({ length: outputs }, (_, k) => (k === j ? 1 : 0)), [1, outputs]);
    const pick: T2 = tf.tile(unit, [inputs.shape[0], 1]);
    return backpropagate(group, parameters, pass, pick);
  });
  return { pass, errors };
};

/**
 * rate·JJᵀ of one member as a sum over layers of structured products, averaged over outputs: with E^l = ∂f/∂h^l,
 * Θ = Σ_l (E^l E^lᵀ) ⊙ (s_l² Φ^{l−1}Φ^{l−1}ᵀ + b_l²). Call inside tf.tidy.
 */
export function structuredNtk(group: Group, parameters: Parameters, inputs: T2, inputs2: T2 | null = null, pass?: Pass): T2 {
  const left = side(group, parameters, inputs, pass);
  const right = inputs2 === null ? left : side(group, parameters, inputs2);
  const { outputs, rate, layers } = group.plan;
  const gram = (a: T2, b: T2): T2 => tf.matMul(a, tf.transpose(b));
  const terms = layers.map((layer, l) => {
    const weights = tf.mul(gram(left.pass.features[l], right.pass.features[l]), layer.weightFactor ** 2);
    const metric: T2 = layer.hasBias ? tf.add(weights, layer.biasFactor ** 2) : (weights as T2);
    // The readout's E is one-hot: its product averages to 1/outputs·outputs = 1.
    if (l === layers.length - 1) return metric;
    const products = left.errors.map((errors, j) => gram(errors[l], right.errors[j][l]));
    return tf.mul(metric, outputs === 1 ? products[0] : tf.mul(tf.addN(products), 1 / outputs));
  });
  return tf.mul(tf.addN(terms), rate);
}
