import { logGamma1p, stirlingSeries } from './gamma.js';

const SQRT_2PI = 2.5066282746310002;

/** sin(πx), by the exact distance of x to an integer. */
function sinPi(x: number): number {
  const whole = Math.round(x);
  const sine = Math.sin(Math.PI * (x - whole));
  return whole % 2 === 0 ? sine : -sine;
}

/**
 * The gamma function Γ(x): infinite beyond 171.62, NaN at the negative integers and −∞, ±∞ at ±0.
 *
 * Method: Γ(1+y) = e^{ln Γ(1+y)} with ln Γ small on [1, 2] and the recurrence below 8, Stirling's series above, reflection below 0;
 * (n−1)! for integers.
 *
 * @example
 * import { gamma } from '@saddlepoint/numerics';
 * gamma(0.5); // => 1.772453850905516
 * gamma(6); // => 120
 */
export function gamma(x: number): number {
  if (x < 0) {
    if (Number.isInteger(x) || x === -Infinity) return NaN;
    if (x < -184) return 0;
    // Γ(x)Γ(−x) = −π/(x sin πx); Γ(−x) may overflow where Γ(x) is a small number still.
    let value = -Math.PI / (x * sinPi(x));
    let y = -x;
    while (y > 150) {
      y -= 1;
      value /= y;
    }
    return value / gamma(y);
  }
  if (x > 171.7) return Infinity;
  if (x < 8 || (Number.isInteger(x) && x < 24)) {
    if (x < 1) return Math.exp(logGamma1p(x)) / x;
    let product = 1;
    let y = x;
    while (y >= 2) {
      y -= 1;
      product *= y;
    }
    return y === 1 ? product : product * Math.exp(logGamma1p(y - 1));
  }
  // In two halves: x^(x−½) overflows before Γ.
  const root = Math.pow(x, 0.5 * x - 0.25);
  return SQRT_2PI * (root * Math.exp(-x)) * root * Math.exp(stirlingSeries(x));
}
