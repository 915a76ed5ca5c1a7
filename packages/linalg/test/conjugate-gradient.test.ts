import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDiagonal, cholesky, conjugateGradient, eigh, lowRankPreconditioner, matrix, pivotedCholesky, solveCholesky, solveRegularised,
} from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, eye, fill, flipped, minus, naive, norm, randomMatrix, symmetric, withSpectrum } from './support.js';

const columnNorms = ({ rows, cols, data }: Matrix): number[] =>
  Array.from({ length: cols }, (_, c) => Math.sqrt(Array.from({ length: rows }, (__, i) => data[i * cols + c] ** 2).reduce((a, b) => a + b, 0)));

/** ‖b − A x‖/‖b‖ of each column, by the definition. */
const trueResiduals = (A: Matrix, X: Matrix, B: Matrix): number[] => {
  const sizes = columnNorms(B);
  return columnNorms(minus(B, naive(A, X))).map((r, c) => (sizes[c] === 0 ? r : r / sizes[c]));
};

const secondDifference = (n: number): Matrix => fill(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0));
const kernel = (n: number): Matrix => fill(n, (i, j) => Math.exp(-((i - j) ** 2) / 800));

describe('solutions in closed form', () => {
  test('the loaded string: x_i = i(n + 1 − i)/2, in at most n/2 steps by symmetry', async () => {
    const n = 100;
    const { value, status, iterations } = await conjugateGradient(secondDifference(n), matrix(n, 1, new Float64Array(n).fill(1)));
    expect(status).toBe('converged');
    expect(iterations).toBeLessThanOrEqual(n / 2);
    // Condition 4e3 times the residual 1e-10, relative to the largest entry 1275.
    value.data.forEach((x, i) => expect(Math.abs(x - ((i + 1) * (n - i)) / 2)).toBeLessThan(4e-7 * 1275));
  });

  test('as many steps as there are different eigenvalues', async () => {
    const A = withSpectrum(Float64Array.from({ length: 60 }, (_, i) => [1, 2, 7][i % 3]));
    const { iterations, condition } = await conjugateGradient(A, randomMatrix(60, 1, 4));
    expect(iterations).toBe(3);
    expect(condition).toBeCloseTo(7, 10);
  });
});

test('many right-hand sides against Cholesky, residuals recomputed by the definition', async () => {
  const n = 150;
  const A = addDiagonal(kernel(n), 0.01);
  const B = randomMatrix(n, 7, 3);
  for (let i = 0; i < n; i++) B.data[i * 7 + 2] = 0;
  const { value, status, residuals, residual, applications, iterations } = await conjugateGradient(A, B);
  expect(status).toBe('converged');
  expect(applications).toBeLessThanOrEqual(7 * (iterations + 2));
  const exact = trueResiduals(A, value, B);
  // Both are rounded: ε‖A‖‖x‖/‖b‖ ≤ ε κ.
  residuals.forEach((r, c) => expect(Math.abs(r - exact[c])).toBeLessThan(n * UNIT * 3000));
  expect(residual).toBe(Math.max(...residuals));
  expect(residual).toBeLessThan(1e-10);
  for (let i = 0; i < n; i++) expect(value.data[i * 7 + 2]).toBe(0);
  // ‖x − x*‖ ≤ κ·1e-10‖x‖, κ = 3e3.
  const direct = solveCholesky(cholesky(A), B);
  expect(norm(minus(value, direct))).toBeLessThan(3e-7 * norm(direct));
  const single = await conjugateGradient(A, matrix(n, 1, Float64Array.from({ length: n }, (_, i) => B.data[i * 7])));
  single.value.data.forEach((x, i) => expect(Math.abs(x - value.data[i * 7])).toBeLessThan(3e-7 * norm(direct)));
});

describe('preconditioned by a pivoted partial Cholesky factor', () => {
  test('M⁻¹ and log det M against the dense matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 8 }), fc.double({ min: 1e-6, max: 10, noNaN: true }), (n, r, sigma2) => {
        const L = randomMatrix(n, r, n + r + 1);
        const M = addDiagonal(symmetric(naive(L, flipped(L))), sigma2);
        const { apply, logDeterminant } = lowRankPreconditioner(L, sigma2);
        // The form (I − QQᵀ)/σ² carries an error of a few ε/σ².
        const inverse = apply(eye(n));
        expect(norm(minus(naive(M, inverse), eye(n)))).toBeLessThan((200 * (n + r) * UNIT * norm(M)) / sigma2);
        expect(Math.abs(logDeterminant - cholesky(M).logDeterminant)).toBeLessThan((100 * (n + r) * UNIT * norm(M)) / sigma2 + 1e-12);
      }),
      { numRuns: 50, seed: 8 },
    );
  });

  test('the condition number is within 1 + tr(K − LLᵀ)/σ², and the steps fall', async () => {
    const n = 300;
    const K = kernel(n);
    const A = addDiagonal(K, 1e-4);
    const B = randomMatrix(n, 3, 5);
    const plain = await conjugateGradient(A, B, { tolerance: 1e-8 });
    let before = plain.iterations;
    for (const rank of [10, 20, 30]) {
      const { factor, traceError } = pivotedCholesky(K, { rank });
      const { status, iterations, condition, value } = await conjugateGradient(A, B, { tolerance: 1e-8, preconditioner: lowRankPreconditioner(factor, 1e-4) });
      expect(status).toBe('converged');
      expect(condition).toBeLessThan(1.01 * (1 + traceError / 1e-4));
      expect(iterations).toBeLessThan(before);
      expect(Math.max(...trueResiduals(A, value, B))).toBeLessThan(1.01e-8);
      before = iterations;
    }
    expect(before).toBeLessThan(8);
  });

  test('solveRegularised: matrix and operator, against Cholesky', async () => {
    const n = 250;
    const K = kernel(n);
    const B = randomMatrix(n, 2, 6);
    const A = addDiagonal(K, 1e-3);
    const direct = solveCholesky(cholesky(A), B);
    const fromMatrix = await solveRegularised(K, 1e-3, B);
    const operator = {
      size: n,
      apply: (X: Matrix) => naive(K, X),
      diagonal: new Float64Array(n).fill(1),
      column: (p: number) => K.data.slice(p * n, (p + 1) * n),
    };
    const fromOperator = await solveRegularised(operator, 1e-3, B, { rank: 25 });
    expect(fromOperator.rank).toBe(25);
    for (const { status, value } of [fromMatrix, fromOperator]) {
      expect(status).toBe('converged');
      // κ = 5e4 times 1e-10.
      expect(norm(minus(value, direct))).toBeLessThan(1e-5 * norm(direct));
    }
    expect((await solveRegularised(K, 1e-3, B, { rank: 0 })).iterations).toBeGreaterThan(2 * fromMatrix.iterations);
  });
});

describe('the certificate', () => {
  test('what cannot be reached is reported as stalled, with the true residual', async () => {
    const A = withSpectrum(Float64Array.from({ length: 60 }, (_, i) => 10 ** ((-6 * i) / 59)));
    const B = randomMatrix(60, 2, 3);
    const { status, residuals, value, replacements } = await conjugateGradient(A, B, { tolerance: 1e-14, maxIterations: 5000 });
    expect(status).toBe('stalled');
    expect(replacements).toBeGreaterThan(0);
    const exact = trueResiduals(A, value, B);
    // ε‖A‖‖x‖/‖b‖ is the rounding of b − A x itself.
    const rounding = columnNorms(value).map((x, c) => (60 * UNIT * norm(A) * x) / columnNorms(B)[c]);
    residuals.forEach((r, c) => {
      expect(r).toBeGreaterThan(1e-14);
      expect(Math.abs(r - exact[c])).toBeLessThan(rounding[c]);
    });
  });

  test('too few steps', async () => {
    const { status, iterations, residual } = await conjugateGradient(secondDifference(200), randomMatrix(200, 1, 3), { maxIterations: 10 });
    expect([status, iterations]).toEqual(['max-iterations', 10]);
    expect(residual).toBeGreaterThan(1e-3);
  });

  test('the condition estimate never exceeds the condition number, and finds it on a full run', async () => {
    const A = symmetric(naive(randomMatrix(40, 50, 3), flipped(randomMatrix(40, 50, 3))));
    const { values } = eigh(A, { vectors: false });
    const exact = values[0] / values[39];
    const { condition } = await conjugateGradient(A, randomMatrix(40, 1, 2), { tolerance: 1e-12 });
    expect(condition).toBeLessThan(exact * (1 + 1e-8));
    expect(condition).toBeGreaterThan(0.99 * exact);
  });
});

test('empty, zero and one by one; entries of size 1e±300', async () => {
  expect((await conjugateGradient(matrix(0, 0), matrix(0, 2))).status).toBe('converged');
  expect((await conjugateGradient(eye(3), matrix(3, 0))).status).toBe('converged');
  const zero = await conjugateGradient(eye(3), matrix(3, 1));
  expect([zero.status, zero.iterations, Array.from(zero.value.data)]).toEqual(['converged', 0, [0, 0, 0]]);
  expect((await conjugateGradient(matrix(1, 1, [4]), matrix(1, 1, [8]))).value.data[0]).toBe(2);
  for (const size of [1e300, 1e-300]) {
    const A = fill(30, (i, j) => size * Math.exp(-Math.abs(i - j)));
    const { value, status } = await conjugateGradient(A, matrix(30, 1, new Float64Array(30).fill(size)));
    expect(status).toBe('converged');
    const { value: plain } = await conjugateGradient(fill(30, (i, j) => Math.exp(-Math.abs(i - j))), matrix(30, 1, new Float64Array(30).fill(1)));
    expect(norm(minus(value, plain))).toBeLessThan(1e-8);
  }
});

describe('what is refused', () => {
  test('indefinite, negative and zero matrices are named', async () => {
    const B = randomMatrix(20, 1, 2);
    for (const A of [symmetric(randomMatrix(20, 20, 3)), fill(20, (i, j) => (i === j ? -1 : 0)), matrix(20, 20)])
      await expect(conjugateGradient(A, B)).rejects.toMatchObject({ code: 'ERR_NOT_POSITIVE_DEFINITE', argument: 'A' });
    const preconditioner = { apply: (R: Matrix): Matrix => matrix(20, 1, R.data.map((x) => -x)) };
    await expect(conjugateGradient(eye(20), B, { preconditioner })).rejects.toMatchObject({ argument: 'preconditioner' });
  });
  test('a semidefinite system without a solution stalls, one with a solution is solved', async () => {
    const A = fill(20, (i, j) => (i === j && i < 10 ? i + 1 : 0));
    const inside = matrix(20, 1, Float64Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 0)));
    expect((await conjugateGradient(A, inside)).status).toBe('converged');
    const outside = await conjugateGradient(A, matrix(20, 1, new Float64Array(20).fill(1)), { maxIterations: 60 }).catch((error: unknown) => error);
    expect(outside).not.toMatchObject({ status: 'converged' });
  });
  test('NaN, shapes, ranges', async () => {
    await expect(conjugateGradient(eye(3), matrix(3, 1, [1, NaN, 0]))).rejects.toMatchObject({ argument: 'B[1]' });
    await expect(conjugateGradient(eye(3), matrix(4, 1))).rejects.toMatchObject({ code: 'ERR_SHAPE' });
    await expect(conjugateGradient(eye(3), matrix(3, 1), { tolerance: -1 })).rejects.toMatchObject({ argument: 'tolerance' });
    await expect(solveRegularised(eye(3), 0, matrix(3, 1))).rejects.toMatchObject({ argument: 'sigma2' });
  });
  test('an aborted run', async () => {
    const stop = new AbortController();
    const run = conjugateGradient(secondDifference(100), randomMatrix(100, 1, 2), { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
  });
});
