import { expect, test } from 'vitest';
import { withEngine } from '../src/engine/engine.js';
import { multiply } from '../src/index.js';
import { minus, naive, norm, randomMatrix } from './support.js';

const MEGABYTES_64 = 64 * 1024 * 1024;

test('memory of a large job is let go of', () => {
  expect(withEngine(1.2e7, ({ heap }) => heap.byteLength)).toBeGreaterThan(MEGABYTES_64);
  expect(withEngine(100, ({ heap }) => heap.byteLength)).toBeLessThanOrEqual(MEGABYTES_64);
});

test('a job inside a job, or after a failed one, has memory of its own', () => {
  const A = randomMatrix(40, 40);
  withEngine(100, ({ heap, zeros }) => {
    const mine = zeros(100);
    expect(norm(minus(multiply(A, A), naive(A, A)))).toBeLessThan(1e-12);
    expect(heap.subarray(mine / 8, mine / 8 + 100).every((value) => value === 0)).toBe(true);
  });
  expect(() => withEngine(10, ({ allocate }) => allocate(1e6))).toThrow('arena too small');
  expect(norm(minus(multiply(A, A), naive(A, A)))).toBeLessThan(1e-12);
});

test('a problem beyond 4 GiB is refused by name', () => {
  expect(() => withEngine(6e8, () => 0)).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED' }));
});
