import { checkFinite, checkInteger, checkNumber, type Status } from '@saddlepoint/core';
import { branchSystem, correct, type BranchEquations, type BranchJacobian, type BranchSystem } from './bordered.js';
import { advance, begin, dot, locate, minus, unit, type Place } from './branch-steps.js';

export interface ContinuationOptions {
  /** ∂F/∂x (n×n, row-major) and ∂F/∂p; central differences by default. */
  readonly jacobian?: (x: Float64Array, parameter: number) => BranchJacobian;
  /** Sign of dp/ds at the start. Default 1. */
  readonly direction?: 1 | -1;
  /** Where to end, exactly on it. Default: no limits. */
  readonly parameterRange?: readonly [number, number];
  /** Ends the branch at the first point for which it returns true. */
  readonly stop?: (point: BranchPoint) => boolean;
  /** Default 1000 points. */
  readonly maxPoints?: number;
  /** Last Newton step, relative to 1 + |u|. Default 1e-10 (the error left is about its square). */
  readonly tolerance?: number;
  /** Arclength of the first step. Default 0.01. */
  readonly firstStep?: number;
  /** Default 1e-9. */
  readonly minStep?: number;
  /** Default: a twentieth of `parameterRange`, else unlimited; the turning of the tangent limits steps anyway. */
  readonly maxStep?: number;
}

export interface BranchPoint {
  readonly x: Float64Array;
  readonly parameter: number;
  /** Length of the branch from its start, in the Euclidean norm of (x, p). */
  readonly arclength: number;
  /** dp/ds: zero at a fold. */
  readonly parameterSlope: number;
  /** Sign of det ∂F/∂x: for ẋ = F it is (−1)ⁿ where an even number of directions is unstable; it flips at folds and branch points. */
  readonly determinantSign: number;
}

export interface Branch {
  /**
   * `converged`: ended where asked, or closed; `max-iterations`: `maxPoints` spent; `stalled`: no step above `minStep` can be corrected;
   * `diverged`: no solution found near the start.
   */
  readonly status: Status;
  readonly end: 'range' | 'stop' | 'closed' | 'max-points' | 'min-step' | 'start';
  readonly points: BranchPoint[];
  /** Turning points of the parameter, in order of arclength. */
  readonly folds: BranchPoint[];
  /** Simple bifurcations: another branch crosses this one. Start there with a shifted x to follow it. */
  readonly branchPoints: BranchPoint[];
  /** Calls of F. */
  readonly evaluations: number;
}

/** Largest turn of the tangent in one step, and the turn aimed at, in radians. */
const TURN = 0.3;
const AIM = 0.12;

const pointOf = ({ u, tangent, arclength, determinantSign }: Place): BranchPoint => {
  const n = u.length - 1;
  return { x: u.slice(0, n), parameter: u[n], arclength, parameterSlope: tangent[n], determinantSign };
};

/**
 * Follows the branch of solutions of F(x, p) = 0 (n equations, x ∈ ℝⁿ, one parameter) that starts at x0, p0, through folds, by
 * pseudo-arclength continuation: predictor along the tangent, Newton across it, steps adapted to the turning of the tangent.
 *
 * Folds (dp/ds = 0) and simple branch points (the bordered determinant vanishes) are located on the way by root finding to full
 * precision. A branch that returns to its start is recognised as closed. Dense linear algebra: up to a few hundred unknowns.
 *
 * Source: Keller (1977); Allgower & Georg, Introduction to Numerical Continuation Methods (2003), chapters 2, 6, 8, 9.
 *
 * @example
 * import { continueBranch } from '@saddlepoint/numerics';
 * // Hysteresis of p = x³ − 3x: folds at p = ±2
 * const { folds, end } = continueBranch(([x], p) => [x ** 3 - 3 * x - p], [-2], -2, { parameterRange: [-3, 3] });
 * folds.map(({ parameter }) => parameter); // => [2.00000000, -2.00000000]
 * end; // => 'range'
 */
export function continueBranch(f: BranchEquations, x0: ArrayLike<number>, parameter: number, options: ContinuationOptions = {}): Branch {
  checkFinite('x0', x0);
  const [low, high] = options.parameterRange ?? [-Infinity, Infinity];
  checkNumber('parameter', parameter, { min: low, max: high });
  const maxPoints = checkInteger('maxPoints', options.maxPoints ?? 1000, { min: 1 });
  const tolerance = checkNumber('tolerance', options.tolerance ?? 1e-10, { min: 1e-15 });
  const minStep = checkNumber('minStep', options.minStep ?? 1e-9, { min: 0, exclusiveMin: true });
  const maxStep = options.maxStep ?? (high - low) / 20;
  const n = x0.length;
  const system = branchSystem(f, n, options.jacobian);
  const points: BranchPoint[] = [];
  const folds: BranchPoint[] = [];
  const branchPoints: BranchPoint[] = [];
  const result = (status: Status, end: Branch['end']): Branch => ({ status, end, points, folds, branchPoints, evaluations: system.evaluations });
  const start = begin(system, Float64Array.of(...Array.from(x0), parameter), options.direction ?? 1, tolerance);
  if (!start) return result('diverged', 'start');
  points.push(pointOf(start));
  if (options.stop?.(points[0])) return result('converged', 'stop');
  // Zero where the branch pierces the plane across its start.
  const fromStart = (place: Place): number => dot(start.tangent, minus(place.u, start.u));
  let here = start;
  let step = Math.min(checkNumber('firstStep', options.firstStep ?? 0.01, { min: minStep }), maxStep);
  while (points.length < maxPoints) {
    const next = advance(system, here, step, tolerance);
    if (!next || next.angle > TURN || next.iterations > 6) {
      step *= next && next.angle > TURN ? Math.max(0.2, AIM / next.angle) : 0.4;
      if (step < minStep) return result('stalled', 'min-step');
      continue;
    }
    if (fromStart(here) < 0 && fromStart(next) >= 0) {
      const back = locate(system, here, step, tolerance, fromStart);
      if (back && Math.sqrt(dot(minus(back.u, start.u), minus(back.u, start.u))) <= 1e-7 * (1 + Math.sqrt(dot(start.u, start.u)))) {
        record(system, here, back, step, tolerance, folds, branchPoints);
        points.push(pointOf(back));
        return result('converged', 'closed');
      }
    }
    const limit = next.u[n] > high ? high : next.u[n] < low ? low : undefined;
    let reached: Place = next;
    if (limit !== undefined) {
      const crossing = locate(system, here, step, tolerance, ({ u }) => u[n] - limit) ?? next;
      const landed = correct(system, crossing.u.with(n, limit), unit(n + 1, n), tolerance);
      reached = { ...crossing, u: landed?.u ?? crossing.u };
    }
    record(system, here, reached, step, tolerance, folds, branchPoints);
    points.push(pointOf(reached));
    if (limit !== undefined) return result('converged', 'range');
    if (options.stop?.(points[points.length - 1])) return result('converged', 'stop');
    here = reached;
    step = Math.min(maxStep, step * Math.min(next.iterations > 4 ? 1 : 2, Math.max(0.5, AIM / next.angle)));
  }
  return result('max-iterations', 'max-points');
}

/** Adds the fold and the branch point between two consecutive places, if any. */
function record(system: BranchSystem, from: Place, to: Place, step: number, tolerance: number, folds: BranchPoint[], branchPoints: BranchPoint[]): void {
  const slope = ({ tangent }: Place): number => tangent[tangent.length - 1];
  const within = (place: Place | undefined): place is Place => place !== undefined && place.arclength <= to.arclength * (1 + 1e-12);
  if (slope(from) * slope(to) < 0) {
    const fold = locate(system, from, step, tolerance, slope);
    if (within(fold)) folds.push(pointOf(fold));
  }
  if (from.bordered * to.bordered < 0) {
    const crossing = locate(system, from, step, tolerance, ({ bordered }) => bordered);
    if (within(crossing)) branchPoints.push(pointOf(crossing));
  }
}
