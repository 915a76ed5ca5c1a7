import { polynomial } from './polynomial.js';
import { erfc, erfcx } from './erf.js';

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
  // t·√2 + x, exactly enough: t = head + rest with head of 24 bits, √2 = 1.4142135381698608 + 2.42032342e-8.
  const head = Math.fround(t);
  const rest = t - head;
  const high = 1.4142135381698608;
  const low = 2.420323420895794e-8;
  const defect = head * high + x + (head * low + rest * (high + low));
  return value + normalPdf(x) * defect;
}

const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852546,
];
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

/** The quantile at ½ + q, where `tail` is ½ − |q|, free of cancellation if the caller can. */
function quantileAt(q: number, tail: number): number {
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  if (tail === 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(tail));
  const value = r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -value : value;
}

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
  return p >= 0 && p <= 1 ? quantileAt(p - 0.5, p < 0.5 ? p : 1 - p) : NaN;
}

/**
 * The inverse of erf: the y with erf(y) = x, for x in [−1, 1] (±∞ at the ends, NaN outside), by the normal quantile.
 *
 * @example
 * import { erfInverse } from '@saddlepoint/numerics';
 * erfInverse(0.5204998778130465); // => 0.500000000
 */
export function erfInverse(x: number): number {
  return Math.abs(x) <= 1 ? quantileAt(0.5 * x, 0.5 * (1 - Math.abs(x))) * Math.SQRT1_2 : NaN;
}

/**
 * ln Φ(x), without underflow: ≈ −x²/2 − ln(|x|√(2π)) far in the lower tail, ≈ −Φ(−x) in the upper one.
 *
 * @example
 * import { logNormalCdf } from '@saddlepoint/numerics';
 * logNormalCdf(-100); // => -5005.524208664205
 */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-normalCdf(-x));
  if (x > -1) return Math.log(normalCdf(x));
  return -0.5 * x * x + Math.log(0.5 * erfcx(-x * Math.SQRT1_2));
}
