import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { withEngine } from '../src/engine/engine.js';
import { cholesky, engineStatus, gram, invertCholesky, isResident, lu, multiply, resident, solveCholesky, solveTriangular, startThreads, stopThreads } from '../src/index.js';
import type { Matrix } from '../src/index.js';
import { addTo, minus, naive, norm, randomMatrix, same } from './support.js';

afterAll(stopThreads);

/** Sizes at which every kernel forks, with ragged borders. */
const tall = randomMatrix(301, 173, 3);
const wide = randomMatrix(173, 405, 4);
const positive = addTo(gram(randomMatrix(389, 401, 5)), 1);

const jobs: Record<string, () => Float64Array> = {
  product: () => multiply(tall, wide).data,
  'product of transposes': () => multiply(wide, tall, { transposeA: true, transposeB: true }).data,
  Gram: () => gram(wide).data,
  Cholesky: () => cholesky(positive).factor.data,
  solve: () => solveCholesky(cholesky(positive), randomMatrix(389, 210, 6)).data,
  'upper triangular solve': () => solveTriangular(positive, randomMatrix(389, 140, 7), { lower: false }).data,
  inverse: () => invertCholesky(cholesky(positive)).data,
  LU: () => lu(randomMatrix(310, 310, 8)).factors.data,
};

describe('the same bits for any number of threads', () => {
  const alone = new Map(Object.entries(jobs).map(([name, job]) => [name, job()]));
  test.each([2, 3, 5, 1])('%i', async (threads) => {
    expect(await startThreads({ threads })).toEqual({ threads, fallback: null });
    expect(engineStatus().threads).toBe(threads);
    for (let round = 0; round < 5; round++)
      for (const [name, job] of Object.entries(jobs)) expect([name, same(job(), alone.get(name) ?? new Float64Array(0))]).toEqual([name, true]);
  });
});

test('work goes on when threads come late, leave, or change in number', async () => {
  const expected = naive(tall, wide);
  const close = (C: Matrix): void => {
    expect(norm(minus(C, expected)) / norm(expected)).toBeLessThan(1e-13);
    if (isResident(C)) C.dispose();
  };
  const opening = startThreads({ threads: 3 });
  close(multiply(tall, wide));
  await opening;
  const X = resident(tall);
  close(multiply(X, wide));
  // A request while another is under way waits for it.
  await Promise.all([startThreads({ threads: 2 }), startThreads({ threads: 4 })]);
  expect(engineStatus().threads).toBe(4);
  // X lives in the engine of three threads: it is copied, and stays valid.
  close(multiply(X, wide));
  stopThreads();
  close(multiply(X, wide));
  X.dispose();
  expect(engineStatus().residents).toBe(0);
});

test('stopping overtakes a start that is under way', async () => {
  stopThreads();
  const early = startThreads({ threads: 2 });
  stopThreads();
  const late = startThreads({ threads: 2 });
  await Promise.resolve();
  await Promise.resolve();
  stopThreads();
  expect((await Promise.all([early, late])).map(({ threads }) => threads)).toEqual([1, 1]);
  expect(engineStatus().threads).toBe(1);
  expect((await startThreads({ threads: 2 })).threads).toBe(2);
});

test('a kernel that breaks down takes its memory with it, not the next job', async () => {
  await startThreads({ threads: 2 });
  const X = resident(tall);
  for (let round = 0; round < 3; round++) {
    // The flag of a worker that broke down; a job may meet it at once or later, or not at all.
    withEngine(1, ({ kernels }) => kernels.fail());
    for (let job = 0; job < 20; job++) {
      try {
        gram(tall);
      } catch (error) {
        expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
        for (let after = 0; after < 20; after++) gram(tall);
        break;
      }
    }
    stopThreads();
    await startThreads({ threads: 2 });
  }
  expect(same(X.data, tall.data)).toBe(true);
  X.dispose();
});

test.each([0, 1.5, NaN, 1000])('threads: %d is refused', (threads) => {
  expect(() => startThreads({ threads })).toThrow(expect.objectContaining({ argument: 'threads' }));
});

// The built package: Node runs no TypeScript.
test('idle threads do not keep a process alive', () => {
  const script = `import { gram, matrix, startThreads } from '@saddlepoint/linalg';
    const { threads } = await startThreads({ threads: 3 });
    const X = matrix(300, 300, Float64Array.from({ length: 90000 }, (_, i) => (i * 7919) % 13));
    process.stdout.write(threads + ' ' + gram(X).rows);`;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8', timeout: 30000 });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 300', stderr: '' });
});
