import { sineNorm, type Dual } from '@saddlepoint/architecture';

/** The limit at h → 0 of g(h) = g₀ + g₁h^p + g₂h^2p + …, from `levels` halvings of h. */
function limitAtZero(g: (h: number) => number, h: number, power: number, levels: number): number {
  let row = Array.from({ length: levels }, (_, k) => g(h / 2 ** k));
  for (let factor = 2 ** power; row.length > 1; factor *= 2 ** power) row = row.slice(1).map((fine, k) => (factor * fine - row[k]) / (factor - 1));
  return row[0];
}

/**
 * f′(x) of a function that changes over distances of `scale`, relative error about 1e-11: central differences, or where f exists on one side
 * only (`side` ±1) differences to that side.
 */
function derivative(f: (x: number) => number, x: number, scale: number, side: -1 | 0 | 1): number {
  if (side === 0) return limitAtZero((h) => (f(x + h) - f(x - h)) / (2 * h), 8e-3 * scale, 2, 3);
  const here = f(x);
  return limitAtZero((h) => (f(x + side * h) - here) / (side * h), 0.05 * scale, 1, 6);
}

/** Squared cosines above this leave no room for central differences. */
const EDGE = 0.98;

/** ∂f/∂q1 of a smooth function of a Gaussian pair, which exists for c² ≤ q1q2. */
export const numericalVarianceSlope = (f: Dual): Dual => (q1, q2, c) =>
  derivative((q) => f(q, q2, c, sineNorm(q, q2, c)), q1, q1 > 0 ? q1 : 0.1, q1 === 0 || c * c > EDGE * q1 * q2 ? 1 : 0);

/** ∂f/∂c of a smooth function of a Gaussian pair; 0 where a variance vanishes and c with it. */
export const numericalCovarianceSlope = (f: Dual): Dual => (q1, q2, c) =>
  q1 * q2 === 0 ? 0 : derivative((x) => f(q1, q2, x, sineNorm(q1, q2, x)), c, Math.sqrt(q1 * q2), c * c > EDGE * q1 * q2 ? (c > 0 ? -1 : 1) : 0);

/** f′(q) of a smooth function of a variance, at q = 0 from above. */
export const numericalSlope = (f: (q: number) => number, q: number): number => derivative(f, q, q > 0 ? q : 0.1, q > 0 ? 0 : 1);

/** f″(0) of a smooth function. */
export const curvatureAtZero = (f: (x: number) => number): number => limitAtZero((h) => (f(h) - 2 * f(0) + f(-h)) / (h * h), 0.1, 2, 4);
