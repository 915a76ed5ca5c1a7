import { SaddlepointRangeError, checkFinite, checkNumber } from '@saddlepoint/core';
import { mean as d3Mean, quantile as d3Quantile, variance as d3Variance } from 'd3-array';

/** d3-array skips NaN silently; here it is refused, as are samples too small for the statistic. */
function checked(data: ArrayLike<number>, least: number): ArrayLike<number> & Iterable<number> {
  checkFinite('data', data);
  if (data.length < least)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'data', expected: `at least ${least} value(s)`, got: `${data.length}` });
  return new Float64Array(data);
}

/**
 * Arithmetic mean.
 *
 * @example
 * import { mean } from '@saddlepoint/numerics';
 * mean([1, 2, 6]); // => 3
 */
export const mean = (data: ArrayLike<number>): number => d3Mean(checked(data, 1))!;

/**
 * Unbiased sample variance Σ(x−x̄)²/(n−1), by Welford's recurrence; needs two values.
 *
 * @example
 * import { variance } from '@saddlepoint/numerics';
 * variance([1, 2, 6]); // => 7
 */
export const variance = (data: ArrayLike<number>): number => d3Variance(checked(data, 2))!;

/** √{@link variance}. */
export const standardDeviation = (data: ArrayLike<number>): number => Math.sqrt(variance(data));

/**
 * Standard error of the mean of independent values, √(variance/n).
 *
 * @example
 * import { standardError } from '@saddlepoint/numerics';
 * standardError([1, 2, 3, 4]); // => 0.6454972
 */
export const standardError = (data: ArrayLike<number>): number => Math.sqrt(variance(data) / data.length);

/**
 * The p-quantile, 0 ≤ p ≤ 1, by linear interpolation between order statistics (type R-7, NumPy's default).
 *
 * @example
 * import { quantile } from '@saddlepoint/numerics';
 * quantile([1, 2, 3, 10], 0.5); // => 2.5
 */
export const quantile = (data: ArrayLike<number>, p: number): number =>
  d3Quantile(checked(data, 1), checkNumber('p', p, { min: 0, max: 1 }))!;

/** The ½-quantile. */
export const median = (data: ArrayLike<number>): number => quantile(data, 0.5);
