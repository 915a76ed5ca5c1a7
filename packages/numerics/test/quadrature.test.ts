import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf, gaussHermite, gaussLegendre, productError, type Rule } from '@saddlepoint/numerics';
import { golden, relative, ulps } from './support.js';

type Rows = [number, number, number][];
const reference = golden<{ hermite: Record<string, Rows>; legendre: Record<string, Rows>; smooth: { tanhSquared: number; cosine: number; erfSquared: number } }>('quadrature');
const apply = ({ nodes, weights }: Rule, f: (x: number) => number): number => nodes.reduce((sum, x, i) => sum + weights[i] * f(x), 0);

describe('Gauss–Hermite', () => {
  it.each(Object.entries(reference.hermite))('order %s against 60-digit nodes and weights', (order, rows) => {
    const n = Number(order);
    const { nodes, weights } = gaussHermite(n);
    const first = n >> 1;
    for (const [i, node, weight] of rows) {
      // One evaluation in double-double places the node, and the weight at the zero itself, whatever its rounding: only the last operations round.
      expect(node === 0 ? Math.abs(nodes[first + i]) : ulps(nodes[first + i], node)).toBeLessThanOrEqual(1);
      expect(ulps(weights[first + i], weight)).toBeLessThanOrEqual(3);
    }
  });

  it('has exact even moments (2m−1)!! and weights that sum to one', () => {
    for (const order of [1, 2, 7, 40, 100, 299, 300]) {
      const rule = gaussHermite(order);
      let moment = 1;
      for (let m = 0; m < Math.min(order, 40); m++) {
        if (m > 0) moment *= 2 * m - 1;
        // Nodes rounded to an ulp enter as 2m·ε/2; the sum of `order` terms as √order·ε/2.
        expect(relative(apply(rule, (x) => x ** (2 * m)), moment)).toBeLessThan(4e-15 + 2.3e-16 * m);
      }
    }
  });

  it('is symmetric, ascending and underflows gracefully', () => {
    for (const order of [5, 64, 600]) {
      const { nodes, weights } = gaussHermite(order);
      expect(Array.from(nodes).reverse().map((x) => (x === 0 ? 0 : -x))).toEqual(Array.from(nodes));
      expect(nodes.every((x, i) => i === 0 || x > nodes[i - 1])).toBe(true);
      expect(weights.every((w) => w >= 0 && Number.isFinite(w))).toBe(true);
    }
    expect(relative(apply(gaussHermite(600), (x) => x ** 6), 15)).toBeLessThan(2e-14);
  });

  it('integrates smooth functions: cos(2Z), erf(Z)² = (2/π) asin(2/3), tanh(Z)²', () => {
    const rule = gaussHermite(120);
    expect(Math.abs(apply(rule, (x) => Math.cos(2 * x)) - reference.smooth.cosine)).toBeLessThan(1e-15);
    expect(Math.abs(apply(rule, (x) => erf(x) ** 2) - reference.smooth.erfSquared)).toBeLessThan(1e-14);
    // Poles at ±iπ/2 make convergence geometric in √n only.
    expect(Math.abs(apply(rule, (x) => Math.tanh(x) ** 2) - reference.smooth.tanhSquared)).toBeLessThan(1e-8);
    expect(Math.abs(apply(gaussHermite(300), (x) => Math.tanh(x) ** 2) - reference.smooth.tanhSquared)).toBeLessThan(1e-12);
  });

  it('refuses orders that are not positive integers', () => {
    for (const order of [0, -1, 1.5, NaN]) expect(() => gaussHermite(order)).toThrow(/order/);
  });
});

describe('Gauss–Legendre', () => {
  it.each(Object.entries(reference.legendre))('order %s against 60-digit nodes and weights', (order, rows) => {
    const n = Number(order);
    const { nodes, weights } = gaussLegendre(n);
    for (const [i, node, weight] of rows) {
      expect(node === 0 ? Math.abs(nodes[(n >> 1) + i]) : ulps(nodes[(n >> 1) + i], node)).toBeLessThanOrEqual(1);
      expect(ulps(weights[(n >> 1) + i], weight)).toBeLessThanOrEqual(3);
    }
  });

  it('is exact on polynomials of degree 2n−1 over any interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: -2, max: 0, noNaN: true }), fc.double({ min: 0.1, max: 2, noNaN: true }), (n, a, b) => {
        const degree = 2 * n - 1;
        const exact = (b ** (degree + 1) - a ** (degree + 1)) / (degree + 1);
        const size = (b - a) * Math.max(Math.abs(a), b) ** degree;
        return Math.abs(apply(gaussLegendre(n, [a, b]), (x) => x ** degree) - exact) < 1e-14 * n * size;
      }),
      { numRuns: 60 },
    );
  });
});

describe('error-free products', () => {
  it('against integers of 106 bits', () => {
    const integers = fc.maxSafeInteger();
    fc.assert(fc.property(integers, integers, (a, b) => {
      const error = BigInt(a) * BigInt(b) - BigInt(a * b);
      expect(0 + productError(a, b, a * b)).toBe(Number(error)); // 0 + makes −0 0
    }));
  });
});
