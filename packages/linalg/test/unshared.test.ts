import { afterAll, expect, test, vi } from 'vitest';
import { eigh, gram, matrix, resident, startThreads } from '../src/index.js';
import { minus, naive, flipped, norm, randomMatrix, same } from './support.js';

// A page that is not cross-origin isolated: hidden before the first engine is made.
vi.stubGlobal('SharedArrayBuffer', undefined);
afterAll(() => {
  vi.unstubAllGlobals();
});

const X = randomMatrix(90, 110, 1);

test('without shared memory there is one thread, and it is said why', async () => {
  expect(await startThreads({ threads: 2 })).toEqual({ threads: 1, fallback: expect.stringContaining('cross-origin isolated') as string });
});

test('everything works on a memory of its own; matrices follow it when it grows', () => {
  const a = resident(X);
  const before = a.data;
  const large = resident(matrix(1500, 1500));
  expect(before.length).toBe(0);
  expect(same(a.data, X.data)).toBe(true);
  const K = gram(a);
  expect(norm(minus(K, naive(X, flipped(X)))) / norm(K)).toBeLessThan(1e-14);
  expect(eigh(K).values[0]).toBeGreaterThan(0);
  large.dispose();
  a.dispose();
});
