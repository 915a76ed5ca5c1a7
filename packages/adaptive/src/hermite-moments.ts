import type { Activation } from '@saddlepoint/architecture';

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

const HALF_RANGE = 13;
const STEP = 1 / 16;
const MAX_ORDER = 320;

/** ψ_k(z) = he_k(z) e^{−z²/4} on the trapezoidal grid, by their three-term recurrence: never large, so nothing overflows. */
function hermiteFunctions(order: number): { readonly grid: Float64Array; readonly functions: Float64Array } {
  const points = 2 * Math.round(HALF_RANGE / STEP) + 1;
  const grid = new Float64Array(points);
  const functions = new Float64Array(order * points);
  for (let p = 0; p < points; p++) {
    const z = -HALF_RANGE + p * STEP;
    grid[p] = z;
    let before = 0;
    let now = Math.exp((-z * z) / 4);
    for (let k = 0; k < order; k++) {
      functions[k * points + p] = now;
      const next = (z * now - Math.sqrt(k) * before) / Math.sqrt(k + 1);
      before = now;
      now = next;
    }
  }
  return { grid, functions };
}

let cached: { readonly grid: Float64Array; readonly functions: Float64Array } | undefined;

/**
 * Tabulates φ at every variance.
 *
 * The trapezoidal rule on [−13, 13] with step 1/16 converges exponentially for a φ analytic in a strip (tanh(√q z), q ≤ 10: below
 * 1e-14). The order doubles until Parseval's sums reproduce E[φ²], E[φ′²] and E[φ″φ] to `tolerance`, or reach 320 coefficients;
 * what is missed is returned as `remainder`.
 */
export function hermiteTable(activation: Activation, variances: Float64Array, tolerance: number): HermiteTable {
  cached ??= hermiteFunctions(MAX_ORDER);
  const { grid, functions } = cached;
  const points = grid.length;
  const count = variances.length;
  const weighted = new Float64Array(count * points);
  const square = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const scale = Math.sqrt(variances[i]);
    for (let p = 0; p < points; p++) {
      const value = activation.value(scale * grid[p]);
      const weight = (STEP * functions[p]) / Math.sqrt(2 * Math.PI);
      weighted[i * points + p] = value * weight;
      square[i] += value * value * weight * functions[p];
    }
  }
  const slopeSquare = slopeMoments(activation, variances, grid, functions);
  // E[φ″φ] = (E[zφ′φ√q] − …)/q by parts: q E[φ″φ] + q E[φ′²] = E[√q z φ φ′].
  const curvature = curvatureMoments(activation, variances, grid, functions, slopeSquare);
  for (let order = 20; ; order = Math.min(2 * order, MAX_ORDER)) {
    const coefficients = new Float64Array(count * order);
    let remainder = 0;
    for (let i = 0; i < count; i++) {
      let second = 0;
      let slope = 0;
      let bend = 0;
      for (let k = 0; k < order; k++) {
        let a = 0;
        const row = k * points;
        for (let p = 0; p < points; p++) a += weighted[i * points + p] * functions[row + p];
        coefficients[i * order + k] = a;
        second += a * a;
        slope += k * a * a;
        if (k >= 2) bend += Math.sqrt(k * (k - 1)) * a * coefficients[i * order + k - 2];
      }
      const q = variances[i];
      const scale = square[i] + q * slopeSquare[i];
      if (scale > 0)
        remainder = Math.max(remainder, Math.abs(square[i] - second) / scale, Math.abs(q * slopeSquare[i] - slope) / scale, Math.abs(q * curvature[i] - bend) / scale);
    }
    if (remainder <= tolerance || order === MAX_ORDER) return { order, coefficients, square, slopeSquare, curvature, remainder };
  }
}

function derivativeOf(activation: Activation): (x: number) => number {
  const { derivative } = activation;
  if (derivative === null) throw new TypeError(`${activation.name} has no derivative`);
  return derivative;
}

function slopeMoments(activation: Activation, variances: Float64Array, grid: Float64Array, functions: Float64Array): Float64Array {
  const derivative = derivativeOf(activation);
  return variances.map((q) => {
    let sum = 0;
    for (let p = 0; p < grid.length; p++) sum += derivative(Math.sqrt(q) * grid[p]) ** 2 * functions[p] ** 2;
    return (STEP * sum) / Math.sqrt(2 * Math.PI);
  });
}

function curvatureMoments(activation: Activation, variances: Float64Array, grid: Float64Array, functions: Float64Array, slopeSquare: Float64Array): Float64Array {
  const derivative = derivativeOf(activation);
  return variances.map((q, i) => {
    if (q === 0) return 0;
    let sum = 0;
    for (let p = 0; p < grid.length; p++) {
      const h = Math.sqrt(q) * grid[p];
      sum += h * activation.value(h) * derivative(h) * functions[p] ** 2;
    }
    return (STEP * sum) / Math.sqrt(2 * Math.PI) / q - slopeSquare[i];
  });
}
