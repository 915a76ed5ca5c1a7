import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation, Dual } from '@saddlepoint/architecture';
import { derivativeOf, valueOf } from '../../series/dual-series.js';
import type { Context } from '../context.js';
import type { HermiteTable } from '../../series/hermite-table.js';
import { sumCovarianceSlope, sumVarianceSlope } from '../../series/sum-series.js';
import { needsSeries } from './map-route.js';
import { correlation, preparedTables, seriesDuals } from './map-series.js';
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
  if (needsSeries(activation, context.fields)) return seriesDifferentials(context, activation);
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

/** Derivatives of Mehler's series with the tables of the step at work; the variances must be the step's. */
function seriesDifferentials(context: Context, activation: Activation): Differentials {
  const tables = preparedTables(context);
  const variance = ({ coefficients, terms, first, stride }: HermiteTable, f: (x: number) => number): Dual => (q1, q2, c) => {
    const [a, b] = [tables.rowOf(q1) * terms, tables.rowOf(q2) * terms];
    // √2 a_2/q → f″(0) as q → 0, and the rest vanishes.
    if (q1 === 0) return first === 0 ? 0.5 * curvatureAtZero(f) * coefficients[b] : 0;
    return sumVarianceSlope(coefficients, a, coefficients, b, correlation(q1, q2, c), terms, first, stride) / (2 * q1);
  };
  const covariance = ({ coefficients, terms, first, stride }: HermiteTable): Dual => (q1, q2, c) =>
    q1 === 0 || q2 === 0 ? 0 : sumCovarianceSlope(coefficients, tables.rowOf(q1) * terms, coefficients, tables.rowOf(q2) * terms, correlation(q1, q2, c), terms, first, stride) / (Math.sqrt(q1) * Math.sqrt(q2));
  const slope = tables.slope ?? tables.value;
  return {
    ...seriesDuals(context),
    dualVarianceSlope: variance(tables.value, valueOf(activation).f),
    dualDerivativeVarianceSlope: variance(slope, tables.slope === null ? valueOf(activation).f : derivativeOf(activation).f),
    dualSecondDerivative: covariance(slope),
  };
}
