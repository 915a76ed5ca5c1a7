import { erf as errorFunction } from '@saddlepoint/numerics';
import type { Activation } from './activation.js';
import { sineNorm } from './gaussian-pair.js';

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** √((1+2q1)(1+2q2) − 4c²), with the cancelling part taken from {@link sineNorm}. */
function erfNorm(q1: number, q2: number, c: number): number {
  const s = sineNorm(q1, q2, c);
  return Math.sqrt(1 + 2 * (q1 + q2) + 4 * s * s);
}

/**
 * φ(x) = erf(x). E[φφ] = (2/π) asin(2c/√((1+2q1)(1+2q2))), E[φ′φ′] = (4/π)/√((1+2q1)(1+2q2) − 4c²) (Williams 1997, eq. 11);
 * the arcsine is evaluated as an arctangent, which keeps its digits where its argument nears ±1.
 */
export const erf: Activation = {
  name: 'erf',
  value: errorFunction,
  derivative: (x) => TWO_OVER_SQRT_PI * Math.exp(-x * x),
  secondDerivative: (x) => -2 * x * TWO_OVER_SQRT_PI * Math.exp(-x * x),
  dual: (q1, q2, c) => (2 / Math.PI) * Math.atan2(2 * c, erfNorm(q1, q2, c)),
  dualDerivative: (q1, q2, c) => 4 / Math.PI / erfNorm(q1, q2, c),
  parity: 'odd',
  smooth: true,
  vectorised: { loop: 'erf', parameters: [1, 1, 0] },
  latex: '\\operatorname{erf} x',
};
