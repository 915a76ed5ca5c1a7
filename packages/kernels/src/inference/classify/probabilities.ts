import { SaddlepointRangeError, checkFinite, checkInteger, nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { normalCdf, normalPdf, randomStream, type RandomStream } from '@saddlepoint/numerics';
import { checkChoice } from '../checks.js';

/** Probabilities of classes with how well they are known. */
export interface ClassProbabilities {
  /** m×c; rows sum to 1. */
  readonly probabilities: Matrix;
  /** Quadrature: largest |1 − Σ| of a row before it was normalised. Monte Carlo: largest standard error. 0 where exact. */
  readonly error: number;
}

/** How outputs become a class. */
export interface ProbabilityOptions extends RunOptions {
  /** `'argmax'` (default): the class of the largest output. `'softmax'`: drawn with probability softmax(f), for outputs trained as logits. */
  readonly rule?: 'argmax' | 'softmax';
  /** Draws per point for softmax of three or more classes. Default 1024. */
  readonly samples?: number;
}

/** Standard deviations beyond which a Gaussian is nothing. */
const TAIL = 9;
/** Output variances below this part of the largest count as this much: moves a probability by about its half. */
const LEAST_RATIO = 1e-6;
const MILLISECONDS = 40;

/** E over f_k ~ N(μ_k, s_k²) of 1[k = argmax f]: the trapezoidal rule over the value of the largest, which converges geometrically. Returns Σ before normalising. */
function argmaxProbabilities(mean: Float64Array, spread: Float64Array, out: Float64Array): number {
  const c = mean.length;
  let [from, to] = [-Infinity, -Infinity];
  for (let k = 0; k < c; k++) [from, to] = [Math.max(from, mean[k] - TAIL * spread[k]), Math.max(to, mean[k] + TAIL * spread[k])];
  const width = Math.min(0.5, 0.7 / Math.sqrt(c)) * spread.reduce((least, s) => Math.min(least, s), Infinity);
  const nodes = Math.ceil((to - from) / width);
  const step = (to - from) / nodes;
  const below = new Float64Array(c);
  const products = new Float64Array(c + 1);
  out.fill(0);
  for (let i = 0; i <= nodes; i++) {
    const x = from + i * step;
    for (let k = 0; k < c; k++) below[k] = normalCdf((x - mean[k]) / spread[k]);
    products[c] = 1;
    for (let k = c - 1; k >= 0; k--) products[k] = products[k + 1] * below[k];
    let before = 1;
    for (let k = 0; k < c && before > 0; k++) {
      out[k] += (step / spread[k]) * normalPdf((x - mean[k]) / spread[k]) * before * products[k + 1];
      before *= below[k];
    }
  }
  return normalise(out);
}

/** Divides by the sum, and returns it. */
function normalise(p: Float64Array): number {
  const sum = p.reduce((a, b) => a + b, 0);
  for (let k = 0; k < p.length; k++) p[k] /= sum;
  return sum;
}

/** All the probability to the largest means, in equal parts. */
function certain(mean: Float64Array, out: Float64Array): void {
  const largest = mean.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let k = 0; k < mean.length; k++) out[k] = mean[k] === largest ? 1 : 0;
  normalise(out);
}

/** E[1/(1+e^−x)], x ~ N(mean, spread²): trapezoidal rule as fine as the poles of the integrand ask for. */
function logisticNormal(mean: number, spread: number): number {
  const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
  if (spread === 0) return sigmoid(mean);
  // Where the sigmoid is exponential it moves the weight by up to `spread`, but not past its own middle.
  const range = TAIL + Math.min(spread, Math.abs(mean) / spread);
  const half = Math.ceil(range / Math.min(0.5, 0.5 / spread));
  const step = range / half;
  let [sum, weights] = [0, 0];
  for (let i = -half; i <= half; i++) {
    const weight = normalPdf(i * step);
    sum += weight * sigmoid(mean + spread * i * step);
    weights += weight;
  }
  return sum / weights;
}

/** Mean softmax over draws; returns the largest standard error. */
function softmaxProbabilities(mean: Float64Array, spread: Float64Array, out: Float64Array, stream: RandomStream, samples: number): number {
  const c = mean.length;
  const squares = new Float64Array(c);
  const weights = new Float64Array(c);
  out.fill(0);
  for (let s = 0; s < samples; s++) {
    const f = stream.normals(c);
    let largest = -Infinity;
    for (let k = 0; k < c; k++) largest = Math.max(largest, (f[k] = mean[k] + spread[k] * f[k]));
    let sum = 0;
    for (let k = 0; k < c; k++) sum += weights[k] = Math.exp(f[k] - largest);
    for (let k = 0; k < c; k++) {
      const p = weights[k] / sum;
      out[k] += p / samples;
      squares[k] += (p * p) / samples;
    }
  }
  return squares.reduce((worst, square, k) => Math.max(worst, Math.sqrt(Math.max(0, square - out[k] ** 2) / samples)), 0);
}

/**
 * Class probabilities from Gaussian outputs, independent over the c classes: P(k) = P(f_k > all others) under f_k ~ N(mean, variance), or E[softmax(f)_k].
 *
 * `mean`: m×c, `variance`: m numbers (shared by the outputs of a point, as in a prediction) or m×c. Argmax: two classes Φ((μ₁−μ₀)/√(s₀²+s₁²)); more by a
 * one-dimensional integral over the value of the largest, to about 1e-14 (reported). Softmax: one integral for two classes, seeded Monte Carlo for more. Abortable.
 *
 * @example
 * import { classProbabilities } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { probabilities } = await classProbabilities({ mean: matrix(1, 3, [1, 0, 0]), variance: [1] });
 * Array.from(probabilities.data); // => [0.6337021, 0.1831490, 0.1831490]
 */
export async function classProbabilities(
  { mean, variance }: { readonly mean: Matrix; readonly variance: ArrayLike<number> | Matrix },
  { rule = 'argmax', samples = 1024, seed = 1, signal, onProgress }: ProbabilityOptions = {},
): Promise<ClassProbabilities> {
  checkChoice('rule', rule, ['argmax', 'softmax']);
  checkInteger('samples', samples, { min: 2 });
  const { rows: m, cols: c } = mean;
  checkFinite('mean', mean.data);
  const spreadAt = spreads(mean, variance);
  throwIfAborted(signal);
  const probabilities = matrix(m, c);
  const stream = randomStream(seed, 'class-probabilities');
  let error = 0;
  let last = performance.now();
  for (let i = 0; i < m; i++) {
    const centre = mean.data.subarray(i * c, (i + 1) * c);
    const spread = Float64Array.from({ length: c }, (_, k) => spreadAt(i, k));
    const out = probabilities.data.subarray(i * c, (i + 1) * c);
    error = Math.max(error, onePoint(centre, spread, out, rule, samples, stream.split(i)));
    if (performance.now() - last > MILLISECONDS) {
      onProgress?.({ stage: 'class probabilities', fraction: (i + 1) / m });
      await nextTurn();
      throwIfAborted(signal);
      last = performance.now();
    }
  }
  onProgress?.({ stage: 'class probabilities', fraction: 1 });
  return { probabilities, error };
}

/** The probabilities of one point, into `out`; returns their error. */
function onePoint(mean: Float64Array, spread: Float64Array, out: Float64Array, rule: 'argmax' | 'softmax', samples: number, stream: RandomStream): number {
  const largest = spread.reduce((a, b) => Math.max(a, b), 0);
  if (mean.length === 1) out[0] = 1;
  else if (mean.length === 2) {
    const [distance, width] = [mean[1] - mean[0], Math.hypot(spread[0], spread[1])];
    if (rule === 'argmax' && width === 0) certain(mean, out);
    else {
      // Each from its own tail, so that small probabilities keep their digits.
      out[0] = rule === 'argmax' ? normalCdf(-distance / width) : logisticNormal(-distance, width);
      out[1] = rule === 'argmax' ? normalCdf(distance / width) : logisticNormal(distance, width);
    }
  } else if (rule === 'softmax') return softmaxProbabilities(mean, spread, out, stream, largest === 0 ? 2 : samples);
  else if (largest === 0) certain(mean, out);
  else {
    const least = Math.sqrt(LEAST_RATIO) * largest;
    return Math.abs(1 - argmaxProbabilities(mean, spread.map((s) => Math.max(s, least)), out));
  }
  return 0;
}

function spreads({ rows: m, cols: c }: Matrix, variance: ArrayLike<number> | Matrix): (i: number, k: number) => number {
  const values = 'data' in variance ? variance.data : variance;
  const each = 'data' in variance;
  if (values.length !== (each ? m * c : m)) throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'variance', expected: each ? `a ${m}×${c} matrix` : `one per point, ${m}`, got: `${values.length} numbers` });
  checkFinite('variance', values);
  for (let i = 0; i < values.length; i++) if (values[i] < 0) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `variance[${i}]`, expected: 'a number ≥ 0', got: String(values[i]) });
  return (i, k) => Math.sqrt(values[each ? i * c + k : i]);
}
