import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { multiplyFloat32, startThreads, stopThreads } from '../src/index.js';
import { uniforms } from './support.js';

afterAll(stopThreads);

const floats = (count: number, seed: number): Float32Array => Float32Array.from(uniforms(count, seed));

interface Shape {
  m: number;
  n: number;
  k: number;
  batch: number;
  transposeA: boolean;
  transposeB: boolean;
}

/** By the definition, in double precision, with the sum of absolute products beside it. */
function check(shape: Shape, a: Float32Array, b: Float32Array, c: Float32Array): void {
  const { m, n, k, batch, transposeA, transposeB } = shape;
  expect(c.length).toBe(batch * m * n);
  let worst = 0;
  for (let q = 0; q < batch; q++)
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        let size = 0;
        for (let p = 0; p < k; p++) {
          const x = a[(a.length === m * k ? 0 : q * m * k) + (transposeA ? p * m + i : i * k + p)];
          const y = b[(b.length === k * n ? 0 : q * k * n) + (transposeB ? j * k + p : p * n + j)];
          sum += x * y;
          size += Math.abs(x * y);
        }
        worst = Math.max(worst, Math.abs(c[(q * m + i) * n + j] - sum) / (size || 1));
      }
  // Higham, Accuracy and Stability, (3.5): |error| ≤ γ_k Σ|ab| with γ_k ≈ k·2⁻²⁴, one rounding more for the sum of blocks.
  expect(worst).toBeLessThanOrEqual((k + 2) * 2 ** -24);
}

const run = (shape: Shape, shared: readonly [boolean, boolean]): void => {
  const { m, n, k, batch } = shape;
  const a = floats(m * k * (shared[0] ? 1 : batch), 3);
  const b = floats(k * n * (shared[1] ? 1 : batch), 4);
  check(shape, a, b, multiplyFloat32(a, b, shape));
};

test('any shape, transposed or not, in batches, with operands shared or not', () => {
  const size = fc.integer({ min: 0, max: 40 });
  const shape = fc.record({ m: size, n: size, k: size, batch: fc.integer({ min: 0, max: 4 }), transposeA: fc.boolean(), transposeB: fc.boolean() });
  fc.assert(
    fc.property(shape, fc.tuple(fc.boolean(), fc.boolean()), (s, shared) => run(s, shared)),
    { numRuns: 300, seed: 5 },
  );
});

test.each([
  { m: 97, n: 71, k: 1031, batch: 2, transposeA: false, transposeB: true },
  { m: 203, n: 1030, k: 65, batch: 1, transposeA: true, transposeB: false },
])('across the borders of every block: $m×$k by $k×$n', (shape) => run(shape, [false, false]));

test.each([2, 3])('the same bits on %i threads', async (threads) => {
  const shapes = [
    { m: 150, n: 90, k: 70, batch: 1 },
    { m: 64, n: 80, k: 50, batch: 8, transposeA: true },
  ];
  const jobs = shapes.map((shape) => () => multiplyFloat32(floats(shape.batch * shape.m * shape.k, 1), floats(shape.batch * shape.k * shape.n, 2), shape));
  stopThreads();
  const alone = jobs.map((job) => job());
  await startThreads({ threads });
  jobs.forEach((job, i) => expect(job().every((value, j) => value === alone[i][j])).toBe(true));
});

test('operands of the wrong size or kind are named', () => {
  expect(() => multiplyFloat32(floats(5, 1), floats(4, 1), { m: 2, n: 2, k: 2 })).toThrow(expect.objectContaining({ code: 'ERR_SHAPE', argument: 'a' }));
  expect(() => multiplyFloat32(floats(4, 1), floats(6, 1), { m: 2, n: 2, k: 2, batch: 3 })).toThrow(expect.objectContaining({ argument: 'b', expected: '4 or 12 entries' }));
  expect(() => multiplyFloat32(uniforms(4) as unknown as Float32Array, floats(4, 1), { m: 2, n: 2, k: 2 })).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_TYPE', argument: 'a' }));
  expect(() => multiplyFloat32(floats(4, 1), floats(4, 1), { m: 2, n: -2, k: 2 })).toThrow(expect.objectContaining({ argument: 'n' }));
});
