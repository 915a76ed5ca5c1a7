import type { Activation, Dual } from './activation.js';
import { sineNorm } from './gaussian-pair.js';

/** e^{−(q1+q2)/2} sinh c without overflow, as |c| ≤ (q1+q2)/2. */
const dampedSinh: Dual = (q1, q2, c) => {
  const magnitude = Math.abs(c);
  return Math.sign(c) * Math.exp(magnitude - 0.5 * (q1 + q2)) * (-0.5 * Math.expm1(-2 * magnitude));
};

/** e^{−(q1+q2)/2} cosh c without overflow. */
const dampedCosh: Dual = (q1, q2, c) => {
  const mean = 0.5 * (q1 + q2);
  return 0.5 * (Math.exp(c - mean) + Math.exp(-c - mean));
};

/** φ(x) = sin x: E[φφ] = e^{−(q1+q2)/2} sinh c, E[φ′φ′] = e^{−(q1+q2)/2} cosh c. */
export const sin: Activation = {
  name: 'sin',
  value: Math.sin,
  derivative: Math.cos,
  secondDerivative: (x) => -Math.sin(x),
  dual: dampedSinh,
  dualDerivative: dampedCosh,
  parity: 'odd',
  smooth: true,
  vectorised: { loop: 'sin', parameters: [1, 1, 0] },
  latex: '\\sin x',
};

/** φ(x) = cos x: E[φφ] = e^{−(q1+q2)/2} cosh c, E[φ′φ′] = e^{−(q1+q2)/2} sinh c. */
export const cos: Activation = {
  name: 'cos',
  value: Math.cos,
  derivative: (x) => -Math.sin(x),
  secondDerivative: (x) => -Math.cos(x),
  dual: dampedCosh,
  dualDerivative: dampedSinh,
  parity: 'even',
  smooth: true,
  vectorised: { loop: 'cos', parameters: [1, 1, 0] },
  latex: '\\cos x',
};

const expDual: Dual = (q1, q2, c) => Math.exp(0.5 * (q1 + q2) + c);

/** φ(x) = eˣ: E[φφ] = E[φ′φ′] = e^{(q1+q2)/2 + c}. */
export const exp: Activation = {
  name: 'exp',
  value: Math.exp,
  derivative: Math.exp,
  secondDerivative: Math.exp,
  dual: expDual,
  dualDerivative: expDual,
  smooth: true,
  vectorised: { loop: 'exp', parameters: [1, 1, 0] },
  latex: 'e^x',
};

/** (1+2q1)(1+2q2) − 4c² */
function gaussianDeterminant(q1: number, q2: number, c: number): number {
  const s = sineNorm(q1, q2, c);
  return 1 + 2 * (q1 + q2) + 4 * s * s;
}

/** φ(x) = e^{−x²}: with M = (1+2q1)(1+2q2) − 4c², E[φφ] = M^{−1/2}, E[φ′φ′] = 4c M^{−3/2}. */
export const gaussian: Activation = {
  name: 'gaussian',
  value: (x) => Math.exp(-x * x),
  derivative: (x) => -2 * x * Math.exp(-x * x),
  secondDerivative: (x) => (4 * x * x - 2) * Math.exp(-x * x),
  dual: (q1, q2, c) => 1 / Math.sqrt(gaussianDeterminant(q1, q2, c)),
  dualDerivative: (q1, q2, c) => (4 * c) / gaussianDeterminant(q1, q2, c) ** 1.5,
  parity: 'even',
  smooth: true,
  vectorised: { loop: 'gaussian', parameters: [1, 1, 0] },
  latex: 'e^{-x^2}',
};
