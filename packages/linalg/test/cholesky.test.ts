import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cholesky, invertCholesky, solveCholesky, solveCholeskyVector } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { SIZES, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, symmetric, withSpectrum, same } from './support.js';

const shifted = (A: Matrix, s: number): Matrix => fill(A.rows, (i, j) => A.data[i * A.rows + j] + (i === j ? s : 0));

const families: Record<string, (n: number) => Matrix> = {
  identity: eye,
  random: (n) => shifted(symmetric(naive(randomMatrix(n, n, 3), flipped(randomMatrix(n, n, 3)))), 0.1),
  'rank three plus ridge': (n) => shifted(symmetric(naive(randomMatrix(n, 3, 4), flipped(randomMatrix(n, 3, 4)))), 1e-6),
  'condition 1e10': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => 10 ** ((-10 * i) / Math.max(1, n - 1)))),
  'graded diagonal': (n) => fill(n, (i, j) => 10 ** ((-12 * (i + j)) / (2 * Math.max(1, n))) * (i === j ? 1 : 0.3)),
  'second difference': (n) => fill(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  'size 1e-200': (n) => fill(n, (i, j) => 1e-200 * (i === j ? 2 : 1)),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test.each(SIZES)('n = %i', (n) => {
    const A = make(n);
    const chol = cholesky(A);
    const L = chol.factor;
    const misplaced = L.data.filter((value, at) => (at % n > Math.floor(at / n) ? value !== 0 : at % (n + 1) === 0 && !(value > 0)));
    expect(misplaced.length).toBe(0);
    expect(ratio(minus(naive(L, flipped(L)), A), norm(A), n)).toBeLessThan(10);
    for (const m of [1, 9]) {
      const B = randomMatrix(n, m, 8);
      const X = solveCholesky(chol, B);
      expect(ratio(minus(naive(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);
    }
    const inverse = invertCholesky(chol);
    expect(same(flipped(inverse).data, inverse.data)).toBe(true);
    // dpot03's ratio: ‖I − A·A⁻¹‖/(n·‖A‖·‖A⁻¹‖·ε).
    expect(ratio(minus(naive(A, inverse), eye(n)), norm(A) * norm(inverse), n)).toBeLessThan(10);
  });
});

describe('exact factors', () => {
  test.each([1, 4, 20, 40, 150])('min(i, j) at n = %i: L is all ones, determinant 1', (n) => {
    const { factor, logDeterminant } = cholesky(fill(n, (i, j) => Math.min(i, j) + 1));
    expect(same(factor.data, fill(n, (i, j) => (j <= i ? 1 : 0)).data)).toBe(true);
    expect(logDeterminant).toBe(0);
  });
  test('Pascal matrix: L is Pascal’s triangle', () => {
    const n = 14;
    const binomial = (a: number, b: number): number => (b < 0 || b > a ? 0 : b === 0 ? 1 : Math.round((binomial(a - 1, b - 1) * a) / b));
    const { factor } = cholesky(fill(n, (i, j) => binomial(i + j, i)));
    // Products stay below 2⁵³, so elimination is exact.
    expect(same(factor.data, fill(n, (i, j) => binomial(i, j)).data)).toBe(true);
  });
  test('log determinant of the second difference is log(n + 1), and of Hilbert 5 is −log 266716800000', () => {
    for (const n of [5, 31, 32, 300]) expect(cholesky(families['second difference'](n)).logDeterminant).toBeCloseTo(Math.log(n + 1), 11);
    // Condition number 5e5 leaves ten digits.
    expect(cholesky(fill(5, (i, j) => 1 / (i + j + 1))).logDeterminant).toBeCloseTo(-Math.log(266716800000), 9);
  });
});

test('jitter is added exactly as asked for, and reported', () => {
  for (const n of [6, 90]) {
    const singular = fill(n, () => 1);
    const { factor, jitter } = cholesky(singular, { jitter: 0.5 });
    expect(jitter).toBe(0.5);
    expect(ratio(minus(naive(factor, flipped(factor)), shifted(singular, 0.5)), n, n)).toBeLessThan(10);
    expect(cholesky(eye(n)).jitter).toBe(0);
  }
});

test('the error names the failing pivot at any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (n, choice) => {
      const bad = choice % n;
      const A = fill(n, (i, j) => (i === j ? (i === bad ? -1 : 2) : 0));
      expect(() => cholesky(A)).toThrow(`pivot ${bad} of ${n} equal to -1`);
      expect(() => cholesky(A)).toThrow(expect.objectContaining({ code: 'ERR_NOT_POSITIVE_DEFINITE', argument: 'A' }));
    }),
    { numRuns: 40 },
  );
});

test('reads the lower triangle only, and solves one vector as a column', () => {
  for (const n of [10, 80]) {
    const A = families.random(n);
    const half = fill(n, (i, j) => (j <= i ? A.data[i * n + j] : 1e9));
    expect(same(cholesky(half).factor.data, cholesky(A).factor.data)).toBe(true);
    const b = randomMatrix(n, 1, 5);
    expect(solveCholeskyVector(cholesky(A), b.data)).toEqual(solveCholesky(cholesky(A), b).data);
  }
});

test('a matrix of 700, past every block', () => {
  const n = 700;
  const { factor } = cholesky(fill(n, (i, j) => Math.min(i, j) + 1));
  expect(same(factor.data, fill(n, (i, j) => (j <= i ? 1 : 0)).data)).toBe(true);
});
