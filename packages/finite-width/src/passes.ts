import * as tf from '@tensorflow/tfjs-core';
import type { Group, Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

/** A forward pass with what the backward one needs: Φ^{l−1} and φ′(h^l) (null for φ′ = 1). */
export interface Pass {
  /** Φ⁰ = X, Φ¹, …, Φ^L. */
  readonly features: readonly T2[];
  readonly slopes: readonly (T2 | null)[];
  /** n × (members·outputs). */
  readonly output: T2;
}

interface Slot {
  readonly weights: T2;
  readonly bias: T2 | null;
}

const slots = (group: Group, parameters: Parameters): Slot[] => {
  let next = 0;
  return group.plan.layers.map((layer) => ({ weights: parameters[next++], bias: layer.hasBias ? parameters[next++] : null }));
};

const times = (tensor: T2, factor: number): T2 => (factor === 1 ? tensor : tf.mul(tensor, factor));

/** h^{l+1} = scale·Φ^l W + biasScale·b through the layers. Call inside tf.tidy. */
export function forward(group: Group, parameters: Parameters, inputs: T2, withSlopes = true): Pass {
  const features: T2[] = [inputs];
  const slopes: (T2 | null)[] = [];
  let h = inputs;
  slots(group, parameters).forEach(({ weights, bias }, l) => {
    const layer = group.plan.layers[l];
    h = times(tf.matMul(features[l], weights), layer.weightFactor);
    if (bias !== null) h = tf.add(h, times(bias, layer.biasFactor));
    if (layer.activation === null) return;
    const value = layer.activation.value(h);
    slopes.push(withSlopes && layer.activation.derivative !== null ? layer.activation.derivative(h, value) : null);
    features.push(value);
  });
  return { features, slopes, output: h };
}

/** The network's outputs only. */
export const evaluate = (group: Group, parameters: Parameters, inputs: T2): T2 =>
  tf.tidy(() => forward(group, parameters, inputs, false).output);

/**
 * Backpropagated errors ∂(Σ cotangent·f)/∂h^l for l = 1..L+1. Call inside tf.tidy.
 */
export function backpropagate(group: Group, parameters: Parameters, pass: Pass, cotangent: T2): T2[] {
  const list = slots(group, parameters);
  const errors: T2[] = new Array<T2>(list.length);
  errors[list.length - 1] = cotangent;
  for (let l = list.length - 1; l > 0; l--) {
    const back = times(tf.matMul(errors[l], tf.transpose(list[l].weights)), group.plan.layers[l].weightFactor);
    const slope = pass.slopes[l - 1];
    errors[l - 1] = slope === null ? back : tf.mul(back, slope);
  }
  return errors;
}

/**
 * Jᵀ·cotangent: the gradient of Σ cotangent·f in the parameters, in their order. `inputsT` is the inputs' transpose, kept by the caller.
 * Call inside tf.tidy.
 */
export function pullBack(group: Group, parameters: Parameters, pass: Pass, inputsT: T2, cotangent: T2): T2[] {
  const errors = backpropagate(group, parameters, pass, cotangent);
  const gradient: T2[] = [];
  group.plan.layers.forEach((layer, l) => {
    const left = l === 0 ? inputsT : tf.transpose(pass.features[l]);
    const product = times(tf.matMul(left, errors[l]), layer.weightFactor);
    const mask = group.masks[l];
    gradient.push(mask === null ? product : tf.mul(product, mask));
    if (!layer.hasBias) return;
    const ones: T2 = tf.ones([1, errors[l].shape[0]]);
    gradient.push(times(tf.matMul(ones, errors[l]), layer.biasFactor));
  });
  return gradient;
}

/** J·tangent: how the outputs move when the parameters move along `tangent`. Call inside tf.tidy. */
export function pushForward(group: Group, parameters: Parameters, pass: Pass, tangent: Parameters): T2 {
  const base = slots(group, parameters);
  const moved = slots(group, tangent);
  let dFeatures: T2 | null = null;
  let dh: T2 = pass.output;
  base.forEach(({ weights }, l) => {
    const layer = group.plan.layers[l];
    dh = tf.matMul<T2>(pass.features[l], moved[l].weights);
    if (dFeatures !== null) dh = tf.add(dh, tf.matMul<T2>(dFeatures, weights));
    dh = times(dh, layer.weightFactor);
    const bias = moved[l].bias;
    if (bias !== null) dh = tf.add<T2>(dh, times(bias, layer.biasFactor));
    if (layer.activation === null) return;
    const slope = pass.slopes[l];
    dFeatures = slope === null ? dh : tf.mul<T2>(dh, slope);
  });
  return dh;
}
