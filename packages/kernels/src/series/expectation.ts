import { gaussianRange, gaussianRule } from './gaussian-rule.js';

/** A one-dimensional Gaussian expectation and how far two refinements of its rule lie apart. */
export interface Expectation {
  readonly value: number;
  readonly error: number;
}

/**
 * E[f(√q z)], z ~ N(0, 1), by composite Gauss–Legendre refined until two refinements agree to 1e-15 of E|f|, or 2⁻⁷ wide panels.
 *
 * `breakpoints`: where f or a derivative of it jumps, in the units of its argument. `error` is the last difference.
 *
 * @example
 * import { gaussianExpectation } from '@saddlepoint/kernels';
 * gaussianExpectation((x) => x ** 4, 2).value; // => 12
 */
export function gaussianExpectation(f: (x: number) => number, q: number, breakpoints: readonly number[] = []): Expectation {
  const root = Math.sqrt(q);
  if (root === 0) return { value: f(0), error: 0 };
  const range = gaussianRange(f, q);
  const splits = breakpoints.map((x) => x / root);
  let previous = NaN;
  let error = Infinity;
  for (let width = 1; width >= 2 ** -7; width /= 2) {
    const { nodes, weights } = gaussianRule(range, width, splits);
    let sum = 0;
    let size = 0;
    for (let m = 0; m < nodes.length; m++) {
      const term = weights[m] * f(root * nodes[m]);
      sum += term;
      size += Math.abs(term);
    }
    error = Math.abs(sum - previous);
    previous = sum;
    if (error <= 1e-15 * size) break;
  }
  return { value: previous, error };
}
