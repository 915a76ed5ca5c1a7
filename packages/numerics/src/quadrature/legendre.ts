import { checkInteger, checkNumber } from '@saddlepoint/core';
import type { Rule } from './hermite.js';

/**
 * Gauss–Legendre rule on [a, b] (default [−1, 1]): ∫ₐᵇ f(x) dx ≈ Σ wᵢ f(xᵢ), exact for polynomials of degree ≤ 2·order−1.
 *
 * Newton on P_n from Tricomi's estimate of the roots; wᵢ = 2/((1−xᵢ²)P_n′(xᵢ)²).
 *
 * @example
 * import { gaussLegendre } from '@saddlepoint/numerics';
 * const { nodes, weights } = gaussLegendre(12, [0, Math.PI]);
 * nodes.reduce((sum, x, i) => sum + weights[i] * Math.sin(x), 0); // => 2.0000000000
 */
export function gaussLegendre(order: number, interval: readonly [number, number] = [-1, 1]): Rule {
  checkInteger('order', order, { min: 1, max: 100_000 });
  const [a, b] = [checkNumber('interval[0]', interval[0]), checkNumber('interval[1]', interval[1])];
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  const half = 0.5 * (b - a);
  const centre = 0.5 * (a + b);
  for (let k = 0; k < (order + 1) >> 1; k++) {
    let x = (1 - (order - 1) / (8 * order ** 3)) * Math.cos((Math.PI * (4 * k + 3)) / (4 * order + 2));
    if (2 * k + 1 === order) x = 0;
    let slope = 0;
    for (let i = 0; i < 12; i++) {
      let previous = 1;
      let current = x;
      for (let j = 2; j <= order; j++) {
        const next = x * current + ((j - 1) / j) * (x * current - previous);
        previous = current;
        current = next;
      }
      slope = (order * (previous - x * current)) / ((1 - x) * (1 + x));
      if (2 * k + 1 === order) break;
      const step = current / slope;
      x -= step;
      if (Math.abs(step) <= 1e-16 + Number.EPSILON * Math.abs(x)) break;
    }
    const weight = 2 / ((1 - x) * (1 + x) * slope * slope);
    nodes[order - 1 - k] = centre + half * x;
    nodes[k] = centre - half * x;
    weights[k] = weights[order - 1 - k] = half * weight;
  }
  return { nodes, weights };
}
