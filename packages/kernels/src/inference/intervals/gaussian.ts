import { checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { normalQuantile } from '@saddlepoint/numerics';
import { checkShape } from '../checks.js';

/** An interval for every output at every point. */
export interface Intervals {
  /** The probability that was asked for. */
  readonly level: number;
  /** m×c. */
  readonly lower: Matrix;
  /** m×c. */
  readonly upper: Matrix;
}

/** A level strictly between 0 and 1. */
export function checkLevel(level: number): number {
  return checkNumber('level', level, { min: Number.EPSILON, max: 1 - Number.EPSILON });
}

/** mean ± halfWidth(point, output). */
export function aroundMean(mean: Matrix, level: number, halfWidth: (i: number, j: number) => number): Intervals {
  const { rows, cols, data } = mean;
  const half = data.map((_, at) => halfWidth(Math.floor(at / cols), at % cols));
  return { level, lower: matrix(rows, cols, data.map((v, at) => v - half[at])), upper: matrix(rows, cols, data.map((v, at) => v + half[at])) };
}

/**
 * Central intervals of Gaussian predictions: mean ± z·√(variance + noise), z = Φ⁻¹((1 + level)/2).
 *
 * `mean`: m×c, `variance`: m, of f (posterior or ensemble); `noise`: variance of a label beside it, the ridge for intervals of new labels (default 0: of f). Right
 * as far as prior and noise are: check with {@link coverageOf}, or use {@link conformalIntervals}.
 *
 * @example
 * import { gaussianIntervals } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { lower, upper } = gaussianIntervals({ mean: matrix(1, 1, [10]), variance: [3] }, { level: 0.95, noise: 1 });
 * [lower.data[0], upper.data[0]]; // => [6.080072, 13.919928]
 */
export function gaussianIntervals({ mean, variance }: { readonly mean: Matrix; readonly variance: ArrayLike<number> }, { level = 0.95, noise = 0 }: { readonly level?: number; readonly noise?: number } = {}): Intervals {
  checkFinite('mean', mean.data);
  checkLength('variance', variance.length, mean.rows, 'one per point,');
  checkFinite('variance', variance);
  checkNumber('noise', noise, { min: 0 });
  const z = normalQuantile(0.5 * (1 + checkLevel(level)));
  return aroundMean(mean, level, (i) => z * Math.sqrt(Math.max(0, variance[i]) + noise));
}

/** How often intervals held. */
export interface Coverage {
  /** Fraction of targets inside. */
  readonly coverage: number;
  /** √(p(1−p)/count) for independent targets, p the coverage found (with one success and one failure more, so that it is never 0). */
  readonly standardError: number;
  readonly count: number;
  /** Mean of upper − lower. */
  readonly meanWidth: number;
}

/**
 * Fraction of targets (m×c) inside their intervals, ends included, with its binomial standard error.
 *
 * @example
 * import { coverageOf, gaussianIntervals } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const intervals = gaussianIntervals({ mean: matrix(4, 1), variance: [1, 1, 1, 1] }, { level: 0.9 });
 * coverageOf(intervals, matrix(4, 1, [0.5, -1.6, 1.7, 0])).coverage; // => 0.75
 */
export function coverageOf({ lower, upper }: Intervals, targets: Matrix): Coverage {
  checkShape('targets', targets, lower.rows, lower.cols);
  let [inside, width] = [0, 0];
  targets.data.forEach((y, at) => {
    if (lower.data[at] <= y && y <= upper.data[at]) inside++;
    width += upper.data[at] - lower.data[at];
  });
  const count = targets.data.length;
  const p = (inside + 1) / (count + 2);
  return { coverage: count > 0 ? inside / count : 0, standardError: Math.sqrt((p * (1 - p)) / Math.max(1, count)), count, meanWidth: count > 0 ? width / count : 0 };
}
