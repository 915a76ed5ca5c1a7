import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { logspace } from '@saddlepoint/numerics';
import { gradedExpectation } from './graded-expectation.js';
import { trapezoidExpectation } from './trapezoid-expectation.js';

/** Stands for q → 0⁺ where a kink at 0 would otherwise be met by its convention φ′(0). */
const VANISHING = 1e-20;

/** E[f(√q z)] of any function built from φ and φ′. */
export const expectAt = ({ breakpoints, smooth }: Activation, q: number, f: (x: number) => number): number =>
  (smooth ? trapezoidExpectation(f, q) : null) ?? gradedExpectation(f, q, breakpoints);

/** φ′, or an error for an activation that jumps. */
export function slopeOf({ name, derivative }: Activation): (x: number) => number {
  if (derivative === null) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one with a derivative (χ₁ of a function that jumps is infinite)', got: name });
  return derivative;
}

/** V(q) = E[φ(√q z)²]; Infinity where it leaves the range of doubles. */
export function squareAt(activation: Activation, q: number): number {
  const { value, dual } = activation;
  const square = dual === undefined ? expectAt(activation, q, (x) => value(x) ** 2) : dual(q, q, q, 0);
  return Number.isFinite(square) ? square : Infinity;
}

/** E[φ′(√q z)²], at q = 0 the limit from above; Infinity for a φ that jumps. */
export function slopeAt(activation: Activation, variance: number): number {
  const { derivative, dualDerivative } = activation;
  if (derivative === null) return Infinity;
  const q = Math.max(variance, VANISHING);
  return dualDerivative === undefined ? expectAt(activation, q, (x) => derivative(x) ** 2) : dualDerivative(q, q, q, 0);
}

/** V′(q) = E[φ′² + φφ″] = E[xφφ′]/q, at q = 0 the limit from above (for φ(0) = 0); for a φ that jumps E[φ²(z²−1)]/2q. */
export function squareSlopeAt(activation: Activation, variance: number): number {
  const { value, derivative, homogeneity } = activation;
  if (derivative === null) return homogeneity === 0 ? 0 : expectAt(activation, variance, (x) => value(x) ** 2 * (x * x / variance - 1)) / (2 * variance);
  const q = Math.max(variance, VANISHING);
  return expectAt(activation, q, (x) => x * value(x) * derivative(x)) / q;
}

/** V over a grid of variances, even in the logarithm. */
export interface MomentGrid {
  readonly variances: Float64Array;
  readonly squares: Float64Array;
}

const SMALLEST = 1e-12;
const LARGEST = 1e12;
const PER_DECADE = 14;

const grids = new WeakMap<Activation, MomentGrid>();

/** V on 10⁻¹² … 10¹², computed once per activation record. */
export function momentGrid(activation: Activation): MomentGrid {
  let grid = grids.get(activation);
  if (grid === undefined) {
    const variances = logspace(SMALLEST, LARGEST, 24 * PER_DECADE + 1);
    grid = { variances, squares: variances.map((q) => squareAt(activation, q)) };
    grids.set(activation, grid);
  }
  return grid;
}
