import type { Activation, Dual } from './activation.js';
import { halfDistance, sineNorm } from './gaussian-pair.js';
import { rescaledDuals, type DualSet } from './rescale.js';

const expDual: Dual = (q1, q2, c) => Math.exp(0.5 * (q1 + q2) + c);
const halfExpDual: Dual = (q1, q2, c) => 0.5 * Math.exp(0.5 * (q1 + q2) + c);

const plainExp: DualSet = {
  dual: expDual,
  dualDerivative: expDual,
  dualVarianceSlope: halfExpDual,
  dualDerivativeVarianceSlope: halfExpDual,
  dualSecondDerivative: expDual,
  dualDefect: (q1, q2, c, s, difference) => {
    // e^{2(q1+q2)} − e^{q1+q2+2c}
    const near = halfDistance(q1, q2, c, s, difference);
    const far = 0.5 * (q1 + q2) + Math.abs(c);
    return c >= 0 ? Math.exp(2 * far) * Math.expm1(2 * near) : Math.exp(2 * near) * Math.expm1(2 * far);
  },
};

/**
 * φ(x) = amplitude·e^{rate·x} (neural-tangents' Exp(a, b)): E[φφ] = a² e^{b²((q1+q2)/2 + c)}.
 *
 * @example
 * import { expFamily } from '@saddlepoint/architecture';
 * expFamily(1, 2).dual?.(0.25, 0.25, 0); // => 2.7182818285
 */
export function expFamily(amplitude = 1, rate = 1): Activation {
  const isPlain = amplitude === 1 && rate === 1;
  return {
    name: isPlain ? 'exp' : `exp(${amplitude},${rate})`,
    value: (x) => amplitude * Math.exp(rate * x),
    derivative: (x) => amplitude * rate * Math.exp(rate * x),
    secondDerivative: (x) => amplitude * rate * rate * Math.exp(rate * x),
    ...rescaledDuals(plainExp, amplitude, rate),
    vectorised: { loop: 'exp', parameters: [amplitude, rate, 0] },
    smooth: true,
    latex: isPlain ? 'e^x' : `${amplitude}e^{${rate}x}`,
  };
}

/** φ(x) = eˣ: E[φφ] = E[φ′φ′] = e^{(q1+q2)/2 + c}. */
export const exp: Activation = expFamily();

/** M = (1+2q1)(1+2q2) − 4c² */
const determinant = (q1: number, q2: number, s: number): number => 1 + 2 * (q1 + q2) + 4 * s * s;

/**
 * φ(x) = e^{−x²}: with M = (1+2q1)(1+2q2) − 4c², E[φφ] = M^{−1/2}, E[φ′φ′] = 4c M^{−3/2}, and the defect 1/√((1+4q1)(1+4q2)) − 1/M.
 */
export const gaussian: Activation = {
  name: 'gaussian',
  value: (x) => Math.exp(-x * x),
  derivative: (x) => -2 * x * Math.exp(-x * x),
  secondDerivative: (x) => (4 * x * x - 2) * Math.exp(-x * x),
  dual: (q1, q2, c, s = sineNorm(q1, q2, c)) => 1 / Math.sqrt(determinant(q1, q2, s)),
  dualDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => (4 * c) / determinant(q1, q2, s) ** 1.5,
  dualVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => -(1 + 2 * q2) / determinant(q1, q2, s) ** 1.5,
  dualDerivativeVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => (-12 * c * (1 + 2 * q2)) / determinant(q1, q2, s) ** 2.5,
  dualSecondDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => {
    const M = determinant(q1, q2, s);
    return (4 * (M + 12 * c * c)) / M ** 2.5;
  },
  dualDefect: (q1, q2, _c, s, difference = q1 - q2) => {
    const half = 0.5 * difference;
    const sum = 1 + 2 * (q1 + q2);
    const root = Math.sqrt(1 + 4 * q1) * Math.sqrt(1 + 4 * q2);
    // M − root = 4s² + (sum² − root²)/(sum + root), and sum² − root² = 16 half².
    return (4 * s * s + (16 * half * half) / (sum + root)) / (determinant(q1, q2, s) * root);
  },
  parity: 'even',
  smooth: true,
  vectorised: { loop: 'gaussian', parameters: [1, 1, 0] },
  latex: 'e^{-x^2}',
};
