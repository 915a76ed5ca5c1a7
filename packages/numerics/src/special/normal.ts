import { polynomial } from './polynomial.js';
import { erfc } from './erf.js';

const SQRT_2PI = 2.5066282746310002;

/**
 * The density of N(0,1), e^{−x²/2}/√(2π).
 *
 * @example
 * import { normalPdf } from '@saddlepoint/numerics';
 * normalPdf(0); // => 0.3989422804014327
 */
export function normalPdf(x: number): number {
  // Splitting x keeps the relative accuracy of the exponential of a large square.
  const z = Math.fround(x);
  return Number.isFinite(z) ? (Math.exp(-0.5 * z * z) * Math.exp(0.5 * (z - x) * (z + x))) / SQRT_2PI : Number.isNaN(x) ? NaN : 0;
}

/**
 * The distribution function of N(0,1), Φ(x) = ½ erfc(−x/√2), with full relative accuracy in the lower tail.
 *
 * The rounding of x/√2 would cost a relative error x²·10⁻¹⁶ in the tail; it is corrected to first order.
 *
 * @example
 * import { normalCdf } from '@saddlepoint/numerics';
 * normalCdf(-5); // => 2.866515718791939e-7
 */
export function normalCdf(x: number): number {
  if (!Number.isFinite(x)) return x > 0 ? 1 : x < 0 ? 0 : NaN;
  const t = -x * Math.SQRT1_2;
  const value = 0.5 * erfc(t);
  if (t < 1 || value === 0) return value;
  // t·√2 + x, exactly enough: t = head + rest with head of 24 bits, √2 = 1.41421353816986083984375 + 2.42032342e-8.
  const head = Math.fround(t);
  const rest = t - head;
  const high = 1.41421353816986083984375;
  const low = 2.4203234208957939e-8;
  const defect = head * high + x + (head * low + rest * (high + low));
  return value + normalPdf(x) * defect;
}

const A = [
  3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
  67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
];
const B = [
  1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
  28729.085735721942674, 5226.495278852545925,
];
const C = [
  1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
  0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
];
const D = [
  1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966,
  5.475938084995344946e-4, 1.05075007164441684324e-9,
];
const E = [
  6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
  0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
];
const F = [
  1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
  1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
];

/**
 * The quantile of N(0,1): the x with Φ(x) = p, for p in [0, 1] (±∞ at the ends, NaN outside).
 *
 * Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477, relative accuracy about 10⁻¹⁶.
 *
 * @example
 * import { normalQuantile } from '@saddlepoint/numerics';
 * normalQuantile(0.975); // => 1.959963984540054
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const value = r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -value : value;
}
