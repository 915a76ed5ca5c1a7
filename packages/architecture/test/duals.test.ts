import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadGolden } from '@saddlepoint/testing';
import { activations, resolveActivation, sineNorm, type Activation } from '../src/index.js';

type Row = [q1: number, q2: number, c: number, dual: number, dualDerivative: number | null];
const golden = loadGolden<{ labels: string[]; activations: Record<string, Row[]> }>(import.meta.url, 'duals.json');

type GapRow = [q1: number, q2: number, c: number, gap: number, dual: number, dualDerivative: number | null];
const gap = loadGolden<{ labels: string[]; activations: Record<string, GapRow[]> }>(import.meta.url, 'duals-gap.json');

const closed: Activation[] = [
  ...Object.values<Activation>(activations),
  ...['rectifiedMonomial(4)', 'hermite(6)', 'monomial(5)', 'polynomial(1,-1,0.5)', 'sin(2,0.5,0.3)', 'cos(1,0.5,1)', 'erf(2,0.5,1)', 'exp(0.5,0.5)', 'elu(0.3)'].map((name) => resolveActivation(name)),
].filter((a) => a.dual !== undefined);

/** E[f(u) f(v)] by the trapezoidal rule in two independent standard normals: exponentially convergent for smooth f. */
function trapezoid2d(f: (x: number) => number, q1: number, q2: number, rho: number): number {
  const h = 0.08;
  const m = 140;
  const s = Math.sqrt(1 - rho * rho);
  let sum = 0;
  for (let i = -m; i <= m; i++)
    for (let j = -m; j <= m; j++)
      sum += Math.exp(-0.5 * h * h * (i * i + j * j)) * f(Math.sqrt(q1) * h * i) * f(Math.sqrt(q2) * h * (rho * i + s * j));
  return (sum * h * h) / (2 * Math.PI);
}

describe('closed-form duals', () => {
  it.each(Object.entries(golden.activations))('%s agrees with the high-precision values', (name, rows) => {
    const activation = resolveActivation(name);
    // Measured: ≤ 1e-15, and 1.1e-15 where an exponential takes an argument of 12 (its rounding is 12 units in the last place of 1).
    rows.forEach(([q1, q2, c, dual, dualDerivative], index) => {
      expect(activation.dual?.(q1, q2, c), golden.labels[index]).toBeRelativelyClose(dual, 2e-15);
      if (dualDerivative === null) expect(activation.derivative).toBeNull();
      else expect(activation.dualDerivative?.(q1, q2, c), golden.labels[index]).toBeRelativelyClose(dualDerivative, 2e-15);
    });
  });

  it.each(Object.entries(gap.activations))('%s agrees with them at an exact correlation gap', (name, rows) => {
    const activation = resolveActivation(name);
    // The pair is (q1, q2, s) with s = √(q1 q2)·√(g(2−g)): gaps of 1e-14 keep all digits. Measured ≤ 1.2e-15.
    rows.forEach(([q1, q2, c, g, dual, dualDerivative], index) => {
      const s = Math.sqrt(q1 * q2) * Math.sqrt(g * (2 - g));
      expect(activation.dual?.(q1, q2, c, s), gap.labels[index]).toBeRelativelyClose(dual, 2e-15);
      if (dualDerivative !== null) expect(activation.dualDerivative?.(q1, q2, c, s), gap.labels[index]).toBeRelativelyClose(dualDerivative, 2e-15);
    });
  });

  it('are the Gaussian expectations of the documented φ and φ′', () => {
    for (const { name, smooth, value, derivative, dual, dualDerivative } of closed) {
      if (!smooth || derivative === null) continue;
      for (const [q1, q2, rho] of [[0.9, 1.7, 0.3], [0.2, 2.1, -0.8], [1, 1, 0.6]]) {
        const c = rho * Math.sqrt(q1 * q2);
        // The rule itself is good to rounding of its 8e4 terms, relative to the diagonal's size.
        const size = (f: Activation['dual']): number => Math.sqrt((f?.(q1, q1, q1) ?? NaN) * (f?.(q2, q2, q2) ?? NaN));
        expect(dual?.(q1, q2, c), name).toBeRelativelyClose(trapezoid2d(value, q1, q2, rho), 1e-11, { floor: 0.1 * size(dual) });
        expect(dualDerivative?.(q1, q2, c), name).toBeRelativelyClose(trapezoid2d(derivative, q1, q2, rho), 1e-11, { floor: 0.1 * size(dualDerivative) });
      }
    }
  });

  it("obey Price's theorem, ∂E[φφ]/∂c = E[φ′φ′]", () => {
    for (const { name, dual, dualDerivative } of closed) {
      if (dual === undefined || dualDerivative === undefined) continue;
      for (const [q1, q2, c] of [[1, 1, 0.5], [0.4, 2.5, -0.7], [3, 0.2, 0.1]]) {
        const h = 1e-4 * Math.sqrt(q1 * q2);
        // Central difference: O(h²) truncation and ε/h rounding, both below 1e-7 of the diagonal's size.
        const scale = Math.sqrt(dualDerivative(q1, q1, q1) * dualDerivative(q2, q2, q2));
        expect((dual(q1, q2, c + h) - dual(q1, q2, c - h)) / (2 * h), name).toBeRelativelyClose(dualDerivative(q1, q2, c), 1e-7, { floor: scale });
      }
    }
  });

  it('are symmetric, obey Cauchy–Schwarz and never turn to NaN, on the boundary and beyond it by rounding', () => {
    const variance = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 50, noNaN: true }), fc.constant(1e-102));
    const rho = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(1, -1, 1 + 4e-16, -1 - 4e-16, 1 - 1e-15));
    fc.assert(
      fc.property(variance, variance, rho, (q1, q2, r) => {
        const c = r * Math.sqrt(q1) * Math.sqrt(q2);
        for (const { name, dual, dualDerivative } of closed)
          for (const f of [dual, dualDerivative]) {
            if (f === undefined) continue;
            const got = f(q1, q2, c);
            expect(got, name).toBeRelativelyClose(f(q2, q1, c), 1e-14, { floor: 1e-305 });
            // High powers of the smallest variance underflow.
            if (f(q1, q1, q1) < 1e-290 || f(q2, q2, q2) < 1e-290) continue;
            const bound = Math.sqrt(f(q1, q1, q1)) * Math.sqrt(f(q2, q2, q2));
            expect(Math.abs(got), name).toBeLessThanOrEqual(bound * (1 + 1e-13) + 1e-305);
          }
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  it('know their homogeneity and parity', () => {
    for (const { name, dual, homogeneity, parity, value } of closed) {
      if (dual === undefined) continue;
      if (homogeneity !== undefined) expect(dual(4 * 0.7, 9 * 1.1, 6 * 0.3), name).toBeRelativelyClose(6 ** homogeneity * dual(0.7, 1.1, 0.3), 1e-14);
      if (parity !== undefined) {
        expect(value(-0.8), name).toBe((parity === 'odd' ? -1 : 1) * value(0.8));
        expect(dual(0.7, 1.1, -0.3), name).toBeRelativelyClose((parity === 'odd' ? -1 : 1) * dual(0.7, 1.1, 0.3), 1e-14);
      }
    }
  });
});

describe('sineNorm', () => {
  it('keeps the digits of q1 q2 − c² where it cancels', () => {
    // Exact for these doubles: 1 − (1−2⁻⁴⁰)² = 2⁻³⁹ − 2⁻⁸⁰.
    expect(sineNorm(1, 1, 1 - 2 ** -40)).toBeRelativelyClose(Math.sqrt(2 ** -39 - 2 ** -80), 2e-16);
    expect(sineNorm(3, 3, 3)).toBe(0);
    expect(sineNorm(2, 0.5, 1 + 1e-15)).toBe(0);
    expect(sineNorm(1e-250, 1e-250, 5e-251)).toBeRelativelyClose(Math.sqrt(0.75) * 1e-250, 1e-15);
    expect(sineNorm(1e250, 1e250, 5e249)).toBeRelativelyClose(Math.sqrt(0.75) * 1e250, 1e-15);
  });
});
