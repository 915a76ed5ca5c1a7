import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation, Dual } from './activation.js';
import { gaussianMean } from './gaussian-mean.js';
import { geometricMean, sineNorm } from './gaussian-pair.js';
import { integrateShort } from './norm-ratio.js';
import { priceIntegral } from './price.js';

/** Closed or series duals of an activation. */
export interface PairDuals {
  readonly dual: Dual;
  readonly dualDerivative: Dual;
  /** E[φφ] at ρ = 1 less E[φφ], c ≥ 0, without cancellation; formed from dualDerivative when not given. */
  readonly dualGap?: Dual;
}

/** φ(r1 z) − φ(r2 z): for nearly equal r as z∫φ′(rz)dr, unless a breakpoint lies between. */
function pointwiseDifference({ value, derivative, breakpoints = [] }: Activation, r1: number, r2: number, difference: number): (z: number) => number {
  if (derivative === null || Math.abs(r1 - r2) > 0.05 * Math.max(r1, r2)) return (z) => value(r1 * z) - value(r2 * z);
  return (z) => {
    if (breakpoints.some((x) => x !== 0 && (x - r1 * z) * (x - r2 * z) < 0)) return value(r1 * z) - value(r2 * z);
    return z * integrateShort((r) => derivative(r * z), r2, difference);
  };
}

/**
 * √(m11 m22) − m12 ≥ 0 for parallel inputs of variances q1 ≠ q2: with ψ(z) = φ(√q1 z) − φ(√q2 z) it is the distance of ψ from the
 * direction of φ(√q2 z), E[ψ²] − E[ψφ2]²/m22, formed as the mean of a square.
 */
function normGapOf(activation: Activation, q1: number, q2: number, difference: number, norms: number, parallel: number): number {
  if (difference === 0 || activation.homogeneity !== undefined) return 0;
  const r1 = Math.sqrt(q1);
  const r2 = Math.sqrt(q2);
  const splits = (activation.breakpoints ?? []).flatMap((x) => [r1 === 0 ? 0 : x / r1, r2 === 0 ? 0 : x / r2]);
  const apart = pointwiseDifference(activation, r1, r2, difference / (r1 + r2));
  const square = gaussianMean((z) => activation.value(r2 * z) ** 2, splits);
  if (square === 0) return 0;
  const share = gaussianMean((z) => apart(z) * activation.value(r2 * z), splits) / square;
  const rest = gaussianMean((z) => (apart(z) - share * activation.value(r2 * z)) ** 2, splits);
  return (square * rest) / (Math.sqrt(norms) + parallel);
}

/**
 * E[φ(u)²]E[φ(v)²] − E[φ(u)φ(v)]² of any activation without cancellation: what decides the sine norm of the next layer. The record's own
 * `dualDefect` where it has one. Otherwise, where the difference cancels and c ≥ 0 (or φ has a parity), it is
 * (√(m11 m22) − m12)(√(m11 m22) + m12), and the first factor is ∫_c^u E[φ′φ′]dc′ (Price's theorem) plus the price of unequal norms, the mean
 * of a square. `duals` serve an activation without closed forms. For c < 0 and φ without parity the plain difference is returned: such
 * pairs do not become antiparallel.
 *
 * @example
 * import { activations, dualDefect } from '@saddlepoint/architecture';
 * const defect = dualDefect(activations.relu);
 * defect(1, 1, 0, 1); // => 0.2246697
 * defect(1, 1, 1, 1e-9); // => 2.5e-19
 */
export function dualDefect(activation: Activation, duals: Partial<PairDuals> = activation): (q1: number, q2: number, c: number, s?: number, difference?: number) => number {
  const own = activation.dualDefect;
  if (own !== undefined) return (q1, q2, c, s = sineNorm(q1, q2, c), difference) => own(q1, q2, c, s, difference);
  const { dual, dualDerivative, dualGap } = duals;
  if (dual === undefined) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'duals', expected: 'duals for an activation without closed forms (dualSeries of kernels)', got: activation.name });
  return (q1, q2, c0, s = sineNorm(q1, q2, c0), difference = q1 - q2) => {
    const c = activation.parity === undefined ? c0 : Math.abs(c0);
    const norms = dual(q1, q1, q1, 0) * dual(q2, q2, q2, 0);
    const pair = dual(q1, q2, c, s);
    const direct = norms - pair * pair;
    if (direct > 1e-3 * norms || c < 0 || q1 === 0 || q2 === 0 || dualDerivative === undefined) return Math.max(0, direct);
    const angular = dualGap === undefined ? priceIntegral(dualDerivative, q1, q2, c, s) : dualGap(q1, q2, c, s);
    const parallel = dual(q1, q2, geometricMean(q1, q2), 0);
    return (normGapOf(activation, q1, q2, difference, norms, parallel) + angular) * (Math.sqrt(norms) + pair);
  };
}
