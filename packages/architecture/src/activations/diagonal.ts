import type { Activation } from './activation.js';
import { gaussianMean } from './gaussian-mean.js';
import { integrateShort } from './norm-ratio.js';

/** The second moments of φ and φ′ under N(0, q), or how they change. */
export interface DiagonalMoments {
  /** E[φ²] */
  readonly value: number;
  /** E[φ′²]; NaN when φ jumps. */
  readonly derivative: number;
}

const splitsAt = ({ breakpoints = [] }: Activation, r: number): number[] => (r === 0 ? [] : breakpoints.map((x) => x / r));

/**
 * E[φ²] and E[φ′²] under N(0, q): closed forms where there are any, else quadrature.
 *
 * @example
 * import { activations, diagonalMoments } from '@saddlepoint/architecture';
 * diagonalMoments(activations.relu, 3).value; // => 1.5
 */
export function diagonalMoments(activation: Activation, q: number): DiagonalMoments {
  const { dual, dualDerivative, value, derivative } = activation;
  const r = Math.sqrt(q);
  const splits = splitsAt(activation, r);
  return {
    value: dual === undefined ? gaussianMean((z) => value(r * z) ** 2, splits) : dual(q, q, q, 0),
    derivative: dualDerivative === undefined ? (derivative === null ? NaN : gaussianMean((z) => derivative(r * z) ** 2, splits)) : dualDerivative(q, q, q, 0),
  };
}

/** E[2zφ(rz)φ′(rz)]/2r = d/dq E[φ²], and the same of φ′; at r = 0 the limit from above. */
function slopesByQuadrature(activation: Activation, q: number): DiagonalMoments {
  const { value, derivative, secondDerivative } = activation;
  if (derivative === null) return { value: NaN, derivative: NaN };
  const r = Math.sqrt(Math.max(q, 1e-16));
  const splits = splitsAt(activation, r);
  return {
    value: gaussianMean((z) => z * value(r * z) * derivative(r * z), splits) / r,
    derivative: secondDerivative === undefined ? NaN : gaussianMean((z) => z * derivative(r * z) * secondDerivative(r * z), splits) / r,
  };
}

/**
 * d/dq of E[φ²] and of E[φ′²] under N(0, q): the total derivative along the diagonal q1 = q2 = c = q. Finite also for kinked φ, whose
 * ∂E[φ′φ′]/∂q1 and ∂E[φ′φ′]/∂c are infinite there and cancel.
 *
 * @example
 * import { activations, diagonalSlopes } from '@saddlepoint/architecture';
 * diagonalSlopes(activations.relu, 3); // => { value: 0.5, derivative: 0 }
 */
export function diagonalSlopes(activation: Activation, q: number): DiagonalMoments {
  const { homogeneity, smooth, dualDerivative, dualVarianceSlope, dualDerivativeVarianceSlope, dualSecondDerivative } = activation;
  if (homogeneity !== undefined) {
    const unit = diagonalMoments(activation, 1);
    // E[φ²] = E₁q^p, E[φ′²] = D₁q^{p−1}; no power is formed where its factor vanishes.
    const power = (factor: number, p: number): number => (p === 0 ? 0 : p * factor * q ** (p - 1));
    return { value: power(unit.value, homogeneity), derivative: power(unit.derivative, homogeneity - 1) };
  }
  const closed = smooth && dualDerivative !== undefined && dualVarianceSlope !== undefined && dualDerivativeVarianceSlope !== undefined && dualSecondDerivative !== undefined;
  if (!closed) return slopesByQuadrature(activation, q);
  return {
    value: 2 * dualVarianceSlope(q, q, q, 0) + dualDerivative(q, q, q, 0),
    derivative: 2 * dualDerivativeVarianceSlope(q, q, q, 0) + dualSecondDerivative(q, q, q, 0),
  };
}

/**
 * E[φ²] at variance `q` less E[φ²] at variance q − `difference`, and the same for φ′², without cancellation however small the difference:
 * by the power law of a homogeneous φ, else by integrating {@link diagonalSlopes}.
 *
 * An activation whose φ″ is needed (no closed forms) and not given has E[φ′²] subtracted directly.
 *
 * @example
 * import { activations, diagonalDifference } from '@saddlepoint/architecture';
 * diagonalDifference(activations.erf, 1, 1e-20).value; // => 1.8982e-21
 */
export function diagonalDifference(activation: Activation, q: number, difference: number): DiagonalMoments {
  const { homogeneity } = activation;
  if (difference === 0) return { value: 0, derivative: activation.derivative === null ? NaN : 0 };
  if (homogeneity !== undefined) {
    const { value, derivative } = diagonalMoments(activation, 1);
    const power = (factor: number, p: number): number => (p === 0 ? 0 : q === 0 ? -factor * (-difference) ** p : -factor * q ** p * Math.expm1(p * Math.log1p(-difference / q)));
    return { value: power(value, homogeneity), derivative: power(derivative, homogeneity - 1) };
  }
  const above = diagonalMoments(activation, q);
  const below = diagonalMoments(activation, q - difference);
  const direct = { value: above.value - below.value, derivative: above.derivative - below.derivative };
  if (Math.abs(difference) > 0.1 * Math.abs(q) || activation.derivative === null) return direct;
  const change = (part: keyof DiagonalMoments): number => integrateShort((x) => diagonalSlopes(activation, x)[part], q - difference, difference);
  const derivative = change('derivative');
  return { value: change('value'), derivative: Number.isNaN(derivative) ? direct.derivative : derivative };
}
