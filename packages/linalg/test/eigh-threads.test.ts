import { afterAll, beforeAll, expect, test } from 'vitest';
import { eigh, engineStatus, matrix, startThreads, stopThreads, type Eigh, type Matrix } from '../src/index.js';
import { fill, flipped, naive, randomMatrix, same, symmetric } from './support.js';

// The same bits for any number of threads, through every stage that forks: subtrees of the divide and conquer, merges with and without
// much deflation, ragged borders, values only.
const matrices: Record<string, Matrix> = {
  random: symmetric(randomMatrix(517, 517, 2)),
  Wilkinson: fill(402, (i, j) => (i === j ? Math.abs(i - 200.5) : Math.abs(i - j) === 1 ? 1 : 0)),
  'rank three': symmetric(naive(randomMatrix(333, 3, 9), flipped(randomMatrix(333, 3, 9)))),
  'second difference': fill(300, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
  ...Object.fromEntries([2, 3, 48, 63, 129, 131, 256, 259].map((n) => [`random ${n}`, symmetric(randomMatrix(n, n, n))])),
  ...Object.fromEntries([0, 1].map((n) => [`empty or single ${n}`, matrix(n, n)])),
};

const solve = (): Map<string, readonly [Eigh, Eigh]> =>
  new Map(Object.entries(matrices).map(([name, A]) => [name, [eigh(A), eigh(A, { vectors: false })] as const]));

let alone: Map<string, readonly [Eigh, Eigh]>;
beforeAll(() => {
  alone = solve();
});
afterAll(stopThreads);

test.each([2, 3, 1, 4])('%i threads', async (threads) => {
  expect(await startThreads({ threads })).toEqual({ threads, fallback: null });
  expect(engineStatus().threads).toBe(threads);
  for (let round = 0; round < 2; round++)
    for (const [name, [full, values]] of solve()) {
      const [first, second] = alone.get(name) ?? [full, full];
      expect([name, same(full.values, first.values), same(full.vectors.data, first.vectors.data), same(values.values, second.values)]).toEqual([
        name, true, true, true,
      ]);
    }
});

test('threads that join while memory grows know how large it is', async () => {
  const A = matrices.random;
  const expected = eigh(A, { vectors: false }).values;
  for (let round = 0; round < 12; round++) {
    await startThreads({ threads: 2 + (round % 3) });
    expect(same(eigh(A, { vectors: false }).values, expected)).toBe(true);
    stopThreads();
  }
});
