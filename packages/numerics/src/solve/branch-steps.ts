import { correct, tangentAt, type BranchSystem } from './bordered.js';
import { findRoot } from './find-root.js';

/** A corrected point of a branch, with its tangent. */
export interface Place {
  readonly u: Float64Array;
  readonly tangent: Float64Array;
  readonly arclength: number;
  readonly determinantSign: number;
  readonly bordered: number;
  readonly iterations: number;
}

export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, v, i) => s + v * b[i], 0);
export const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]);
export const unit = (length: number, index: number): Float64Array => Float64Array.from({ length }, (_, i) => (i === index ? 1 : 0));
const angleBetween = (a: Float64Array, b: Float64Array): number => 2 * Math.asin(Math.min(1, 0.5 * Math.sqrt(dot(minus(a, b), minus(a, b)))));

/** Completes a corrected u that follows `from`; chord·(θ/2)/sin(θ/2), exact on circles, measures the arc. */
function arrive(system: BranchSystem, from: Place, u: Float64Array, iterations: number): (Place & { angle: number }) | undefined {
  const there = tangentAt(system, u, from.tangent);
  if (!there) return undefined;
  const angle = angleBetween(from.tangent, there.tangent);
  const chord = Math.sqrt(dot(minus(u, from.u), minus(u, from.u)));
  const arclength = from.arclength + (angle < 1e-6 ? chord : (chord * 0.5 * angle) / Math.sin(0.5 * angle));
  return { u, ...there, arclength, iterations, angle };
}

/** Predictor along the tangent, Newton in the plane across it. */
export function advance(system: BranchSystem, from: Place, step: number, tolerance: number): (Place & { angle: number }) | undefined {
  const predicted = from.u.map((v, i) => v + step * from.tangent[i]);
  const corrected = correct(system, predicted, from.tangent, tolerance);
  return corrected && arrive(system, from, corrected.u, corrected.iterations);
}

/** The start: Newton at fixed parameter, unless (x0, p0) solves already (as it must at a fold); tangent with the wanted sign of dp/ds. */
export function begin(system: BranchSystem, guess: Float64Array, direction: number, tolerance: number): Place | undefined {
  const last = system.unknowns - 1;
  const fixed = correct(system, guess, unit(last + 1, last), tolerance);
  const exact = system.residual(guess).every((v) => Math.abs(v) <= 1e-14);
  const u = exact ? guess : fixed?.u;
  if (!u) return undefined;
  const border = [unit(last + 1, last), new Float64Array(last + 1).fill(1), ...Array.from({ length: last }, (_, i) => unit(last + 1, i))]
    .map((trial) => tangentAt(system, u, trial)?.tangent)
    .find((tangent) => tangent !== undefined);
  if (!border) return undefined;
  const sign = Math.abs(border[last]) > 1e-8 ? Math.sign(border[last]) * direction : direction;
  const oriented = border.map((v) => sign * v);
  const there = tangentAt(system, u, oriented);
  return there && { u, ...there, arclength: 0, iterations: 0 };
}

/** Cubic Hermite interpolation between two places, at a fraction of the arc. */
function between(a: Place, b: Place, fraction: number): Place {
  const length = b.arclength - a.arclength;
  const rest = 1 - fraction;
  const bump = length * fraction * rest;
  const u = a.u.map((v, i) => rest * rest * (1 + 2 * fraction) * v + fraction * fraction * (3 - 2 * fraction) * b.u[i] + bump * (rest * a.tangent[i] - fraction * b.tangent[i]));
  return { ...a, u, tangent: a.tangent.map((v, i) => rest * v + fraction * b.tangent[i]), arclength: a.arclength + fraction * length };
}

/**
 * The place between `from` and `step` further where `measure` changes sign. At a branch point the equations are singular and cannot be
 * corrected: it is interpolated from the closest places on both sides that can.
 */
export function locate(system: BranchSystem, from: Place, step: number, tolerance: number, measure: (place: Place) => number): Place | undefined {
  const seen: { place: Place; value: number }[] = [];
  const value = (s: number): number => {
    const place = s === 0 ? from : advance(system, from, s, tolerance);
    if (!place) return NaN;
    seen.push({ place, value: measure(place) });
    return seen[seen.length - 1].value;
  };
  const [first, last] = [value(0), value(step)];
  if (!(first * last <= 0)) return undefined;
  const root = findRoot(value, [0, step]);
  if (root.status !== 'diverged') return root.value === 0 ? from : advance(system, from, root.value, tolerance);
  for (let width = 0.1 * step; width > 1e-6 * step; width *= 0.1)
    if (Number.isNaN(value(root.value - width) + value(root.value + width))) break;
  seen.sort((a, b) => a.place.arclength - b.place.arclength);
  const k = seen.findIndex((entry) => entry.value * first <= 0);
  const [a, b] = [seen[k - 1], seen[k]];
  return between(a.place, b.place, a.value / (a.value - b.value));
}
