import type { Activation } from './activation.js';
import { diagonalMoments } from './diagonal.js';
import { gaussianMean } from './gaussian-mean.js';
import { geometricMean } from './gaussian-pair.js';
import { integrateShort } from './norm-ratio.js';
import { priceIntegral } from './price.js';

/** E[φ′(r1 z)(φ′(r1 z) − φ′(r2 z))], by φ″ where it is known and jumps only at 0. */
function byQuadrature({ derivative, secondDerivative, breakpoints = [] }: Activation, q1: number, q2: number, difference: number): number {
  if (derivative === null) return NaN;
  const r1 = Math.sqrt(q1);
  const r2 = Math.sqrt(q2);
  const splits = breakpoints.flatMap((x) => [x / r1, x / r2]).filter(Number.isFinite);
  const change = difference / (r1 + r2);
  const usable = secondDerivative !== undefined && breakpoints.every((x) => x === 0);
  return gaussianMean((z) => derivative(r1 * z) * (usable ? z * integrateShort((r) => secondDerivative(r * z), r2, change) : derivative(r1 * z) - derivative(r2 * z)), splits);
}

/** E[φ′(u)²] − E[φ′(u)φ′(v)] for parallel u, v of variances q1, q2 = q1 − difference. */
function normPart(activation: Activation, q1: number, q2: number, difference: number): number {
  const { homogeneity, dualDerivativeVarianceSlope, dualSecondDerivative } = activation;
  if (difference === 0) return 0;
  if (homogeneity !== undefined) return homogeneity === 1 ? 0 : -diagonalMoments(activation, q1).derivative * Math.expm1(0.5 * (homogeneity - 1) * Math.log1p(-difference / q1));
  if (dualDerivativeVarianceSlope !== undefined && dualSecondDerivative !== undefined) {
    const slope = (q: number): number => {
      const u = geometricMean(q1, q);
      return dualDerivativeVarianceSlope(q, q1, u, 0) + 0.5 * Math.sqrt(q1 / q) * dualSecondDerivative(q1, q, u, 0);
    };
    const change = integrateShort(slope, q2, difference);
    if (Number.isFinite(change)) return change;
  }
  return byQuadrature(activation, q1, q2, difference);
}

/**
 * E[φ′(u)²] − E[φ′(u)φ′(v)] without cancellation for nearly parallel, nearly equal inputs: what the NTK's own differences need. By Price's
 * theorem it is ∫_c^{√(q1q2)} E[φ″φ″]dc′ plus what unequal norms (`difference` = q1 − q2) make. Where nothing cancels it is the plain difference.
 *
 * @example
 * import { activations, dualDerivativeDifference } from '@saddlepoint/architecture';
 * dualDerivativeDifference(activations.relu, 1, 1, 1, 1e-20); // => 1.591549e-21
 */
export function dualDerivativeDifference(activation: Activation, q1: number, q2: number, c: number, s: number, difference: number = q1 - q2): number {
  const { dualDerivative, dualSecondDerivative } = activation;
  const pair = dualDerivative?.(q1, q2, c, s) ?? NaN;
  const direct = diagonalMoments(activation, q1).derivative - pair;
  const close = c > 0.9 * geometricMean(q1, q2) && Math.abs(difference) < 0.1 * Math.min(q1, q2);
  if (!close || dualSecondDerivative === undefined) return direct;
  return normPart(activation, q1, q2, difference) + priceIntegral(dualSecondDerivative, q1, q2, c, s);
}
