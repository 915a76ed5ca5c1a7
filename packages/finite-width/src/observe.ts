import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { forward } from './passes.js';
import { unpackMember } from './parameters.js';
import type { NetworkParameters, Parameters } from './parameters.js';
import type { Task } from './task.js';

type T2 = tf.Tensor2D;

/** What one member shows at one step. */
export interface MemberRow {
  readonly trainLoss: number;
  readonly testError: number | null;
  readonly classificationError: number | null;
  readonly train: Float64Array;
  readonly test: Float64Array | null;
  readonly observed: Readonly<Record<string, number>> | null;
}

export interface Row {
  readonly step: number;
  readonly members: readonly MemberRow[];
}

/** Reads columns of member `position` out of n × (g·c). */
function memberColumns(values: ArrayLike<number>, rows: number, outputs: number, count: number, position: number): Float64Array {
  const picked = new Float64Array(rows * outputs);
  for (let i = 0; i < rows; i++) for (let j = 0; j < outputs; j++) picked[i * outputs + j] = values[(i * count + position) * outputs + j];
  return picked;
}

export function squaredError(prediction: ArrayLike<number>, targets: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < targets.length; i++) total += (prediction[i] - targets[i]) ** 2;
  return total;
}

const largest = (values: ArrayLike<number>, from: number, count: number): number => {
  let best = 0;
  for (let j = 1; j < count; j++) if (values[from + j] > values[from + best]) best = j;
  return best;
};

/** Share of wrong signs (one output) or wrong largest outputs (several). */
export function misclassified(prediction: ArrayLike<number>, targets: Matrix): number {
  let wrong = 0;
  for (let i = 0; i < targets.rows; i++) {
    if (targets.cols === 1) wrong += prediction[i] > 0 === targets.data[i] > 0 ? 0 : 1;
    else wrong += largest(prediction, i * targets.cols, targets.cols) === largest(targets.data, i * targets.cols, targets.cols) ? 0 : 1;
  }
  return wrong / targets.rows;
}

export type Observe = (parameters: NetworkParameters, member: number, step: number) => Readonly<Record<string, number>>;

const centredOutput = async (task: Task, parameters: Parameters, inputs: T2, offset: T2 | null): Promise<ArrayLike<number>> => {
  const output = tf.tidy(() => {
    const raw = forward(task.group, parameters, inputs, false).output;
    return offset === null ? raw.clone() : tf.sub(raw, offset);
  });
  const values = await output.data();
  output.dispose();
  return values;
};

/** Measures every member of the group now. */
export async function observe(task: Task, parameters: Parameters, step: number, hook?: Observe): Promise<Row> {
  const { group, data } = task;
  const count = group.members.length;
  const { targets, testTargets } = data;
  const outputs = targets.cols;
  const train = await centredOutput(task, parameters, data.inputs, task.offsets.train);
  const test = data.testInputs === null ? null : await centredOutput(task, parameters, data.testInputs, task.offsets.test);
  const members = group.members.map((member, e): MemberRow => {
    const f = memberColumns(train, targets.rows, outputs, count, e);
    const rows = data.testInputs?.shape[0] ?? 0;
    const g = test === null ? null : memberColumns(test, rows, outputs, count, e);
    const judged = g === null || testTargets === null ? null : { error: squaredError(g, testTargets.data) / rows, wrong: misclassified(g, testTargets) };
    return {
      trainLoss: squaredError(f, targets.data) / (2 * targets.rows),
      testError: judged?.error ?? null,
      classificationError: judged?.wrong ?? null,
      train: f,
      test: g,
      observed: hook === undefined ? null : hook(unpackMember(group, parameters, e), member, step),
    };
  });
  return { step, members };
}

/** Φ^l = φφᵀ/N_l of every member on the kernel inputs: members × layers. */
export async function measureFeatureKernels(task: Task, parameters: Parameters): Promise<Matrix[][]> {
  const { group, data } = task;
  const inputs = data.kernelInputs ?? data.inputs;
  const size = inputs.shape[0];
  const kernels = tf.tidy(() => {
    const { features } = forward(group, parameters, inputs, false);
    return group.members.map((_, e) =>
      features.slice(1).map((phi, l) => {
        const { fanOut: width } = group.plan.layers[l];
        const own: T2 = group.members.length === 1 ? phi : tf.slice(phi, [0, e * width], [size, width]);
        return tf.mul<T2>(tf.matMul(own, tf.transpose(own)), 1 / width);
      }),
    );
  });
  const result: Matrix[][] = [];
  for (const member of kernels) {
    const layers: Matrix[] = [];
    for (const kernel of member) {
      layers.push(matrix(size, size, Float64Array.from(await kernel.data())));
      kernel.dispose();
    }
    result.push(layers);
  }
  return result;
}
