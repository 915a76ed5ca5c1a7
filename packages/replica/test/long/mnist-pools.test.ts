// Learning curves from one pool of 2048 MNIST images against brute-force regression: odd/even, erf, two hidden layers.
// SADDLEPOINT_UPDATE_GOLDEN=1 pnpm test:long packages/replica  writes test/golden/mnist-pools-{nngp,ntk}.json.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { addDiagonal, cholesky, multiply, rowsOf, solveCholesky, submatrix, type Matrix } from '@saddlepoint/linalg';
import { mean, randomStream, standardError } from '@saddlepoint/numerics';
import { mnistPool, poolSize, ridges, samples, theoryOf, type KernelName } from '../mnist-pool.js';

const pools = [11, 12, 13];
/** Draws per pool: their work is even over n, their error below 1% of the mean. */
const draws = (n: number): number => Math.max(8, Math.min(64, Math.round(8192 / n)));

/** Test errors on the rest of the pool of regressions on random subsets of it: ridges × draws. */
function bruteForce({ kernel, targets }: { kernel: Matrix; targets: Matrix }, n: number, seed: number): number[][] {
  const stream = randomStream(seed, 'subsets', n);
  const errors: number[][] = ridges.map(() => []);
  for (let draw = 0; draw < draws(n); draw++) {
    const order = stream.permutation(poolSize);
    const [train, rest] = [order.subarray(0, n), order.subarray(n)];
    const K = submatrix(kernel, train, train);
    const cross = submatrix(kernel, rest, train);
    const [y, truth] = [rowsOf(targets, train), rowsOf(targets, rest)];
    ridges.forEach((ridge, i) => {
      const f = multiply(cross, solveCholesky(cholesky(addDiagonal(K, ridge)), y));
      errors[i].push(mean(f.data.map((value, j) => (value - truth.data[j]) ** 2)));
    });
  }
  return errors;
}

it.each(['nngp', 'ntk'] as const)('theory and brute force agree within 5% from 64 to 1024 images: %s', async (which: KernelName) => {
  const rows: { pool: number; ridge: number; samples: number; draws: number; mean: number; se: number; difference: number }[] = [];
  for (const pool of pools) {
    const problem = await mnistPool(pool, which);
    const theory = theoryOf(problem);
    for (const [j, n] of samples.entries())
      bruteForce(problem, n, pool).forEach((errors, i) => {
        const brute = mean(errors);
        rows.push({ pool, ridge: ridges[i], samples: n, draws: errors.length, mean: brute, se: standardError(errors), difference: theory[i][j].testError / brute - 1 });
      });
  }
  if (process.env.SADDLEPOINT_UPDATE_GOLDEN === '1') {
    const file = fileURLToPath(new URL(`../golden/mnist-pools-${which}.json`, import.meta.url));
    const provenance = {
      what: 'brute-force kernel regression on random subsets of a pool of MNIST training images, tested on the rest of the pool; erf, two hidden layers, weight variance 1.5, bias variance 0.1, odd (+1) against even (−1)',
      how: 'packages/replica/test/long/mnist-pools.test.ts',
      command: 'SADDLEPOINT_UPDATE_GOLDEN=1 pnpm test:long packages/replica',
      seed: 'pool number: images by loadMnist({ count: 2048, seed: pool }), subsets by randomStream(pool, "subsets", n)',
      error: 'se: standard error over the draws of one pool, which share its images',
    };
    const rounded = rows.map((row) => ({ ...row, mean: Number(row.mean.toPrecision(8)), se: Number(row.se.toPrecision(3)), difference: Number(row.difference.toPrecision(3)) }));
    writeFileSync(file, `${JSON.stringify({ provenance, kernel: which, poolSize, rows: rounded }, null, 1)}\n`);
  }
  // Every pool on its own, not only their mean.
  for (const row of rows) expect(Math.abs(row.difference), `pool ${row.pool}, ridge ${row.ridge}, n=${row.samples}`).toBeLessThan(0.05);
});
