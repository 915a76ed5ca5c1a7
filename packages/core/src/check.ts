import { SaddlepointRangeError, SaddlepointTypeError } from './errors.js';

const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'object';
  return String(value);
};

/**
 * Returns `value` when it is a finite number within `[min, max]` (or above `min` when `exclusiveMin`), else throws an error naming
 * `argument`.
 *
 * @example
 * import { checkNumber } from '@saddlepoint/core';
 * checkNumber('ridge', 0.1, { min: 0 }); // => 0.1
 */
export function checkNumber(
  argument: string,
  value: unknown,
  { min = -Infinity, max = Infinity, exclusiveMin = false }: { min?: number; max?: number; exclusiveMin?: boolean } = {},
): number {
  if (typeof value !== 'number') throw new SaddlepointTypeError({ argument, expected: 'a number', got: show(value) });
  if (!Number.isFinite(value))
    throw new SaddlepointRangeError('ERR_NOT_FINITE', { argument, expected: 'a finite number', got: show(value) });
  if (value < min || value > max || (exclusiveMin && value === min)) {
    const lower = min === -Infinity ? '' : exclusiveMin ? `> ${min}` : `≥ ${min}`;
    const upper = max === Infinity ? '' : `≤ ${max}`;
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument,
      expected: `a number ${[lower, upper].filter(Boolean).join(' and ')}`,
      got: show(value),
    });
  }
  return value;
}

/** As {@link checkNumber}, for integers. */
export function checkInteger(argument: string, value: unknown, { min = -Infinity, max = Infinity }: { min?: number; max?: number } = {}): number {
  const number = checkNumber(argument, value, { min, max });
  if (!Number.isInteger(number))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument, expected: 'an integer', got: show(value) });
  return number;
}

/** Throws when any entry of `values` is NaN or infinite, naming the argument and the first bad index. */
export function checkFinite(argument: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new SaddlepointRangeError('ERR_NOT_FINITE', {
        argument: `${argument}[${i}]`,
        expected: 'a finite number',
        got: String(values[i]),
      });
  }
}

/** Throws when `got !== expected`, as a shape error naming the argument. */
export function checkLength(argument: string, got: number, expected: number, what = 'length'): void {
  if (got !== expected)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: `${what} ${expected}`, got: `${got}` });
}
