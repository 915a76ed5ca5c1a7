import { describe, expect, test } from 'vitest';
import { matrix, svd } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, flipped, minus, naive, norm, randomMatrix, ratio, same, uniforms } from './support.js';

/** Shapes around every boundary: plain path, leaves and panels of 32, QR first above 1.6, wide, empty. */
const SHAPES: readonly (readonly [number, number])[] = [
  [0, 0], [0, 3], [3, 0], [1, 1], [1, 4], [4, 1], [2, 2], [3, 3], [5, 5], [17, 17], [5, 3], [3, 5], [32, 32], [33, 33], [63, 63], [64, 64],
  [65, 65], [127, 127], [129, 129], [130, 97], [97, 130], [160, 40], [33, 160], [500, 5], [5, 500],
];

/**
 * LAPACK's ratios ‖A − U S Vᵀ‖ / (‖A‖ max(m, n) ε), ‖UᵀU − I‖ / (mε), ‖VᵀV − I‖ / (nε), ∞-norm, below 10 (LAPACK's own threshold is 50);
 * values descending and ≥ 0, the same without vectors; A unchanged.
 */
function check(A: Matrix): void {
  const { rows: m, cols: n } = A;
  const k = Math.min(m, n);
  const before = Float64Array.from(A.data);
  const { U, values, V } = svd(A);
  expect(same(A.data, before)).toBe(true);
  expect([U.rows, U.cols, values.length, V.rows, V.cols]).toEqual([m, k, k, n, k]);
  const US = matrix(m, k, U.data.map((x, i) => x * values[i % k]));
  expect(ratio(minus(naive(US, flipped(V)), A), norm(A), Math.max(m, n))).toBeLessThan(10);
  expect(ratio(minus(naive(flipped(U), U), eye(k)), 1, m)).toBeLessThan(10);
  expect(ratio(minus(naive(flipped(V), V), eye(k)), 1, n)).toBeLessThan(10);
  expect(values.every((value, i) => value >= 0 && (i === 0 || value <= values[i - 1]))).toBe(true);
  const alone = svd(A, { vectors: false });
  expect([alone.U.rows, alone.U.cols, alone.V.rows, alone.V.cols]).toEqual([m, 0, n, 0]);
  // Both paths are backward stable, so by Weyl each is within a modest multiple of max(m, n)·ε·‖A‖₂ of the truth.
  const apart = values.reduce((most, value, i) => Math.max(most, Math.abs(value - alone.values[i])), 0);
  expect(apart).toBeLessThanOrEqual(20 * Math.max(m, n) * UNIT * (values[0] ?? 0));
}

/** A matrix with singular values s: random reflections on both sides of diag(s), padded with zeros. */
function withValues(m: number, n: number, value: (i: number, k: number) => number): Matrix {
  const k = Math.min(m, n);
  let A = matrix(m, n);
  for (let i = 0; i < k; i++) A.data[i * n + i] = value(i, k);
  for (let round = 0; round < 2; round++) A = flipped(reflected(flipped(reflected(A, 3 + round)), 11 + round));
  return A;
}

/** (I − 2vvᵀ/vᵀv) A for a random v. */
function reflected(A: Matrix, seed: number): Matrix {
  const v = matrix(A.rows, 1, uniforms(A.rows, seed));
  const w = naive(flipped(v), A);
  const square = v.data.reduce((sum, x) => sum + x * x, 0);
  return matrix(A.rows, A.cols, A.data.map((x, p) => x - (2 / square) * v.data[Math.floor(p / A.cols)] * w.data[p % A.cols]));
}

const entries = (m: number, n: number, entry: (i: number, j: number) => number): Matrix =>
  matrix(m, n, Float64Array.from({ length: m * n }, (_, p) => entry(Math.floor(p / n), p % n)));

const families: Record<string, (m: number, n: number) => Matrix> = {
  zero: (m, n) => matrix(m, n),
  'identity, first columns': (m, n) => entries(m, n, (i, j) => (i === j ? 1 : 0)),
  random: (m, n) => randomMatrix(m, n, 3),
  'all ones': (m, n) => matrix(m, n, new Float64Array(m * n).fill(1)),
  'rank three': (m, n) => naive(randomMatrix(m, 3, 9), randomMatrix(3, n, 10)),
  'geometric to 1e-16': (m, n) => withValues(m, n, (i, k) => 10 ** ((-16 * i) / Math.max(1, k - 1))),
  'two clusters': (m, n) => withValues(m, n, (i, k) => (i < k / 2 ? 1 + 1e-15 * i : 1e-9 * (1 + 1e-13 * i))),
  'all equal': (m, n) => withValues(m, n, () => 1),
  'one large, the rest equal': (m, n) => withValues(m, n, (i) => (i === 0 ? 1 : 1e-12)),
  'graded rows': (m, n) => entries(m, n, (i, j) => uniforms(1, 1 + i * 7919 + j * 104729)[0] * 10 ** ((-14 * i) / m)),
  'graded columns, growing': (m, n) => entries(m, n, (i, j) => (1 / (1 + Math.abs(i - j))) * 10 ** ((14 * j) / n)),
  'upper bidiagonal': (m, n) => entries(m, n, (i, j) => (i === j ? 1 : j === i + 1 ? 1 : 0)),
  'bidiagonal with zeros': (m, n) => entries(m, n, (i, j) => (i === j ? (i % 5 === 2 ? 0 : 1) : j === i + 1 ? (i % 7 === 3 ? 0 : 0.5) : 0)),
  'bidiagonal, graded up': (m, n) => entries(m, n, (i, j) => (i === j || j === i + 1 ? 10 ** ((20 * (i - n)) / n) : 0)),
  Hilbert: (m, n) => entries(m, n, (i, j) => 1 / (i + j + 1)),
  Kahan: (m, n) => entries(m, n, (i, j) => (i === j ? 0.8 ** i : i < j ? -0.6 * 0.8 ** i : 0)),
  'size 1e150': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e150)),
  'size 1e300': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e300)),
  'size 1e-150': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e-150)),
  'size 1e-300': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e-300)),
  'all sizes at once': (m, n) => entries(m, n, (i, j) => uniforms(1, 1 + i * 7919 + j * 104729)[0] * 10 ** (((i * 31 + j * 17) % 600) - 300)),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test.each(SHAPES)('%i×%i', (m, n) => check(make(m, n)));
});
