import { productError } from '@saddlepoint/numerics';

/**
 * √(q1 q2 − c²) = √(q1 q2)·sin θ, θ the angle between the two Gaussian variables: 0 when rounding makes |c| > √(q1 q2).
 *
 * The difference is formed without losing digits (error-free products) where it nearly cancels, so that its relative error is
 * a few units in the last place of the *given* doubles; extreme scales are rescaled exactly.
 */
export function sineNorm(q1: number, q2: number, c: number): number {
  const p = q1 * q2;
  if (p < 1e-200 || p > 1e200) return q1 === 0 || q2 === 0 ? 0 : rescaledSineNorm(q1, q2, c);
  const s = c * c;
  let difference = p - s;
  if (difference < 0.25 * p) difference += productError(q1, q2, p) - productError(c, c, s);
  return difference > 0 ? Math.sqrt(difference) : 0;
}

/** The same at extreme scales: powers of two bring both variances to [1, 4) without rounding. */
function rescaledSineNorm(q1: number, q2: number, c: number): number {
  const scale1 = 2 ** -Math.floor(0.5 * Math.log2(q1));
  const scale2 = 2 ** -Math.floor(0.5 * Math.log2(q2));
  return sineNorm(q1 * scale1 * scale1, q2 * scale2 * scale2, c * scale1 * scale2) / scale1 / scale2;
}

/** π − θ, θ ∈ [0, π] the angle of a pair of norm √(q1 q2) and sine norm `s`; π/2 when a variance vanishes. */
export function supplement(c: number, s: number): number {
  return c === 0 && s === 0 ? Math.PI / 2 : Math.atan2(s, -c);
}
