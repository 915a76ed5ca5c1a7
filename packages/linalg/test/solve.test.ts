import { describe, expect, test } from 'vitest';
import { determinant, lu, matrix, solve, solveLu, solveTriangular } from '../src/index.js';
import { SIZES, fill, flipped, minus, naive, norm, randomMatrix, ratio } from './support.js';

const options = [false, true].flatMap((lower) => [false, true].map((transpose) => ({ lower, transpose })));

describe.each(options)('solveTriangular %o', ({ lower, transpose }) => {
  test.each(SIZES)('n = %i, the other triangle never read', (n) => {
    const entries = randomMatrix(n, n, 51);
    const inside = (i: number, j: number): boolean => (lower ? j <= i : j >= i);
    const triangle = fill(n, (i, j) => (i === j ? 2 + entries.data[i * n + j] : inside(i, j) ? entries.data[i * n + j] / Math.sqrt(n) : 0));
    const polluted = fill(n, (i, j) => (inside(i, j) ? triangle.data[i * n + j] : NaN));
    const op = transpose ? flipped(triangle) : triangle;
    for (const m of [0, 1, 3, 8, 300]) {
      const B = randomMatrix(n, m, 52);
      const X = solveTriangular(polluted, B, { lower, transpose });
      // Substitution is row-wise backward stable (Higham 2002, th. 8.5): |B − TX| ≤ n·u·|T||X|.
      expect(ratio(minus(naive(op, X), B), norm(op) * norm(X), n)).toBeLessThan(10);
    }
  });
});

describe('lu', () => {
  test.each(SIZES)('n = %i: P A = L U and solutions', (n) => {
    const A = randomMatrix(n, n, 61);
    const { factors, permutation, sign, singularColumn } = lu(A);
    expect(singularColumn).toBe(-1);
    const L = fill(n, (i, j) => (i === j ? 1 : j < i ? factors.data[i * n + j] : 0));
    const U = fill(n, (i, j) => (j >= i ? factors.data[i * n + j] : 0));
    const PA = fill(n, (i, j) => A.data[permutation[i] * n + j]);
    expect(ratio(minus(naive(L, U), PA), norm(A), n)).toBeLessThan(10);
    expect(L.data.every((value) => Math.abs(value) <= 1)).toBe(true);
    const seen = new Set(permutation);
    expect(seen.size).toBe(n);
    let swaps = 0;
    const walk = Array.from(permutation);
    for (let i = 0; i < n; i++)
      while (walk[i] !== i) {
        const j = walk[i];
        [walk[i], walk[j]] = [walk[j], j];
        swaps++;
      }
    expect(sign).toBe(swaps % 2 === 0 ? 1 : -1);
    for (const m of [1, 6]) {
      const B = randomMatrix(n, m, 62);
      const X = solve(A, B);
      expect(ratio(minus(naive(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);
    }
  });

  test('determinants known in closed form', () => {
    expect(determinant(matrix(0, 0))).toBe(1);
    expect(determinant(matrix(3, 3, [0, 1, 0, 0, 0, 1, 1, 0, 0]))).toBe(1);
    // Vandermonde of 1…6: Π_{i<j}(x_j − x_i) = 1!2!3!4!5! = 34560; condition number 1e7 leaves eight digits at least.
    expect(determinant(fill(6, (i, j) => (i + 1) ** j)) / 34560).toBeCloseTo(1, 10);
    // Second difference of any order: n + 1.
    for (const n of [31, 33, 200]) expect(determinant(fill(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))) / (n + 1)).toBeCloseTo(1, 11);
  });

  test('a singular matrix is factored, has determinant 0, and refuses to solve', () => {
    for (const n of [4, 70]) {
      const A = fill(n, (i, j) => (j === 2 ? 0 : i === j ? 3 : 1));
      const factored = lu(A);
      expect(factored.singularColumn).toBe(2);
      expect(determinant(A)).toBeCloseTo(0, 20);
      expect(() => solveLu(factored, matrix(n, 1))).toThrow('no non-zero pivot in column 2');
      expect(() => solveLu(factored, matrix(n, 1))).toThrow(expect.objectContaining({ code: 'ERR_SINGULAR', argument: 'A' }));
    }
  });
});
