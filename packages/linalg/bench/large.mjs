// The goals that take minutes: 50 pairs of a Gram matrix against all of them, and Cholesky beyond one memory.
import { eigh, gram, largestEigenpairs, matrix, multiplyVector, startThreads, stopThreads, tiledCholesky, tiledFrom } from '@saddlepoint/linalg';
import { uniform } from './peers.mjs';

async function seconds(run) {
  const start = performance.now();
  const result = await run();
  return [(performance.now() - start) / 1000, result];
}

/** The largest ‖A v − λ v‖ over the pairs. */
function residual(A, { values, vectors }) {
  let worst = 0;
  for (let k = 0; k < values.length; k++) {
    const v = Float64Array.from({ length: A.rows }, (_, i) => vectors.data[i * vectors.cols + k]);
    const rest = multiplyVector(A, v).map((x, i) => x - values[k] * v[i]);
    worst = Math.max(worst, Math.sqrt(rest.reduce((sum, x) => sum + x * x, 0)));
  }
  return worst;
}

/** Rows of the table of goals. */
export async function largeGoals(threads) {
  const n = 10000;
  const A = gram(matrix(n, n / 2, Float64Array.from({ length: (n * n) / 2 }, uniform)), { scale: 2 / n });
  const [few, pairs] = await seconds(() => largestEigenpairs(A, 50, { seed: 1 }));
  const [all] = await seconds(() => eigh(A));
  const relative = residual(A, pairs) / pairs.values[0];
  // Kac–Murdock–Szegő: determinant (1 − ρ²)^(n−1).
  const size = 20000;
  const rho = 0.5;
  const powers = Float64Array.from({ length: size }, (_, i) => rho ** i);
  const K = await tiledFrom(size, (rows, cols) => {
    const block = matrix(rows.to - rows.from, cols.to - cols.from);
    for (let i = 0; i < block.rows; i++)
      for (let j = 0; j < block.cols; j++) block.data[i * block.cols + j] = powers[Math.abs(rows.from + i - cols.from - j)];
    return block;
  });
  await startThreads({ threads });
  const [whole, { logDeterminant }] = await seconds(() => tiledCholesky(K, { overwrite: true }));
  stopThreads();
  const exact = (size - 1) * Math.log(1 - rho * rho);
  return [
    ['50 largest pairs over all, Gram matrix of noise, n=10000', `${(all / few).toFixed(1)}× (${few.toFixed(1)} s, ${all.toFixed(0)} s), residual ${relative.toExponential(0)}·‖A‖`, '10×, 1e-8', few * 10 <= all && relative < 1e-8],
    [`Cholesky n=20000, ${threads} threads`, `${whole.toFixed(0)} s, log det to ${Math.abs(logDeterminant / exact - 1).toExponential(0)}`, '≤ 150 s', whole <= 150],
  ];
}
