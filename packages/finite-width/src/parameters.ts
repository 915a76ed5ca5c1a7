import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { NetworkPlan } from './plan.js';

type T2 = tf.Tensor2D;

/** The parameters of one network, in the network's own parameterization. */
export interface NetworkParameters {
  /** fanIn × width, one per dense layer. */
  readonly weights: readonly Matrix[];
  /** 1 × width, or null where the network has no bias. */
  readonly biases: readonly (Matrix | null)[];
}

/**
 * Several members side by side as one network: first layer d×(gN), later layers block diagonal with a mask. With one member there is no mask.
 * So every product is a plain 2-D one, which is what the backends are fast at.
 */
export interface Group {
  readonly plan: NetworkPlan;
  readonly members: readonly number[];
  readonly masks: readonly (T2 | null)[];
}

/** Weights and biases alternating: [W¹, b¹?, W², …], every tensor owned by whoever holds the list. */
export type Parameters = readonly T2[];

/** Draws member `member`'s initial parameters in float64; the same seed gives the same numbers whatever the grouping. */
export function drawParameters(plan: NetworkPlan, seed: number | string, member: number): NetworkParameters {
  const stream = randomStream(seed, 'finite-width', member);
  const gaussian = (rows: number, cols: number, deviation: number, label: string): Matrix => {
    const data = stream.split(label).normals(rows * cols);
    if (deviation !== 1) for (let i = 0; i < data.length; i++) data[i] *= deviation;
    return matrix(rows, cols, data);
  };
  return {
    weights: plan.layers.map((layer, l) => gaussian(layer.fanIn, layer.fanOut, layer.weightDeviation, `weights ${l}`)),
    biases: plan.layers.map((layer, l) => (layer.hasBias ? gaussian(1, layer.fanOut, layer.biasDeviation, `biases ${l}`) : null)),
  };
}

const place = (target: Float32Array, cols: number, rowOffset: number, colOffset: number, block: Matrix): void => {
  for (let i = 0; i < block.rows; i++)
    for (let j = 0; j < block.cols; j++) target[(rowOffset + i) * cols + colOffset + j] = block.data[i * block.cols + j];
};

/** Lays the members' parameters out as the group's tensors. */
export function packGroup(plan: NetworkPlan, all: readonly NetworkParameters[]): Parameters {
  const count = all.length;
  const tensors: T2[] = [];
  plan.layers.forEach((layer, l) => {
    const [rows, cols] = [l === 0 ? layer.fanIn : layer.fanIn * count, layer.fanOut * count];
    const weights = new Float32Array(rows * cols);
    all.forEach((member, e) => place(weights, cols, l === 0 ? 0 : e * layer.fanIn, e * layer.fanOut, member.weights[l]));
    tensors.push(tf.tensor2d(weights, [rows, cols]));
    if (!layer.hasBias) return;
    const biases = new Float32Array(cols);
    all.forEach((member, e) => {
      const bias = member.biases[l];
      if (bias !== null) place(biases, cols, 0, e * layer.fanOut, bias);
    });
    tensors.push(tf.tensor2d(biases, [1, cols]));
  });
  return tensors;
}

/** Reads one member's parameters back. */
export function unpackMember(group: Group, parameters: Parameters, position: number): NetworkParameters {
  const weights: Matrix[] = [];
  const biases: (Matrix | null)[] = [];
  let next = 0;
  group.plan.layers.forEach((layer, l) => {
    const block = (tensor: T2, row: number, height: number): Matrix => {
      const cols = tensor.shape[1];
      const values = tensor.dataSync();
      const data = new Float64Array(height * layer.fanOut);
      for (let i = 0; i < height; i++)
        for (let j = 0; j < layer.fanOut; j++) data[i * layer.fanOut + j] = values[(row + i) * cols + position * layer.fanOut + j];
      return matrix(height, layer.fanOut, data);
    };
    weights.push(block(parameters[next++], l === 0 ? 0 : position * layer.fanIn, layer.fanIn));
    biases.push(layer.hasBias ? block(parameters[next++], 0, 1) : null);
  });
  return { weights, biases };
}

/** The group's masks: ones on the members' blocks. */
export function makeGroup(plan: NetworkPlan, members: readonly number[]): Group {
  const count = members.length;
  const masks = plan.layers.map((layer, l) => {
    if (l === 0 || count === 1) return null;
    const [rows, cols] = [layer.fanIn * count, layer.fanOut * count];
    const data = new Float32Array(rows * cols);
    for (let i = 0; i < rows; i++) {
      const start = Math.floor(i / layer.fanIn) * layer.fanOut;
      data.fill(1, i * cols + start, i * cols + start + layer.fanOut);
    }
    return tf.tensor2d(data, [rows, cols]);
  });
  return { plan, members, masks };
}

/** How many members to put side by side: products as large as pay, block-diagonal waste kept small. */
export function groupSize(plan: NetworkPlan, samples: number, members: number): number {
  const hidden = plan.layers.slice(0, -1).map((layer) => layer.fanOut);
  const widest = Math.max(plan.outputs, ...hidden);
  const room = hidden.length >= 2 ? 256 : 2048;
  const cells = (1 << 18) / samples;
  return Math.max(1, Math.min(members, Math.floor(Math.min(room, cells) / widest)));
}
