import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cholesky, determinant, eigh, inertia, ldlt, matrix, solveLdlt } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric, uniforms, withSpectrum } from './support.js';

/** Around the plain path (below 40), panels of 48 with the column a block of 2 may leave over, strips of 128. */
const SIZES = [0, 1, 2, 3, 5, 17, 39, 40, 47, 48, 49, 64, 95, 96, 97, 129, 200];

/** LAPACK's ratio ‖P A Pᵀ − L D Lᵀ‖ / (‖A‖ n ε) (dsyt01), measured 0.25 at most; the form of L and D; only the lower triangle is read; A unchanged. */
function check(A: Matrix): void {
  const n = A.rows;
  const lower = fill(n, (i, j) => (j <= i ? A.data[i * n + j] : 1e3));
  const before = Float64Array.from(lower.data);
  const { L, diagonal, subdiagonal, permutation } = ldlt(lower);
  expect(same(lower.data, before)).toBe(true);
  const D = fill(n, (i, j) => (i === j ? diagonal[i] : Math.abs(i - j) === 1 ? subdiagonal[Math.min(i, j)] : 0));
  const permuted = fill(n, (i, j) => A.data[permutation[i] * n + permutation[j]]);
  expect(ratio(minus(naive(naive(L, D), flipped(L)), permuted), norm(A), n)).toBeLessThan(10);
  let clean = [...permutation].sort((a, b) => a - b).every((row, i) => row === i);
  for (let i = 0; i < n; i++) {
    clean &&= L.data[i * n + i] === 1;
    for (let j = i + 1; j < n; j++) clean &&= L.data[i * n + j] === 0;
    if (i + 1 === n) clean &&= subdiagonal[i] === 0;
    // Blocks of 2 stand alone and are indefinite.
    else if (subdiagonal[i] !== 0) clean &&= L.data[(i + 1) * n + i] === 0 && subdiagonal[i + 1] === 0 && Math.abs(diagonal[i] * diagonal[i + 1]) < subdiagonal[i] ** 2;
  }
  expect(clean).toBe(true);
}

const families: Record<string, (n: number) => Matrix> = {
  zero: (n) => matrix(n, n),
  identity: eye,
  random: (n) => symmetric(randomMatrix(n, n, 2)),
  'zero diagonal': (n) => symmetric(matrix(n, n, uniforms(n * n, 6).map((x, p) => (p % (n + 1) === 0 ? 0 : x)))),
  'anti-diagonal': (n) => fill(n, (i, j) => (i + j === n - 1 ? 1 : 0)),
  'pairs [0 1; 1 0]': (n) => fill(n, (i, j) => (i !== j && i >> 1 === j >> 1 ? 1 : 0)),
  'positive definite': (n) => symmetric(naive(randomMatrix(n, n + 2, 4), flipped(randomMatrix(n, n + 2, 4)))),
  'eigenvalues ±1': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1))),
  'geometric, both signs': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => (i % 3 ? 1 : -1) * 10 ** ((-14 * i) / Math.max(1, n - 1)))),
  'rank three, indefinite': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => (i < 3 ? 1 - i : 0) || (i === 1 ? 0.5 : 0))),
  'Gram of three vectors, shifted': (n) => symmetric(minus(naive(randomMatrix(n, 3, 9), flipped(randomMatrix(n, 3, 9))), eye(n))),
  'saddle point': (n) => fill(n, (i, j) => (i === j ? (i < n >> 1 ? 2 : n % 2 && i === n - 1 ? 1 : 0) : Math.abs(i - j) === n >> 1 ? 1 : 0)),
  graded: (n) => symmetric(fill(n, (i, j) => uniforms(1, 1 + i * 7919 + j * 104729)[0] * 10 ** ((-7 * (i + j)) / n))),
  'graded the other way': (n) => symmetric(fill(n, (i, j) => uniforms(1, 1 + i * 7919 + j * 104729)[0] * 10 ** ((7 * (i + j)) / n))),
  'arrow, zero diagonal': (n) => fill(n, (i, j) => (i === 0 || j === 0 ? (i === j ? 0 : 1) : 0)),
  'second difference, shifted': (n) => fill(n, (i, j) => (i === j ? 0.5 : Math.abs(i - j) === 1 ? -1 : 0)),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test.each(SIZES)('n = %i', (n) => check(make(n)));
});

test.each([1e150, 1e300, 1e-150, 1e-300])('size %e', (size) => {
  for (const n of [6, 70]) {
    const A = symmetric(randomMatrix(n, n, 2));
    const plain = ldlt(A);
    const scaled = ldlt(matrix(n, n, A.data.map((x) => x * size)));
    // Rounding of the scaled entries moves L by about ε times the growth of a well-conditioned elimination: 1e−10 leaves room for 1e5.
    expect([...scaled.permutation]).toEqual([...plain.permutation]);
    expect(norm(minus(scaled.L, plain.L))).toBeLessThan(1e-10 * n);
    scaled.diagonal.forEach((value, i) => expect(Math.abs(value / size - plain.diagonal[i])).toBeLessThan(1e-10 * n));
    expect(Math.abs(scaled.logAbsDeterminant - plain.logAbsDeterminant - n * Math.log(size))).toBeLessThan(1e-12 * n * 700);
    expect(scaled.sign).toBe(plain.sign);
  }
});

describe('solveLdlt', () => {
  test.each([1, 2, 5, 39, 40, 97, 150])('residual ratio, n = %i', (n) => {
    for (const A of [families.random(n), families['eigenvalues ±1'](n), families['saddle point'](n)]) {
      const factors = ldlt(A);
      for (const m of [1, 7]) {
        const B = randomMatrix(n, m, 21);
        const X = solveLdlt(factors, B);
        // LAPACK dpot02: ‖B − AX‖ / (‖A‖ ‖X‖ ε), threshold 30 n-independent; here with n in the denominator, below 10.
        expect(ratio(minus(naive(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);
      }
    }
  });
  test('by hand: [[1,2],[2,1]] x = (5, 4) has x = (1, 2)', () => {
    const X = solveLdlt(ldlt(matrix(2, 2, [1, 2, 2, 1])), matrix(2, 1, [5, 4]));
    expect(X.data[0]).toBeCloseTo(1, 14);
    expect(X.data[1]).toBeCloseTo(2, 14);
  });
  test('a zero pivot, wrong shapes and NaN are named', () => {
    expect(() => solveLdlt(ldlt(matrix(2, 2, [1, 1, 1, 1])), matrix(2, 1))).toThrow(expect.objectContaining({ code: 'ERR_SINGULAR', argument: 'A' }));
    expect(() => solveLdlt(ldlt(matrix(2, 2, [1, 0, 0, 1])), matrix(3, 1))).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'B' }));
    expect(() => solveLdlt(ldlt(matrix(1, 1, [1])), matrix(1, 1, [NaN]))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'B[0]' }));
    expect(() => ldlt(matrix(2, 3))).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'A' }));
    expect(() => ldlt(matrix(1, 1, [Infinity]))).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: 'A[0]' }));
  });
});

describe('inertia and determinant', () => {
  test.each([2, 10, 45, 100, 160])('second difference, n = %i: eigenvalues 4 sin²(kπ/(2n+2)) counted above shifts halfway between them', (n) => {
    const value = (k: number): number => 4 * Math.sin((k * Math.PI) / (2 * n + 2)) ** 2;
    for (const below of [0, 1, n >> 1, n - 1, n]) {
      const shift = below === 0 ? -0.1 : below === n ? 4.1 : (value(below) + value(below + 1)) / 2;
      const A = fill(n, (i, j) => (i === j ? 2 - shift : Math.abs(i - j) === 1 ? -1 : 0));
      expect(inertia(ldlt(A))).toEqual({ positive: n - below, negative: below, zero: 0 });
    }
  });
  test('zero eigenvalues: exactly, and to rounding', () => {
    expect(inertia(ldlt(matrix(4, 4)))).toEqual({ positive: 0, negative: 0, zero: 4 });
    const n = 60;
    const X = randomMatrix(n, 4, 9);
    const signs = matrix(n, 4, X.data.map((x, i) => (i % 4 === 3 ? -x : x)));
    // Two-by-three signature of rank four: X diag(1,1,1,−1) Xᵀ. The default tolerance is far above rounding here, far below the rest.
    expect(inertia(ldlt(symmetric(naive(X, flipped(signs)))), { tolerance: 1e-10 })).toEqual({ positive: 3, negative: 1, zero: n - 4 });
  });
  test('agrees with the signs of eigh on random matrices, and the determinant with LU', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1000 }), (n, seed) => {
        const A = symmetric(randomMatrix(n, n, seed));
        const { values } = eigh(A, { vectors: false });
        // Not near singular: then signs are certain.
        fc.pre(values.every((value) => Math.abs(value) > 1e-9 * Math.abs(values[0])));
        const factors = ldlt(A);
        expect(inertia(factors)).toEqual({ positive: values.filter((x) => x > 0).length, negative: values.filter((x) => x < 0).length, zero: 0 });
        // Both determinants carry relative errors of about n ε cond(A), below 1e−4 here.
        expect(Math.abs((factors.sign * Math.exp(factors.logAbsDeterminant)) / determinant(A) - 1)).toBeLessThan(1e-4);
      }),
      { numRuns: 60, seed: 8 },
    );
  });
  test('of a positive definite matrix: that of Cholesky', () => {
    const A = families['positive definite'](90);
    const { sign, logAbsDeterminant } = ldlt(A);
    expect(sign).toBe(1);
    expect(Math.abs(logAbsDeterminant - cholesky(A).logDeterminant)).toBeLessThan(90 * 90 * UNIT * 1e4);
  });
  test('integer matrices with zeros on the diagonal: the exact determinant', () => {
    const { determinants } = JSON.parse(readFileSync(new URL('./golden/factorisations.json', import.meta.url), 'utf8')) as {
      readonly determinants: readonly { readonly n: number; readonly sign: number; readonly logAbs: number }[];
    };
    const value = (i: number, j: number): number => ((7 * i * i + 3 * i * j + 5 * j + 4) % 11) - 5;
    for (const { n, sign, logAbs } of determinants) {
      const found = ldlt(fill(n, (i, j) => (i === j && i % 3 === 0 ? 0 : value(Math.min(i, j), Math.max(i, j)))));
      expect(found.sign).toBe(sign);
      // Condition numbers below 250: relative errors of the determinant of about 250·n·ε.
      expect(Math.abs(found.logAbsDeterminant - logAbs)).toBeLessThan(250 * n * UNIT);
    }
  });
  test('of a singular matrix', () => {
    expect(ldlt(matrix(2, 2, [1, 1, 1, 1])).sign).toBe(0);
    expect(ldlt(matrix(2, 2, [1, 1, 1, 1])).logAbsDeterminant).toBe(-Infinity);
    expect(ldlt(matrix(0, 0)).logAbsDeterminant).toBe(0);
  });
});

test('small matrices of awkward entries', () => {
  const entry = fc.constantFrom(0, 0, 0, 1, -1, 1e-20, 1e-160, 3, 1e8, 0.1);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(entry, { minLength: 81, maxLength: 81 }), (n, entries) => {
      check(symmetric(matrix(n, n, entries.slice(0, n * n))));
    }),
    { numRuns: 300, seed: 5 },
  );
});
