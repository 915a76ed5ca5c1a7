import type { Activation } from './activation.js';

/** φ(x) = x: a deep linear network. */
export const identity: Activation = {
  name: 'identity',
  value: (x) => x,
  derivative: () => 1,
  secondDerivative: () => 0,
  dual: (_q1, _q2, c) => c,
  dualDerivative: () => 1,
  homogeneity: 1,
  parity: 'odd',
  smooth: true,
  vectorised: { loop: 'piecewise-linear', parameters: [1, 0] },
  latex: 'x',
};

/** φ(x) = x²: E[φφ] = q1 q2 + 2c², E[φ′φ′] = 4c. */
export const quadratic: Activation = {
  name: 'quadratic',
  value: (x) => x * x,
  derivative: (x) => 2 * x,
  secondDerivative: () => 2,
  dual: (q1, q2, c) => q1 * q2 + 2 * c * c,
  dualDerivative: (_q1, _q2, c) => 4 * c,
  homogeneity: 2,
  parity: 'even',
  smooth: true,
  latex: 'x^2',
};

/** φ(x) = x³: E[φφ] = 9 q1 q2 c + 6c³, E[φ′φ′] = 9(q1 q2 + 2c²). */
export const cubic: Activation = {
  name: 'cubic',
  value: (x) => x * x * x,
  derivative: (x) => 3 * x * x,
  secondDerivative: (x) => 6 * x,
  dual: (q1, q2, c) => c * (9 * q1 * q2 + 6 * c * c),
  dualDerivative: (q1, q2, c) => 9 * (q1 * q2 + 2 * c * c),
  homogeneity: 3,
  parity: 'odd',
  smooth: true,
  latex: 'x^3',
};

/**
 * φ(x) = (x³ − 3x)/√6, the normalised Hermite polynomial of degree 3 (of x itself, not of x/√q):
 * E[φφ] = c(3 q1 q2 + 2c² − 3 q1 − 3 q2 + 3)/2, E[φ′φ′] = (3/2)(q1 q2 + 2c² − q1 − q2 + 1).
 */
export const hermite3: Activation = {
  name: 'hermite3',
  value: (x) => (x * (x * x - 3)) / Math.sqrt(6),
  derivative: (x) => (3 * (x * x - 1)) / Math.sqrt(6),
  secondDerivative: (x) => (6 * x) / Math.sqrt(6),
  // Grouped by 1 − q so that unit variance, the usual case, loses no digits.
  dual: (q1, q2, c) => 0.5 * c * (3 * (1 - q1) * (1 - q2) + 2 * c * c),
  dualDerivative: (q1, q2, c) => 1.5 * ((1 - q1) * (1 - q2) + 2 * c * c),
  parity: 'odd',
  smooth: true,
  latex: '(x^3-3x)/\\sqrt{6}',
};
