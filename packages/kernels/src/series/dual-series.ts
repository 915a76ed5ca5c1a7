import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import { dualDefect, type Activation, type Dual, type DualDefect } from '@saddlepoint/architecture';
import { expansion, type Expansion } from './expansion.js';
import type { Expandable, SeriesOptions } from './hermite-table.js';

/** Duals of an activation by Hermite series, as functions of (q1, q2, c); the fields of an activation record, to be spread into one. */
export interface DualSeries {
  /** E[φ(u)φ(v)]. */
  readonly dual: Dual;
  /** E[φ′(u)φ′(v)]; throws `ERR_UNSUPPORTED` for an activation that jumps. */
  readonly dualDerivative: Dual;
  /** ∂E[φφ]/∂q1 at fixed q2 and c. */
  readonly dualVarianceSlope: Dual;
  /** ∂E[φ′φ′]/∂q1. */
  readonly dualDerivativeVarianceSlope: Dual;
  /** ∂E[φ′φ′]/∂c = E[φ″φ″]. */
  readonly dualSecondDerivative: Dual;
  /** E[φ²]E[φ²] − E[φφ]², keeping its digits as ρ → ±1. */
  readonly dualDefect: DualDefect;
  /** E[φφ] at c = ±√(q1q2), the sign that of c, less E[φφ] at c: Σ a_k a_k (1−ρ^k), without cancellation. */
  readonly dualGap: Dual;
  /** The same of E[φ′φ′]. */
  readonly dualDerivativeGap: Dual;
  /** Bound on the truncation and quadrature error of either dual for the variances q1, q2 at any correlation. */
  readonly error: (q1: number, q2: number) => { readonly dual: number; readonly dualDerivative: number };
}

/** φ itself as something to expand. */
export const valueOf = ({ value, parity, breakpoints }: Activation): Expandable => ({ f: value, parity, breakpoints });

/** φ′, of the opposite parity, as something to expand. */
export function derivativeOf({ name, derivative, parity, breakpoints }: Activation): Expandable {
  if (derivative === null)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', {
      argument: 'activation',
      expected: "one with a derivative (the NTK of a function that jumps is undefined; ask for outputs: 'nngp')",
      got: name,
    });
  return { f: derivative, parity: parity === undefined ? undefined : parity === 'odd' ? 'even' : 'odd', breakpoints };
}

/**
 * The duals of any activation by Mehler's formula: with a_k(q) = E[φ(√q z) He_k(z)]/√k! and ρ = c/√(q1 q2),
 * E[φ(u)φ(v)] = Σ_k a_k(q1) a_k(q2) ρ^k, and likewise for φ′. Coefficients are computed once per variance and cached.
 *
 * The derivatives follow from q ∂a_k/∂q = ½[k a_k + √((k+1)(k+2)) a_{k+2}]. A fourth argument s = √(q1q2 − c²) keeps what differs from
 * ρ = ±1 exact. The series is cut where the energy left out, E[φ²] − Σa_k², is below `tolerance`·E[φ²] (default 1e-15) or at `maxDegree`
 * (default 1024, with a parity 2048); `error` says what was reached. It converges like e^{−c√k} for analytic φ (slower as q grows) and algebraically for
 * kinked φ, except that |ρ| < 1 always helps: terms fall at least as |ρ|^k.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { dualSeries } from '@saddlepoint/kernels';
 * const { dual, error } = dualSeries(activations.tanh);
 * dual(1, 1, 0.5); // => 0.1863244
 * error(1, 1).dual < 1e-13; // => true
 */
export function dualSeries(activation: Activation, options: SeriesOptions = {}): DualSeries {
  checkNumber('tolerance', options.tolerance ?? 1e-15, { min: 0, max: 1, exclusiveMin: true });
  const value = expansion(valueOf(activation), options);
  let slope: Expansion | undefined;
  const derivative = (): Expansion => (slope ??= expansion(derivativeOf(activation), options));
  const dual = value.pair;
  const dualDerivative: Dual = (q1, q2, c, s) => derivative().pair(q1, q2, c, s);
  const { dual: _dual, dualDerivative: _dualDerivative, dualDefect: _dualDefect, ...bare } = activation;
  return {
    dual,
    dualDerivative,
    dualVarianceSlope: value.varianceSlope,
    dualDerivativeVarianceSlope: (q1, q2, c) => derivative().varianceSlope(q1, q2, c),
    dualSecondDerivative: (q1, q2, c) => derivative().covarianceSlope(q1, q2, c),
    dualDefect: dualDefect(bare, { dual, dualDerivative, dualGap: value.gap }),
    dualGap: value.gap,
    dualDerivativeGap: (q1, q2, c, s) => derivative().gap(q1, q2, c, s),
    error: (q1, q2) => ({
      dual: Math.sqrt(value.at(q1).error) * Math.sqrt(value.at(q2).error),
      dualDerivative: activation.derivative === null ? Infinity : Math.sqrt(derivative().at(q1).error) * Math.sqrt(derivative().at(q2).error),
    }),
  };
}
