import { polynomial } from './polynomial.js';

/** B_{2j}/(2j)!. */
const BERNOULLI = [
  1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600, -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];

/**
 * The Hurwitz zeta function ζ(s, a) = Σ_{k≥0} (k+a)^{−s} for s > 1, a > 0 (NaN outside): the tail Σ_{k≥a} k^{−s} of a power-law spectrum;
 * a = 1 (default) is Riemann's ζ(s).
 *
 * Method: Euler–Maclaurin summation.
 *
 * @example
 * import { zeta } from '@saddlepoint/numerics';
 * zeta(2); // => 1.6449340668482264
 * zeta(2, 3); // => 0.3949340668482264
 */
export function zeta(s: number, a = 1): number {
  if (!(s > 1 && a > 0)) return NaN;
  if (s === Infinity) return a < 1 ? Infinity : a === 1 ? 1 : 0;
  // The first term left out is about 2((s+8)/(2π·edge))^{18} of the integral: below 1e-16 from here.
  const direct = Math.max(0, Math.ceil(1.35 * (Math.min(s, 1000) + 8) - a));
  const edge = a + direct;
  const power = Math.pow(edge, -s);
  // Terms s(s+1)…(s+2j−2) B_{2j}/(2j)! edge^{1−s−2j}.
  const factors: number[] = [];
  let rising = s / edge;
  for (let j = 0; j < BERNOULLI.length; j++) {
    factors.push(BERNOULLI[j] * rising);
    rising *= ((s + 2 * j + 1) / edge) * ((s + 2 * j + 2) / edge);
  }
  let sum = power === 0 ? 0 : power * (edge / (s - 1) + 0.5 + polynomial(factors, 1));
  for (let k = direct - 1; k >= 0; k--) sum += Math.pow(k + a, -s);
  return sum;
}
