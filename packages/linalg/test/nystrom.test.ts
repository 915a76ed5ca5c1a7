import { describe, expect, test } from 'vitest';
import { eigh, gram, matrix, nystrom, randomizedEigh, scaled } from '../src/index.js';
import type { ErrorEstimate, LowRank, Matrix } from '../src/index.js';
import { UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric, withSpectrum } from './support.js';

const rebuilt = ({ values, vectors }: LowRank): Matrix =>
  naive(matrix(vectors.rows, vectors.cols, vectors.data.map((x, i) => x * values[i % vectors.cols])), flipped(vectors));

/** Eigenvalues of A − Â. */
const errorSpectrum = (A: Matrix, found: LowRank): Float64Array => eigh(symmetric(minus(A, rebuilt(found))), { vectors: false }).values;

const spectral = (values: Float64Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
const orthonormal = ({ vectors }: LowRank): number => ratio(minus(naive(flipped(vectors), vectors), eye(vectors.cols)), 1, vectors.rows);

const powerLaw = (n: number, a: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (i + 1) ** -a);

/** The stated bound holds, and is not absurdly far off: E max‖Eω‖ ≤ 10√(2/π)·(a few)·‖E‖_F. */
function checkEstimate(A: Matrix, found: LowRank, { bound, failureProbability, frobenius }: ErrorEstimate): void {
  const spectrum = errorSpectrum(A, found);
  const rounding = 100 * A.rows * UNIT * norm(A);
  expect(failureProbability).toBe(1e-6);
  expect(spectral(spectrum)).toBeLessThanOrEqual(bound + rounding);
  const exact = Math.sqrt(spectrum.reduce((sum, x) => sum + x * x, 0));
  expect(bound).toBeLessThan(40 * exact + rounding);
  // ‖Eω‖² has mean ‖E‖_F² and variance 2‖E²‖_F² ≤ 2‖E‖_F⁴: six of them, five standard deviations.
  expect(frobenius ** 2).toBeLessThan(exact ** 2 * (1 + 5 * Math.sqrt(2 / 6)) + rounding ** 2);
}

describe('nystrom', () => {
  test.each([1, 2])('power law λ_k = k^−%i: within the expected error of theory, below A, certified', async (a) => {
    const n = 150;
    const values = powerLaw(n, a);
    const A = withSpectrum(values);
    const rank = 20;
    const found = await nystrom(A, rank, { powerIterations: 0 });
    expect(orthonormal(found)).toBeLessThan(10);
    const spectrum = errorSpectrum(A, found);
    // 0 ≤ Â ≤ A.
    expect(spectrum[n - 1]).toBeGreaterThan(-100 * n * UNIT);
    expect(spectrum[0]).toBeGreaterThan(values[rank] * (1 - 1e-10));
    // E‖A − Â‖_tr ≤ (1 + k/(l − k − 1)) Σ_{j>k} λ_j for the whole l (Tropp et al. 2017, thm 4.1, real case); cutting to rank k adds at most Σ_{k<j≤l} λ_j.
    const tail = values.slice(rank).reduce((sum, x) => sum + x, 0);
    expect(found.traceError).toBeLessThan((2 + rank / 9) * tail);
    expect(Math.abs((found.traceError ?? NaN) - spectrum.reduce((sum, x) => sum + x, 0))).toBeLessThan(n * n * UNIT);
    checkEstimate(A, found, found.error);
    found.values.forEach((x, k) => expect(x).toBeLessThan(values[k] * (1 + 1e-10)));
    expect(found.applications).toBe(30 + 6);
  });

  test('power iterations bring it to the best of its rank', async () => {
    const values = powerLaw(150, 1);
    const A = withSpectrum(values);
    const errors = [];
    for (const powerIterations of [0, 1, 4]) errors.push(spectral(errorSpectrum(A, await nystrom(A, 20, { powerIterations }))));
    expect(errors[1]).toBeLessThan(errors[0]);
    expect(errors[2]).toBeLessThan(1.05 * values[20]);
  });

  test('exact at and above the rank of A, with orthonormal vectors', async () => {
    const A = gram(randomMatrix(90, 5, 3));
    const { values } = eigh(A, { vectors: false });
    for (const rank of [5, 12, 90]) {
      const found = await nystrom(A, rank);
      expect(orthonormal(found)).toBeLessThan(10);
      // The shift √n ε‖Y‖_F is what is lost.
      expect(spectral(errorSpectrum(A, found))).toBeLessThan(90 * UNIT * norm(A));
      found.values.forEach((x, k) => expect(Math.abs(x - values[k])).toBeLessThan(90 * UNIT * norm(A)));
      expect(found.error.bound).toBeLessThan(1e4 * UNIT * norm(A));
    }
  });

  test('a smooth kernel falls to rounding: stable where ΩᵀAΩ is singular', async () => {
    const A = fill(200, (i, j) => Math.exp(-((i - j) ** 2) / 5000));
    const found = await nystrom(A, 60);
    expect(orthonormal(found)).toBeLessThan(10);
    expect(found.error.bound).toBeLessThan(1e5 * UNIT * norm(A));
    checkEstimate(A, found, found.error);
  });

  test('zero, empty, rank 0, sizes 1e±300', async () => {
    expect(Array.from((await nystrom(matrix(6, 6), 2)).values)).toEqual([0, 0]);
    expect((await nystrom(matrix(0, 0), 0)).values.length).toBe(0);
    const none = await nystrom(eye(6), 0);
    expect([none.values.length, none.traceError]).toEqual([0, 6]);
    for (const size of [1e300, 1e-300]) {
      const { values } = await nystrom(scaled(withSpectrum([5, 4, 3, 0, 0, 0, 0, 0]), size), 3);
      values.forEach((x, k) => expect(x / size).toBeCloseTo(5 - k, 12));
    }
  });

  test('matrix-free: the same bits, the trace from a diagonal', async () => {
    const A = withSpectrum(powerLaw(60, 2));
    const whole = await nystrom(A, 8);
    const apply = (X: Matrix): Matrix => naive(A, X);
    expect((await nystrom({ size: 60, apply }, 8)).traceError).toBeUndefined();
    const free = await nystrom({ size: 60, apply, diagonal: Array.from({ length: 60 }, (_, i) => A.data[i * 61]) }, 8);
    expect(Math.abs((free.traceError ?? NaN) - (whole.traceError ?? NaN))).toBeLessThan(1e-12);
    expect(norm(minus(rebuilt(free), rebuilt(whole)))).toBeLessThan(1e-10);
  });

  test('what is refused', async () => {
    await expect(nystrom(symmetric(randomMatrix(40, 40, 2)), 5)).rejects.toMatchObject({ code: 'ERR_NOT_POSITIVE_DEFINITE', argument: 'A' });
    await expect(nystrom(randomMatrix(40, 40, 2), 5)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE' });
    await expect(nystrom(eye(4), 5)).rejects.toMatchObject({ argument: 'rank' });
    await expect(nystrom(matrix(2, 2, [1, NaN, NaN, 1]), 1)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
  });
});

describe('randomizedEigh', () => {
  test('mixed signs, by magnitude, certified', async () => {
    const values = Float64Array.from({ length: 120 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 0.8 ** i);
    const A = withSpectrum(values);
    const found = await randomizedEigh(A, 12);
    expect(orthonormal(found)).toBeLessThan(10);
    // Two power iterations with ten more vectors: the subspace is wrong by 0.8^(10·3).
    found.values.forEach((x, k) => expect(Math.abs(x - values[k])).toBeLessThan(1e-2 * Math.abs(values[k])));
    checkEstimate(A, found, found.error);
    const spectrum = errorSpectrum(A, found);
    expect(spectral(spectrum)).toBeLessThan(1.5 * Math.abs(values[12]));
  });

  test('exact for low rank; one seed, one result', async () => {
    const A = symmetric(naive(randomMatrix(70, 4, 1), flipped(randomMatrix(70, 4, 1))));
    const found = await randomizedEigh(A, 6, { seed: 5 });
    expect(spectral(errorSpectrum(A, found))).toBeLessThan(70 * UNIT * norm(A));
    expect(same(found.vectors.data, (await randomizedEigh(A, 6, { seed: 5 })).vectors.data)).toBe(true);
    expect(same(found.vectors.data, (await randomizedEigh(A, 6, { seed: 6 })).vectors.data)).toBe(false);
  });

  test('an aborted run, a matrix that is not symmetric', async () => {
    await expect(randomizedEigh(eye(50), 3, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await expect(randomizedEigh(randomMatrix(40, 40, 2), 5)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE' });
  });
});
