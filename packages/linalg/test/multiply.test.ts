import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gram, matrix, multiply, multiplyVector } from '../src/index.js';
import { SIZES, flipped, minus, naive, norm, randomMatrix, ratio, same } from './support.js';

describe('multiply', () => {
  test.each(SIZES)('all transpositions at n = %i agree with the definition', (n) => {
    const m = n + 3;
    const k = Math.max(0, n - 2);
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const A = randomMatrix(m, k, 11);
        const B = randomMatrix(k, n, 12);
        const C = multiply(transposeA ? flipped(A) : A, transposeB ? flipped(B) : B, { transposeA, transposeB });
        // Two orders of summation of k terms differ by at most 2·k·u·|A||B|; 4 leaves room for nothing else.
        expect(ratio(minus(C, naive(A, B)), norm(A) * norm(B), k)).toBeLessThan(4);
      }
  });

  test('blocks larger than every cache block in each direction', () => {
    for (const [m, k, n] of [[5, 700, 5], [300, 4, 1100], [1030, 300, 7], [131, 1030, 1029]]) {
      const A = randomMatrix(m, k, 3);
      const B = randomMatrix(k, n, 4);
      expect(ratio(minus(multiply(A, B), naive(A, B)), norm(A) * norm(B), k)).toBeLessThan(4);
    }
  });

  test('small integers come out exactly, whatever the shape', () => {
    const size = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 1e6 }), (m, k, n, transposeA, transposeB, seed) => {
        const round = (rows: number, cols: number, s: number) => matrix(rows, cols, randomMatrix(rows, cols, s).data.map((x) => Math.round(9 * x)));
        const A = round(m, k, seed);
        const B = round(k, n, seed + 1);
        const C = multiply(transposeA ? flipped(A) : A, transposeB ? flipped(B) : B, { transposeA, transposeB });
        expect(Array.from(C.data, (x) => x + 0)).toEqual(Array.from(naive(A, B).data, (x) => x + 0));
      }),
      { numRuns: 60 },
    );
  });

  test('infinities and NaN follow IEEE arithmetic instead of spreading through padding', () => {
    const A = randomMatrix(33, 33, 5);
    A.data[32 * 33 + 32] = Infinity;
    const C = multiply(A, randomMatrix(33, 33, 6));
    expect(C.data.subarray(0, 32 * 33).every(Number.isFinite)).toBe(true);
    expect(C.data.subarray(32 * 33).every((value) => Math.abs(value) === Infinity)).toBe(true);
  });
});

describe('gram', () => {
  test.each(SIZES)('n = %i: scale·X Xᵀ, exactly symmetric', (n) => {
    for (const d of [1, 7, 130]) {
      const X = randomMatrix(n, d, 21);
      const G = gram(X, { scale: 1 / d });
      const reference = naive(X, flipped(X));
      expect(ratio(minus(G, matrix(n, n, reference.data.map((x) => x / d))), norm(X) ** 2 / d, d)).toBeLessThan(4);
      expect(same(flipped(G).data, G.data)).toBe(true);
    }
  });
});

test.each(SIZES)('multiplyVector at n = %i, both ways', (n) => {
  const A = randomMatrix(n, n + 5, 31);
  const x = randomMatrix(n + 5, 1, 32);
  const y = randomMatrix(n, 1, 33);
  expect(ratio(minus(matrix(n, 1, multiplyVector(A, x.data)), naive(A, x)), norm(A), n)).toBeLessThan(4);
  expect(ratio(minus(matrix(n + 5, 1, multiplyVector(A, y.data, { transpose: true })), naive(flipped(A), y)), norm(flipped(A)), n)).toBeLessThan(4);
});
