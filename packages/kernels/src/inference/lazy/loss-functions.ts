import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';

/** A loss of the outputs, summed over samples. Outputs and targets are n×c, row-major. */
export interface LossFunction {
  readonly value: (outputs: Float64Array, targets: Matrix) => number;
  /** ∂value/∂outputs: n·c numbers. */
  readonly gradient: (outputs: Float64Array, targets: Matrix) => Float64Array;
}

/** The losses known by name: ½Σ(f−y)²; −Σ y ln softmax(f) over rows; Σ ln(1+e^f) − yf for every output on its own. */
export type LossName = 'square' | 'softmax' | 'logistic';

/** ln(1 + e^x) for any x. */
const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));

/** 1/(1 + e^−x) for any x. */
const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

const square: LossFunction = {
  value: (f, { data }) => 0.5 * f.reduce((sum, v, i) => sum + (v - data[i]) ** 2, 0),
  gradient: (f, { data }) => f.map((v, i) => v - data[i]),
};

const logistic: LossFunction = {
  value: (f, { data }) => f.reduce((sum, v, i) => sum + softplus(v) - data[i] * v, 0),
  gradient: (f, { data }) => f.map((v, i) => sigmoid(v) - data[i]),
};

/** The largest of a row, and Σ e^{f − largest}. */
function rowSum(f: Float64Array, from: number, to: number): { largest: number; sum: number } {
  let largest = -Infinity;
  for (let i = from; i < to; i++) largest = Math.max(largest, f[i]);
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(f[i] - largest);
  return { largest, sum };
}

const softmax: LossFunction = {
  value: (f, { rows, cols, data }) => {
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const { largest, sum } = rowSum(f, i * cols, (i + 1) * cols);
      for (let at = i * cols; at < (i + 1) * cols; at++) if (data[at] !== 0) total += data[at] * (Math.log(sum) + largest - f[at]);
    }
    return total;
  },
  gradient: (f, { rows, cols, data }) => {
    const slope = new Float64Array(f.length);
    for (let i = 0; i < rows; i++) {
      const { largest, sum } = rowSum(f, i * cols, (i + 1) * cols);
      let weight = 0;
      for (let at = i * cols; at < (i + 1) * cols; at++) weight += data[at];
      for (let at = i * cols; at < (i + 1) * cols; at++) slope[at] = (weight * Math.exp(f[at] - largest)) / sum - data[at];
    }
    return slope;
  },
};

const named: Record<LossName, LossFunction> = { square, softmax, logistic };

/** The loss meant by a name, or the one given. */
export function lossFunctionOf(loss: LossName | LossFunction): LossFunction {
  if (typeof loss !== 'string') return loss;
  if (Object.hasOwn(named, loss)) return named[loss];
  throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'lossFunction', expected: Object.keys(named).join(', ') + ' or { value, gradient }', got: JSON.stringify(loss) });
}

/** Targets must be probabilities for the two cross-entropies. */
export function checkProbabilities(loss: LossName | LossFunction, { data }: Matrix): void {
  if (loss !== 'softmax' && loss !== 'logistic') return;
  const bad = data.findIndex((p) => p < 0 || p > 1);
  if (bad >= 0) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `targets[${bad}]`, expected: `a probability, for ${loss} cross-entropy`, got: String(data[bad]) });
}
