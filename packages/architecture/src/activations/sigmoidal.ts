import type { Activation } from './activation.js';

/** 1/(1+e^{−x}), without overflow. */
function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** 1/cosh² x, without overflow. */
function sechSquared(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
}

const logisticSlope = (x: number): number => 0.25 * sechSquared(0.5 * x);

/** φ(x) = tanh x. No closed-form dual: its kernels come from a Hermite series. */
export const tanh: Activation = {
  name: 'tanh',
  value: Math.tanh,
  derivative: sechSquared,
  secondDerivative: (x) => -2 * Math.tanh(x) * sechSquared(x),
  parity: 'odd',
  smooth: true,
  latex: '\\tanh x',
};

/** φ(x) = 1/(1+e^{−x}). */
export const sigmoid: Activation = {
  name: 'sigmoid',
  value: logistic,
  derivative: logisticSlope,
  secondDerivative: (x) => -logisticSlope(x) * Math.tanh(0.5 * x),
  smooth: true,
  latex: '1/(1+e^{-x})',
};

/** φ(x) = ln(1+eˣ). */
export const softplus: Activation = {
  name: 'softplus',
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: logistic,
  secondDerivative: logisticSlope,
  smooth: true,
  latex: '\\ln(1+e^x)',
};

/** φ(x) = x/(1+e^{−x}), also called swish. */
export const silu: Activation = {
  name: 'silu',
  value: (x) => x * logistic(x),
  derivative: (x) => logistic(x) + x * logisticSlope(x),
  secondDerivative: (x) => logisticSlope(x) * (2 - x * Math.tanh(0.5 * x)),
  smooth: true,
  latex: 'x/(1+e^{-x})',
};
