import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { elementwise } from '@saddlepoint/linalg';

/** Writes φ(h) and φ′(h) for a whole array. */
export type Pointwise = (h: Float64Array, value: Float64Array, slope: Float64Array) => void;

/** The array form of an activation; identity, tanh and ReLU have their own ways, since this is where a simulation spends its time. */
export function pointwise(activation: Activation): Pointwise {
  const { value: phi, derivative, name } = activation;
  if (derivative === null) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'an activation with a derivative', got: name });
  if (name === 'identity')
    return (h, value, slope) => {
      value.set(h);
      slope.fill(1);
    };
  if (phi === Math.tanh)
    return (h, value, slope) => {
      elementwise('tanh', h, value);
      for (let i = 0; i < h.length; i++) slope[i] = 1 - value[i] * value[i];
    };
  if (name === 'relu')
    return (h, value, slope) => {
      for (let i = 0; i < h.length; i++) {
        const active = h[i] > 0;
        value[i] = active ? h[i] : 0;
        slope[i] = active ? 1 : h[i] === 0 ? 0.5 : 0;
      }
    };
  return (h, value, slope) => {
    for (let i = 0; i < h.length; i++) {
      value[i] = phi(h[i]);
      slope[i] = derivative(h[i]);
    }
  };
}
