import { findRoot } from '@saddlepoint/numerics';
import { gapAfterLayer, gapOf } from './angle-map.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { correlationMap, dualOf, precise, quick, slopeDualOf, type LayerMap } from './layer-map.js';
import { slopeAt } from './variance-moments.js';
import type { Stability } from './variance-roots.js';

/** A correlation that two inputs keep from layer to layer. */
export interface CorrelationFixedPoint {
  readonly correlation: number;
  /** 1 − c*, to full relative precision near 1. */
  readonly gap: number;
  /** χ_c = σ_w²E[φ′(u)φ′(v)] at c*: growth per layer of a small change of the correlation; χ₁ at c* = ±1. */
  readonly slope: number;
  /** From inside [−1, 1]. */
  readonly stability: Stability;
  /** ξ_c = −1/ln χ_c in layers, how fast it is reached; Infinity at criticality and where it is not. */
  readonly depth: number;
}

/** −1/ln|slope| in layers, Infinity where nothing decays. */
export const decayDepth = (slope: number): number => (slope === 0 ? 0 : Math.abs(slope) >= 1 ? Infinity : -1 / Math.log(Math.abs(slope)));

/** |slope − 1| below this is criticality. */
export const CRITICAL = 1e-12;

/** Whether the map is c ↦ c, as for a linear network without bias: every correlation is fixed. */
function isLine(map: LayerMap, q: number): boolean {
  if (map.biasVariance !== 0 || map.activation.parity === 'even') return false;
  return [0.3, 0.7, -0.5].every((c) => Math.abs(correlationMap(map, q, c) - c) < 1e-14);
}

/** The fixed point inside [0, 1) of a map with slope above 1 at c = 1, as an angle. */
function interiorAngle(map: LayerMap, q: number, series: SeriesOptions): number {
  const dual = dualOf(map.activation, series);
  const direct = (c: number): number => (map.biasVariance + map.weightVariance * dual(q, q, c * q)) / q - c;
  // C(0) = 0 up to rounding (odd φ, no bias): orthogonal inputs stay so.
  if (direct(0) <= 4e-16) return 0.5 * Math.PI;
  // The map of a φ that jumps meets 1 vertically; where a few digits will do, a series is summed once per step.
  const rough = map.activation.derivative === null ? 1e-12 : series === quick && map.activation.dual === undefined ? 1e-4 : null;
  if (rough !== null && direct(1 - rough) < 0) return Math.acos(findRoot(direct, [0, 1 - rough]).value);
  const gap = gapAfterLayer(map, q, series);
  // The mean slope between c and 1 falls as the angle grows, from χ₁ to (1 − C(0)) ≤ 1: bracket its passage through 1.
  const excess = (theta: number): number => gap(theta) / gapOf(theta) - 1;
  let low = 0.1;
  while (low > 1e-9 && !(excess(low) > 0)) low /= 4;
  if (!(excess(low) > 0)) return 0;
  const theta = findRoot(excess, [low, 0.5 * Math.PI]).value;
  // Far from 1 the map itself is as accurate, and its zero is better conditioned than an angle near π/2.
  if (theta < 0.5) return theta;
  const middle = Math.cos(theta);
  const [from, to] = [Math.max(0, middle - 1e-6), middle + 1e-6];
  return direct(from) * direct(to) < 0 ? Math.acos(findRoot(direct, [from, to]).value) : theta;
}

/** Slope of the correlation map by a central difference, for a φ without derivative. */
function differenceSlope(map: LayerMap, q: number, c: number): number {
  const h = 1e-5 * (1 - c);
  return (correlationMap(map, q, c + h) - correlationMap(map, q, c - h)) / (2 * h);
}

/**
 * All fixed points of the correlation map at a fixed point q* > 0 of the variance map, ascending.
 *
 * The map is a power series in c with non-negative coefficients (Mehler's) that maps 1 to 1. So c* = 1 is always fixed; by convexity there is at
 * most one other in [0, 1), and there is one just when χ₁ > 1; and for c < 0 there is none but c* = −1, when φ is odd and there is no
 * bias. A map that is the identity (linear φ, no bias) returns c* = 1 alone, `marginal`.
 */
export function correlationRoots(map: LayerMap, q: number, series: SeriesOptions = precise): CorrelationFixedPoint[] {
  const slope = map.weightVariance * slopeAt(map.activation, q);
  const critical = Math.abs(slope - 1) < CRITICAL;
  const line = critical && isLine(map, q);
  const one: CorrelationFixedPoint = {
    correlation: 1,
    gap: 0,
    slope,
    // Convexity brings a critical map back to 1, algebraically.
    stability: line ? 'marginal' : critical || slope < 1 ? 'stable' : 'unstable',
    depth: critical ? Infinity : decayDepth(slope),
  };
  if (line) return [one];
  const all = [one];
  if (slope > 1 && !critical) {
    const theta = interiorAngle(map, q, series);
    const orthogonal = theta === 0.5 * Math.PI;
    const c = orthogonal ? 0 : Math.cos(theta);
    const chi = map.activation.derivative === null ? differenceSlope(map, q, c) : map.weightVariance * slopeDualOf(map.activation, series)(q, q, c * q, q * Math.sin(theta));
    if (theta > 0) all.unshift({ correlation: c, gap: orthogonal ? 1 : gapOf(theta), slope: chi, stability: 'stable', depth: decayDepth(chi) });
  }
  if (map.activation.parity === 'odd' && map.biasVariance === 0) all.unshift({ ...one, correlation: -1, gap: 2 });
  return all;
}


