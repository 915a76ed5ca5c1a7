import type { Activation } from '@saddlepoint/architecture';
import { findRoot } from '@saddlepoint/numerics';
import { momentGrid, squareAt } from './variance-moments.js';
import type { LayerMap } from './layer-map.js';

/** How the variance leaves or returns to a fixed point: `marginal` touches the diagonal without crossing it. */
export type Stability = 'stable' | 'unstable' | 'marginal';

/** Where the variance map meets the diagonal. */
export interface VarianceRoot {
  readonly variance: number;
  readonly stability: Stability;
  readonly iterations: number;
  /** |map(q) − q|. */
  readonly residual: number;
}

export interface VarianceRoots {
  /** Ascending. */
  readonly roots: readonly VarianceRoot[];
  /** Every variance is fixed (relu at σ_w² = 2 without bias). */
  readonly line: boolean;
  /** Variances above the last fixed point grow without bound. */
  readonly divergent: boolean;
}

/** Below this |map(q)/q − 1| is rounding. */
const ROUNDING = 1e-14;

const signOf = (excess: number): number => (Math.abs(excess) <= ROUNDING ? 0 : Math.sign(excess));

/** map(q)/q − 1. */
const relativeExcess = ({ activation, weightVariance, biasVariance }: LayerMap, q: number): number => (biasVariance + weightVariance * squareAt(activation, q)) / q - 1;

/** map(q) − q. */
const excessOf = ({ activation, weightVariance, biasVariance }: LayerMap, q: number): number => biasVariance + weightVariance * squareAt(activation, q) - q;

function crossing(map: LayerMap, low: number, high: number, stability: Stability): VarianceRoot {
  // An infinite end has no place in interpolation.
  const bounded = (q: number): number => Math.min(excessOf(map, q), Number.MAX_VALUE);
  const { value, iterations, residual } = findRoot(bounded, [low, high]);
  return { variance: value, stability, iterations, residual };
}

/** The extremum of the excess in (low, high), by golden section in ln q; `sign` is that of the excess around it. */
function closest(map: LayerMap, low: number, high: number, sign: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  const f = (u: number): number => sign * relativeExcess(map, Math.exp(u));
  let [a, b] = [Math.log(low), Math.log(high)];
  let [x, y] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fx, fy] = [f(x), f(y)];
  for (let i = 0; i < 60 && b - a > 1e-9; i++) {
    if (fx < fy) {
      [b, y, fy] = [y, x, fx];
      x = b - ratio * (b - a);
      fx = f(x);
    } else {
      [a, x, fx] = [x, y, fy];
      y = a + ratio * (b - a);
      fy = f(y);
    }
  }
  return Math.exp(0.5 * (a + b));
}

/** q = 0 as a fixed point: what the excess just above it does decides. */
function atZero(activation: Activation, firstSign: number): VarianceRoot {
  const none = { variance: 0, iterations: 0, residual: 0 };
  // With φ homogeneous of degree 1, or at criticality, the first sign is 0: then every small q is fixed too.
  return { ...none, stability: firstSign > 0 ? 'unstable' : firstSign < 0 || activation.homogeneity === 0 ? 'stable' : 'marginal' };
}

/**
 * All fixed points of q ↦ σ_b² + σ_w²V(q). Signs of map(q)/q − 1 on a logarithmic grid from 10⁻¹² to 10¹² bracket the crossings; where
 * it comes near 0 and turns back, its extremum is located, so that a pair about to merge is found too (two that are closer than 10⁻⁷
 * relative count as one, `marginal`).
 */
export function varianceRoots(map: LayerMap): VarianceRoots {
  const { activation, weightVariance, biasVariance } = map;
  const { variances, squares } = momentGrid(activation);
  const excess = variances.map((q, i) => (weightVariance === 0 ? biasVariance : biasVariance + weightVariance * squares[i]) / q - 1);
  const signs = Array.from(excess, signOf);
  const start = biasVariance + weightVariance * squareAt(activation, 0);
  if (start === 0 && signs.every((s) => s === 0)) return { roots: [], line: true, divergent: false };

  const roots: VarianceRoot[] = [];
  const firstSign = signs.find((s) => s !== 0) ?? 0;
  if (start === 0) roots.push(atZero(activation, firstSign));
  else if (firstSign < 0) roots.push(crossing(map, 0, variances[signs.indexOf(-1)], 'stable'));
  let before = signs.findIndex((s) => s !== 0);
  for (let i = before + 1; before >= 0 && i < signs.length; i++) {
    if (signs[i] === 0) continue;
    if (signs[i] !== signs[before]) roots.push(crossing(map, variances[before], variances[i], signs[before] > 0 ? 'stable' : 'unstable'));
    else if (i - before === 1 && i + 1 < signs.length && signs[i + 1] === signs[i]) roots.push(...nearTouch(map, variances, excess, i));
    before = i;
  }
  return { roots, line: false, divergent: signs.findLast((s) => s !== 0) === 1 };
}

/** Roots beside the grid point i when the excess has a local extremum towards 0 there. */
function nearTouch(map: LayerMap, variances: Float64Array, excess: Float64Array, i: number): VarianceRoot[] {
  const sign = Math.sign(excess[i]);
  const size = (j: number): number => sign * excess[j];
  if (!(size(i) < 0.2 && size(i) <= size(i - 1) && size(i) < size(i + 1))) return [];
  const [low, high] = [variances[i - 1], variances[i + 1]];
  const q = closest(map, low, high, sign);
  const least = signOf(relativeExcess(map, q));
  if (least === sign) return [];
  if (least === 0) return [{ variance: q, stability: 'marginal', iterations: 0, residual: Math.abs(excessOf(map, q)) }];
  return [crossing(map, low, q, sign > 0 ? 'stable' : 'unstable'), crossing(map, q, high, sign > 0 ? 'unstable' : 'stable')];
}
