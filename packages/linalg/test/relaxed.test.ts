import { setFlagsFromString } from 'node:v8';
import { afterAll, describe, expect, test } from 'vitest';
import { cholesky, eigh, engineStatus, gram, invertCholesky, multiply, qr, solveCholesky, startThreads, stopThreads, svd } from '../src/index.js';
import { addTo, eye, fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric, withSpectrum } from './support.js';

// The other build of the engine, with fused multiply–add. Node 20 has relaxed SIMD behind a flag; newer hosts choose this build by themselves.
setFlagsFromString('--experimental-wasm-relaxed-simd');
afterAll(stopThreads);

test('the relaxed build is the one that runs here', () => {
  expect(engineStatus().build).toBe('relaxed');
});

const sizes = [21, 64, 65, 129, 180];

describe.each([1, 3])('LAPACK test ratios on %i threads', (threads) => {
  test.each(sizes)('n = %i', async (n) => {
    await startThreads({ threads });
    const A = randomMatrix(n, n, 2);
    const B = randomMatrix(n, n + 3, 3);
    const product = naive(A, B);
    expect(ratio(minus(multiply(A, B), product), norm(A) * norm(B), n)).toBeLessThan(1);

    const S = addTo(gram(A), 0.5);
    const chol = cholesky(S);
    expect(ratio(minus(naive(chol.factor, flipped(chol.factor)), S), norm(S), n)).toBeLessThan(10);
    const X = solveCholesky(chol, B);
    expect(ratio(minus(naive(S, X), B), norm(S) * norm(X), n)).toBeLessThan(10);
    const inverse = invertCholesky(chol);
    expect(ratio(minus(naive(S, inverse), eye(n)), norm(S) * norm(inverse), n)).toBeLessThan(10);

    const graded = withSpectrum(Float64Array.from({ length: n }, (_, i) => 10 ** ((-14 * i) / n)));
    for (const M of [symmetric(A), graded, fill(n, (i, j) => 1 / (i + j + 1))]) {
      const { values, vectors } = eigh(M);
      const scaled = fill(n, (i, j) => vectors.data[i * n + j] * values[j]);
      expect(ratio(minus(naive(scaled, flipped(vectors)), M), norm(M), n)).toBeLessThan(10);
      expect(ratio(minus(naive(flipped(vectors), vectors), eye(n)), 1, n)).toBeLessThan(10);
    }

    const { Q, R } = qr(A);
    expect(ratio(minus(naive(Q, R), A), norm(A), n)).toBeLessThan(10);
    const { U, values, V } = svd(A);
    expect(ratio(minus(naive(fill(n, (i, j) => U.data[i * n + j] * values[j]), flipped(V)), A), norm(A), n)).toBeLessThan(10);
  });
});

test('the same bits for any number of threads', async () => {
  const S = addTo(gram(randomMatrix(400, 400, 9)), 1);
  const all = (): Float64Array[] => [cholesky(S).factor.data, eigh(S).vectors.data, eigh(S, { vectors: false }).values, invertCholesky(cholesky(S)).data];
  await startThreads({ threads: 1 });
  const alone = all();
  await startThreads({ threads: 4 });
  all().forEach((data, i) => expect(same(data, alone[i])).toBe(true));
});
