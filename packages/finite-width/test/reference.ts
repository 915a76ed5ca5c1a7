import { denseLayers, hiddenLayers } from '@saddlepoint/architecture';
import type { Network } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { NetworkParameters } from '../src/index.js';

/** f(x) in float64 by plain loops, straight from the definition of the parameterizations: the independent judge of the tensor code. */
export function outputs(network: Network, { weights, biases }: NetworkParameters, inputs: Matrix): Matrix {
  const dense = denseLayers(network);
  const hidden = hiddenLayers(network);
  let features = inputs;
  dense.forEach((layer, l) => {
    const fanIn = features.cols;
    const readout = l === dense.length - 1;
    const standard = network.parameterization === 'standard';
    const shrink = readout && network.parameterization === 'mean-field' ? 1 / ((network.richness ?? 1) * Math.sqrt(fanIn)) : 1;
    const weightFactor = standard ? 1 : Math.sqrt(layer.weightVariance / fanIn) * shrink;
    const biasFactor = standard ? 1 : Math.sqrt(layer.biasVariance) * shrink;
    const W = weights[l];
    const b = biases[l];
    const h = matrix(inputs.rows, W.cols);
    for (let i = 0; i < inputs.rows; i++)
      for (let j = 0; j < W.cols; j++) {
        let sum = 0;
        for (let k = 0; k < fanIn; k++) sum += features.data[i * fanIn + k] * W.data[k * W.cols + j];
        const value = weightFactor * sum + (b === null ? 0 : biasFactor * b.data[j]);
        h.data[i * W.cols + j] = readout ? value : hidden[l].activation.value(value);
      }
    features = h;
  });
  return features;
}

const clone = ({ rows, cols, data }: Matrix): Matrix => matrix(rows, cols, Float64Array.from(data));

/** Central differences of `f` in every parameter, weights then bias layer by layer. */
export function numericalGradient(f: (parameters: NetworkParameters) => Float64Array, at: NetworkParameters, step = 1e-5): Float64Array[] {
  const copy = { weights: at.weights.map(clone), biases: at.biases.map((bias) => (bias === null ? null : clone(bias))) };
  const rows: Float64Array[] = [];
  copy.weights.forEach((weight, l) => {
    for (const tensor of [weight, copy.biases[l]]) {
      if (tensor === null) continue;
      for (let i = 0; i < tensor.data.length; i++) {
        const kept = tensor.data[i];
        tensor.data[i] = kept + step;
        const up = f(copy);
        tensor.data[i] = kept - step;
        const down = f(copy);
        tensor.data[i] = kept;
        rows.push(up.map((value, k) => (value - down[k]) / (2 * step)));
      }
    }
  });
  return rows;
}

export const flat = ({ weights, biases }: NetworkParameters): number[] =>
  weights.flatMap((weight, l) => [...weight.data, ...(biases[l]?.data ?? [])]);

export const gaussian = (seed: string, rows: number, cols: number): Matrix => matrix(rows, cols, randomStream(seed).normals(rows * cols));

/** Root mean square of a − b. */
export const rmsDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
};
