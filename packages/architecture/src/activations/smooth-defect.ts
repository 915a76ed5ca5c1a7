import type { Activation } from './activation.js';
import { geometricMean } from './gaussian-pair.js';
import { logNormRatio } from './norm-ratio.js';
import { priceIntegral } from './price.js';

type Slopes = Required<Pick<Activation, 'dual' | 'dualDerivative' | 'dualVarianceSlope' | 'dualDerivativeVarianceSlope' | 'dualSecondDerivative'>>;

/** A defect above this share of E[φ²]E[φ²] is formed directly: three digits are lost at most. */
const DIRECT = 1e-3;

/**
 * E[φ(u)²]E[φ(v)²] − E[φ(u)φ(v)]² for c ≥ 0 from the duals of a smooth φ and their slopes. Where the difference cancels, it is
 * (√(m11 m22) − m12)(√(m11 m22) + m12) with √(m11 m22) − m12 = m∥(e^N − 1) + ∫_c^u E[φ′φ′], m∥ = m12 at c = u = √(q1 q2) and N the
 * logarithm of √(m11 m22)/m∥, the price of unequal norms ({@link logNormRatio}).
 */
export function smoothDefect({ dual, dualDerivative, dualVarianceSlope, dualDerivativeVarianceSlope, dualSecondDerivative }: Slopes): NonNullable<Activation['dualDefect']> {
  /** ∂_t∂_{t′} ln E[φ(e^t z)φ(e^{t′} z)], by E[z²F] = E[F] + E[zF′]. */
  const mixed = (q1: number, q2: number): number => {
    const u = geometricMean(q1, q2);
    const value = dual(q1, q2, u, 0);
    const slope = dualDerivative(q1, q2, u, 0);
    const first = 2 * q1 * dualVarianceSlope(q1, q2, u, 0) + u * slope;
    const second = 2 * q2 * dualVarianceSlope(q2, q1, u, 0) + u * slope;
    const both = slope + 2 * (q1 * dualDerivativeVarianceSlope(q1, q2, u, 0) + q2 * dualDerivativeVarianceSlope(q2, q1, u, 0) + u * dualSecondDerivative(q1, q2, u, 0));
    return (u * both) / value - (first / value) * (second / value);
  };
  return (q1, q2, c, s, difference = q1 - q2) => {
    const norms = dual(q1, q1, q1, 0) * dual(q2, q2, q2, 0);
    const pair = dual(q1, q2, c, s);
    const direct = norms - pair * pair;
    if (direct > DIRECT * norms || q1 === 0 || q2 === 0) return Math.max(0, direct);
    const parallel = dual(q1, q2, geometricMean(q1, q2), 0);
    const gap = (difference === 0 ? 0 : parallel * Math.expm1(logNormRatio(mixed, q1, q2, difference))) + priceIntegral(dualDerivative, q1, q2, c, s);
    return gap * (Math.sqrt(norms) + pair);
  };
}
