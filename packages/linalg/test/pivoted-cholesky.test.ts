import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eigh, matrix, pivotedCholesky } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, symmetric } from './support.js';

const rebuilt = (factor: Matrix): Matrix => naive(factor, flipped(factor));
const traceOf = (A: Matrix): number => Array.from({ length: A.rows }, (_, i) => A.data[i * A.rows + i]).reduce((a, b) => a + b, 0);

test('Brownian motion: pivots bisect, and the remainder is the variance of the bridges', () => {
  // K(s, t) = min(s, t) at s = 1…16: conditioning on pivots leaves (s − a)(b − s)/(b − a) between neighbours a < s < b.
  const n = 16;
  const { pivots, remainder, traceError, status, factor } = pivotedCholesky(fill(n, (i, j) => Math.min(i, j) + 1), { rank: 4 });
  expect(Array.from(pivots, (p) => p + 1)).toEqual([16, 8, 4, 12]);
  const bridge = Array.from({ length: n }, (_, i) => ((i + 1) % 4) * (4 - ((i + 1) % 4)) * 0.25);
  remainder.forEach((d, i) => expect(Math.abs(d - bridge[i])).toBeLessThan(16 * 16 * UNIT));
  expect(traceError).toBeCloseTo(bridge.reduce((a, b) => a + b, 0), 12);
  expect(status).toBe('max-iterations');
  // L of the first pivot: K(·, 16)/√16.
  for (let i = 0; i < n; i++) expect(factor.data[i * 4]).toBeCloseTo((i + 1) / 4, 14);
});

describe('A = L Lᵀ at full rank', () => {
  test.each([0, 1, 2, 5, 17, 64, 129])('n = %i', (n) => {
    const X = randomMatrix(n, n + 2, 3);
    const A = symmetric(naive(X, flipped(X)));
    const { factor, traceError, pivots } = pivotedCholesky(A, { tolerance: 0 });
    expect([factor.rows, factor.cols, new Set(pivots).size]).toEqual([n, n, n]);
    expect(ratio(minus(rebuilt(factor), A), norm(A), n)).toBeLessThan(10);
    expect(traceError).toBe(0);
    // Triangular in the order of the pivots.
    pivots.forEach((p, j) => expect(factor.data.slice(p * n + j + 1, (p + 1) * n).every((x) => x === 0)).toBe(true));
  });
});

test('numerical rank: five vectors, and a kernel that falls like a Gaussian', () => {
  const X = randomMatrix(80, 5, 9);
  const A = symmetric(naive(X, flipped(X)));
  const low = pivotedCholesky(A);
  expect([low.factor.cols, low.status]).toEqual([5, 'converged']);
  expect(ratio(minus(rebuilt(low.factor), A), norm(A), 80)).toBeLessThan(10);
  const K = fill(200, (i, j) => Math.exp(-((i - j) ** 2) / 2000));
  const { factor, traceError, status } = pivotedCholesky(K, { tolerance: 1e-8 });
  expect(status).toBe('converged');
  expect(factor.cols).toBeLessThan(30);
  expect(traceError).toBeLessThanOrEqual(1e-8 * 200);
});

test('the trace bounds the norm of an error that is positive semidefinite, and is the trace of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 999 }), (n, rank, seed) => {
      const X = randomMatrix(n, Math.max(1, Math.floor(n / 2)), seed);
      const A = symmetric(naive(X, flipped(X)));
      const { factor, traceError, remainder, pivots } = pivotedCholesky(A, { rank, tolerance: 1e-12 });
      const error = minus(A, rebuilt(factor));
      const slack = 20 * n * UNIT * norm(A);
      const { values } = eigh(symmetric(error), { vectors: false });
      expect(values[0]).toBeLessThanOrEqual(traceError + slack);
      expect(values[n - 1]).toBeGreaterThan(-slack);
      expect(Math.abs(traceOf(error) - traceError)).toBeLessThan(n * slack);
      remainder.forEach((d, i) => expect(Math.abs(error.data[i * n + i] - d)).toBeLessThan(slack));
      for (const p of pivots) for (let j = 0; j < n; j++) expect(Math.abs(error.data[p * n + j])).toBeLessThan(slack);
    }),
    { numRuns: 60, seed: 11 },
  );
});

test('from columns on demand: the same bits, and only the pivots are asked for', () => {
  const A = fill(50, (i, j) => 1 / (i + j + 1));
  const asked: number[] = [];
  const column = (p: number): Float64Array => {
    asked.push(p);
    return A.data.slice(p * 50, (p + 1) * 50);
  };
  const diagonal = Array.from({ length: 50 }, (_, i) => A.data[i * 51]);
  const lazy = pivotedCholesky({ diagonal, column }, { rank: 6 });
  expect(asked).toEqual(Array.from(lazy.pivots));
  expect(lazy.factor).toEqual(pivotedCholesky(A, { rank: 6 }).factor);
});

test('zero, identity and sizes near the ends of the range', () => {
  expect(pivotedCholesky(matrix(5, 5)).factor.cols).toBe(0);
  expect(pivotedCholesky(eye(5)).factor).toEqual(eye(5));
  for (const size of [1e300, 1e-300]) {
    const A = fill(20, (i, j) => size * Math.exp(-Math.abs(i - j)));
    const { factor } = pivotedCholesky(A);
    expect(ratio(minus(rebuilt(factor), A), norm(A), 20)).toBeLessThan(10);
  }
});

test('what is refused', () => {
  expect(() => pivotedCholesky(matrix(2, 2, [1, 2, 2, 1]))).toThrow(/positive semidefinite/);
  expect(() => pivotedCholesky(matrix(2, 2, [1, 0, 0, -1e-3]))).toThrow(/entry 1/);
  expect(() => pivotedCholesky(matrix(2, 2, [1, NaN, NaN, 1]))).toThrow(/A\.column\(0\)\[1\]/);
  expect(() => pivotedCholesky(matrix(2, 3))).toThrow(/square/);
  expect(() => pivotedCholesky({ diagonal: [1, 1], column: () => [1] })).toThrow(/length 2/);
});
