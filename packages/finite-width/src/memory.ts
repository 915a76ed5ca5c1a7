import * as tf from '@tensorflow/tfjs-core';
import { numbersOf } from './objective.js';
import type { Parameters } from './parameters.js';
import { disposeParameters } from './task.js';
import { axpy, inner } from './vector.js';

interface Pair {
  readonly s: Parameters;
  readonly y: Parameters;
  readonly rho: number;
}

const dot = async (a: Parameters, b: Parameters): Promise<number> => (await numbersOf(() => [inner(a, b)]))[0];

/** The last few (step, change of gradient) pairs of a quasi-Newton method, as tensors. */
export interface Memory {
  /** H∇ by the two-loop recursion around `metric`, which applies the initial inverse Hessian and returns fresh tensors. */
  readonly apply: (gradient: Parameters, metric: (vector: Parameters) => Promise<Parameters>) => Promise<Parameters>;
  /** Takes ownership of both; keeps them only when sᵀy > 0. */
  readonly push: (s: Parameters, y: Parameters) => Promise<void>;
  readonly clear: () => void;
}

/** L-BFGS memory (Nocedal & Wright 2006, algorithm 7.4) with an initial metric chosen anew at each step. */
export function quasiNewtonMemory(size: number): Memory {
  let pairs: Pair[] = [];
  const drop = ({ s, y }: Pair): void => {
    disposeParameters(s);
    disposeParameters(y);
  };
  return {
    apply: async (gradient, metric) => {
      let q: Parameters = gradient.map((tensor) => tensor.clone());
      const replace = (old: Parameters, factor: number, along: Parameters): Parameters => {
        const next = tf.tidy(() => axpy(old, factor, along));
        disposeParameters(old);
        return next;
      };
      const weights: number[] = [];
      for (const { s, y, rho } of pairs.toReversed()) {
        const weight = rho * (await dot(s, q));
        weights.unshift(weight);
        q = replace(q, -weight, y);
      }
      let r = await metric(q);
      disposeParameters(q);
      for (const [i, { s, y, rho }] of pairs.entries()) r = replace(r, weights[i] - rho * (await dot(y, r)), s);
      return r;
    },
    push: async (s, y) => {
      const [curvature, sizes] = [await dot(s, y), Math.sqrt((await dot(s, s)) * (await dot(y, y)))];
      if (!(curvature > 1e-6 * sizes)) {
        drop({ s, y, rho: 0 });
        return;
      }
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > size) drop(pairs.splice(0, 1)[0]);
    },
    clear: () => {
      pairs.forEach(drop);
      pairs = [];
    },
  };
}
