import * as tf from '@tensorflow/tfjs-core';
import { backpropagate, forward } from './passes.js';
import type { Pass } from './passes.js';
import type { Group, Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

/** One set of inputs, with its Gram matrix and forward pass when they are at hand. */
export interface NtkSide {
  readonly inputs: T2;
  readonly inputGram?: T2;
  readonly pass?: Pass;
}

/** Φ^{l−1} and, for each output, ∂f/∂h^l. */
function prepare(group: Group, parameters: Parameters, { inputs, pass = forward(group, parameters, inputs) }: NtkSide) {
  const { outputs } = group.plan;
  const errors = Array.from({ length: outputs }, (_, j) => {
    const unit = tf.tensor2d(Float32Array.from({ length: outputs }, (__, k) => (k === j ? 1 : 0)), [1, outputs]);
    return backpropagate(group, parameters, pass, tf.tile(unit, [inputs.shape[0], 1]));
  });
  return { features: pass.features, errors };
}

/**
 * rate·JJᵀ of one member as a sum over layers of structured products, averaged over outputs: with E^l = ∂f/∂h^l,
 * Θ = Σ_l (E^l E^lᵀ) ⊙ (s_l² Φ^{l−1}Φ^{l−1}ᵀ + b_l²). Call inside tf.tidy.
 */
export function structuredNtk(group: Group, parameters: Parameters, side: NtkSide, side2: NtkSide | null = null): T2 {
  const left = prepare(group, parameters, side);
  const right = side2 === null ? left : prepare(group, parameters, side2);
  const { outputs, rate, layers } = group.plan;
  const gram = (a: T2, b: T2): T2 => tf.matMul(a, tf.transpose(b));
  const terms = layers.map((layer, l): T2 => {
    const products = l === 0 && side2 === null && side.inputGram !== undefined ? side.inputGram : gram(left.features[l], right.features[l]);
    const weights: T2 = tf.mul(products, layer.weightFactor ** 2);
    const metric: T2 = layer.hasBias ? tf.add(weights, layer.biasFactor ** 2) : weights;
    // The readout's E is one-hot: its products average to 1.
    if (l === layers.length - 1) return metric;
    const errors = left.errors.map((own, j) => gram(own[l], right.errors[j][l]));
    return tf.mul(metric, outputs === 1 ? errors[0] : tf.mul(tf.addN(errors), 1 / outputs));
  });
  return tf.mul(tf.addN(terms), rate);
}
