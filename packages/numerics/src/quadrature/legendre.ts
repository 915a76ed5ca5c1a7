import { checkInteger, checkNumber } from '@saddlepoint/core';
import type { Rule } from './hermite.js';

/** Beyond this x the recurrence runs in y = 1 − x, where x has lost its digits. */
const EDGE = 0.9;

/** P_n and P_n′ at x = 1 − y. */
function legendre(order: number, x: number, y: number): [value: number, slope: number] {
  let previous = 1;
  let current = x;
  if (x <= EDGE) {
    for (let k = 1; k < order; k++) [previous, current] = [current, x * current + (k / (k + 1)) * (x * current - previous)];
    return [current, (order * (previous - x * current)) / (y * (1 + x))];
  }
  // (k+1)(P_{k+1} − P_k) = k(P_k − P_{k−1}) − (2k+1) y P_k and P′_{k+1} = P′_{k−1} + (2k+1) P_k: no cancellation near the end.
  let difference = -y;
  let slopeBefore = 0;
  let slope = 1;
  for (let k = 1; k < order; k++) {
    difference = (k * difference - (2 * k + 1) * y * current) / (k + 1);
    [slopeBefore, slope] = [slope, slopeBefore + (2 * k + 1) * current];
    current += difference;
  }
  return [current, slope];
}

/**
 * Gauss–Legendre rule on [a, b] (default [−1, 1]): ∫ₐᵇ f(x) dx ≈ Σ wᵢ f(xᵢ), exact for polynomials of degree ≤ 2·order−1.
 *
 * Newton on P_n from Tricomi's estimate of the roots; wᵢ = 2/((1−xᵢ²)P_n′(xᵢ)²), with 1−x carried beside x so that the weights near
 * the ends keep their digits.
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
    const angle = (Math.PI * (4 * k + 3)) / (4 * order + 2);
    const shift = (order - 1) / (8 * order ** 3);
    const middle = 2 * k + 1 === order;
    let x = middle ? 0 : (1 - shift) * Math.cos(angle);
    let y = middle ? 1 : 2 * Math.sin(angle / 2) ** 2 + shift * Math.cos(angle);
    let [value, slope] = legendre(order, x, y);
    for (let i = 0; i < 12 && !middle; i++) {
      const step = value / slope;
      x = x > EDGE ? 1 - (y + step) : x - step;
      y += step;
      [value, slope] = legendre(order, x, y);
      if (Math.abs(step) <= Number.EPSILON * Math.min(Math.abs(x), y)) break;
    }
    const weight = 2 / (y * (1 + x) * slope * slope);
    nodes[order - 1 - k] = centre + half * x;
    nodes[k] = centre - half * x;
    weights[k] = weights[order - 1 - k] = half * weight;
  }
  return { nodes, weights };
}
