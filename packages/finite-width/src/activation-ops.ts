import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '@saddlepoint/architecture';
import { SaddlepointRangeError } from '@saddlepoint/core';

type T2 = tf.Tensor2D;

/** φ and φ′ as tensor operations. `derivative` may reuse the value; null means φ′ = 1. At a kink φ′ is one of the one-sided limits. */
export interface TensorActivation {
  readonly name: string;
  readonly value: (h: T2) => T2;
  readonly derivative: ((h: T2, value: T2) => T2) | null;
}

type Ops = Omit<TensorActivation, 'name'>;

const gaussianCdf = (h: T2): T2 => tf.mul(tf.add(tf.erf(tf.mul(h, Math.SQRT1_2)), 1), 0.5);

const fixed: Readonly<Record<string, Ops>> = {
  identity: { value: (h) => h, derivative: null },
  erf: { value: (h) => tf.erf(h), derivative: (h) => tf.mul(tf.exp(tf.neg(tf.square(h))), 2 / Math.sqrt(Math.PI)) },
  relu: { value: (h) => tf.relu(h), derivative: (h) => tf.step(h) },
  abs: { value: (h) => tf.abs(h), derivative: (h) => tf.sub(tf.mul(tf.step(h), 2), 1) },
  tanh: { value: (h) => tf.tanh(h), derivative: (_, value) => tf.sub(1, tf.square(value)) },
  sin: { value: (h) => tf.sin(h), derivative: (h) => tf.cos(h) },
  cos: { value: (h) => tf.cos(h), derivative: (h) => tf.neg(tf.sin(h)) },
  quadratic: { value: (h) => tf.square(h), derivative: (h) => tf.mul(h, 2) },
  cubic: { value: (h) => tf.mul(tf.square(h), h), derivative: (h) => tf.mul(tf.square(h), 3) },
  hermite3: {
    value: (h) => tf.mul(tf.mul(h, tf.sub(tf.square(h), 3)), 1 / Math.sqrt(6)),
    derivative: (h) => tf.mul(tf.sub(tf.square(h), 1), 3 / Math.sqrt(6)),
  },
  gelu: {
    value: (h) => tf.mul(h, gaussianCdf(h)),
    derivative: (h) => tf.add(gaussianCdf(h), tf.mul(h, tf.mul(tf.exp(tf.mul(tf.square(h), -0.5)), 1 / Math.sqrt(2 * Math.PI)))),
  },
  sigmoid: { value: (h) => tf.sigmoid(h), derivative: (_, value) => tf.mul(value, tf.sub(1, value)) },
};

const leaky = (slope: number): Ops => ({
  value: (h) => tf.add(tf.mul(h, slope), tf.mul(tf.relu(h), 1 - slope)),
  derivative: (h) => tf.add(tf.mul(tf.step(h), 1 - slope), slope),
});

/** Names of the activations that finite networks can be trained with; `leakyRelu` takes any slope. */
export const trainableActivations: readonly string[] = Object.freeze([...Object.keys(fixed), 'leakyRelu']);

const opsOf = (activation: Activation): Ops | undefined => {
  if (Object.hasOwn(fixed, activation.name)) return fixed[activation.name];
  return activation.name.startsWith('leakyRelu') ? leaky(-activation.value(-1)) : undefined;
};

/** The tensor operations of an activation. Throws ERR_UNSUPPORTED, naming those there are, for one without them. */
export function activationOps(activation: Activation): TensorActivation {
  const ops = opsOf(activation);
  if (ops === undefined)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: `one of ${trainableActivations.join(', ')} for a finite network`, got: activation.name });
  return { name: activation.name, ...ops };
}
