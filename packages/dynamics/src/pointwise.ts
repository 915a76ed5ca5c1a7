import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';

/** Writes φ(h) and φ′(h) for a whole array. */
export type Pointwise = (h: Float64Array, value: Float64Array, slope: Float64Array) => void;

/** The array form of an activation; identity, tanh and ReLU have their own loops, since this is where a simulation spends its time. */
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
      for (let i = 0; i < h.length; i++) {
        // |error| < 3e-16 absolute; Math.exp overflows to ∞ harmlessly.
        const v = 1 - 2 / (Math.exp(2 * h[i]) + 1);
        value[i] = v;
        slope[i] = 1 - v * v;
      }
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
