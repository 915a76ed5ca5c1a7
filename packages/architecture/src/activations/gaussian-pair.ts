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

/** √(q1 q2), without overflow. */
export const geometricMean = (q1: number, q2: number): number => Math.sqrt(q1) * Math.sqrt(q2);

/** sin θ − θ cos θ = Σ_k (−1)^{k+1} 2k θ^{2k+1}/(2k+1)!: coefficients for θ < 0.8, where nine of them leave 1e-18 relative. */
const ARC = [1 / 3, -1 / 30, 1 / 840, -1 / 45360, 1 / 3991680, -1 / 518918400, 1 / 93405312000, -1 / 22230464256000, 1 / 6758061133824000];

/**
 * s − |c|θ for the acute angle θ = atan(s/|c|): the part of the arc-cosine kernel of degree 1 that curves, √(c²+s²)(sin θ − θ cos θ) ≥ 0.
 * The difference cancels to third order in θ; a series takes over there.
 */
export function arcExcess(c: number, s: number): number {
  const size = Math.abs(c);
  if (s === 0) return 0;
  const angle = Math.atan2(s, size);
  if (angle >= 0.8) return s - size * angle;
  const square = angle * angle;
  let series = 0;
  for (let k = ARC.length - 1; k >= 0; k--) series = ARC[k] + square * series;
  // √(c²+s²) = s/sin θ, which overflows and underflows only with s itself.
  return (s / Math.sin(angle)) * angle * square * series;
}

/** √(q1 q2) − |c| = s²/(√(q1 q2) + |c|), without cancellation. */
export function normGap(q1: number, q2: number, c: number, s: number): number {
  const sum = geometricMean(q1, q2) + Math.abs(c);
  return sum === 0 ? 0 : s * (s / sum);
}

/** ½E[(u ∓ v)²] = (q1+q2)/2 − |c|, the sign that of c, without cancellation: ½(√q1−√q2)² + √(q1 q2) − |c|. */
export function halfDistance(q1: number, q2: number, c: number, s: number, difference: number = q1 - q2): number {
  if (q1 === 0 || q2 === 0) return 0.5 * (q1 + q2);
  const roots = difference / (Math.sqrt(q1) + Math.sqrt(q2));
  return 0.5 * roots * roots + normGap(q1, q2, c, s);
}
