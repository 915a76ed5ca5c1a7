import { checkInteger, checkNumber } from '@saddlepoint/core';

/**
 * `count` equally spaced numbers from a to b, both included.
 *
 * @example
 * import { linspace } from '@saddlepoint/numerics';
 * Array.from(linspace(0, 1, 5)); // => [0, 0.25, 0.5, 0.75, 1]
 */
export function linspace(a: number, b: number, count: number): Float64Array {
  checkNumber('a', a);
  checkNumber('b', b);
  checkInteger('count', count, { min: 1 });
  const grid = new Float64Array(count);
  for (let i = 0; i < count; i++) grid[i] = count === 1 ? a : i === count - 1 ? b : a + ((b - a) * i) / (count - 1);
  return grid;
}

/**
 * `count` numbers from a to b (both > 0, both included), equally spaced in the logarithm. The arguments are the end points
 * themselves, not their logarithms.
 *
 * @example
 * import { logspace } from '@saddlepoint/numerics';
 * Array.from(logspace(1, 1000, 4)); // => [1, 10, 100, 1000]
 */
export function logspace(a: number, b: number, count: number): Float64Array {
  checkNumber('a', a, { min: 0, exclusiveMin: true });
  checkNumber('b', b, { min: 0, exclusiveMin: true });
  const grid = linspace(Math.log(a), Math.log(b), count).map(Math.exp);
  grid[0] = a;
  if (count > 1) grid[count - 1] = b;
  return grid;
}
