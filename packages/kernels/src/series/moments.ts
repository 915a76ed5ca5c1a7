import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { gaussianExpectation } from './expectation.js';

/** E[φ(√q z)²]: the closed form where there is one, else quadrature. */
export const squareMoment = ({ dual, value, breakpoints }: Activation, q: number): number =>
  dual === undefined ? gaussianExpectation((x) => value(x) ** 2, q, breakpoints).value : dual(q, q, q);

/** φ′, or an error for an activation that jumps. */
export function slopeOf({ name, derivative }: Activation): (x: number) => number {
  if (derivative === null) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one with a derivative (χ₁ of a function that jumps is infinite)', got: name });
  return derivative;
}

/** Stands for q → 0⁺ where a kink at 0 would otherwise be met by its convention φ′(0). */
const VANISHING = 1e-20;

/** E[φ′(√q z)²], at q = 0 its limit from above. */
export function slopeMoment(activation: Activation, variance: number): number {
  const slope = slopeOf(activation);
  const q = Math.max(variance, VANISHING);
  return activation.dualDerivative === undefined ? gaussianExpectation((x) => slope(x) ** 2, q, activation.breakpoints).value : activation.dualDerivative(q, q, q);
}

/** d/dq E[φ(√q z)²] = E[x φ(x) φ′(x)]/q = E[φ′² + φφ″], without φ″; at q = 0 its limit from above (for φ(0) = 0). */
export function squareMomentSlope(activation: Activation, variance: number): number {
  const { value, breakpoints } = activation;
  const slope = slopeOf(activation);
  const q = Math.max(variance, VANISHING);
  return gaussianExpectation((x) => x * value(x) * slope(x), q, breakpoints).value / q;
}
