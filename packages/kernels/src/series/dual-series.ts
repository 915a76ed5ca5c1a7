import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import type { Activation, Dual } from '@saddlepoint/architecture';
import { hermiteTable, type Expandable, type HermiteTable, type SeriesOptions } from './hermite-table.js';
import { sumSeries } from './sum-series.js';

/** Duals of an activation by Hermite series, as functions of (q1, q2, c). */
export interface DualSeries {
  /** E[φ(u)φ(v)]. */
  readonly dual: Dual;
  /** E[φ′(u)φ′(v)]; throws `ERR_UNSUPPORTED` for an activation that jumps. */
  readonly dualDerivative: Dual;
  /** Bound on the truncation and quadrature error of either dual for the variances q1, q2 at any correlation. */
  readonly error: (q1: number, q2: number) => { readonly dual: number; readonly dualDerivative: number };
}

/** Variances whose coefficients are kept at a time. */
const CACHE_SIZE = 4096;

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

interface Expansion {
  readonly at: (q: number) => HermiteTable;
  readonly pair: Dual;
}

function expansion(expandable: Expandable, options: SeriesOptions): Expansion {
  const tables = new Map<number, HermiteTable>();
  const at = (q: number, minTerms = 1): HermiteTable => {
    checkNumber('variance', q, { min: 0 });
    let table = tables.get(q);
    if (table === undefined || table.terms < minTerms) {
      if (tables.size >= CACHE_SIZE) tables.clear();
      table = hermiteTable(expandable, [q], { ...options, minTerms });
      tables.set(q, table);
    }
    return table;
  };
  const logTolerance = Math.log(options.tolerance ?? 1e-15) - 2;
  const pair: Dual = (q1, q2, c) => {
    let a = at(q1);
    let b = at(q2);
    // Both need the degree of the larger variance: what the smaller one drops is large in the other.
    if (a.terms < b.terms) a = at(q1, b.terms);
    else if (b.terms < a.terms) b = at(q2, a.terms);
    const norm = Math.sqrt(q1) * Math.sqrt(q2);
    const rho = norm === 0 ? 0 : Math.max(-1, Math.min(1, c / norm));
    return sumSeries(a.coefficients, 0, b.coefficients, 0, rho, Math.min(a.terms, b.terms), a.first, a.stride, logTolerance);
  };
  return { at, pair };
}

/**
 * The duals of any activation by Mehler's formula: with a_k(q) = E[φ(√q z) He_k(z)]/√k! and ρ = c/√(q1 q2),
 * E[φ(u)φ(v)] = Σ_k a_k(q1) a_k(q2) ρ^k, and likewise for φ′. Coefficients are computed once per variance and cached.
 *
 * The series is cut where the energy left out, E[φ²] − Σa_k², is below `tolerance`·E[φ²] (default 1e-15) or at `maxDegree`
 * (default 1024); `error` says what was reached. It converges like e^{−c√k} for analytic φ (slower as q grows) and algebraically for
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
  return {
    dual: value.pair,
    dualDerivative: (q1, q2, c) => derivative().pair(q1, q2, c),
    error: (q1, q2) => ({
      dual: Math.sqrt(value.at(q1).error) * Math.sqrt(value.at(q2).error),
      dualDerivative: activation.derivative === null ? Infinity : Math.sqrt(derivative().at(q1).error) * Math.sqrt(derivative().at(q2).error),
    }),
  };
}
