import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { gaussianExpectation } from './expectation.js';

/** Stands for q → 0⁺ where a kink at 0 would otherwise be met by its convention φ′(0). */
const VANISHING = 1e-20;

/** E[φ′(√q z)²], at q = 0 its limit from above. Throws for an activation that jumps. */
export function slopeMoment({ name, derivative, dualDerivative, breakpoints }: Activation, variance: number): number {
  if (derivative === null) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one with a derivative (χ₁ of a function that jumps is infinite)', got: name });
  const q = Math.max(variance, VANISHING);
  return dualDerivative === undefined ? gaussianExpectation((x) => derivative(x) ** 2, q, breakpoints).value : dualDerivative(q, q, q);
}
