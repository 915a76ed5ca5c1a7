import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { alignmentWith, meanLoss } from './alignment.js';
import type { BatchResult, BatchSnapshot, ParticleRun } from './particle-system.js';

/** Kernels of the network at one time, on the training points. */
export interface KernelSnapshot {
  readonly step: number;
  readonly time: number;
  /** Φ(t,t) = ⟨φφᵀ⟩, n×n. */
  readonly featureKernel: Matrix;
  /** G(t,t) = ⟨z²φ′φ′ᵀ⟩, n×n. */
  readonly gradientKernel: Matrix;
  /** Φ + G∘K^x, n×n: Δ(t+η) = Δ − (η/n)·NTK·Δ + O(η²). */
  readonly ntk: Matrix;
  /** Alignment yᵀKy/(‖K‖|y|²) of Φ and of the NTK. */
  readonly alignment: number;
  readonly ntkAlignment: number;
  /** ⟨z²⟩, 1 at the start. */
  readonly readoutMoment: number;
  /** Largest standard error of an entry of `featureKernel`. */
  readonly standardError: number;
}

export interface TwoLayerDynamics {
  /** `diverged`: outputs blew up and the records stop before the last step. */
  readonly status: 'completed' | 'diverged';
  /** t = η·step of every record. */
  readonly times: Float64Array;
  /** (1/2n)Σ(y−f)² of the mean output, and its standard error (jackknife over batches). */
  readonly loss: Float64Array;
  readonly lossStandardError: Float64Array;
  /** f on the training points, records×n, mean over batches, and its standard error. */
  readonly outputs: Matrix;
  readonly outputsStandardError: Matrix;
  /** The same on the test points, records×m, when there are any. */
  readonly testOutputs?: Matrix;
  readonly testOutputsStandardError?: Matrix;
  readonly snapshots: readonly KernelSnapshot[];
  /** Particles used, and whether the initial second moments were made exact. */
  readonly particles: number;
  readonly momentsMatched: boolean;
}

/** Means and standard errors over the batches. */
export function summarise(run: ParticleRun, results: readonly BatchResult[]): TwoLayerDynamics {
  const { targets, learningRate, recordEvery } = run;
  const n = targets.length;
  const size = run.factor.rows;
  const rows = Math.min(...results.map((result) => result.finiteRows));
  const { mean, error } = overBatches(results.map((result) => result.outputs.data.subarray(0, rows * size)));
  const loss = new Float64Array(rows);
  const lossStandardError = new Float64Array(rows);
  for (let t = 0; t < rows; t++) {
    loss[t] = meanLoss(targets, mean.subarray(t * size, t * size + n));
    lossStandardError[t] = jackknifeLoss(targets, results, mean, t, size);
  }
  const part = (data: Float64Array, from: number, to: number): Matrix => {
    const out = matrix(rows, to - from);
    for (let t = 0; t < rows; t++) out.data.set(data.subarray(t * size + from, t * size + to), t * (to - from));
    return out;
  };
  const kept = Math.min(...results.map((result) => result.snapshots.length));
  return {
    status: rows === results[0].outputs.rows ? 'completed' : 'diverged',
    times: Float64Array.from({ length: rows }, (_, t) => t * recordEvery * learningRate),
    loss,
    lossStandardError,
    outputs: part(mean, 0, n),
    outputsStandardError: part(error, 0, n),
    ...(size > n && { testOutputs: part(mean, n, size), testOutputsStandardError: part(error, n, size) }),
    snapshots: run.snapshotSteps.slice(0, kept).map((step, k) => joinSnapshots(run, step, results.map((result) => result.snapshots[k]))),
    particles: 2 * run.pairs * results.length,
    momentsMatched: run.matchMoments,
  };
}

function overBatches(samples: readonly Float64Array[]): { readonly mean: Float64Array; readonly error: Float64Array } {
  const count = samples.length;
  const mean = new Float64Array(samples[0].length);
  const error = new Float64Array(samples[0].length);
  for (const sample of samples) for (let i = 0; i < mean.length; i++) mean[i] += sample[i] / count;
  for (const sample of samples) for (let i = 0; i < mean.length; i++) error[i] += (sample[i] - mean[i]) ** 2;
  for (let i = 0; i < mean.length; i++) error[i] = Math.sqrt(error[i] / (count * (count - 1)));
  return { mean, error };
}

/** √((B−1)/B Σ_b (L_{−b} − L̄)²), L_{−b} the loss of the mean output without batch b. */
function jackknifeLoss(y: Float64Array, results: readonly BatchResult[], mean: Float64Array, t: number, size: number): number {
  const count = results.length;
  const without = results.map(({ outputs }) => {
    const f = y.map((_, i) => (count * mean[t * size + i] - outputs.data[t * size + i]) / (count - 1));
    return meanLoss(y, f);
  });
  const centre = without.reduce((sum, value) => sum + value, 0) / count;
  return Math.sqrt(((count - 1) / count) * without.reduce((sum, value) => sum + (value - centre) ** 2, 0));
}

function joinSnapshots(run: ParticleRun, step: number, batches: readonly BatchSnapshot[]): KernelSnapshot {
  const n = run.targets.length;
  const feature = overBatches(batches.map((batch) => batch.featureKernel.data));
  const gradient = overBatches(batches.map((batch) => batch.gradientKernel.data)).mean;
  const featureKernel = matrix(n, n, feature.mean);
  const ntk = matrix(n, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) ntk.data[i * n + j] = feature.mean[i * n + j] + gradient[i * n + j] * run.pull.data[i * run.pull.cols + j];
  return {
    step,
    time: step * run.learningRate,
    featureKernel,
    gradientKernel: matrix(n, n, gradient),
    ntk,
    alignment: alignmentWith(featureKernel, run.targets),
    ntkAlignment: alignmentWith(ntk, run.targets),
    readoutMoment: batches.reduce((sum, batch) => sum + batch.readoutMoment, 0) / batches.length,
    standardError: feature.error.reduce((largest, value) => Math.max(largest, value), 0),
  };
}
