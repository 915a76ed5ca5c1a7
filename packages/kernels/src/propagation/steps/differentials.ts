import { SaddlepointRangeError } from '@saddlepoint/core';
import { sineNorm, type Activation, type Dual } from '@saddlepoint/architecture';
import type { Context } from '../context.js';
import { seriesDuals } from './map-series.js';

/** Duals of an activation with their derivatives in variances and covariance. */
export interface Differentials {
  readonly dual: Dual;
  readonly dualDerivative: Dual;
  readonly dualVarianceSlope: Dual;
  readonly dualDerivativeVarianceSlope: Dual;
  readonly dualSecondDerivative: Dual;
}

/** ∂f/∂x by Richardson's extrapolation of central differences, error about 1e-10 relative: for a user's dual that comes without slopes. */
function derivative(f: (x: number) => number, x: number, scale: number): number {
  const h = 2e-3 * scale;
  const d = (step: number): number => (f(x + step) - f(x - step)) / (2 * step);
  const [a, b, c] = [d(h), d(h / 2), d(h / 4)];
  const [ab, bc] = [(4 * b - a) / 3, (4 * c - b) / 3];
  return (16 * bc - ab) / 15;
}

/** The record's own derivatives, and numerical ones where it has none. */
export function differentials(context: Context, activation: Activation): Differentials {
  const series = activation.dual === undefined || (context.fields.t >= 0 && activation.dualDerivative === undefined);
  if (series) return seriesDifferentials(context, activation);
  const { dual, dualDerivative, dualVarianceSlope, dualDerivativeVarianceSlope, dualSecondDerivative, smooth } = activation;
  if (dual === undefined || dualDerivative === undefined) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one with a derivative, for gradients of the kernel', got: activation.name });
  if (!smooth && (dualVarianceSlope === undefined || (context.fields.t >= 0 && (dualDerivativeVarianceSlope === undefined || dualSecondDerivative === undefined))))
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'a record with dualVarianceSlope, dualDerivativeVarianceSlope and dualSecondDerivative (it has kinks)', got: activation.name });
  const inVariance = (f: Dual): Dual => (q1, q2, c) => derivative((q) => f(q, q2, c, sineNorm(q, q2, c)), q1, q1);
  const inCovariance = (f: Dual): Dual => (q1, q2, c) => derivative((x) => f(q1, q2, x, sineNorm(q1, q2, x)), c, Math.sqrt(q1 * q2));
  return {
    dual,
    dualDerivative,
    dualVarianceSlope: dualVarianceSlope ?? inVariance(dual),
    dualDerivativeVarianceSlope: dualDerivativeVarianceSlope ?? inVariance(dualDerivative),
    dualSecondDerivative: dualSecondDerivative ?? inCovariance(dualDerivative),
  };
}

/**
 * Derivatives of Mehler's series: q ∂a_k/∂q = ½[k a_k + √((k+1)(k+2)) a_{k+2}], ∂ρ^k/∂c = k ρ^{k−1}/√(q1q2), and ρ's own dependence on q1.
 */
function seriesDifferentials(context: Context, { name }: Activation): Differentials {
  const { tables } = context;
  if (tables === null) throw new RangeError(`the series of ${name} were not prepared`);
  const { dual, dualDerivative } = seriesDuals(context);
  const slope = (table: typeof tables.value): Dual => (q1, q2, c) => {
    const { coefficients, terms, first, stride } = table;
    const norm = Math.sqrt(q1) * Math.sqrt(q2);
    if (norm === 0) return 0;
    const rho = Math.max(-1, Math.min(1, c / norm));
    const a = tables.rowOf(q1) * terms;
    const b = tables.rowOf(q2) * terms;
    const shift = 2 / stride;
    let sum = 0;
    let power = first === 1 ? rho : 1;
    const ratio = stride === 2 ? rho * rho : rho;
    // At fixed c, ρ^k brings −k/2q1, which cancels the k a_k of the coefficients' own derivative.
    for (let p = 0; p + shift < terms; p++) {
      const k = first + p * stride;
      sum += Math.sqrt((k + 1) * (k + 2)) * coefficients[a + p + shift] * coefficients[b + p] * power;
      power *= ratio;
    }
    return (0.5 * sum) / q1;
  };
  const inCovariance = (table: typeof tables.value): Dual => (q1, q2, c) => {
    const { coefficients, terms, first, stride } = table;
    const norm = Math.sqrt(q1) * Math.sqrt(q2);
    if (norm === 0) return 0;
    const rho = Math.max(-1, Math.min(1, c / norm));
    const a = tables.rowOf(q1) * terms;
    const b = tables.rowOf(q2) * terms;
    let sum = 0;
    for (let p = terms - 1; p >= 0; p--) {
      const k = first + p * stride;
      if (k > 0) sum += k * coefficients[a + p] * coefficients[b + p] * rho ** (k - 1);
    }
    return sum / norm;
  };
  const { value, slope: derivativeTable } = tables;
  return {
    dual,
    dualDerivative,
    dualVarianceSlope: slope(value),
    dualDerivativeVarianceSlope: slope(derivativeTable ?? value),
    dualSecondDerivative: inCovariance(derivativeTable ?? value),
  };
}
