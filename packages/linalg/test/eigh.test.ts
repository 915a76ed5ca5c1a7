import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eigh, isResident, matrix, multiply, resident } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { SIZES, UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric, uniforms, withSpectrum } from './support.js';

/** The two LAPACK test ratios (residual, orthogonality), with the order of the values and the values-only path checked on the way. */
function check(A: Matrix): void {
  const n = A.rows;
  const { values, vectors } = eigh(A);
  expect([values.length, vectors.rows, vectors.cols]).toEqual([n, n, n]);
  const scaledVectors = matrix(n, n, vectors.data.map((v, i) => v * values[i % n]));
  // The engine's product, itself tested against the definition, where that takes too long.
  const product = n >= 300 ? multiply : naive;
  const residual = minus(product(scaledVectors, flipped(vectors)), A);
  expect(ratio(residual, norm(A), n)).toBeLessThan(10);
  expect(ratio(minus(product(flipped(vectors), vectors), eye(n)), 1, n)).toBeLessThan(10);
  const alone = eigh(A, { vectors: false });
  expect([alone.vectors.rows, alone.vectors.cols]).toEqual([n, 0]);
  expect(values.every((value, k) => k === 0 || value <= values[k - 1])).toBe(true);
  // Both paths are backward stable, so by Weyl each is within 10·n·ε·‖A‖ of the truth.
  const apart = values.reduce((most, value, k) => Math.max(most, Math.abs(value - alone.values[k])), 0);
  expect(apart).toBeLessThanOrEqual(20 * n * UNIT * norm(A));
}

const families: Record<string, (n: number) => Matrix> = {
  zero: (n) => matrix(n, n),
  identity: eye,
  diagonal: (n) => fill(n, (i, j) => (i === j ? uniforms(n, 3)[i] : 0)),
  random: (n) => symmetric(randomMatrix(n, n, 2)),
  graded: (n) => {
    const entries = uniforms(n * n, 5);
    return symmetric(fill(n, (i, j) => entries[i * n + j] * 10 ** (-12 * ((i + j) / (2 * n)))));
  },
  'graded the other way': (n) => symmetric(fill(n, (i, j) => (1 / (1 + Math.abs(i - j))) * 10 ** (12 * ((i + j) / (2 * n))))),
  'two clusters': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 1 + 1e-15 * i : 1e-9 * (1 + 1e-13 * i)))),
  'repeated ±1': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1))),
  'geometric to 1e-16': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => 10 ** ((-16 * i) / Math.max(1, n - 1)))),
  'Gram of three vectors': (n) => symmetric(naive(randomMatrix(n, 3, 9), flipped(randomMatrix(n, 3, 9)))),
  'Wilkinson W+': (n) => fill(n, (i, j) => (i === j ? Math.abs(i - (n - 1) / 2) : Math.abs(i - j) === 1 ? 1 : 0)),
  'glued Wilkinson': (n) => fill(n, (i, j) => (i === j ? Math.abs((i % 21) - 10) : Math.abs(i - j) === 1 ? (Math.max(i, j) % 21 === 0 ? 1e-8 : 1) : 0)),
  Hilbert: (n) => fill(n, (i, j) => 1 / (i + j + 1)),
  arrow: (n) => fill(n, (i, j) => (i === j ? 1 + i / n : i === 0 || j === 0 ? 0.5 : 0)),
  'arrow with equal diagonal': (n) => fill(n, (i, j) => (i === j ? 1 : i === 0 || j === 0 ? 1 : 0)),
  'constant (rank one)': (n) => fill(n, () => 1),
  'second difference': (n) => fill(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  'size 1e150': (n) => symmetric(matrix(n, n, randomMatrix(n, n, 2).data.map((x) => x * 1e150))),
  'size 1e-150': (n) => symmetric(matrix(n, n, randomMatrix(n, n, 2).data.map((x) => x * 1e-150))),
  'size 1e300': (n) => symmetric(matrix(n, n, randomMatrix(n, n, 2).data.map((x) => x * 1e300))),
  'size 1e-300': (n) => symmetric(matrix(n, n, randomMatrix(n, n, 2).data.map((x) => x * 1e-300))),
};

describe.each(Object.entries(families))('%s', (_name, make) => {
  test.each([...SIZES, 11, 12, 24, 25])('n = %i', (n) => check(make(n)));
});

const large = ['random', 'graded', 'two clusters', 'Gram of three vectors', 'glued Wilkinson', 'Hilbert', 'arrow with equal diagonal', 'size 1e-150'];
test.each(large.flatMap((name) => (name === 'random' || name === 'two clusters' ? [500, 1000] : [500]).map((n) => [name, n] as const)))(
  '%s, n = %i',
  (name, n) => check(families[name](n)),
);

/** Largest |value − exact| in units of n·u·‖A‖: by Weyl and backward stability a few units at most. */
function valueRatio(A: Matrix, exact: readonly number[]): number {
  const bound = A.rows * UNIT * (norm(A) || 1);
  const sorted = [...exact].sort((a, b) => b - a);
  const both = [eigh(A).values, eigh(A, { vectors: false }).values];
  return Math.max(...both.map((values) => Math.max(...sorted.map((value, k) => Math.abs(values[k] - value) / bound))));
}

describe('eigenvalues known in closed form', () => {
  const sizes = [1, 2, 4, 31, 32, 33, 100, 257];
  test.each(sizes)('second difference, n = %i: 2 − 2 cos kπ/(n+1)', (n) => {
    expect(valueRatio(families['second difference'](n), Array.from({ length: n }, (_, k) => 4 * Math.sin(((k + 1) * Math.PI) / (2 * n + 2)) ** 2))).toBeLessThan(5);
  });
  test.each(sizes)('Clement, n = %i: integers n−1, n−3, …, 1−n', (n) => {
    const A = fill(n, (i, j) => (Math.abs(i - j) === 1 ? Math.sqrt(Math.max(i, j) * (n - Math.max(i, j))) : 0));
    expect(valueRatio(A, Array.from({ length: n }, (_, k) => n - 1 - 2 * k))).toBeLessThan(5);
  });
  test.each(sizes)('min(i, j), n = %i: 1 / 4 sin²((2k−1)π/(4n+2))', (n) => {
    const A = fill(n, (i, j) => Math.min(i, j) + 1);
    expect(valueRatio(A, Array.from({ length: n }, (_, k) => 0.25 / Math.sin(((2 * k + 1) * Math.PI) / (4 * n + 2)) ** 2))).toBeLessThan(5);
  });
  test('Hilbert 3×3 and the close pair at the top of Wilkinson W21+, from 40-digit arithmetic', () => {
    // mpmath 40 digits (eigsy), rounded to double. Tolerance: a few ulps of ‖A‖.
    const { values } = eigh(families.Hilbert(3));
    expect(values[0]).toBeCloseTo(1.408318927123654, 14);
    expect(values[1]).toBeCloseTo(0.12232706585390585, 14);
    expect(values[2]).toBeCloseTo(0.002687340355773529, 14);
    const top = eigh(families['Wilkinson W+'](21)).values;
    expect(top[0]).toBeCloseTo(10.746194182903393, 13);
    expect(top[1]).toBeCloseTo(10.746194182903322, 13);
    expect(top[2]).toBeCloseTo(9.210678647361332, 13);
  });
});

test('a random tridiagonal matrix with clustered, signed and vanishing entries', () => {
  const entry = fc.constantFrom(0, 0, 1, -1, 1, 1 + 1e-14, 1e-8, 1e-20, 0.3, 2);
  fc.assert(
    fc.property(fc.integer({ min: 33, max: 90 }), fc.array(entry, { minLength: 180, maxLength: 180 }), (n, entries) => {
      check(fill(n, (i, j) => (i === j ? entries[i] : Math.abs(i - j) === 1 ? entries[90 + Math.min(i, j)] : 0)));
    }),
    { numRuns: 60, seed: 20 },
  );
});

test('shifting the diagonal shifts the spectrum; only the lower triangle is read', () => {
  const n = 70;
  const A = randomMatrix(n, n, 41);
  const lower = symmetric(A);
  expect(eigh(A).values).toEqual(eigh(lower).values);
  const shifted = eigh(matrix(n, n, lower.data.map((x, i) => (i % (n + 1) === 0 ? x + 3 : x)))).values;
  const bound = 20 * n * UNIT * norm(lower);
  eigh(lower).values.forEach((value, k) => expect(Math.abs(shifted[k] - value - 3)).toBeLessThan(bound));
});

test('NaN and infinity are refused below the diagonal, by name, and not read above it', () => {
  for (const n of [1, 2, 7, 40, 130]) {
    const A = symmetric(randomMatrix(n, n, 8));
    const exact = eigh(A);
    for (const bad of [NaN, Infinity, -Infinity])
      for (const k of [n * n - 1, (n - 1) * n, 0]) {
        const B = matrix(n, n, A.data.with(k, bad));
        for (const X of [B, resident(B)])
          for (const vectors of [true, false])
            expect(() => eigh(X, { vectors })).toThrow(expect.objectContaining({ code: 'ERR_NOT_FINITE', argument: `A[${k}]` }));
      }
    if (n === 1) continue;
    const ignored = eigh(matrix(n, n, A.data.map((x, i) => (i % n > i / n ? NaN : x))));
    expect(same(ignored.values, exact.values) && same(ignored.vectors.data, exact.vectors.data)).toBe(true);
  }
});

test('a resident matrix is left as it is, and its vectors are resident', () => {
  for (const n of [0, 1, 5, 12, 90]) {
    const A = symmetric(matrix(n, n, randomMatrix(n, n, 6).data.map((x) => x * 1e40)));
    const R = resident(A);
    const { values, vectors } = eigh(R);
    const expected = eigh(A);
    expect(same(R.data, A.data)).toBe(true);
    // Plain small matrices take another path: each is within 10·n·ε·‖A‖ of the truth.
    values.forEach((value, k) => expect(Math.abs(value - expected.values[k])).toBeLessThanOrEqual(n < 12 ? 20 * n * UNIT * norm(A) : 0));
    if (n >= 12) expect(same(vectors.data, expected.vectors.data)).toBe(true);
    expect(eigh(R, { vectors: false }).values).toHaveLength(n);
    expect(isResident(vectors)).toBe(true);
    if (isResident(vectors)) vectors.dispose();
    R.dispose();
  }
});

test('a problem of 700 through several levels of divide and conquer', () => {
  const n = 700;
  const { values, vectors } = eigh(fill(n, (i, j) => Math.exp(-Math.abs(i - j) / 5)));
  // Kac–Murdock–Szegő: trace n, and for each pair (λ, v) the residual row by row.
  expect(Math.abs(values.reduce((a, b) => a + b) - n)).toBeLessThan(n * n * UNIT * 10);
  let worst = 0;
  for (let k = 0; k < n; k += 37)
    for (let i = 0; i < n; i++) {
      let sum = -values[k] * vectors.data[i * n + k];
      for (let j = 0; j < n; j++) sum += Math.exp(-Math.abs(i - j) / 5) * vectors.data[j * n + k];
      worst = Math.max(worst, Math.abs(sum));
    }
  expect(worst / (n * UNIT * 11)).toBeLessThan(10);
});
