import { checkNumber } from '@saddlepoint/core';
import { sineNorm, type Dual } from '@saddlepoint/architecture';
import { gaussianExpectation } from './expectation.js';
import { tableMaker, type Expandable, type HermiteTable, type SeriesOptions } from './hermite-table.js';
import { sumCovarianceSlope, sumSeries, sumSeriesGap, sumVarianceSlope } from './sum-series.js';

/** Mehler's series of E[f(u)f(v)] with its derivatives, coefficients kept per variance. */
export interface Expansion {
  readonly at: (q: number) => HermiteTable;
  readonly pair: Dual;
  /** pair at c = ±√(q1 q2), the sign that of c, less pair at c: without cancellation. */
  readonly gap: Dual;
  /** ∂/∂q1 at fixed q2 and c. */
  readonly varianceSlope: Dual;
  /** ∂/∂c. */
  readonly covarianceSlope: Dual;
}

/** Variances of an octave whose coefficients are kept at a time. */
const CACHE_SIZE = 4096;

/** Variances below share an octave. */
const SMALLEST = 2 ** -20;

/** Below this variance derivatives in it are taken here: they are quotients of coefficients and of the variance. */
const TINY = 1e-8;

/** Relative truncation errors above this are worth another way of summing. */
const COARSE = 1e-14;

interface Pair {
  readonly a: HermiteTable;
  readonly b: HermiteTable;
  readonly terms: number;
  readonly norm: number;
  readonly rho: number;
}

/** Prepares the expansion of one function. */
export function expansion(expandable: Expandable, options: SeriesOptions): Expansion {
  const { f, breakpoints = [] } = expandable;
  /** By octave of the largest variance: how to make tables, and those made. */
  const octaves = new Map<number, { readonly make: (q: number) => HermiteTable; readonly tables: Map<number, HermiteTable> }>();
  const octaveOf = (q: number): number => (q < SMALLEST ? Math.log2(SMALLEST) : Math.ceil(Math.log2(q)));
  const at = (q: number, octave = octaveOf(q)): HermiteTable => {
    checkNumber('variance', q, { min: 0 });
    let { make, tables } = octaves.get(octave) ?? {};
    if (make === undefined || tables === undefined) {
      make = tableMaker(expandable, 2 ** octave, options);
      tables = new Map();
      octaves.set(octave, { make, tables });
    }
    let table = tables.get(q);
    if (table === undefined) {
      if (tables.size >= CACHE_SIZE) tables.clear();
      table = make(q);
      tables.set(q, table);
    }
    return table;
  };
  const logTolerance = Math.log(options.tolerance ?? 1e-15) - 2;
  const prepare = (q1: number, q2: number, c: number): Pair => {
    // Both need the degree of the larger variance: what the smaller one drops is large in the other.
    const octave = octaveOf(Math.max(q1, q2));
    const a = at(q1, octave);
    const b = at(q2, octave);
    const norm = Math.sqrt(q1) * Math.sqrt(q2);
    return { a, b, terms: a.terms, norm, rho: norm === 0 ? 0 : Math.max(-1, Math.min(1, c / norm)) };
  };
  const gapOf = (q1: number, q2: number, c: number, { norm }: Pair, s = sineNorm(q1, q2, c)): number => (norm === 0 ? 1 : Math.min(1, ((s / norm) * s) / (norm + Math.abs(c))));

  /** Σ a_k b_k (±1)^k − Σ a_k b_k ρ^k, the sign that of ρ. */
  const gapSum = ({ a, b, terms, rho }: Pair, gap: number): number => {
    const { first, stride } = a;
    const [x, y] = [a.coefficients, b.coefficients];
    if (rho >= 0) return sumSeriesGap(x, 0, y, 0, gap, terms, first, stride);
    if (stride === 2) return (first === 1 ? -1 : 1) * sumSeriesGap(x, 0, y, 0, gap, terms, first, stride);
    return sumSeriesGap(x.map((v, k) => (k % 2 === 1 ? -v : v)), 0, y, 0, gap, terms, first, stride);
  };

  /** E[f(√q1 z)f(±√q2 z)] by quadrature: the series at ρ = ±1, summed to the end. */
  const parallel = (q1: number, q2: number, sign: number): number => {
    const [r1, r2] = [Math.sqrt(q1), sign * Math.sqrt(q2)];
    const splits = breakpoints.flatMap((x) => [x / r1, x / r2]).filter(Number.isFinite);
    return gaussianExpectation((z) => f(r1 * z) * f(r2 * z), 1, splits).value;
  };

  const pair: Dual = (q1, q2, c, s) => {
    const p = prepare(q1, q2, c);
    const { a, b, terms, rho } = p;
    const left = Math.sqrt(a.error) * Math.sqrt(b.error);
    // Where the series is cut too early and |ρ|^k has not decayed either, the sum up to ρ = ±1 is taken from the other side.
    if (left > COARSE * Math.sqrt(a.squares[0]) * Math.sqrt(b.squares[0]) && p.norm > 0) {
      const gap = gapOf(q1, q2, c, p, s);
      if (gap * (a.first + terms * a.stride) < 0.5) return (q1 === q2 && c > 0 ? a.squares[0] : parallel(q1, q2, rho < 0 ? -1 : 1)) - gapSum(p, gap);
    }
    return sumSeries(a.coefficients, 0, b.coefficients, 0, rho, terms, a.first, a.stride, logTolerance);
  };

  return {
    at,
    pair,
    gap: (q1, q2, c, s) => {
      const p = prepare(q1, q2, c);
      return gapSum(p, gapOf(q1, q2, c, p, s));
    },
    varianceSlope: (variance, q2, c) => {
      const q1 = Math.max(variance, TINY);
      const { a, b, terms, rho } = prepare(q1, q2, variance < TINY ? 0 : c);
      return sumVarianceSlope(a.coefficients, 0, b.coefficients, 0, rho, terms, a.first, a.stride) / (2 * q1);
    },
    covarianceSlope: (q1, q2, c) => {
      const [x, y] = [Math.max(q1, TINY), Math.max(q2, TINY)];
      const { a, b, terms, rho, norm } = prepare(x, y, x > q1 || y > q2 ? 0 : c);
      return sumCovarianceSlope(a.coefficients, 0, b.coefficients, 0, rho, terms, a.first, a.stride) / norm;
    },
  };
}
