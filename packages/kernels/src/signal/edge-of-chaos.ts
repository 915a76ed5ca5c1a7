import { checkNumber, type Iterated } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { findRoot, logspace } from '@saddlepoint/numerics';
import { slopeAt, slopeOf, squareAt, squareSlopeAt } from './variance-moments.js';

/** A point where χ₁ = 1 at a fixed point q* of the variance map. */
export interface CriticalPoint {
  readonly weightVariance: number;
  readonly biasVariance: number;
  /** q*. */
  readonly variance: number;
  /** χ_q at q*. Above 1 the fixed point is unstable: a network does not settle there. */
  readonly varianceSlope: number;
}

/** The edge of chaos of an activation. */
export interface EdgeOfChaos {
  /** Connected pieces with σ_b² ≥ 0, each a curve along rising q*. */
  readonly branches: readonly (readonly CriticalPoint[])[];
  /** The edge is one point (relu: σ_w² = 2, σ_b² = 0) at which every q is fixed. */
  readonly point: boolean;
}

/** Beyond this a variance counts as infinite. */
const HUGE = 1e12;

/**
 * The variances of weight and bias for which χ₁ = 1 at the fixed point q*: with q* as parameter both conditions are explicit, σ_w² = 1/E[φ′²] and
 * σ_b² = q* − E[φ²]/E[φ′²], which is negative where there is none.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { criticalPoint } from '@saddlepoint/kernels';
 * // Critical in both directions, E[φφ″] = 0 (2106.10165, sec. 5.3.4).
 * criticalPoint(activations.gelu, (3 + Math.sqrt(17)) / 2); // => { weightVariance: 1.983058, biasVariance: 0.1729224, variance: 3.561553, varianceSlope: 1.000000 }
 */
export function criticalPoint(activation: Activation, variance: number): CriticalPoint {
  slopeOf(activation);
  const q = checkNumber('variance', variance, { min: 0 });
  const weightVariance = 1 / slopeAt(activation, q);
  return { weightVariance, biasVariance: q - weightVariance * squareAt(activation, q), variance: q, varianceSlope: weightVariance * squareSlopeAt(activation, q) };
}

/** q − E[φ²]/E[φ′²] relative to q, below which it is rounding. */
const ROUNDING = 4e-15;

const relativeBias = (activation: Activation, q: number): number => 1 - squareAt(activation, q) / slopeAt(activation, q) / q;

/**
 * The edge of chaos of an activation, σ_w² against σ_b² along q*, for smooth, kinked and unbounded φ: all its branches with σ_b² between 0 and
 * `maximumBiasVariance`, whose ends on the axis σ_b² = 0 (or on the maximum) are located. Of a branch, the part with `varianceSlope` below 1 is where networks settle.
 *
 * Variances q* from 10⁻⁶ to 10⁶ are looked at. Throws `ERR_UNSUPPORTED` for a φ that jumps.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { edgeOfChaosCurve } from '@saddlepoint/kernels';
 * const { branches, point } = edgeOfChaosCurve(activations.relu);
 * [point, branches[0][0].weightVariance]; // => [true, 2]
 * edgeOfChaosCurve(activations.tanh).branches.length; // => 1
 */
export function edgeOfChaosCurve(activation: Activation, { maximumBiasVariance = 1, points = 160 }: { readonly maximumBiasVariance?: number; readonly points?: number } = {}): EdgeOfChaos {
  slopeOf(activation);
  checkNumber('maximumBiasVariance', maximumBiasVariance, { min: 0, exclusiveMin: true });
  const grid = logspace(1e-6, 1e6, 12 * 24 + 1);
  const relative = grid.map((q) => relativeBias(activation, q));
  if (relative.every((r) => Math.abs(r) <= ROUNDING)) return { branches: [[{ ...criticalPoint(activation, 1), biasVariance: 0 }]], point: true };

  const bias = (q: number): number => q * relativeBias(activation, q);
  // Inside: 0 ≤ σ_b² ≤ maximum. At q → 0 a φ that vanishes at 0 sits on the axis.
  const inside = (i: number): boolean => relative[i] > ROUNDING && grid[i] * relative[i] <= maximumBiasVariance;
  const branches: CriticalPoint[][] = [];
  for (let i = 0; i < grid.length; i++) {
    if (!inside(i)) continue;
    const first = i;
    while (i + 1 < grid.length && inside(i + 1)) i++;
    const from = first === 0 ? (activation.value(0) === 0 && slopeAt(activation, 0) > 0.001 ? 0 : grid[0]) : crossing(bias, grid[first - 1], grid[first], maximumBiasVariance);
    const to = i + 1 === grid.length ? grid[i] : crossing(bias, grid[i], grid[i + 1], maximumBiasVariance);
    branches.push(trace(activation, from, to, points, maximumBiasVariance));
  }
  return { branches, point: false };
}

/** Where the bias variance leaves [0, maximum] between two variances, one inside and one outside. */
function crossing(bias: (q: number) => number, low: number, high: number, maximum: number): number {
  for (const level of [0, maximum]) {
    const [a, b] = [bias(low) - level, bias(high) - level];
    if (a === 0) return low;
    if (a * b < 0) return findRoot((q) => bias(q) - level, [low, high]).value;
  }
  return Math.abs(bias(low)) < Math.abs(bias(high)) ? low : high;
}

/** Critical points between two variances, dense where σ_w² moves. */
function trace(activation: Activation, from: number, to: number, points: number, maximum: number): CriticalPoint[] {
  // Even in √q: σ_b² starts quadratically and ends linearly in q.
  const at = (i: number): number => (i === 0 ? from : i === points - 1 ? to : (Math.sqrt(from) + ((Math.sqrt(to) - Math.sqrt(from)) * i) / (points - 1)) ** 2);
  return Array.from({ length: points }, (_, i) => {
    const point = criticalPoint(activation, at(i));
    return { ...point, biasVariance: Math.min(maximum, Math.max(0, point.biasVariance)) };
  });
}

/**
 * The edge of chaos at one bias variance: the weight variance at which χ₁ = 1 at the fixed point q*.
 *
 * σ_b² = q − E[φ²]/E[φ′²] is solved for q; of several solutions the one of smallest q with a stable variance is returned, or else the
 * smallest ({@link edgeOfChaosCurve} shows all). At σ_b² = 0 and φ(0) = 0 that is q = 0, σ_w² = 1/φ′(0)². `status` is `'diverged'` when no q up to 10¹² meets
 * the bias variance (relu with a bias: there is no edge).
 * Source: 1606.05340.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { edgeOfChaos } from '@saddlepoint/kernels';
 * edgeOfChaos(activations.tanh, 0).value.weightVariance; // => 1
 */
export function edgeOfChaos(activation: Activation, biasVariance: number): Iterated<{ readonly weightVariance: number; readonly variance: number }> {
  checkNumber('biasVariance', biasVariance, { min: 0 });
  slopeOf(activation);
  const missing = (q: number): number => q - squareAt(activation, q) / slopeAt(activation, q) - biasVariance;
  const at = (q: number) => ({ weightVariance: 1 / slopeAt(activation, q), variance: q });
  if (missing(0) >= 0) return { value: at(0), status: 'converged', iterations: 0, residual: missing(0) };
  const grid = [0, ...logspace(1e-9, HUGE, 21 * 12 + 1)];
  const values = grid.map((q) => (q === 0 ? missing(0) : Math.abs(relativeBias(activation, q)) <= ROUNDING ? -biasVariance : missing(q)));
  const solutions = grid.slice(1).flatMap((q, i) => (values[i] * values[i + 1] < 0 ? [findRoot(missing, [grid[i], q])] : []));
  const root = solutions.find(({ value: q }) => squareSlopeAt(activation, q) <= slopeAt(activation, q)) ?? solutions.at(0);
  return root === undefined ? { value: at(HUGE), status: 'diverged', iterations: 0, residual: missing(HUGE) } : { ...root, value: at(root.value) };
}
