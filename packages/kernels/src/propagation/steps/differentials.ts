import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation, Dual } from '@saddlepoint/architecture';
import { derivativeOf, valueOf } from '../../series/dual-series.js';
import type { Context } from '../context.js';
import { seriesDuals } from './map-series.js';
import { curvatureAtZero, numericalCovarianceSlope, numericalVarianceSlope } from './numerical-slopes.js';

/** Duals of an activation with their derivatives in variances and covariance. */
export interface Differentials {
  readonly dual: Dual;
  readonly dualDerivative: Dual;
  readonly dualVarianceSlope: Dual;
  readonly dualDerivativeVarianceSlope: Dual;
  readonly dualSecondDerivative: Dual;
}

/** The record's own derivatives, and numerical ones where it has none. */
export function differentials(context: Context, activation: Activation): Differentials {
  const series = activation.dual === undefined || (context.fields.t >= 0 && activation.dualDerivative === undefined);
  if (series) return seriesDifferentials(context, activation);
  const { dual, dualDerivative, dualVarianceSlope, dualDerivativeVarianceSlope, dualSecondDerivative, smooth } = activation;
  if (dual === undefined || dualDerivative === undefined) throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'one with a derivative, for gradients of the kernel', got: activation.name });
  if (!smooth && (dualVarianceSlope === undefined || (context.fields.t >= 0 && (dualDerivativeVarianceSlope === undefined || dualSecondDerivative === undefined))))
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: 'a record with dualVarianceSlope, dualDerivativeVarianceSlope and dualSecondDerivative (it has kinks)', got: activation.name });
  return {
    dual,
    dualDerivative,
    dualVarianceSlope: dualVarianceSlope ?? numericalVarianceSlope(dual),
    dualDerivativeVarianceSlope: dualDerivativeVarianceSlope ?? numericalVarianceSlope(dualDerivative),
    dualSecondDerivative: dualSecondDerivative ?? numericalCovarianceSlope(dualDerivative),
  };
}

/**
 * Derivatives of Mehler's series: q ∂a_k/∂q = ½[k a_k + √((k+1)(k+2)) a_{k+2}], ∂ρ^k/∂c = k ρ^{k−1}/√(q1q2), and ρ's own dependence on q1.
 */
function seriesDifferentials(context: Context, activation: Activation): Differentials {
  const { tables } = context;
  if (tables === null) throw new RangeError(`the series of ${activation.name} were not prepared`);
  const { dual, dualDerivative } = seriesDuals(context);
  const slope = (table: typeof tables.value, of: (x: number) => number): Dual => (q1, q2, c) => {
    const { coefficients, terms, first, stride } = table;
    const norm = Math.sqrt(q1) * Math.sqrt(q2);
    const rho = norm === 0 ? 0 : Math.max(-1, Math.min(1, c / norm));
    const a = tables.rowOf(q1) * terms;
    const b = tables.rowOf(q2) * terms;
    // √2 a_2/q → f″(0) as q → 0, and the rest vanishes.
    if (q1 === 0) return first === 0 ? 0.5 * curvatureAtZero(of) * coefficients[b] : 0;
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
    dualVarianceSlope: slope(value, valueOf(activation).f),
    dualDerivativeVarianceSlope: slope(derivativeTable ?? value, derivativeTable === null ? valueOf(activation).f : derivativeOf(activation).f),
    dualSecondDerivative: inCovariance(derivativeTable ?? value),
  };
}
