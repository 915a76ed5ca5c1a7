import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cholesky, matrix, qr } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { eye, flipped, minus, naive, norm, randomMatrix, ratio, same, uniforms } from './support.js';

/** Shapes around every boundary: empty, plain path up to about 27³ multiplications, panels of 32, tall, wide. */
const SHAPES: readonly (readonly [number, number])[] = [
  [0, 0], [0, 3], [3, 0], [1, 1], [1, 4], [4, 1], [2, 2], [3, 3], [5, 5], [17, 17], [5, 3], [3, 5], [31, 31], [32, 32], [33, 33], [63, 63],
  [64, 64], [65, 65], [127, 127], [128, 128], [129, 129], [300, 40], [40, 300], [200, 1], [1, 200], [300, 33], [200, 33], [97, 64], [64, 97], [150, 149],
];

/** LAPACK's ratios ‖A − QR‖₁ / (‖A‖₁ max(m, n) ε) and ‖QᵀQ − I‖ / (m ε); R triangular with a diagonal ≥ 0; A unchanged. */
function check(A: Matrix): void {
  const { rows: m, cols: n } = A;
  const k = Math.min(m, n);
  const before = Float64Array.from(A.data);
  const { Q, R } = qr(A);
  expect(same(A.data, before)).toBe(true);
  expect([Q.rows, Q.cols, R.rows, R.cols]).toEqual([m, k, k, n]);
  // LAPACK's own threshold for dgeqrf is 30. Measured here: at most 1.0 and 4.3.
  expect(ratio(flipped(minus(naive(Q, R), A)), norm(flipped(A)), Math.max(m, n))).toBeLessThan(10);
  expect(ratio(minus(naive(flipped(Q), Q), eye(k)), 1, m)).toBeLessThan(10);
  let clean = true;
  for (let i = 0; i < k; i++) {
    clean &&= R.data[i * n + i] >= 0;
    for (let j = 0; j < i; j++) clean &&= R.data[i * n + j] === 0;
  }
  expect(clean).toBe(true);
}

const families: Record<string, (m: number, n: number) => Matrix> = {
  random: (m, n) => randomMatrix(m, n, 3),
  zero: (m, n) => matrix(m, n),
  'identity, first columns': (m, n) => matrix(m, n, Float64Array.from({ length: m * n }, (_, i) => (Math.floor(i / n) === i % n ? 1 : 0))),
  'all ones': (m, n) => matrix(m, n, new Float64Array(m * n).fill(1)),
  'rank three': (m, n) => naive(randomMatrix(m, 3, 9), randomMatrix(3, n, 10)),
  'with zero columns': (m, n) => matrix(m, n, uniforms(m * n, 5).map((x, i) => ((i % n) % 3 === 1 ? 0 : x))),
  'graded columns': (m, n) => matrix(m, n, uniforms(m * n, 5).map((x, i) => x * 10 ** ((-14 * (i % n)) / n))),
  'graded rows': (m, n) => matrix(m, n, uniforms(m * n, 5).map((x, i) => x * 10 ** ((-14 * Math.floor(i / n)) / m))),
  Hilbert: (m, n) => matrix(m, n, Float64Array.from({ length: m * n }, (_, i) => 1 / (Math.floor(i / n) + (i % n) + 1))),
  'size 1e300': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e300)),
  'size 1e-300': (m, n) => matrix(m, n, uniforms(m * n, 4).map((x) => x * 1e-300)),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test.each(SHAPES)('%i×%i', (m, n) => check(make(m, n)));
});

test('columns of any size keep their own relative accuracy', () => {
  // Each column is backward stable by itself, so scaling a column by 2^−900 scales a column of R and nothing else.
  for (const [m, n] of [[12, 6], [130, 70]]) {
    const A = randomMatrix(m, n, 8);
    const plain = qr(A);
    const tiny = qr(matrix(m, n, A.data.map((x, i) => (i % n === 2 ? x * 2 ** -900 : x))));
    expect(ratio(minus(tiny.Q, plain.Q), 1, m)).toBeLessThan(10);
    const restored = matrix(n, n, tiny.R.data.map((x, i) => (i % n === 2 ? x * 2 ** 900 : x)));
    expect(ratio(minus(restored, plain.R), norm(plain.R), m)).toBeLessThan(10);
  }
});

test('R of independent columns is the transposed Cholesky factor of AᵀA', () => {
  // Condition of A about 10: the factor of AᵀA is accurate to about κ² ε.
  for (const [m, n] of [[20, 6], [200, 50]]) {
    const A = randomMatrix(m, n, 12);
    expect(norm(minus(flipped(cholesky(naive(flipped(A), A)).factor), qr(A).R))).toBeLessThan(1e-12 * m);
  }
});

test('a hand-made example and triangular input', () => {
  const { Q, R } = qr(matrix(3, 2, [2, 3, -1, 1, 2, 0]));
  // Gram–Schmidt by hand: |a₁| = 3, q₁·a₂ = 5/3, |a₂ − (5/3)q₁| = √65/3.
  expect(R.data[0]).toBeCloseTo(3, 14);
  expect(R.data[1]).toBeCloseTo(5 / 3, 14);
  expect(R.data[3]).toBeCloseTo(Math.sqrt(65) / 3, 14);
  expect(Q.data[0]).toBeCloseTo(2 / 3, 14);
  const T = matrix(2, 3, [1, 2, 3, 0, 4, 5]);
  expect([...qr(T).R.data]).toEqual([...T.data]);
  expect([...qr(T).Q.data]).toEqual([1, 0, 0, 1]);
});

test('small matrices of awkward entries', () => {
  const entry = fc.constantFrom(0, 0, 1, -1, 1e-20, 1e-160, -1e-308, 3, 1e8, 0.1);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.array(entry, { minLength: 81, maxLength: 81 }), (m, n, entries) => {
      check(matrix(m, n, entries.slice(0, m * n)));
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('NaN, infinity and malformed matrices are named', () => {
  expect(() => qr(matrix(1, 2, [1, NaN]))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'A[1]' }));
  expect(() => qr(matrix(1, 2, [-Infinity, 1]))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'A[0]' }));
  expect(() => qr({ rows: 2, cols: 2, data: new Float64Array(3) })).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'A' }));
});
