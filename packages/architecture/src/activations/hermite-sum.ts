import { geometricMean } from './gaussian-pair.js';
import { integrateShort } from './norm-ratio.js';
import type { DualSet } from './rescale.js';

/** b_k(q) = E[φ^{(k)}(√q z)]/√k! for k = 0 … degree. */
export type DerivativeMeans = (q: number) => Float64Array;

/** (k+1)(k+2)…(k+n), n ≤ 3, of the shift from b_k to derivatives of φ. */
const rising = (k: number, n: number): number => (n === 0 ? 1 : n === 1 ? k + 1 : n === 2 ? (k + 1) * (k + 2) : (k + 1) * (k + 2) * (k + 3));

/** E[φ^{(m)}(u) φ^{(n)}(v)] = Σ_k c^k √(k+1)…(k+m) √(k+1)…(k+n) b_{k+m}(q1) b_{k+n}(q2). */
function sum(a: Float64Array, b: Float64Array, c: number, m: number, n: number): number {
  let total = 0;
  for (let k = a.length - 1 - Math.max(m, n); k >= 0; k--) total = total * c + Math.sqrt(rising(k, m) * rising(k, n)) * a[k + m] * b[k + n];
  return total;
}

/** Hermite coefficients a_k = r^k b_k of φ(r z), and ∂a_k/∂r = [k a_k + √((k+1)(k+2)) a_{k+2}]/r. */
const coefficients = (b: Float64Array, r: number): Float64Array => b.map((value, k) => value * r ** k);

function differences(means: DerivativeMeans, r1: number, change: number): Float64Array {
  const { length } = means(1);
  return Float64Array.from({ length }, (_, k) =>
    integrateShort(
      (r) => {
        const a = coefficients(means(r * r), r);
        return (k * a[k] + (k + 2 < length ? Math.sqrt((k + 1) * (k + 2)) * a[k + 2] : 0)) / r;
      },
      r1,
      change,
    ),
  );
}

/**
 * E[φ²]E[φ²] − E[φφ]² = Σ_{j<k} [(a_j b_k ∓ a_k b_j)² ± 2 a_j b_k a_k b_j (1−|ρ|^{j+k})] + Σ_j a_j²b_j²(1−ρ^{2j}), the sign that of
 * ρ^{j+k}: every term is formed as a sum of positive numbers, and for nearly equal norms a_j b_k − a_k b_j from b − a.
 */
function carefulDefect(means: DerivativeMeans, q1: number, q2: number, c: number, s: number, homogeneous: boolean, difference: number): number {
  const r1 = Math.sqrt(q1);
  const r2 = Math.sqrt(q2);
  const a = coefficients(means(q1), r1);
  const b = coefficients(means(q2), r2);
  const change = Math.abs(r1 - r2) < 0.1 * r1 ? differences(means, r1, -difference / (r1 + r2)) : null;
  const u = geometricMean(q1, q2);
  const sine = s / u;
  const logRho = sine >= 1 ? -Infinity : 0.5 * Math.log1p(-sine * sine);
  let total = 0;
  for (let k = 0; k < a.length; k++) {
    for (let j = 0; j < k; j++) {
      const first = a[j] * b[k];
      const second = (c < 0 && (j + k) % 2 === 1 ? -1 : 1) * a[k] * b[j];
      const power = (j + k) * logRho;
      if (first * second < 0) total += first * first + second * second - 2 * first * second * Math.exp(power);
      else {
        const apart = homogeneous && first * second > 0 ? 0 : change !== null && (c >= 0 || (j + k) % 2 === 0) ? a[j] * change[k] - a[k] * change[j] : first - second;
        total += apart * apart - 2 * first * second * Math.expm1(power);
      }
    }
    if (k > 0) total -= (a[k] * b[k]) ** 2 * Math.expm1(2 * k * logRho);
  }
  return total;
}

/**
 * The duals of a polynomial: E[φ(u)φ(v)] = Σ_k c^k/k!·E[φ^{(k)}(u)]E[φ^{(k)}(v)], a finite sum without a division, and likewise
 * E[φ′φ′], ∂E[φφ]/∂q1 = ½E[φ″(u)φ(v)], ∂E[φ′φ′]/∂q1 = ½E[φ‴(u)φ′(v)] and E[φ″φ″].
 */
export function polynomialDuals(means: DerivativeMeans, homogeneous: boolean): DualSet {
  const of = (m: number, n: number, factor: number) => (q1: number, q2: number, c: number) => factor * sum(means(q1), means(q2), c, m, n);
  const dual = of(0, 0, 1);
  return {
    dual,
    dualDerivative: of(1, 1, 1),
    dualVarianceSlope: of(2, 0, 0.5),
    dualDerivativeVarianceSlope: of(3, 1, 0.5),
    dualSecondDerivative: of(2, 2, 1),
    dualDefect: (q1, q2, c, s, difference = q1 - q2) => {
      const norms = dual(q1, q1, q1) * dual(q2, q2, q2);
      const direct = norms - dual(q1, q2, c) ** 2;
      if (direct > 1e-3 * norms) return direct;
      return q1 === 0 || q2 === 0 ? Math.max(0, direct) : carefulDefect(means, q1, q2, c, s, homogeneous, difference);
    },
  };
}
