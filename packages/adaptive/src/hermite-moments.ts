import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { matrix, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/** Hermite coefficients of φ(√q z) for many variances q at once, and the diagonal moments by quadrature. */
export interface HermiteTable {
  /** Number of coefficients kept, a_0 … a_{order−1}. */
  readonly order: number;
  /** a_k(q_i) = E[φ(√q_i z) he_k(z)] at i·order + k; he_k orthonormal. */
  readonly coefficients: Float64Array;
  /** E[φ²], E[φ′²], E[φ″φ] at each variance. */
  readonly square: Float64Array;
  readonly slopeSquare: Float64Array;
  readonly curvature: Float64Array;
  /** Largest part of the second moments that the kept coefficients miss, relative to those moments. */
  readonly remainder: number;
}

const RANGE = 13;
const STEP = 1 / 16;
const POINTS = RANGE / STEP + 1;
const ORDERS = [20, 40, 80, 160, 320];

/** ψ_k(z) = he_k(z)e^{−z²/4} on the grid z = 0, 1/16, …, 13, for even and for odd k, weighted for the trapezoidal rule. */
interface Basis {
  readonly even: Matrix;
  readonly odd: Matrix;
}

/** By the three-term recurrence on ψ, which is never large, so nothing overflows. */
function hermiteBasis(order: number): Basis {
  const even = matrix(POINTS, order / 2);
  const odd = matrix(POINTS, order / 2);
  for (let p = 0; p < POINTS; p++) {
    const z = p * STEP;
    let before = 0;
    let now = Math.exp((-z * z) / 4);
    for (let k = 0; k < order; k++) {
      (k % 2 === 0 ? even : odd).data[(p * order) / 2 + (k >> 1)] = now;
      const next = (z * now - Math.sqrt(k) * before) / Math.sqrt(k + 1);
      before = now;
      now = next;
    }
  }
  return { even, odd };
}

const bases = new Map<number, Basis>();

function basisOf(order: number): Basis {
  const known = bases.get(order);
  if (known !== undefined) return known;
  const made = hermiteBasis(order);
  bases.set(order, made);
  return made;
}

/**
 * Tabulates φ at every variance.
 *
 * The trapezoidal rule on [−13, 13] with step 1/16 converges exponentially for a φ analytic in a strip (tanh(√q z), q ≤ 10: below
 * 1e-14). The order doubles until Parseval's sums reproduce E[φ²], E[φ′²] and E[φ″φ] to `tolerance`, or reach 320 coefficients;
 * what is missed is returned as `remainder`.
 */
export function hermiteTable(activation: Activation, variances: Float64Array, tolerance: number): HermiteTable {
  const { value: phi, derivative } = activation;
  if (derivative === null) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'an activation with a derivative', got: activation.name });
  const count = variances.length;
  // φ(√q z) ± φ(−√q z) with half of the Gaussian weight; the other half is in ψ_k.
  const sum = matrix(count, POINTS);
  const difference = matrix(count, POINTS);
  const square = new Float64Array(count);
  const slopeSquare = new Float64Array(count);
  const curvature = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const scale = Math.sqrt(variances[i]);
    for (let p = 0; p < POINTS; p++) {
      const z = p * STEP;
      const weight = ((p === 0 ? 0.5 : 1) * STEP) / Math.sqrt(2 * Math.PI);
      const half = Math.exp((-z * z) / 4);
      const h = scale * z;
      const plus = phi(h);
      const minus = phi(-h);
      const slopePlus = derivative(h);
      const slopeMinus = derivative(-h);
      sum.data[i * POINTS + p] = (plus + minus) * weight * half;
      difference.data[i * POINTS + p] = (plus - minus) * weight * half;
      const full = weight * half * half;
      square[i] += (plus * plus + minus * minus) * full;
      slopeSquare[i] += (slopePlus * slopePlus + slopeMinus * slopeMinus) * full;
      curvature[i] += h * (plus * slopePlus - minus * slopeMinus) * full;
    }
    // By parts, E[hφ(h)φ′(h)] = q(E[φ′²] + E[φφ″]).
    curvature[i] = variances[i] > 0 ? curvature[i] / variances[i] - slopeSquare[i] : 0;
  }
  for (let level = 0; ; level++) {
    const order = ORDERS[level];
    const { even, odd } = basisOf(order);
    const evens = multiply(sum, even).data;
    const odds = multiply(difference, odd).data;
    const coefficients = new Float64Array(count * order);
    for (let i = 0; i < count * (order / 2); i++) {
      coefficients[2 * i] = evens[i];
      coefficients[2 * i + 1] = odds[i];
    }
    const remainder = missing(coefficients, order, variances, square, slopeSquare, curvature);
    if (remainder <= tolerance || level === ORDERS.length - 1) return { order, coefficients, square, slopeSquare, curvature, remainder };
  }
}

/** How far Parseval's sums fall short of the quadratures, relative to E[φ²] + qE[φ′²]. */
function missing(a: Float64Array, order: number, variances: Float64Array, square: Float64Array, slopeSquare: Float64Array, curvature: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < variances.length; i++) {
    let second = 0;
    let slope = 0;
    let bend = 0;
    for (let k = 0; k < order; k++) {
      const value = a[i * order + k];
      second += value * value;
      slope += k * value * value;
      if (k >= 2) bend += Math.sqrt(k * (k - 1)) * value * a[i * order + k - 2];
    }
    const q = variances[i];
    const scale = square[i] + q * slopeSquare[i];
    if (scale > 0)
      worst = Math.max(worst, Math.abs(square[i] - second) / scale, Math.abs(q * slopeSquare[i] - slope) / scale, Math.abs(q * curvature[i] - bend) / scale);
  }
  return worst;
}
