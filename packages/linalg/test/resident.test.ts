import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createArena } from '../src/engine/arena.js';
import { cholesky, engineStatus, gram, invertCholesky, isResident, matrix, multiply, resident, solveCholesky, solveTriangular, startThreads, stopThreads } from '../src/index.js';
import type { Matrix, ResidentMatrix } from '../src/index.js';
import { addTo, randomMatrix, same } from './support.js';

const X = randomMatrix(90, 110, 1);
const B = randomMatrix(90, 7, 2);
const K = addTo(gram(X), 2);

const dispose = (...matrices: Matrix[]): void => matrices.filter(isResident).forEach((A) => A.dispose());

test('a chain Gram → Cholesky → solve stays in the engine and gives the same bits as plain matrices', () => {
  const x = resident(X);
  const k = gram(x);
  const chol = cholesky(k, { jitter: 2 });
  const solution = solveCholesky(chol, B);
  const inverse = invertCholesky(chol);
  const half = solveTriangular(chol.factor, B);
  const product = multiply(inverse, x);
  expect([k, chol.factor, solution, inverse, half, product].every(isResident)).toBe(true);
  const plain = cholesky(gram(X), { jitter: 2 });
  expect(chol.logDeterminant).toBe(plain.logDeterminant);
  expect(same(chol.factor.data, plain.factor.data)).toBe(true);
  expect(same(solution.data, solveCholesky(plain, B).data)).toBe(true);
  expect(same(inverse.data, invertCholesky(plain).data)).toBe(true);
  expect(same(half.data, solveTriangular(plain.factor, B).data)).toBe(true);
  expect(same(product.data, multiply(invertCholesky(plain), X).data)).toBe(true);
  expect(engineStatus().residents).toBe(7);
  dispose(x, k, chol.factor, solution, inverse, half, product);
  expect(engineStatus().residents).toBe(0);
});

test('inputs are not changed, unless they are given away', () => {
  const k = resident(K);
  dispose(cholesky(k).factor);
  expect(same(k.data, K.data)).toBe(true);
  const { factor } = cholesky(k, { overwrite: true });
  expect(factor).toBe(k);
  expect(same(factor.data, cholesky(K).factor.data)).toBe(true);
  dispose(k);
  expect(() => cholesky(K, { overwrite: true })).toThrow(expect.objectContaining({ code: 'ERR_UNSUPPORTED', argument: 'overwrite' }));
});

test('a matrix of an earlier engine, given away, keeps its handle', async () => {
  const k = resident(K);
  await startThreads({ threads: 2 });
  const { factor } = cholesky(k, { overwrite: true });
  expect([factor === k, k.disposed]).toEqual([true, false]);
  expect(same(factor.data, cholesky(K).factor.data)).toBe(true);
  dispose(k);
  expect(engineStatus().residents).toBe(0);
  stopThreads();
});

test('small and empty matrices live in the engine too', () => {
  for (const n of [0, 1, 3]) {
    const a = resident(addTo(gram(randomMatrix(n, n, 4)), 1));
    const { factor } = cholesky(a);
    expect([isResident(factor), factor.rows, factor.data.length]).toEqual([true, n, n * n]);
    dispose(a, factor);
  }
});

test('a disposed matrix is refused by name; disposing twice is nothing', () => {
  const a = resident(X);
  a.dispose();
  a.dispose();
  expect(a.disposed).toBe(true);
  expect(() => a.data).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_RANGE', got: 'a disposed one' }));
  expect(() => gram(a)).toThrow('disposed');
});

test('a failed factorisation leaves nothing behind', () => {
  const a = resident(matrix(40, 40));
  expect(() => cholesky(a)).toThrow(expect.objectContaining({ code: 'ERR_NOT_POSITIVE_DEFINITE' }));
  expect(engineStatus().residents).toBe(1);
  a.dispose();
});

test('views survive growth of memory', () => {
  const a = resident(X);
  const { data } = a;
  const large: ResidentMatrix = resident(matrix(1500, 1500));
  expect(same(data, X.data)).toBe(true);
  dispose(large, a);
});

test('a million matrices come and go without growth', () => {
  const small = matrix(4, 4, randomMatrix(4, 4).data);
  const kept = resident(X);
  const churn = (count: number): void => {
    for (let i = 0; i < count; i++) resident(small).dispose();
  };
  churn(1000);
  const { bytes } = engineStatus();
  churn(1e6);
  expect(engineStatus()).toMatchObject({ bytes, residents: 1 });
  kept.dispose();
});

test('memory is given back when the last matrix goes', () => {
  const a = resident(matrix(3000, 3000));
  expect(engineStatus().bytes).toBeGreaterThan(72e6);
  a.dispose();
  expect(engineStatus()).toMatchObject({ bytes: 0, residents: 0 });
});

test('the arena: blocks never overlap, gaps are joined, and everything comes back', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('allocate' as const), bytes: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ kind: fc.constant('free' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('keep a part' as const), which: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      let end = 64;
      const arena = createArena(64, (to) => (end = Math.max(end, to)));
      const live: { address: number; bytes: number }[] = [];
      for (const step of actions) {
        if (step.kind === 'allocate') live.push({ address: arena.allocate(step.bytes), bytes: step.bytes });
        else if (live.length > 0) {
          const [block] = live.splice(step.which % live.length, 1);
          const middle = { address: block.address + 16 * Math.floor(block.bytes / 48), bytes: Math.floor(block.bytes / 4) };
          const part = step.kind === 'keep a part' && block.bytes >= 200;
          arena.release(block.address, part ? [middle] : []);
          if (part) live.push(middle);
        }
        const sorted = [...live].sort((a, b) => a.address - b.address);
        sorted.forEach(({ address, bytes }, i) => {
          expect(address % 16).toBe(0);
          expect(address + bytes).toBeLessThanOrEqual(sorted[i + 1]?.address ?? end);
        });
        expect(arena.blocks()).toBe(live.length);
      }
      live.forEach(({ address }) => arena.release(address));
      expect([arena.blocks(), arena.allocate(16)]).toEqual([0, 64]);
    }),
    { seed: 7, numRuns: 200 },
  );
});
