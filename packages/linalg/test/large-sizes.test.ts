import { afterAll, describe, expect, test } from 'vitest';
import { cholesky, fromRows, gram, invertCholesky, lu, matrix, multiply, multiplyVector, qr, solveCholesky, solveLu, startThreads, stopThreads, svd, transpose } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { UNIT, addTo, eye, fill, minus, norm, randomMatrix, ratio, uniforms, withSpectrum } from './support.js';

// LAPACK's test ratios at the sizes where every level of blocking is at work. The products in the ratios are `multiply`'s: at these sizes it
// is itself checked against matrix–vector products, row by row.
afterAll(stopThreads);

const families: Record<string, (n: number) => Matrix> = {
  'random Gram plus ridge': (n) => addTo(gram(randomMatrix(n, n, 3)), 0.1),
  'rank three plus ridge': (n) => addTo(gram(randomMatrix(n, 3, 4)), 1e-6),
  'condition 1e14': (n) => withSpectrum(Float64Array.from({ length: n }, (_, i) => 10 ** ((-14 * i) / (n - 1))), 7, 2),
  'Hilbert plus 1e-10': (n) => fill(n, (i, j) => 1 / (i + j + 1) + (i === j ? 1e-10 : 0)),
  'size 1e150': (n) => fill(n, (i, j) => 1e150 * (i === j ? 2 : 1 / (1 + Math.abs(i - j)))),
  'size 1e-150': (n) => fill(n, (i, j) => 1e-150 * (i === j ? 2 : 1 / (1 + Math.abs(i - j)))),
};

describe.each([
  [1, 500],
  [2, 500],
  [2, 1000],
])('%i threads, n = %i', (threads, n) => {
  test('product', async () => {
    await startThreads({ threads });
    const A = randomMatrix(n, n + 1, 1);
    const B = randomMatrix(n + 1, n - 1, 2);
    const x = uniforms(n - 1, 3);
    const left = multiplyVector(multiply(A, B), x);
    const right = multiplyVector(A, multiplyVector(B, x));
    const worst = left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0);
    // Three sums of about n terms each, every one within n·u·|A||B||x|.
    expect(worst / (3 * n * UNIT * norm(A) * norm(B))).toBeLessThan(1);
  });

  test.each(Object.entries(families))('Cholesky: %s', (_name, make) => {
    const A = make(n);
    const chol = cholesky(A);
    expect(ratio(minus(multiply(chol.factor, chol.factor, { transposeB: true }), A), norm(A), n)).toBeLessThan(10);
    const B = randomMatrix(n, 20, 8);
    const X = solveCholesky(chol, B);
    expect(ratio(minus(multiply(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);
    const inverse = invertCholesky(chol);
    expect(ratio(minus(multiply(A, inverse), eye(n)), norm(A) * norm(inverse), n)).toBeLessThan(10);
  });

  test('LU, QR, SVD', () => {
    const A = randomMatrix(n, n, 5);
    const factored = lu(A);
    const { factors, permutation } = factored;
    const L = fill(n, (i, j) => (i === j ? 1 : j < i ? factors.data[i * n + j] : 0));
    const U = fill(n, (i, j) => (j >= i ? factors.data[i * n + j] : 0));
    expect(ratio(minus(multiply(L, U), fromRows(Array.from(permutation, (p) => A.data.subarray(p * n, p * n + n)))), norm(A), n)).toBeLessThan(10);
    const B = randomMatrix(n, 20, 6);
    const X = solveLu(factored, B);
    expect(ratio(minus(multiply(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);

    const { Q, R } = qr(A);
    expect(ratio(minus(multiply(Q, R), A), norm(A), n)).toBeLessThan(10);
    expect(ratio(minus(gram(transpose(Q)), eye(n)), 1, n)).toBeLessThan(10);

    const S = svd(A);
    const US = matrix(n, n, S.U.data.map((value, i) => value * S.values[i % n]));
    expect(ratio(minus(multiply(US, S.V, { transposeB: true }), A), norm(A), n)).toBeLessThan(10);
    expect(ratio(minus(gram(transpose(S.U)), eye(n)), 1, n)).toBeLessThan(10);
    expect(ratio(minus(gram(transpose(S.V)), eye(n)), 1, n)).toBeLessThan(10);
  });
});
