import { describe, expect, it } from 'vitest';
import { activations, defineActivation, mlp, resolveActivation, type Activation } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, dualSeries, gaussianExpectation } from '../src/index.js';
import { hermiteTable } from '../src/series/hermite-table.js';

type Row = [q1: number, q2: number, c: number, dual: number, dualDerivative: number];
const golden = loadGolden<{ labels: string[]; activations: Record<string, Row[]> }>(import.meta.url, 'series-duals.json');

type NearRow = [q1: number, q2: number, c: number, s: number, gap: number, ...values: number[]];
const near = loadGolden<{ activations: Record<string, NearRow[]> }>(import.meta.url, 'series-near.json');
const NEAR_FIELDS = ['dual', 'dualDerivative', 'dualVarianceSlope', 'dualDerivativeVarianceSlope', 'dualSecondDerivative', 'dualGap'] as const;

describe('Hermite series', () => {
  it.each(Object.entries(near.activations))('%s: duals, slopes and gaps near ρ = 1, at variances up to 25', (name, rows) => {
    const series = dualSeries(resolveActivation(name));
    for (const [q1, q2, c, s, , ...values] of rows)
      NEAR_FIELDS.forEach((field, index) => {
        // Measured: both duals ≤ 9e-13 (≤ 3e-15 but for tanh′ at variance 25, whose series needs more than its 1024 terms); slopes and gaps
        // ≤ 7e-13 at variances up to 2; at 25 each derivative multiplies what truncation leaves by the degree: 1e-10 first, 1e-8 second.
        const large = q1 > 2;
        const tolerance = index < 2 ? 1e-12 : !large ? 1e-12 : index === 2 || index === 5 ? 2e-10 : 2e-8;
        expect(series[field](q1, q2, c, s), `${field} at ${q1}, ${q2}, ${c}`).toBeRelativelyClose(values[index], tolerance);
      });
  });

  it('keeps the gap of the antipode, and of functions without parity, from both sides of 0', () => {
    const { dual, dualGap } = dualSeries(activations.tanh);
    expect(dualGap(1, 1.5, -0.3)).toBeRelativelyClose(-dualGap(1, 1.5, 0.3), 1e-15);
    const soft = dualSeries(activations.softplus);
    const u = Math.sqrt(1.5);
    expect(soft.dualGap(1, 1.5, -0.3)).toBeRelativelyClose(soft.dual(1, 1.5, -u) - soft.dual(1, 1.5, -0.3), 1e-13);
    // 1 − ρ = 1e-20: E[φ′φ′]·√(q1q2) times it.
    expect(dualGap(2, 2, 2, 2 * Math.sqrt(2e-20))).toBeRelativelyClose(2e-20 * dualSeries(activations.tanh).dualDerivative(2, 2, 2), 1e-12);
    expect(dual(0, 1, 0)).toBe(0);
  });

  it('makes a user’s ten lines a full record: value and derivative are enough', () => {
    const swishLike = defineActivation({
      name: 'bump',
      value: (x) => x / (1 + x * x),
      derivative: (x) => (1 - x * x) / (1 + x * x) ** 2,
    });
    const { dual, dualDerivative, dualVarianceSlope, dualSecondDerivative, dualDefect } = dualSeries(swishLike);
    // Price's theorem and the heat equation tie them together; finite differences with h = 1e-3 √q are good to h⁴ after one extrapolation.
    const slope = (f: (x: number) => number, x: number): number => (8 * (f(x + 1e-3) - f(x - 1e-3)) - (f(x + 2e-3) - f(x - 2e-3))) / 12e-3;
    expect(slope((c) => dual(0.6, 0.9, c), 0.4)).toBeRelativelyClose(dualDerivative(0.6, 0.9, 0.4), 1e-9);
    expect(slope((q) => dual(q, 0.9, 0.4), 0.6)).toBeRelativelyClose(dualVarianceSlope(0.6, 0.9, 0.4), 1e-8);
    expect(slope((c) => dualDerivative(0.6, 0.9, c), 0.4)).toBeRelativelyClose(dualSecondDerivative(0.6, 0.9, 0.4), 1e-8);
    expect(dualDefect(0.6, 0.9, 0.4, Math.sqrt(0.54 - 0.16))).toBeRelativelyClose(dual(0.6, 0.6, 0.6) * dual(0.9, 0.9, 0.9) - dual(0.6, 0.9, 0.4) ** 2, 1e-12);
    // To first order the defect of a nearly parallel pair is 2m(m∥ − m12) with m∥ − m12 = E[φ′φ′]·s²/2√(q1q2).
    expect(dualDefect(0.6, 0.6, 0.6, 1e-9)).toBeRelativelyClose(2 * dual(0.6, 0.6, 0.6) * dualDerivative(0.6, 0.6, 0.6) * (1e-18 / 1.2), 1e-11);
  });

  it('interpolates the coefficients of many variances to rounding', () => {
    const q = Float64Array.from({ length: 300 }, (_, i) => 0.02 * 1.02 ** i);
    for (const [expandable, limit] of [[{ f: Math.tanh, parity: 'odd' }, 1024], [{ f: activations.silu.value }, 1024], [{ f: (x: number) => Math.max(x, 0), breakpoints: [0] }, 100]] as const) {
      const many = hermiteTable(expandable, q, { maxDegree: limit });
      for (const g of [0, 17, 150, 299]) {
        // At one variance a table keeps fewer terms; what it drops is below the tolerance.
        const one = hermiteTable(expandable, [q[g]], { maxDegree: limit, tolerance: 1e-30 });
        const scale = Math.sqrt(many.squares[299]);
        for (let p = 0; p < Math.min(one.terms, many.terms); p++) expect(Math.abs(many.coefficients[g * many.terms + p] - one.coefficients[p])).toBeLessThan(2e-14 * scale);
        expect(Math.abs(many.squares[g] - one.squares[0])).toBeLessThan(2e-14 * scale * scale);
      }
    }
  });

  for (const [name, rows] of Object.entries(golden.activations))
    it(`${name}: high-precision duals, and an error bound that holds`, () => {
      const { dual, dualDerivative, error } = dualSeries(resolveActivation(name));
      rows.forEach(([q1, q2, c, value, slope], index) => {
        const label = golden.labels[index];
        const bound = error(q1, q2);
        const gotValue = dual(q1, q2, c);
        const gotSlope = dualDerivative(q1, q2, c);
        // The bound is on truncation; rounding of the sum adds a few ε of the diagonal's size.
        const scale = (f: typeof dual): number => Math.sqrt(f(q1, q1, q1) * f(q2, q2, q2));
        expect(Math.abs(gotValue - value), label).toBeLessThanOrEqual(bound.dual + 4e-15 * scale(dual));
        expect(Math.abs(gotSlope - slope), label).toBeLessThanOrEqual(bound.dualDerivative + 4e-15 * scale(dualDerivative));
        // Analytic φ: measured ≤ 3.5e-15 relative at every covariance, also at ρ = ±1 (variance 25 has ρ = 0.6 here). elu has a kink
        // in φ′: its series is algebraic, 1.9e-6 relative at ρ = ±1.
        if (name !== 'elu(1)') {
          expect(gotValue, label).toBeRelativelyClose(value, 1e-14);
          expect(gotSlope, label).toBeRelativelyClose(slope, 1e-14);
        } else if (Math.abs(c) < 0.9 * Math.sqrt(q1 * q2)) {
          expect(gotValue, label).toBeRelativelyClose(value, 1e-14);
          expect(gotSlope, label).toBeRelativelyClose(slope, 1e-14);
        } else {
          expect(gotValue, label).toBeRelativelyClose(value, 3e-9);
          expect(gotSlope, label).toBeRelativelyClose(slope, 5e-6);
        }
      });
    });

  it('reproduces the closed forms of erf and gelu without using them', () => {
    for (const { dual, dualDerivative, ...rest } of [activations.erf, activations.gelu] as readonly Activation[]) {
      const series = dualSeries(rest);
      for (const [q1, q2, rho] of [[1, 1, 0.7], [0.3, 4, -0.999], [2, 2, 1], [5, 0.01, 0.2]]) {
        const c = rho * Math.sqrt(q1 * q2);
        expect(series.dual(q1, q2, c)).toBeRelativelyClose(dual?.(q1, q2, c) ?? NaN, 2e-14);
        expect(series.dualDerivative(q1, q2, c)).toBeRelativelyClose(dualDerivative?.(q1, q2, c) ?? NaN, 2e-14);
      }
    }
  });

  it('says so when it has not converged: a kink without and with its place', () => {
    const bare = { name: 'kinked', value: activations.relu.value, derivative: activations.relu.derivative, latex: '' };
    for (const activation of [{ ...bare, smooth: true }, { ...bare, smooth: false, breakpoints: [0] }] as Activation[]) {
      const { dual, error } = dualSeries(activation, { maxDegree: 512 });
      // Exact at ρ = 1, where the series is summed from the other side; worst where 1 − ρ is about one over the degree.
      expect(dual(1, 1, 1)).toBeRelativelyClose(0.5, 1e-15);
      let reached = 0;
      for (const c of [0.99, 0.995, 0.998, 0.999, 0.9999]) reached = Math.max(reached, Math.abs(dual(1, 1, c) - (activations.relu.dual?.(1, 1, c) ?? NaN)));
      expect(reached).toBeGreaterThan(1e-7);
      expect(reached).toBeLessThanOrEqual(error(1, 1).dual);
      // 1/k^{5/2} tails: about 512^{−3/2}/20 is left out; the undeclared kink adds its quadrature error.
      expect(error(1, 1).dual).toBeLessThan(activation.smooth ? 5e-3 : 2e-5);
    }
    // Away from ρ = ±1 the kinked series is good again: 0.5^512 is nothing.
    expect(dualSeries({ ...bare, smooth: false, breakpoints: [0] }).dual(1, 2, 0.5)).toBeRelativelyClose(activations.relu.dual?.(1, 2, 0.5) ?? NaN, 1e-13);
  });

  it('takes breakpoints away from 0', () => {
    // φ = relu(x − 1) has E[φ(u)²] = (1+t²)Φ(−t) − t n(t) with t = 1 at unit variance: 0.0753 from tables of n and Φ.
    const shifted = defineActivation({ name: 'shifted', value: (x) => Math.max(x - 1, 0), derivative: (x) => (x > 1 ? 1 : 0), breakpoints: [1] });
    const n1 = Math.exp(-0.5) / Math.sqrt(2 * Math.PI);
    const tail = 0.15865525393145705; // Φ(−1)
    expect(gaussianExpectation((x) => shifted.value(x) ** 2, 1, [1]).value).toBeRelativelyClose(2 * tail - n1, 1e-14);
    const { dual } = dualSeries(shifted);
    expect(dual(1, 1, 0)).toBeRelativelyClose((n1 - tail) ** 2, 1e-13);
    expect(dual(4, 1, 0)).toBeRelativelyClose((2 * Math.exp(-0.125) / Math.sqrt(2 * Math.PI) - 0.3085375387259869) * (n1 - tail), 1e-13);
  });

  it('gives matrices the same numbers row by row as pair by pair, whatever the variances', async () => {
    const X = matrix(12, 3, randomStream(4).normals(36));
    const { nngp, ntk, truncationError } = await computeKernels(mlp({ depth: 1, activation: 'tanh', weightVariance: 2 }), X);
    const { dual, dualDerivative } = dualSeries(activations.tanh);
    const k = (i: number, j: number): number => (2 * (X.data[3 * i] * X.data[3 * j] + X.data[3 * i + 1] * X.data[3 * j + 1] + X.data[3 * i + 2] * X.data[3 * j + 2])) / 3;
    for (let i = 0; i < 12; i++)
      for (let j = 0; j < 12; j++) {
        const value = 2 * dual(k(i, i), k(j, j), k(i, j));
        expect(nngp.data[12 * i + j]).toBeRelativelyClose(value, 1e-13, { floor: 0.01 });
        expect(ntk.data[12 * i + j]).toBeRelativelyClose(value + 2 * k(i, j) * dualDerivative(k(i, i), k(j, j), k(i, j)), 1e-13, { floor: 0.01 });
      }
    expect(truncationError.nngp).toBeLessThan(1e-13);
  });

  it('bounds what truncation does through several layers, with the NTK or without', async () => {
    // A series cut at degree 7 on purpose; the full one is the reference.
    const X = matrix(6, 3, randomStream(8).normals(18));
    const network = mlp({ depth: 3, activation: 'tanh', weightVariance: 2.5 });
    const full = await computeKernels(network, X);
    const cut = await computeKernels(network, X, undefined, { maxDegree: 7 });
    const worst = (a: Float64Array, b: Float64Array): number => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
    for (const part of ['nngp', 'ntk'] as const) {
      expect(worst(full[part].data, cut[part].data)).toBeGreaterThan(1e-4);
      expect(worst(full[part].data, cut[part].data)).toBeLessThanOrEqual(cut.truncationError[part]);
    }
    const alone = await computeKernels(network, X, undefined, { maxDegree: 7, outputs: 'nngp' });
    expect(alone.truncationError.nngp).toBe(cut.truncationError.nngp);
  });
});

describe('gaussianExpectation', () => {
  it('has the moments of a Gaussian, and more', () => {
    expect(gaussianExpectation((x) => x ** 6, 2).value).toBeRelativelyClose(15 * 8, 1e-14);
    expect(gaussianExpectation((x) => Math.exp(x), 9).value).toBeRelativelyClose(Math.exp(4.5), 1e-13);
    expect(gaussianExpectation(Math.abs, 3, [0]).value).toBeRelativelyClose(Math.sqrt(6 / Math.PI), 1e-14);
    expect(gaussianExpectation((x) => x + 2, 0)).toEqual({ value: 2, error: 0 });
  });
});
