import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eigh, matrix, multiplyVector, quadraticForm, spectralFunction, stochasticTrace } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, fill, norm, randomMatrix, symmetric, uniforms } from './support.js';

const length = (x: Iterable<number>): number => Math.sqrt(Array.from(x).reduce((sum, y) => sum + y * y, 0));
const apart = (x: Float64Array, y: Float64Array): number => length(x.map((value, i) => value - y[i]));

/** f(A) v through the whole decomposition. */
function throughEigh(A: Matrix, f: (x: number) => number, v: Float64Array): Float64Array {
  const { values, vectors } = eigh(A);
  const components = multiplyVector(vectors, v, { transpose: true });
  return multiplyVector(vectors, components.map((x, k) => x * f(values[k])));
}

const secondDifference = (n: number): Matrix => fill(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
const kernel = (n: number): Matrix => fill(n, (i, j) => Math.exp(-((i - j) ** 2) / 50) + (i === j ? 0.01 : 0));

describe('f(A) v', () => {
  const n = 300;
  const v = uniforms(n, 5);
  const functions: Record<string, (x: number) => number> = {
    exp: (x) => Math.exp(-x),
    'square root': Math.sqrt,
    'inverse square root': (x) => 1 / Math.sqrt(x),
    log: Math.log,
    'heat of a long time': (x) => Math.exp(-50 * x),
  };
  test.each(Object.entries(functions))('%s against eigh, within what it says of itself', async (_name, f) => {
    const A = kernel(n);
    const exact = throughEigh(A, f, v);
    const { value, status, residual, applications, iterations } = await spectralFunction(A, f, v);
    expect(status).toBe('converged');
    expect(applications).toBe(iterations);
    expect(residual).toBeLessThan(1.0001e-10 * length(value) + 1e-11);
    // eigh itself moves eigenvalues by nε‖A‖, and the slope of these f on [0.01, 12.6] is at most 50·‖f‖.
    expect(apart(value, exact)).toBeLessThan(residual + 50 * n * UNIT * norm(A) * length(exact));
  });

  test('the estimate is above the error wherever it is not yet rounding', async () => {
    const A = secondDifference(n);
    for (const tolerance of [1e-2, 1e-4, 1e-6]) {
      for (const f of [(x: number) => Math.exp(-3 * x), (x: number) => 1 / (x + 0.1), (x: number) => Math.sqrt(x + 0.01)]) {
        const { value, residual } = await spectralFunction(A, f, v, { tolerance });
        expect(apart(value, throughEigh(A, f, v))).toBeLessThan(residual);
        expect(residual).toBeLessThan(tolerance * length(value));
      }
    }
  });

  test('an eigenvector gives f(λ) times itself, although rounding opens other directions', async () => {
    // sin(iπ/(n+1)) belongs to 4 sin²(π/(2n+2)).
    const eigenvector = Float64Array.from({ length: n }, (_, i) => Math.sin(((i + 1) * Math.PI) / (n + 1)));
    const { value, residual } = await spectralFunction(secondDifference(n), Math.log, eigenvector);
    const expected = Math.log(4 * Math.sin(Math.PI / (2 * n + 2)) ** 2);
    // log amplifies the rounding 4ε of λ = 1e-4 by 1/λ.
    expect(apart(value, eigenvector.map((x) => x * expected))).toBeLessThan(1e5 * UNIT * length(eigenvector));
    expect(residual).toBeLessThan(1e-10 * length(eigenvector));
  });

  test('polynomials are exact after their degree in steps', async () => {
    const A = symmetric(randomMatrix(60, 60, 2));
    const x = uniforms(60, 3);
    const cube = multiplyVector(A, multiplyVector(A, multiplyVector(A, x)));
    const { value } = await spectralFunction(A, (t) => t ** 3, x, { maxIterations: 4 });
    expect(apart(value, cube)).toBeLessThan(60 * UNIT * norm(A) ** 3 * length(x));
    const { value: form } = await quadraticForm(A, (t) => t ** 3, x, { maxIterations: 2 });
    expect(Math.abs(form - x.reduce((sum, y, i) => sum + y * cube[i], 0))).toBeLessThan(60 * UNIT * norm(A) ** 3 * length(x) ** 2);
  });

  test('small and singular cases, zero vectors, sizes 1e±300', async () => {
    expect((await spectralFunction(matrix(0, 0), Math.exp, [])).value.length).toBe(0);
    expect(Array.from((await spectralFunction(matrix(1, 1, [4]), Math.sqrt, [3])).value)).toEqual([6]);
    expect(Array.from((await spectralFunction(eye(5), Math.exp, new Float64Array(5))).value)).toEqual([0, 0, 0, 0, 0]);
    const identity = await spectralFunction(eye(50), (x) => x + 1, uniforms(50, 2));
    expect(apart(identity.value, uniforms(50, 2).map((x) => 2 * x))).toBeLessThan(1e-14);
    for (const size of [1e300, 1e-300]) {
      const A = fill(40, (i, j) => size * Math.exp(-Math.abs(i - j)));
      const x = uniforms(40, 9);
      const { value } = await spectralFunction(A, (t) => Math.sqrt(t / size), x);
      expect(apart(value, throughEigh(fill(40, (i, j) => Math.exp(-Math.abs(i - j))), Math.sqrt, x))).toBeLessThan(1e-12);
    }
  });

  test('too few steps are reported with an honest estimate', async () => {
    const A = secondDifference(n);
    const f = (x: number): number => 1 / (x + 1e-4);
    const { value, status, residual } = await spectralFunction(A, f, v, { maxIterations: 30 });
    expect(status).toBe('max-iterations');
    expect(residual).toBeGreaterThan(1e-3 * apart(value, throughEigh(A, f, v)));
  });

  test('f undefined on the spectrum is refused by name', async () => {
    await expect(spectralFunction(symmetric(randomMatrix(50, 50, 2)), Math.log, uniforms(50, 1))).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
    await expect(spectralFunction(eye(3), Math.exp, [1, NaN, 0])).rejects.toMatchObject({ argument: 'v[1]' });
    await expect(spectralFunction(eye(3), Math.exp, [1, 0])).rejects.toMatchObject({ code: 'ERR_SHAPE' });
  });
});

describe('vᵀ f(A) v', () => {
  test('entries of the inverse of min(i, j) and of the second difference, in closed form', async () => {
    // min(i, j)⁻¹ has 2 on the diagonal (1 at the end); the second difference has (i)(n + 1 − i)/(n + 1).
    const n = 120;
    const unit = (i: number): Float64Array => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
    const inverse = (x: number): number => 1 / x;
    const first = await quadraticForm(fill(n, (i, j) => Math.min(i, j) + 1), inverse, unit(60));
    // Condition 6e4.
    expect(Math.abs(first.value - 2)).toBeLessThan(1e-9);
    const second = await quadraticForm(secondDifference(n), inverse, unit(39));
    expect(second.status).toBe('converged');
    expect(Math.abs(second.value - (40 * 81) / 121)).toBeLessThan(1e-9 * 27);
  });

  test('against eigh on random spectra, within the estimate', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 1000 }), async (n, seed) => {
        const A = symmetric(randomMatrix(n, n, seed));
        const v = uniforms(n, seed + 1);
        const f = (x: number): number => Math.exp(x / 5) + x * x;
        const { value, residual } = await quadraticForm(A, f, v);
        const exact = throughEigh(A, f, v).reduce((sum, x, i) => sum + x * v[i], 0);
        expect(Math.abs(value - exact)).toBeLessThanOrEqual(residual + 100 * n * UNIT * (1 + Math.abs(exact)));
      }),
      { numRuns: 30, seed: 3 },
    );
  });
});

describe('tr f(A)', () => {
  test('log det of a kernel within four standard errors, and the standard error is right', async () => {
    const n = 200;
    const A = kernel(n);
    const exact = eigh(A, { vectors: false }).values.reduce((sum, x) => sum + Math.log(x), 0);
    const { value, standardError, quadratureError, status, samples } = await stochasticTrace(A, Math.log, { probes: 64, seed: 2 });
    expect(status).toBe('converged');
    expect(samples.length).toBe(64);
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError + 10 * quadratureError);
    // Theory: variance per probe 2 Σ_{i≠j} (log A)²_ij. 64 probes know their variance to 18%: five times that.
    const { values, vectors } = eigh(A);
    let offDiagonal = values.reduce((sum, x) => sum + Math.log(x) ** 2, 0);
    for (let i = 0; i < n; i++) {
      let entry = 0;
      for (let k = 0; k < n; k++) entry += vectors.data[i * n + k] ** 2 * Math.log(values[k]);
      offDiagonal -= entry * entry;
    }
    expect(Math.abs((standardError ** 2 * 64) / (2 * offDiagonal) - 1)).toBeLessThan(0.9);
  });

  test('exact for diagonal matrices and for constants', async () => {
    const diagonal = await stochasticTrace(fill(30, (i, j) => (i === j ? i + 1 : 0)), Math.sqrt, { probes: 4 });
    const exact = Array.from({ length: 30 }, (_, i) => Math.sqrt(i + 1)).reduce((a, b) => a + b);
    expect(Math.abs(diagonal.value - exact)).toBeLessThan(1e-6 * exact);
    const ones = await stochasticTrace(symmetric(randomMatrix(80, 80, 4)), () => 1, { probes: 3 });
    expect(Math.abs(ones.value - 80)).toBeLessThan(1e-11);
    expect(ones.standardError).toBeLessThan(1e-11);
  });

  test('unbiased: the mean of many runs', async () => {
    // 40 runs of 4 probes on a 2-point coupling with known variance: tr A⁻¹ with A = [[2, 1], [1, 2]]; samples are 2/3·(1 ± …).
    const A = matrix(2, 2, [2, 1, 1, 2]);
    const runs = await Promise.all(Array.from({ length: 40 }, (_, seed) => stochasticTrace(A, (x) => 1 / x, { probes: 4, seed })));
    const mean = runs.reduce((sum, { value }) => sum + value, 0) / 40;
    // tr = 4/3; a sample is 4/3 ∓ 2/3, so the mean of 160 has standard deviation 0.053.
    expect(Math.abs(mean - 4 / 3)).toBeLessThan(4 * 0.053);
  });

  test('one seed, one result', async () => {
    const A = kernel(50);
    const [a, b, c] = await Promise.all([7, 7, 8].map((seed) => stochasticTrace(A, Math.sqrt, { probes: 5, seed })));
    expect(a.value).toBe(b.value);
    expect(a.value).not.toBe(c.value);
  });
});
