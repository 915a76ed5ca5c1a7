import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '@saddlepoint/linalg';
import { evaluate } from './passes.js';
import type { Group, Parameters } from './parameters.js';

type T2 = tf.Tensor2D;

/** The data as tensors, shared by all groups. */
export interface Data {
  readonly inputs: T2;
  readonly inputsT: T2;
  readonly testInputs: T2 | null;
  readonly kernelInputs: T2 | null;
  readonly targets: Matrix;
  readonly testTargets: Matrix | null;
}

export const toTensor = ({ rows, cols, data }: Matrix): T2 => tf.tensor2d(Float32Array.from(data), [rows, cols]);

export const makeData = (request: {
  readonly inputs: Matrix;
  readonly targets: Matrix;
  readonly testInputs?: Matrix | undefined;
  readonly testTargets?: Matrix | undefined;
  readonly kernelInputs?: Matrix | undefined;
}): Data => {
  const inputs = toTensor(request.inputs);
  return {
    inputs,
    inputsT: tf.transpose(inputs),
    testInputs: request.testInputs === undefined ? null : toTensor(request.testInputs),
    kernelInputs: request.kernelInputs === undefined ? null : toTensor(request.kernelInputs),
    targets: request.targets,
    testTargets: request.testTargets ?? null,
  };
};

/** One group of members at work on the data. */
export interface Task {
  readonly group: Group;
  readonly data: Data;
  readonly start: Parameters;
  /** n × gc: targets (repeated per member) plus f₀ when centred, so that the residual is output − aim. */
  readonly aim: T2;
  /** f₀ on train and test inputs, null when not centred. */
  readonly offsets: { readonly train: T2 | null; readonly test: T2 | null };
}

export function makeTask(group: Group, data: Data, start: Parameters, centred: boolean): Task {
  const train = centred ? evaluate(group, start, data.inputs) : null;
  const test = centred && data.testInputs !== null ? evaluate(group, start, data.testInputs) : null;
  const aim = tf.tidy(() => {
    const targets = tf.tile(toTensor(data.targets), [1, group.members.length]);
    return train === null ? targets : tf.add(targets, train);
  });
  return { group, data, start, aim: aim as T2, offsets: { train, test } };
}

const disposeAll = (tensors: readonly (tf.Tensor | null)[]): void => tensors.forEach((tensor) => tensor?.dispose());

export const disposeData = (data: Data): void => disposeAll([data.inputs, data.inputsT, data.testInputs, data.kernelInputs]);

export const disposeTask = (task: Task): void => disposeAll([...task.start, ...task.group.masks, task.aim, task.offsets.train, task.offsets.test]);

export const disposeParameters = (parameters: Parameters): void => disposeAll(parameters);
