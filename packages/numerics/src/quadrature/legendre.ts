import { checkInteger, checkNumber } from '@saddlepoint/core';
import { gegenbauerMeasure } from './gegenbauer.js';
import { symmetricRule, type Rule } from './symmetric-rule.js';

/**
 * Gauss–Legendre rule on [a, b] (default [−1, 1]): ∫ₐᵇ f(x) dx ≈ Σ wᵢ f(xᵢ), exact for polynomials of degree ≤ 2·order−1.
 *
 * Gegenbauer's rule at λ = ½: nodes and weights of [−1, 1] have full double precision.
 *
 * @example
 * import { gaussLegendre } from '@saddlepoint/numerics';
 * const { nodes, weights } = gaussLegendre(12, [0, Math.PI]);
 * nodes.reduce((sum, x, i) => sum + weights[i] * Math.sin(x), 0); // => 2.0000000000
 */
export function gaussLegendre(order: number, interval: readonly [number, number] = [-1, 1]): Rule {
  checkInteger('order', order, { min: 1, max: 10_000 });
  const [a, b] = [checkNumber('interval[0]', interval[0]), checkNumber('interval[1]', interval[1])];
  const half = 0.5 * (b - a);
  const centre = 0.5 * (a + b);
  const { nodes, weights } = symmetricRule(order, gegenbauerMeasure(0.5));
  return { nodes: nodes.map((x) => centre + half * x), weights: weights.map((w) => 2 * half * w) };
}
