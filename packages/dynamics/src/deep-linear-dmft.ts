import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber, nextTurn, throwIfAborted } from '@saddlepoint/core';
import type { RunOptions } from '@saddlepoint/core';
import { matrix, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { alignmentWith, meanLoss } from './alignment.js';
import { backwardRow, forwardRow, layerSize, linearLayer } from './deep-linear-layer.js';
import type { LinearLayer } from './deep-linear-layer.js';
import { gramFactor } from './gram-factor.js';
import { snapshotGrid } from './two-layer-dmft.js';

/** A deep linear network in the mean-field (μP) limit, its data and how it is trained. */
export interface DeepLinearProblem {
  /** K^x = XXᵀ/d, n×n; may be rank deficient. */
  readonly inputGram: Matrix;
  /** y: n numbers. */
  readonly targets: ArrayLike<number>;
  /** L ≥ 1, number of hidden layers. */
  readonly depth: number;
  /** γ > 0. */
  readonly richness: number;
  /** η > 0. */
  readonly learningRate: number;
  readonly steps: number;
  /** K^x between m test points and the training points, m×n. */
  readonly crossGram?: Matrix;
  /** Steps at which to keep kernels. Default eleven, from first to last. */
  readonly snapshotSteps?: readonly number[];
}

export interface DeepLinearSnapshot {
  readonly step: number;
  readonly time: number;
  /** Φ^l(t,t) = H^l(t,t) for l = 1 … L, each n×n. */
  readonly featureKernels: readonly Matrix[];
  /** G^l(t,t) for l = 1 … L: numbers, since the gradients of a linear network do not depend on the sample. */
  readonly gradientKernels: Float64Array;
  /** Σ_{l=0}^{L} G^{l+1}Φ^l with Φ⁰ = K^x, G^{L+1} = 1. */
  readonly ntk: Matrix;
  /** Alignment of Φ^L and of the NTK with y. */
  readonly alignment: number;
  readonly ntkAlignment: number;
}

export interface DeepLinearDynamics {
  /** `diverged`: outputs blew up and the records stop before the last step. */
  readonly status: 'completed' | 'diverged';
  readonly times: Float64Array;
  /** (1/2n)Σ(y−f)². */
  readonly loss: Float64Array;
  /** f on the training points, (steps+1)×n. */
  readonly outputs: Matrix;
  readonly testOutputs?: Matrix;
  readonly snapshots: readonly DeepLinearSnapshot[];
  /** Largest |⟨g^l h^l⟩ − ⟨g^L h^L⟩|/γ over layers and times, relative to the largest output: zero but for rounding. */
  readonly layerMismatch: number;
}

const TURN_MILLISECONDS = 25;
/** 1.6 GB. */
const MOST_DOUBLES = 2e8;

/**
 * Training of an infinitely wide deep linear network that learns features: the exact DMFT, without sampling.
 *
 * h¹ = W¹x/√d, h^{l+1} = W^{l+1}h^l/√N, f = w·h^L/(γN), θ ← θ − ηγ²N∂_θ(1/2n)Σ(y−f)². With correlations H^l, G^l and responses A, B
 *
 *   C^l = A^{l−1} + (ηγ/n)1_{s<t}H^{l−1}Δ,  D^l = B^l + (ηγ/n)1_{s<t}G^{l+1}Δ,  h = u + Cg,  g = r + Dh,  f = ⟨g^Lh^L⟩/γ,
 *
 * marched forward in time: each step extends every two-time function by one row from strictly earlier times, so nothing is iterated.
 * Exact in discrete time as N → ∞; as gradient flow in t = η·step the error is O(η). The sample index is reduced to the r = rank K^x input
 * directions. Memory L(rT)² doubles, time about L·r²T³ multiply-adds for T steps; refused above 1.6 GB with `ERR_ARGUMENT_RANGE`.
 * Source: Bordelon & Pehlevan, 2205.09653.
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * import { deepLinearDmft } from '@saddlepoint/dynamics';
 * const { loss, outputs } = await deepLinearDmft({ inputGram: fromRows([[1]]), targets: [1], depth: 3, richness: 1, learningRate: 0.1, steps: 20 });
 * loss[0]; // => 0.5
 * outputs.data[1]; // => 0.4
 */
export async function deepLinearDmft(problem: DeepLinearProblem, { signal, onProgress }: RunOptions = {}): Promise<DeepLinearDynamics> {
  const { y, factor, eigenvalues, crossFactor } = prepare(problem);
  const { depth, richness, learningRate, steps } = problem;
  const n = y.length;
  const r = factor.cols;
  const times = steps + 1;
  const rate = (learningRate * richness) / n;
  const layers = Array.from({ length: depth }, () => linearLayer(times, r));
  const kept = new Set(snapshotGrid(problem.snapshotSteps, steps));
  const drive = new Float64Array(times * r);
  const reduced = new Float64Array(times * r);
  const outputs = matrix(times, n);
  const loss = new Float64Array(times);
  const snapshots: DeepLinearSnapshot[] = [];
  let rows = 0;
  let mismatch = 0;
  let turn = performance.now();
  for (let t = 0; t < times; t++) {
    throwIfAborted(signal);
    for (let l = 0; l < 2 * depth; l++) {
      const at = l < depth ? l : 2 * depth - 1 - l;
      const work =
        l < depth
          ? forwardRow(layers[at], at === 0 ? null : layers[at - 1], drive, t, times, r)
          : backwardRow(layers[at], at === depth - 1 ? null : layers[at + 1], drive, t, times, r);
      while (work.next().done !== true) {
        if (performance.now() - turn < TURN_MILLISECONDS) continue;
        await nextTurn();
        throwIfAborted(signal);
        turn = performance.now();
      }
    }
    const own = outputsOf(layers[depth - 1], t, times, r, richness);
    if (!own.every((value) => Math.abs(value) < 1e100)) break;
    for (const layer of layers) outputsOf(layer, t, times, r, richness).forEach((value, k) => (mismatch = Math.max(mismatch, Math.abs(value - own[k]))));
    reduced.set(own, t * r);
    const f = multiply(factor, matrix(r, 1, own)).data;
    outputs.data.set(f, t * n);
    loss[t] = meanLoss(y, f);
    for (let k = 0; k < r; k++) for (let i = 0; i < n; i++) drive[t * r + k] += rate * factor.data[i * r + k] * (y[i] - f[i]);
    if (kept.has(t)) snapshots.push(snapshotOf(layers, factor, eigenvalues, y, t, times, learningRate));
    rows = t + 1;
    onProgress?.({ stage: 'deep linear field theory', fraction: ((t + 1) / times) ** 3, detail: `loss ${loss[t].toPrecision(4)}` });
  }
  const largest = reduced.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    status: rows === times ? 'completed' : 'diverged',
    times: Float64Array.from({ length: rows }, (_, t) => t * learningRate),
    loss: loss.slice(0, rows),
    outputs: matrix(rows, n, outputs.data.slice(0, rows * n)),
    ...(crossFactor !== undefined && { testOutputs: multiply(matrix(rows, r, reduced.slice(0, rows * r)), crossFactor, { transposeB: true }) }),
    snapshots,
    layerMismatch: largest > 0 ? mismatch / largest : 0,
  };
}

function prepare({ inputGram, targets, depth, richness, learningRate, steps, crossGram }: DeepLinearProblem): {
  readonly y: Float64Array;
  readonly factor: Matrix;
  readonly eigenvalues: Float64Array;
  readonly crossFactor: Matrix | undefined;
} {
  const y = Float64Array.from(targets);
  checkLength('targets', y.length, inputGram.rows);
  checkFinite('targets', y);
  checkInteger('depth', depth, { min: 1 });
  checkNumber('richness', richness, { min: 0, exclusiveMin: true });
  checkNumber('learningRate', learningRate, { min: 0, exclusiveMin: true });
  checkInteger('steps', steps, { min: 0 });
  const { factor, eigenvalues } = gramFactor('inputGram', inputGram);
  const size = depth * layerSize(steps + 1, factor.cols);
  if (size > MOST_DOUBLES)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'steps',
      expected: `few enough steps that depth·(steps·rank)² stays below ${MOST_DOUBLES}`,
      got: `${steps} steps at rank ${factor.cols} and depth ${depth}: ${size.toPrecision(3)} numbers`,
    });
  if (crossGram === undefined) return { y, factor, eigenvalues, crossFactor: undefined };
  checkLength('crossGram', crossGram.cols, y.length, 'columns');
  // What a test point has outside the span of the training inputs never moves from f = 0: its coordinates inside suffice.
  const crossFactor = multiply(crossGram, factor);
  for (let i = 0; i < crossFactor.data.length; i++) crossFactor.data[i] /= eigenvalues[i % factor.cols];
  return { y, factor, eigenvalues, crossFactor };
}

/** ⟨g(t)h_k(t)⟩/γ for each input direction k. */
function outputsOf(layer: LinearLayer, t: number, times: number, r: number, richness: number): Float64Array {
  const from = t * times * r + t * r;
  return layer.M.slice(from, from + r).map((value) => value / richness);
}

function snapshotOf(layers: readonly LinearLayer[], factor: Matrix, eigenvalues: Float64Array, y: Float64Array, t: number, times: number, learningRate: number): DeepLinearSnapshot {
  const r = eigenvalues.length;
  const n = factor.rows;
  const long = times * r;
  const featureKernels = layers.map(({ H }) => {
    const own = matrix(r, r);
    for (let k = 0; k < r; k++) own.data.set(H.subarray((t * r + k) * long + t * r, (t * r + k) * long + t * r + r), k * r);
    return multiply(multiply(factor, own), factor, { transposeB: true });
  });
  const gradientKernels = Float64Array.from(layers, ({ G }) => G[t * times + t]);
  const ntk = multiply(factor, factor, { transposeB: true });
  for (let i = 0; i < n * n; i++) {
    ntk.data[i] *= gradientKernels[0];
    for (let l = 0; l < layers.length; l++) ntk.data[i] += (l + 1 < layers.length ? gradientKernels[l + 1] : 1) * featureKernels[l].data[i];
  }
  return {
    step: t,
    time: t * learningRate,
    featureKernels,
    gradientKernels,
    ntk,
    alignment: alignmentWith(featureKernels[featureKernels.length - 1], y),
    ntkAlignment: alignmentWith(ntk, y),
  };
}
