import { checkFinite, checkLength, SaddlepointRangeError } from '@saddlepoint/core';
import type { Series } from './types.js';

/** Throws unless `items` holds at least one element. */
export function checkNotEmpty(argument: string, items: ArrayLike<unknown>): void {
  if (items.length === 0) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'at least one element', got: 'none' });
}

/** Throws unless every entry is finite and, where `positive`, above zero (a log axis has no place for it). */
export function checkPlottable(argument: string, values: ArrayLike<number>, positive = false): void {
  checkNotEmpty(argument, values);
  checkFinite(argument, values);
  if (!positive) return;
  for (let i = 0; i < values.length; i++)
    if (!(values[i] > 0))
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
        argument: `${argument}[${i}]`,
        expected: 'a number > 0 for a log axis',
        got: String(values[i]),
      });
}

/** Checks lengths, finiteness, positivity and the uniqueness of names. */
export function checkSeries(argument: string, series: readonly Series[], log: { x: boolean; y: boolean }): void {
  const names = new Set<string>();
  series.forEach((one, i) => {
    const at = `${argument}[${i}]`;
    if (names.has(one.name))
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `${at}.name`, expected: 'a name not used before', got: one.name });
    names.add(one.name);
    checkPlottable(`${at}.x`, one.x, log.x);
    checkPlottable(`${at}.y`, one.y, log.y);
    checkLength(`${at}.y`, one.y.length, one.x.length);
    for (const bound of ['lower', 'upper'] as const) {
      const values = one[bound];
      if (values === undefined) continue;
      checkFinite(`${at}.${bound}`, values);
      checkLength(`${at}.${bound}`, values.length, one.x.length);
    }
    if ((one.lower === undefined) !== (one.upper === undefined))
      throw new SaddlepointRangeError('ERR_SHAPE', { argument: at, expected: 'both lower and upper, or neither', got: 'one of them' });
  });
}
