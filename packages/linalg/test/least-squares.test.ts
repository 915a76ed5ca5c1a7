import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromRows, leastSquares, matrix, pseudoInverse } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, flipped, minus, naive, norm, randomMatrix, ratio, symmetric } from './support.js';

interface Golden {
  readonly longley: { readonly data: readonly (readonly number[])[]; readonly coefficients: readonly number[]; readonly residualNorm: number };
  readonly minimumNorm: { readonly right: readonly number[]; readonly solution: readonly number[] };
}
const golden = JSON.parse(readFileSync(new URL('./golden/factorisations.json', import.meta.url), 'utf8')) as Golden;

test('Longley’s data (NIST StRD), condition number 5e9: the exact coefficients', () => {
  const { data, coefficients, residualNorm } = golden.longley;
  const A = fromRows(data.map((row) => [1, ...row.slice(1)]));
  const { solution, rank, residualNorms } = leastSquares(A, matrix(16, 1, data.map((row) => row[0])));
  expect(rank).toBe(7);
  // The condition number that counts, with columns scaled alike, is 4e4: about 11 digits remain, for the normal equations 6. Measured: 2e-13.
  coefficients.forEach((value, i) => expect(Math.abs(solution.data[i] / value - 1)).toBeLessThan(1e-10));
  expect(Math.abs(residualNorms[0] / residualNorm - 1)).toBeLessThan(1e-10);
});

test('an underdetermined system: the exact solution of least norm', () => {
  const A = matrix(4, 6, Float64Array.from({ length: 24 }, (_, p) => {
    const i = Math.floor(p / 6);
    const j = p % 6;
    return ((7 * i * i + 3 * i * j + 5 * j + 4) % 11) - 5;
  }));
  const { solution, residualNorms } = leastSquares(A, matrix(4, 1, golden.minimumNorm.right));
  // Condition number of A: 2.5.
  golden.minimumNorm.solution.forEach((value, i) => expect(Math.abs(solution.data[i] - value)).toBeLessThan(1e-13));
  expect(residualNorms[0]).toBeLessThan(1e-13);
});

const SHAPES: readonly (readonly [number, number])[] = [[1, 1], [5, 3], [3, 5], [40, 40], [60, 33], [33, 60], [120, 20], [20, 120]];

describe.each(SHAPES)('%i×%i', (m, n) => {
  const k = Math.min(m, n);
  const check = (A: Matrix, rank: number): void => {
    const B = randomMatrix(m, 3, 31);
    const found = leastSquares(A, B);
    expect(found.rank).toBe(rank);
    expect([found.solution.rows, found.solution.cols, found.residualNorms.length]).toEqual([n, 3, 3]);
    const residual = minus(naive(A, found.solution), B);
    found.residualNorms.forEach((value, j) => {
      let square = 0;
      for (let i = 0; i < m; i++) square += residual.data[i * 3 + j] ** 2;
      expect(Math.abs(value - Math.sqrt(square))).toBeLessThan(100 * m * UNIT * (norm(A) * norm(found.solution) + norm(B)));
    });
    // LAPACK dqrt17: the residual is orthogonal to the range of A.
    expect(ratio(naive(flipped(A), residual), norm(A) * (norm(A) * norm(found.solution) + norm(B)), Math.max(m, n))).toBeLessThan(10);
    // Least norm: X lies in the row space, X = A⁺ A X.
    const P = pseudoInverse(A);
    expect(ratio(minus(naive(P, naive(A, found.solution)), found.solution), norm(P) * norm(A) * norm(found.solution), Math.max(m, n))).toBeLessThan(10);
  };
  test('full rank', () => check(randomMatrix(m, n, 17), k));
  test('rank two', () => {
    if (k > 2) check(naive(randomMatrix(m, 2, 9), randomMatrix(2, n, 10)), 2);
  });
  test('zero', () => check(matrix(m, n), 0));
  test('the four conditions of Penrose', () => {
    for (const A of [randomMatrix(m, n, 17), naive(randomMatrix(m, 1, 9), randomMatrix(1, n, 10))]) {
      const P = pseudoInverse(A);
      const AP = naive(A, P);
      const PA = naive(P, A);
      const condition = norm(A) * norm(P);
      expect(ratio(minus(naive(AP, A), A), norm(A) * condition, Math.max(m, n))).toBeLessThan(10);
      expect(ratio(minus(naive(PA, P), P), norm(P) * condition, Math.max(m, n))).toBeLessThan(10);
      expect(ratio(minus(AP, symmetric(AP)), condition, Math.max(m, n))).toBeLessThan(10);
      expect(ratio(minus(PA, symmetric(PA)), condition, Math.max(m, n))).toBeLessThan(10);
    }
  });
});

test('rcond decides what counts as zero', () => {
  const A = matrix(3, 2, [1, 0, 0, 1e-6, 0, 0]);
  const B = matrix(3, 1, [2, 3e-6, 5]);
  expect([...leastSquares(A, B).solution.data].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([2, 3]);
  expect(leastSquares(A, B).rank).toBe(2);
  const cut = leastSquares(A, B, { rcond: 1e-5 });
  expect(cut.rank).toBe(1);
  expect(cut.solution.data[0]).toBeCloseTo(2, 14);
  expect(Math.abs(cut.solution.data[1])).toBeLessThan(1e-14);
  expect([...pseudoInverse(A, { rcond: 1e-5 }).data].map((x) => Math.round(x * 1e12) / 1e12 + 0)).toEqual([1, 0, 0, 0, 0, 0]);
});

test('a matrix whose R hides its small singular value: the rank is still seen', () => {
  // Kahan’s matrix: condition number 1e16 and more at n = 90 with no small diagonal entry in R (the smallest is 2e-8).
  const n = 90;
  const c = Math.cos(0.6);
  const s = Math.sin(0.6);
  const A = matrix(n, n, Float64Array.from({ length: n * n }, (_, p) => {
    const i = Math.floor(p / n);
    const j = p % n;
    return i === j ? s ** i : i < j ? -c * s ** i : 0;
  }));
  expect(leastSquares(A, randomMatrix(n, 1)).rank).toBeLessThan(n);
});

test('empty shapes', () => {
  expect(leastSquares(matrix(3, 0), matrix(3, 2, [3, 0, 4, 0, 0, 1])).residualNorms).toEqual(new Float64Array([5, 1]));
  expect(leastSquares(matrix(0, 3), matrix(0, 2)).solution.data).toEqual(new Float64Array(6));
  expect(leastSquares(matrix(3, 2, [1, 2, 3, 4, 5, 6]), matrix(3, 0)).solution.cols).toBe(0);
  expect(pseudoInverse(matrix(0, 3)).rows).toBe(3);
});

test('scaling A or B scales the solution', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: -900, max: 900 }), (m, n, exponent) => {
      const A = randomMatrix(m, n, 5);
      const B = randomMatrix(m, 2, 6);
      const plain = leastSquares(A, B);
      const scaled = leastSquares(matrix(m, n, A.data.map((x) => x * 2 ** exponent)), B);
      // Powers of two: the same operations on the same significands.
      expect([...scaled.solution.data].map((x) => x * 2 ** exponent)).toEqual([...plain.solution.data]);
      expect(scaled.rank).toBe(plain.rank);
    }),
    { numRuns: 100, seed: 3 },
  );
});

test('wrong arguments are named', () => {
  const A = eye(2);
  expect(() => leastSquares(A, matrix(3, 1))).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'B' }));
  expect(() => leastSquares(A, matrix(2, 1, [1, NaN]))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'B[1]' }));
  expect(() => leastSquares(matrix(1, 1, [NaN]), matrix(1, 1))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'A[0]' }));
  expect(() => leastSquares(A, A, { rcond: -1 })).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE', argument: 'rcond' }));
  expect(() => pseudoInverse(A, { rcond: 2 })).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE', argument: 'rcond' }));
});
