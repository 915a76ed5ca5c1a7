import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eigh, largestEigenpairs, matrix, startThreads, stopThreads, symmetricOperator } from '../src/index.js';
import type { Eigenpairs, Matrix, SymmetricOperator } from '../src/index.js';
import { UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric, uniforms } from './support.js';

/** Q diag(values) Qᵀ applied without being formed: Q is two reflections. */
function reflected(values: ArrayLike<number>, seed = 3): SymmetricOperator {
  const n = values.length;
  const reflectors = [uniforms(n, seed), uniforms(n, seed + 1)];
  const reflect = (v: Float64Array, { data, cols }: Matrix): Matrix => {
    const square = v.reduce((sum, x) => sum + x * x, 0);
    const out = Float64Array.from(data);
    for (let c = 0; c < cols; c++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += v[i] * data[i * cols + c];
      for (let i = 0; i < n; i++) out[i * cols + c] -= ((2 * dot) / square) * v[i];
    }
    return matrix(n, cols, out);
  };
  return {
    size: n,
    apply: (X) => {
      const Y = reflect(reflectors[0], reflect(reflectors[1], X));
      const scaled = matrix(n, X.cols, Y.data.map((x, i) => x * values[Math.floor(i / X.cols)]));
      return reflect(reflectors[1], reflect(reflectors[0], scaled));
    },
  };
}

/** Certified residuals, orthonormal vectors, and values within the residuals of the exact ones (given in the same order). */
function check({ values, vectors, residuals, norm: size, status }: Eigenpairs, exact: ArrayLike<number>, tolerance = 1e-10): void {
  const n = vectors.rows;
  expect(status).toBe('converged');
  expect(values.length).toBe(exact.length);
  residuals.forEach((residual) => expect(residual).toBeLessThanOrEqual(tolerance * size));
  expect(ratio(minus(naive(flipped(vectors), vectors), eye(vectors.cols)), 1, n)).toBeLessThan(10);
  // An eigenvalue lies within the residual of each value (Krylov–Weinstein); for orthonormal vectors the values match up to √k times that (Kahan).
  const bound = Math.sqrt(exact.length) * tolerance * size + 10 * n * UNIT * size;
  values.forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(bound));
}

const descending = (values: Iterable<number>): number[] => Array.from(values).sort((a, b) => b - a);

describe('spectra known in closed form', () => {
  test('min(i, j), n = 700: 1 / 4 sin²((2k−1)π/(4n+2))', async () => {
    const n = 700;
    const A = fill(n, (i, j) => Math.min(i, j) + 1);
    const exact = Array.from({ length: 12 }, (_, k) => 0.25 / Math.sin(((2 * k + 1) * Math.PI) / (4 * n + 2)) ** 2);
    const found = await largestEigenpairs(A, 12);
    check(found, exact);
    expect(Math.abs(found.norm - exact[0])).toBeLessThan(1e-12 * exact[0]);
  });

  test('second difference, both ends, never formed', async () => {
    const n = 400;
    const apply = ({ data, cols }: Matrix): Matrix =>
      matrix(n, cols, data.map((x, i) => 2 * x - (i >= cols ? data[i - cols] : 0) - (i + cols < data.length ? data[i + cols] : 0)));
    const value = (k: number): number => 4 * Math.sin((k * Math.PI) / (2 * n + 2)) ** 2;
    check(await largestEigenpairs({ size: n, apply }, 5), [400, 399, 398, 397, 396].map(value));
    // By hand for the eigenvectors as well: v_i = √(2/(n+1)) sin(ikπ/(n+1)); the gap is 5e-4, so the angle is at most 1e-10·4/5e-4.
    const low = await largestEigenpairs({ size: n, apply }, 3, { which: 'smallest' });
    check(low, [1, 2, 3].map(value));
    let overlap = 0;
    for (let i = 0; i < n; i++) overlap += Math.sqrt(2 / (n + 1)) * Math.sin(((i + 1) * Math.PI) / (n + 1)) * low.vectors.data[i * 3];
    expect(Math.abs(Math.abs(overlap) - 1)).toBeLessThan(1e-11);
  });

  test('Gram matrix of hypercube corners: the degenerate levels of a dot-product kernel', async () => {
    // All 2⁹ corners of {±1}⁹: Σ_S f̂(|S|) χ_S(x)χ_S(y), so each level |S| = l of t³ + 20 t + 5 (t = x·y) has multiplicity C(9, l).
    const d = 9;
    const n = 2 ** d;
    const dot = (i: number, j: number): number => {
      let differing = 0;
      for (let bits = i ^ j; bits > 0; bits >>= 1) differing += bits & 1;
      return d - 2 * differing;
    };
    const A = fill(n, (i, j) => dot(i, j) ** 3 + 20 * dot(i, j) + 5);
    // t³ = (3d − 2) t + 6 e₃ with e₃ = Σ_{|S|=3} χ_S: levels 0, 1, 3 have n·5, n·(3d − 2 + 20), n·6.
    const exact = [...Array<number>(9).fill(n * (3 * d + 18)), ...Array<number>(84).fill(n * 6), n * 5];
    const top = await largestEigenpairs(A, 30, { blockSize: 4, subspace: 80 });
    expect(top.applications).toBeLessThan(3 * n);
    check(top, exact.slice(0, 30));
  });
});

describe('difficult spectra', () => {
  test('multiplicity above the block size, at the top and at the edge of what is wanted', async () => {
    const spectrum = Float64Array.from({ length: 600 }, (_, i) => (i < 13 ? 5 : i < 30 ? 4 : 3 - i / 300));
    const found = await largestEigenpairs(reflected(spectrum), 20, { blockSize: 3 });
    check(found, spectrum.slice(0, 20));
  });

  test('a cluster as wide as the tolerance allows to tell apart', async () => {
    const spectrum = Float64Array.from({ length: 500 }, (_, i) => (i < 12 ? 1 + 1e-9 * i : i / 1000));
    const exact = descending(spectrum).slice(0, 15);
    check(await largestEigenpairs(reflected(spectrum), 15, { blockSize: 4 }), exact);
  });

  test('more pairs than the rank', async () => {
    const X = randomMatrix(400, 3, 9);
    const A = symmetric(naive(X, flipped(X)));
    const small = eigh(naive(flipped(X), X)).values;
    check(await largestEigenpairs(A, 8), [...small, 0, 0, 0, 0, 0]);
  });

  test('zero and identity', async () => {
    check(await largestEigenpairs(matrix(400, 400), 7), new Float64Array(7));
    check(await largestEigenpairs(eye(400), 7), new Float64Array(7).fill(1));
  });

  test('geometric from 1 to 1e-16', async () => {
    const spectrum = Float64Array.from({ length: 400 }, (_, i) => 10 ** ((-16 * i) / 399));
    check(await largestEigenpairs(reflected(spectrum), 25), spectrum.slice(0, 25));
  });

  test('negative values: the smallest, the largest in magnitude, and a largest that is negative', async () => {
    const spectrum = Float64Array.from({ length: 500 }, (_, i) => (i < 20 ? -10 - i / 10 : i < 40 ? 9.05 + i / 10 : i / 500));
    const operator = reflected(spectrum);
    check(await largestEigenpairs(operator, 6, { which: 'smallest' }), descending(spectrum).reverse().slice(0, 6));
    const size = Array.from(spectrum).sort((a, b) => Math.abs(b) - Math.abs(a));
    check(await largestEigenpairs(operator, 30, { which: 'magnitude' }), size.slice(0, 30));
    const negative = spectrum.map((x) => x - 50);
    check(await largestEigenpairs(reflected(negative), 4), descending(negative).slice(0, 4));
  });

  test.each([1e300, 1e-300])('entries of size %d', async (size) => {
    const A = fill(420, (i, j) => size * Math.exp(-Math.abs(i - j) / 10));
    const exact = eigh(A, { vectors: false }).values.slice(0, 5);
    check(await largestEigenpairs(A, 5), exact);
  });

  test('a basis with no room, and levels of multiplicity far above the block: the complement is searched through restarts', async () => {
    const levels = [0.5, 0.57, 1, 1 + 1e-12, 3];
    const spectrum = Float64Array.from({ length: 190 }, (_, i) => levels[i % 5]);
    const exact = spectrum.toSorted().slice(0, 32);
    check(await largestEigenpairs(reflected(spectrum), 32, { which: 'smallest', blockSize: 16, subspace: 68, tolerance: 1e-4 }), exact, 1e-4);
  });

  test('crowded ends that no small subspace resolves are decomposed whole', async () => {
    const spectrum = Float64Array.from({ length: 400 }, (_, i) => (i + 1) ** -2);
    const found = await largestEigenpairs(reflected(spectrum), 20, { which: 'smallest', subspace: 40 });
    check(found, spectrum.slice(-20).reverse());
    expect(found.applications).toBeLessThan(6 * 400);
    expect(found.iterations).toBeGreaterThan(0);
  });

  test('any spectrum of clusters, gaps and signs', async () => {
    const level = fc.constantFrom(-3, -1, 0, 1e-8, 0.5, 0.5 + 1e-7, 1, 2, 2 + 1e-12, 7);
    await fc.assert(
      fc.asyncProperty(fc.array(level, { minLength: 250, maxLength: 250 }), fc.integer({ min: 1, max: 30 }), async (levels, k) => {
        const found = await largestEigenpairs(reflected(levels), k, { blockSize: 3, subspace: k + 40 });
        check(found, descending(levels).slice(0, k));
      }),
      { numRuns: 20, seed: 5 },
    );
  });
});

test.each([0, 1, 2, 5, 40])('n = %i is decomposed whole', async (n) => {
  const A = symmetric(randomMatrix(n, n, 2));
  const k = Math.ceil(n / 2);
  check(await largestEigenpairs(A, k), eigh(A).values.slice(0, k));
  check(await largestEigenpairs(A, n), eigh(A).values);
  expect((await largestEigenpairs(A, 0)).values.length).toBe(0);
});

test('against eigh: a random matrix and all its odd sizes', async () => {
  for (const n of [401, 514, 515]) {
    const A = symmetric(randomMatrix(n, n, n));
    check(await largestEigenpairs(A, 11, { blockSize: 5 }), eigh(A, { vectors: false }).values.slice(0, 11));
  }
});

test('the residuals are true: recomputed here in plain arithmetic', async () => {
  const A = symmetric(randomMatrix(450, 450, 8));
  const { values, vectors, residuals } = await largestEigenpairs(A, 6, { tolerance: 1e-6 });
  const image = naive(A, vectors);
  for (let c = 0; c < 6; c++) {
    let square = 0;
    for (let i = 0; i < 450; i++) square += (image.data[i * 6 + c] - values[c] * vectors.data[i * 6 + c]) ** 2;
    // Both carry rounding of A·v.
    expect(Math.abs(Math.sqrt(square) - residuals[c])).toBeLessThan(450 * UNIT * norm(A));
  }
});

test('too few steps are said to be too few, with true residuals', async () => {
  const A = symmetric(randomMatrix(500, 500, 4));
  const { status, iterations, residuals, norm: size } = await largestEigenpairs(A, 10, { maxIterations: 4 });
  expect(status).toBe('max-iterations');
  expect(iterations).toBe(4);
  expect(Math.max(...residuals)).toBeGreaterThan(1e-10 * size);
});

test('fewer steps than give k vectors are raised to that', async () => {
  const found = await largestEigenpairs(symmetric(randomMatrix(500, 500, 4)), 20, { maxIterations: 1 });
  expect([found.status, found.iterations]).toEqual(['max-iterations', 3]);
  expect(ratio(minus(naive(flipped(found.vectors), found.vectors), eye(20)), 1, 500)).toBeLessThan(10);
});

test('a tolerance below rounding is reported as not met', async () => {
  const A = fill(400, (i, j) => Math.min(i, j) + 1);
  const { status, residuals, norm: size } = await largestEigenpairs(A, 5, { tolerance: 1e-18, maxIterations: 100 });
  expect(status).not.toBe('converged');
  expect(Math.max(...residuals)).toBeLessThan(100 * UNIT * size);
});

test('one seed, one result; on any number of threads', async () => {
  const A = symmetric(randomMatrix(530, 530, 6));
  const first = await largestEigenpairs(A, 5, { seed: 3 });
  const again = await largestEigenpairs(A, 5, { seed: 3 });
  expect(same(first.vectors.data, again.vectors.data)).toBe(true);
  expect(same(first.vectors.data, (await largestEigenpairs(A, 5, { seed: 4 })).vectors.data)).toBe(false);
  await startThreads({ threads: 2 });
  try {
    expect(same(first.vectors.data, (await largestEigenpairs(A, 5, { seed: 3 })).vectors.data)).toBe(true);
  } finally {
    stopThreads();
  }
});

describe('an operator made of a matrix', () => {
  test.each([1, 2, 3, 5, 66, 513, 517])('n = %i: products of any width, in the engine and by panels', (n) => {
    const A = symmetric(randomMatrix(n, n, 12));
    for (const b of [1, 2, 4, 7, 16]) {
      const X = randomMatrix(n, b, 5);
      const operator = symmetricOperator(A);
      const lives = operator.apply(X);
      operator.dispose();
      const copied = operator.apply(X);
      for (const Y of [lives, copied]) expect(ratio(minus(Y, naive(A, X)), norm(A) * norm(X), n)).toBeLessThan(1);
    }
  });
});

describe('what is refused', () => {
  const A = symmetric(randomMatrix(400, 400, 2));
  const n = 400;
  test('NaN and infinity', async () => {
    for (const bad of [NaN, Infinity]) {
      const B = matrix(n, n, Float64Array.from(A.data));
      B.data[777] = bad;
      await expect(largestEigenpairs(B, 2)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE', argument: 'A[777]' });
    }
    await expect(largestEigenpairs({ size: n, apply: (X) => matrix(n, X.cols, X.data.map(() => NaN)) }, 2)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
  });
  test('matrices that are not symmetric or not square, and operators of the wrong shape', async () => {
    await expect(largestEigenpairs(randomMatrix(n, n, 2), 2)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE', argument: 'A' });
    await expect(largestEigenpairs(randomMatrix(30, 30, 2), 2)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE', argument: 'A' });
    await expect(largestEigenpairs(randomMatrix(5, 6, 2), 2)).rejects.toMatchObject({ code: 'ERR_SHAPE' });
    await expect(largestEigenpairs({ size: n, apply: () => matrix(3, 3) }, 2)).rejects.toMatchObject({ code: 'ERR_SHAPE' });
  });
  test('arguments out of range', async () => {
    await expect(largestEigenpairs(A, n + 1)).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE', argument: 'k' });
    await expect(largestEigenpairs(A, 2, { subspace: 3 })).rejects.toMatchObject({ argument: 'subspace' });
    await expect(largestEigenpairs(A, 2, { which: 'middle' as 'largest' })).rejects.toMatchObject({ argument: 'which' });
    await expect(largestEigenpairs(A, 2, { tolerance: 0 })).rejects.toMatchObject({ argument: 'tolerance' });
  });
  test('an aborted run stops with the reason of the signal', async () => {
    const stop = new AbortController();
    const progress: number[] = [];
    const run = largestEigenpairs(A, 40, {
      signal: stop.signal,
      subspace: 60,
      onProgress: ({ fraction }) => {
        progress.push(fraction);
        stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(progress.length).toBeGreaterThan(0);
  });
});
