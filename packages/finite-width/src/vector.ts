import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

// Parameters as one long vector. Everything here runs inside the caller's tf.tidy.

/** a + s·b. */
export const axpy = (a: Parameters, s: number, b: Parameters): T2[] => a.map((tensor, i) => tf.add(tensor, tf.mul(b[i], s)));

export const minus = (a: Parameters, b: Parameters): T2[] => a.map((tensor, i) => tf.sub(tensor, b[i]));

/** ⟨a, b⟩ as a scalar tensor. */
export const inner = (a: Parameters, b: Parameters): tf.Scalar =>
  tf.addN(a.map((tensor, i) => tf.sum(tf.mul(tensor, b[i])))) as tf.Scalar;
