import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussGegenbauer, gaussHermite, harmonicDegeneracy, logGamma, zonalPolynomials, type Rule } from '@saddlepoint/numerics';
import { golden, relative, ulps, worst } from './support.js';

const reference = golden<{
  rules: { lambda: number; order: number; rows: [index: number, node: number, weight: number][] }[];
  zonal: [degree: number, dimension: number, t: number, value: number][];
}>('gegenbauer');
const apply = ({ nodes, weights }: Rule, f: (x: number) => number): number => nodes.reduce((sum, x, i) => sum + weights[i] * f(x), 0);

describe('Gauss–Gegenbauer', () => {
  it.each(reference.rules)('λ = $lambda, order $order against 60-digit nodes and weights', ({ lambda, order, rows }) => {
    const { nodes, weights } = gaussGegenbauer(order, { lambda });
    // Correct to the last digit or two, also weights of 1e-240: see symmetric-rule.ts.
    expect(worst(rows, ([i, x]) => (x === 0 ? Math.abs(nodes[(order >> 1) + i]) : ulps(nodes[(order >> 1) + i], x)))).toBeLessThanOrEqual(1);
    expect(worst(rows, ([i, , w]) => ulps(weights[(order >> 1) + i], w))).toBeLessThanOrEqual(3);
  });

  it('at λ = 0 is Chebyshev’s rule, at λ = 1 that of the second kind', () => {
    for (const n of [1, 2, 7, 100, 1001]) {
      const [first, second] = [gaussGegenbauer(n, { lambda: 0 }), gaussGegenbauer(n, { lambda: 1 })];
      for (let i = 0; i < n; i++) {
        // sin of an angle from the middle, so that the exact values themselves are good to an ulp or two.
        expect(Math.abs(first.nodes[i] - Math.sin((Math.PI * (2 * i + 1 - n)) / (2 * n)))).toBeLessThan(3e-16);
        expect(relative(first.weights[i], 1 / n)).toBeLessThan(4e-16);
        expect(Math.abs(second.nodes[i] - Math.sin((Math.PI * (2 * i + 1 - n)) / (2 * n + 2)))).toBeLessThan(3e-16);
        const angle = (Math.PI * Math.min(i + 1, n - i)) / (n + 1);
        expect(relative(second.weights[i], (2 * Math.sin(angle) ** 2) / (n + 1))).toBeLessThan(2e-15);
      }
    }
  });

  it('has the moments of a coordinate on the sphere, E x^{2m} = (2m−1)!!/(d(d+2)…(d+2m−2))', () => {
    for (const dimension of [2, 3, 10, 784, 10_000]) {
      const rule = gaussGegenbauer(40, { dimension });
      let moment = 1;
      for (let m = 0; m < 40; m++) {
        if (m > 0) moment *= (2 * m - 1) / (dimension + 2 * m - 2);
        expect(relative(apply(rule, (x) => x ** (2 * m)), moment)).toBeLessThan(4e-15 + 2.3e-16 * m);
      }
    }
  });

  it('tends to the Hermite rule as √(2λ)·x: relative distance of order n²/λ', () => {
    const hermite = gaussHermite(12);
    const rule = gaussGegenbauer(12, { lambda: 1e12 });
    hermite.nodes.forEach((z, i) => {
      expect(Math.abs(rule.nodes[i] * Math.sqrt(2e12) - z)).toBeLessThan(1e-9);
      expect(relative(rule.weights[i], hermite.weights[i])).toBeLessThan(1e-9);
    });
  });

  it('is a positive symmetric probability rule for any λ > −1/2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: -0.4999, max: 300, noNaN: true }), (n, lambda) => {
        const { nodes, weights } = gaussGegenbauer(n, { lambda });
        return (
          Math.abs(weights.reduce((s, w) => s + w, 0) - 1) < 2e-15 &&
          weights.every((w) => w > 0) &&
          nodes.every((x, i) => Math.abs(x) <= 1 && (i === 0 || x > nodes[i - 1]) && x + nodes[n - 1 - i] === 0)
        );
      }),
      { numRuns: 100 },
    );
  });

  it('refuses λ ≤ −1/2 and orders that are not positive integers', () => {
    expect(() => gaussGegenbauer(5, { lambda: -0.5 })).toThrow(/lambda/);
    expect(() => gaussGegenbauer(5, { dimension: 1 })).toThrow(/dimension/);
    expect(() => gaussGegenbauer(0, { lambda: 1 })).toThrow(/order/);
    expect(() => gaussGegenbauer(5, {} as never)).toThrow(/measure/);
  });
});

describe('zonal polynomials', () => {
  it('against the hypergeometric series at 60 digits', () => {
    // |P_l| ≤ 1: rounding of each step adds at most linearly.
    expect(worst(reference.zonal, ([l, d, t, value]) => Math.abs(zonalPolynomials(d, l, t)[l] - value))).toBeLessThan(2e-15);
  });

  it('are orthogonal with squared norm 1/degeneracy under the Gegenbauer measure', () => {
    for (const dimension of [2, 3, 5, 50]) {
      const { nodes, weights } = gaussGegenbauer(16, { dimension });
      const values = Array.from(nodes, (t) => zonalPolynomials(dimension, 12, t));
      for (let l = 0; l <= 12; l++)
        for (let m = 0; m <= l; m++) {
          const scale = Math.sqrt(harmonicDegeneracy(dimension, l) * harmonicDegeneracy(dimension, m));
          const product = scale * values.reduce((sum, p, i) => sum + weights[i] * p[l] * p[m], 0);
          // √(deg deg) multiplies the rounding of values far smaller than 1 in high dimension.
          expect(Math.abs(product - (l === m ? 1 : 0))).toBeLessThan(1e-12);
        }
    }
  });

  it('degeneracies: circle, ordinary sphere, the difference of polynomial spaces, and Γ functions beyond 2⁵³', () => {
    expect([0, 1, 5].map((l) => harmonicDegeneracy(2, l))).toEqual([1, 2, 2]);
    expect([0, 1, 5].map((l) => harmonicDegeneracy(3, l))).toEqual([1, 3, 11]);
    const choose = (n: number, k: number): number => Array.from({ length: k }, (_, i) => i + 1).reduce((b, i) => (b * (n - k + i)) / i, 1);
    for (const d of [4, 9, 20]) for (const l of [2, 3, 6]) expect(harmonicDegeneracy(d, l)).toBe(choose(d + l - 1, l) - choose(d + l - 3, l - 2));
    const [d, l] = [784, 60];
    const log = Math.log((2 * l + d - 2) / l) + logGamma(l + d - 2) - logGamma(l) - logGamma(d - 1);
    expect(Math.abs(Math.log(harmonicDegeneracy(d, l)) - log)).toBeLessThan(1e-12);
    expect(() => zonalPolynomials(3, 2, 1.5)).toThrow(/t: expected/);
  });
});
