import { erfcx } from '@saddlepoint/numerics';
import { integrateShort } from './norm-ratio.js';

const SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

/** E(p) = 2E[e^{−pz}; z > 0] = erfcx(p/√2), z ~ N(0, 1). */
export const tail = (p: number): number => erfcx(p * Math.SQRT1_2);

/** Coefficients of E(p) = Σ_n (−1)^n p^n/(2^{n/2} Γ(n/2+1)): 1, √(2/π), ½, … */
const COEFFICIENTS = ((): Float64Array => {
  const values = Float64Array.of(1, SQRT_TWO_OVER_PI, ...new Array<number>(30).fill(0));
  for (let n = 2; n < values.length; n++) values[n] = values[n - 2] / n;
  return values;
})();

/** E(p) − 1 + p√(2/π) = Σ_{n≥2}, without cancellation. */
export function tailRemainder(p: number): number {
  if (p >= 1) return tail(p) - 1 + p * SQRT_TWO_OVER_PI;
  let sum = 0;
  for (let n = COEFFICIENTS.length - 1; n >= 2; n--) sum = COEFFICIENTS[n] - p * sum;
  return p * p * sum;
}

/** −E′(p) = √(2/π) − pE(p). */
const tailSlope = (p: number): number => SQRT_TWO_OVER_PI - p * tail(p);

/** E[(1−e^{−r1 z})(1−e^{−r2 z}); z > 0] = ½[1 − E(r1) − E(r2) + E(r1+r2)] for any r1, r2 ≥ 0, to full relative precision. */
export function parallelMoment(r1: number, r2: number): number {
  const small = Math.min(r1, r2);
  const large = Math.max(r1, r2);
  if (small >= 0.5) return 0.5 * (1 - tail(r1) - tail(r2) + tail(r1 + r2));
  if (small + large >= 1) return 0.5 * integrateShort((x) => tailSlope(x) - tailSlope(x + large), 0, small);
  // Term by term: (r1+r2)^n − r1^n − r2^n, itself by a recursion with positive terms.
  let mixed = 0;
  let sum = 0;
  let sign = -1;
  let p1 = r1;
  let p2 = r2;
  for (let n = 2; n < COEFFICIENTS.length; n++) {
    mixed = (r1 + r2) * mixed + r1 * p2 + r2 * p1;
    p1 *= r1;
    p2 *= r2;
    sign = -sign;
    sum += sign * COEFFICIENTS[n] * mixed;
  }
  return 0.5 * sum;
}
