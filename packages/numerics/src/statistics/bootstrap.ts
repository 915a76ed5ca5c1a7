import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { randomStream } from '../random/stream.js';
import { quantile, standardDeviation } from './summary.js';

export interface BootstrapOptions {
  /** Default 1000. */
  readonly resamples?: number;
  readonly seed?: number | string;
  /** Confidence level, default 0.95. */
  readonly level?: number;
  /** Length of the blocks of consecutive items drawn together (circular block bootstrap); 1 (default) for independent items. */
  readonly blockLength?: number;
}

export interface BootstrapResult {
  readonly estimate: number;
  /** Standard deviation over resamples. */
  readonly standardError: number;
  /** Percentile interval. */
  readonly interval: readonly [number, number];
  readonly replicates: Float64Array;
}

/**
 * Bootstrap of a statistic of a list of items: resample with replacement, percentile interval at `level`. With `blockLength` > 1,
 * consecutive items are drawn in circular blocks, for autocorrelated series.
 *
 * Throws when the statistic is not finite on a resample.
 *
 * Source: Efron (1979); Politis & Romano (1992) for circular blocks.
 *
 * @example
 * import { bootstrap, mean } from '@saddlepoint/numerics';
 * const { estimate, interval } = bootstrap([1, 2, 3, 4, 5], mean, { seed: 1 });
 * estimate; // => 3
 * interval[0] < 3 && 3 < interval[1]; // => true
 */
export function bootstrap<T>(data: ArrayLike<T>, statistic: (resample: T[]) => number, options: BootstrapOptions = {}): BootstrapResult {
  const resamples = checkInteger('resamples', options.resamples ?? 1000, { min: 2 });
  const level = checkNumber('level', options.level ?? 0.95, { min: 0, max: 1, exclusiveMin: true });
  const n = checkInteger('data.length', data.length, { min: 1 });
  const block = checkInteger('blockLength', options.blockLength ?? 1, { min: 1, max: n });
  const random = randomStream(options.seed ?? 0, 'bootstrap');
  const replicates = new Float64Array(resamples);
  const resample = new Array<T>(n);
  const evaluate = (items: T[]): number => {
    const value = statistic(items);
    if (!Number.isFinite(value))
      throw new SaddlepointRangeError('ERR_NOT_FINITE', { argument: 'statistic', expected: 'a finite value on every resample', got: `${value}` });
    return value;
  };
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i += block) {
      const start = random.integer(n);
      for (let j = 0; j < block && i + j < n; j++) resample[i + j] = data[(start + j) % n];
    }
    replicates[b] = evaluate([...resample]);
  }
  return {
    estimate: evaluate(Array.from(data)),
    standardError: standardDeviation(replicates),
    interval: [quantile(replicates, (1 - level) / 2), quantile(replicates, (1 + level) / 2)],
    replicates,
  };
}
