import { describe, expect, it } from 'vitest';
import { activations, defineActivation, mlp, resolveActivation, type Activation } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, dualSeries, gaussianExpectation } from '../src/index.js';

type Row = [q1: number, q2: number, c: number, dual: number, dualDerivative: number];
const golden = loadGolden<{ labels: string[]; activations: Record<string, Row[]> }>(import.meta.url, 'series-duals.json');

describe('Hermite series', () => {
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
      const reached = Math.abs(dual(1, 1, 1) - 0.5);
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
