import type { Dual } from './activation.js';
import { geometricMean } from './gaussian-pair.js';
import { integrateShort } from './norm-ratio.js';

/**
 * E[φφ] at ρ = 1 less E[φφ] at c ≥ 0, both at (q1, q2), by Price's theorem: ∫_c^u E[φ′φ′]dc′ = ∫_0^θ E[φ′φ′]·u sin τ dτ over the angle,
 * in which kinks are smooth too. Bisected until two refinements agree; large variances make the integrand steep at small angles.
 */
export function priceIntegral(dualDerivative: Dual, q1: number, q2: number, c: number, s: number): number {
  if (s === 0) return 0;
  const u = geometricMean(q1, q2);
  const integrand = (angle: number): number => {
    const sine = u * Math.sin(angle);
    return dualDerivative(q1, q2, u * Math.cos(angle), sine) * sine;
  };
  const angle = Math.atan2(s, c);
  const first = integrateShort(integrand, 0, angle);
  const tolerance = 1e-14 * Math.abs(first);
  const refine = (from: number, to: number, whole: number, depth: number): number => {
    const middle = 0.5 * (from + to);
    const left = integrateShort(integrand, from, middle - from);
    const right = integrateShort(integrand, middle, to - middle);
    if (depth === 0 || Math.abs(left + right - whole) <= tolerance) return left + right;
    return refine(from, middle, left, depth - 1) + refine(middle, to, right, depth - 1);
  };
  return refine(0, angle, first, 14);
}
