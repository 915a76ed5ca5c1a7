import * as tf from '@tensorflow/tfjs-core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { noiseSource } from './noise.js';
import { gradientOf } from './objective.js';
import { measureFeatureKernels, observe, squaredError } from './observe.js';
import type { Observe } from './observe.js';
import type { Parameters } from './parameters.js';
import { largestNtkEigenvalues } from './spectral.js';
import { disposeParameters } from './task.js';
import type { Task } from './task.js';

type T2 = tf.Tensor2D;

export interface LangevinOptions {
  readonly ridge: number;
  readonly steps: number;
  readonly burnIn: number;
  readonly thin: number;
  readonly friction: number;
  readonly stepFactor: number;
  readonly stepSize: number | null;
  readonly seed: number | string;
  readonly kernels: boolean;
  readonly hook: Observe | undefined;
  readonly afterStep: (step: number, loss: number) => Promise<void>;
}

/** The sums that one group of chains leaves behind; everything per chain. */
export interface GroupSamples {
  readonly stepSize: number;
  readonly measurements: number;
  /** Per chain: the time series of each scalar. */
  readonly traces: readonly Record<string, Float64Array>[];
  readonly trainMean: readonly Float64Array[];
  readonly testMean: readonly (Float64Array | null)[];
  /** Chain × layers, averaged over measurements. */
  readonly kernels: readonly (readonly Matrix[])[];
  readonly kineticTemperature: number;
  readonly finite: boolean;
}

const addInto = (total: Float64Array, values: ArrayLike<number>): void => {
  for (let i = 0; i < total.length; i++) total[i] += values[i];
};

/**
 * Underdamped Langevin dynamics of U(u) = ½|u|² + Σ(f−y)²/2σ² in whitened coordinates, splitting BAOAB (Leimkuhler & Matthews 2013) with unit
 * masses: u += (h/2)p; p ← cp + √(1−c²)ξ, c = e^{−γh}; u += (h/2)p; p −= h∇U. One gradient per step.
 */
export async function sampleLangevin(task: Task, options: LangevinOptions): Promise<GroupSamples> {
  const { ridge, thin, burnIn, friction } = options;
  const { group, data } = task;
  const count = group.members.length;
  const noise = noiseSource(group, options.seed);
  let u: Parameters = task.start.map((tensor) => tensor.clone());
  let p: Parameters = tf.tidy(() => noise().map((tensor) => tensor.clone()));
  let stepSize = options.stepSize ?? Infinity;
  const adapt = async (): Promise<void> => {
    if (options.stepSize !== null) return;
    const curvature = await largestNtkEigenvalues(group, u, data.inputs, data.inputsT, { tolerance: 0.05 });
    stepSize = Math.min(stepSize, options.stepFactor / Math.sqrt(1 + Math.max(...curvature) / ridge));
  };
  const traces = group.members.map((): Record<string, number[]> => ({ trainLoss: [], overlap: [] }));
  const trainMean = group.members.map(() => new Float64Array(data.targets.data.length));
  const testMean = group.members.map(() => (data.testInputs === null ? null : new Float64Array(data.testInputs.shape[0] * data.targets.cols)));
  const kernelSums: Float64Array[][] = group.members.map(() => []);
  const adaptAt = new Set([0, 0.1, 0.3, 0.6, 1].map((part) => Math.floor(part * burnIn)));
  let kinetic = 0;
  let measurements = 0;
  let kernelMeasurements = 0;
  let loss = NaN;
  let finite = true;
  const degrees = count * group.plan.layers.reduce((sum, layer) => sum + layer.fanOut * (layer.fanIn + (layer.hasBias ? 1 : 0)), 0);
  const kernelEvery = Math.max(1, Math.floor(options.steps / thin / 100));
  const measure = async (): Promise<void> => {
    const row = await observe(task, u, measurements, options.hook);
    row.members.forEach((member, e) => {
      const { targets } = data;
      let overlap = 0;
      for (let i = 0; i < targets.data.length; i++) overlap += targets.data[i] * member.train[i];
      const scalars: Record<string, number> = { ...member.observed, trainLoss: squaredError(member.train, targets.data) / (2 * targets.rows), overlap: overlap / targets.rows };
      for (const [key, value] of Object.entries(scalars)) (traces[e][key] ??= []).push(value);
      addInto(trainMean[e], member.train);
      const sum = testMean[e];
      if (sum !== null && member.test !== null) addInto(sum, member.test);
      finite &&= Number.isFinite(member.trainLoss);
    });
    loss = row.members[0].trainLoss;
    const squares = tf.tidy(() => tf.addN(p.map((tensor) => tf.sum(tf.square(tensor)))));
    kinetic += (await squares.data())[0] / degrees;
    squares.dispose();
    if (options.kernels && measurements % kernelEvery === 0) {
      (await measureFeatureKernels(task, u)).forEach((layers, e) =>
        layers.forEach((kernel, l) => addInto((kernelSums[e][l] ??= new Float64Array(kernel.data.length)), kernel.data)),
      );
      kernelMeasurements++;
    }
    measurements++;
  };
  try {
    for (let step = 0; step < burnIn + options.steps; step++) {
      if (adaptAt.has(step)) await adapt();
      const h = stepSize;
      const c = Math.exp(-friction * h);
      const next = tf.tidy(() => {
        const xi = noise();
        const mixed = p.map((tensor, i) => tf.add<T2>(tf.mul(tensor, c), tf.mul(xi[i], Math.sqrt(1 - c * c))));
        const position = u.map((tensor, i) => tf.add<T2>(tensor, tf.mul(tf.add(p[i], mixed[i]), h / 2)));
        // ∇U·h = h u + h Jᵀ(f−y)/σ².
        const { gradient } = gradientOf(task, position, h / ridge, 0);
        const momentum = mixed.map((tensor, i) => tf.sub<T2>(tensor, tf.add(gradient[i], tf.mul(position[i], h))));
        return { position, momentum };
      });
      disposeParameters(u);
      disposeParameters(p);
      u = next.position;
      p = next.momentum;
      if (step >= burnIn && (step - burnIn + 1) % thin === 0) await measure();
      if (!finite) break;
      await options.afterStep(step + 1, loss);
    }
    const divided = (sum: Float64Array, by: number): Float64Array => sum.map((value) => value / by);
    const size = Math.round(Math.sqrt(kernelSums[0]?.[0]?.length ?? 0));
    return {
      stepSize,
      measurements,
      traces: traces.map((trace) => Object.fromEntries(Object.entries(trace).map(([key, values]) => [key, Float64Array.from(values)]))),
      trainMean: trainMean.map((sum) => divided(sum, measurements)),
      testMean: testMean.map((sum) => (sum === null ? null : divided(sum, measurements))),
      kernels: kernelSums.map((layers) => layers.map((sum) => matrix(size, size, divided(sum, kernelMeasurements)))),
      kineticTemperature: kinetic / measurements,
      finite,
    };
  } finally {
    disposeParameters(u);
    disposeParameters(p);
  }
}
