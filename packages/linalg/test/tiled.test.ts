import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  addDiagonal, cholesky, engineStatus, gram, largestEigenpairs, matrix, matrixFromTiled, multiplyTiled, resident, solveTiledCholesky,
  startThreads, stopThreads, tiledCholesky, tiledFrom, tiledFromMatrix, tiledGram, type Matrix,
} from '../src/index.js';
import { fill, flipped, minus, naive, norm, randomMatrix, ratio, same, symmetric } from './support.js';
import { integerProblem } from './tiled-exact.js';

/** One tile, full tiles, tiles cut off, tiles of one row; the tiles of 1 make every block of the algorithms an entry. */
const SHAPES = [[0, 4], [1, 4], [3, 1], [4, 4], [5, 4], [31, 32], [64, 32], [100, 32], [150, 48], [230, 48]] as const;
/** Bytes of engine memory: one tile column at a time, a few, all at once. */
const WORKSPACES = [{ workspace: 0 }, { workspace: 200_000 }, {}];

const positive = (n: number, seed = 1): Matrix => addDiagonal(gram(randomMatrix(n, n, seed), { scale: 1 / Math.max(1, n) }), 0.01);
const factorRatio = (A: Matrix, L: Matrix): number => ratio(minus(naive(L, flipped(L)), A), norm(A), A.rows);

afterEach(() => expect(engineStatus().residents).toBe(0));
afterAll(stopThreads);

describe('in exact arithmetic', () => {
  // Integers below 2⁵³: every operation is exact in any order, so that a single wrong index shows.
  const exact = async (n: number, tile: number, columns: number, workspace: { readonly workspace?: number }) => {
    const { block, factor, solution, rightHandSide, logDeterminant } = integerProblem(n, columns);
    const K = await tiledFrom(n, block, { tile });
    const chol = await tiledCholesky(K, workspace);
    expect(same(matrixFromTiled(chol.factor).data, fill(n, factor).data)).toBe(true);
    // n terms, each and each partial sum rounded by at most half an ulp of the whole, ≤ 2n log 15.
    expect(Math.abs(chol.logDeterminant - logDeterminant)).toBeLessThanOrEqual(6 * n * n * Number.EPSILON);
    expect(same((await solveTiledCholesky(chol, rightHandSide, workspace)).data, solution.data)).toBe(true);
    expect(same((await multiplyTiled(K, solution)).data, rightHandSide.data)).toBe(true);
  };

  test.each(SHAPES)('factor, determinant, solution and product: n = %i, tile %i', async (n, tile) => {
    for (const workspace of WORKSPACES) for (const columns of [0, 1, 5]) await exact(n, tile, columns, workspace);
  });

  test('the same at any size, tile and workspace', async () => {
    const bytes = fc.integer({ min: 0, max: 60_000 }).map((workspace) => ({ workspace }));
    const cases = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 7 }), bytes);
    await fc.assert(fc.asyncProperty(cases, (parameters) => exact(...parameters)), { numRuns: 60, seed: 7 });
  });

  test('threads that start in the midst of it change nothing', async () => {
    stopThreads();
    const n = 1600;
    const { block, factor } = integerProblem(n, 1);
    let started: Promise<unknown> | undefined;
    const onProgress = () => void (started ??= startThreads({ threads: 2 }));
    const chol = await tiledCholesky(await tiledFrom(n, block, { tile: 100 }), { onProgress });
    expect(started).toBeDefined();
    await started;
    expect(engineStatus().threads).toBe(2);
    expect(same(matrixFromTiled(chol.factor).data, fill(n, factor).data)).toBe(true);
  });
});

describe('rounding', () => {
  test.each(SHAPES)('K = L Lᵀ and K X = B as well as LAPACK promises: n = %i, tile %i', async (n, tile) => {
    const A = positive(n, 3);
    const K = tiledFromMatrix(A, { tile });
    const chol = await tiledCholesky(K, { workspace: 100_000 });
    const L = matrixFromTiled(chol.factor);
    // LAPACK accepts ratios below 30; measured here: below 0.1.
    expect(factorRatio(A, L)).toBeLessThan(10);
    expect(chol.logDeterminant).toBeCloseTo(cholesky(A).logDeterminant, 9);
    const B = randomMatrix(n, 7, 5);
    const X = await solveTiledCholesky(chol, B, { workspace: 100_000 });
    expect(ratio(minus(naive(A, X), B), norm(A) * norm(X), n)).toBeLessThan(10);
    expect(ratio(minus(await multiplyTiled(K, B), naive(A, B)), norm(A) * norm(B), n)).toBeLessThan(10);
    const b = randomMatrix(n, 1, 6);
    expect(ratio(minus(await multiplyTiled(K, b), naive(A, b)), norm(A) * norm(b), n)).toBeLessThan(10);
  });

  test.each(SHAPES)('the Gram matrix: n = %i, tile %i', async (n, tile) => {
    const X = randomMatrix(n, 19, 4);
    const A = naive(X, flipped(X));
    for (const workspace of WORKSPACES) {
      const K = matrixFromTiled(await tiledGram(X, { tile, ...workspace }));
      expect(ratio(minus(K, A), norm(A), n)).toBeLessThan(10);
      expect(same(K.data, symmetric(K).data)).toBe(true);
    }
  });

  test('as an operator: the largest eigenvalues of min(i, j)', async () => {
    // λ_k = 1/(4 sin²((2k − 1)π/(4n + 2))), k = 1, 2, …
    const n = 400;
    const K = tiledFromMatrix(fill(n, (i, j) => Math.min(i, j) + 1), { tile: 90 });
    const { values, status } = await largestEigenpairs({ size: n, apply: (X) => multiplyTiled(K, X) }, 3);
    expect(status).toBe('converged');
    // Residuals are below 1e-10 of the largest value; errors of values go with their squares.
    for (let k = 1; k <= 3; k++) expect(Math.abs(values[k - 1] * 4 * Math.sin(((2 * k - 1) * Math.PI) / (4 * n + 2)) ** 2 - 1)).toBeLessThan(1e-10);
  });

  test('one and two threads, and any workspace, give the same bits', async () => {
    const X = randomMatrix(450, 300, 2);
    const B = randomMatrix(450, 70, 3);
    const run = async (workspace?: number) => {
      const options = workspace === undefined ? {} : { workspace };
      const K = await tiledGram(X, { tile: 130, ...options });
      const chol = await tiledCholesky(K, { jitter: 1, ...options });
      return [matrixFromTiled(K), matrixFromTiled(chol.factor), await solveTiledCholesky(chol, B), await multiplyTiled(K, B)];
    };
    stopThreads();
    const alone = await run();
    expect((await run(0)).every((A, i) => same(A.data, alone[i].data))).toBe(true);
    await startThreads({ threads: 2 });
    expect((await run()).every((A, i) => same(A.data, alone[i].data))).toBe(true);
    stopThreads();
  });
});

describe('the diagonal', () => {
  test('the first pivot that is not positive is named, wherever it is', async () => {
    const n = 23;
    for (let pivot = 0; pivot < n; pivot++) {
      const A = fill(n, (i, j) => (i !== j ? 0 : i >= pivot ? -2 : 1));
      for (const workspace of WORKSPACES)
        await expect(tiledCholesky(tiledFromMatrix(A, { tile: 5 }), workspace)).rejects.toMatchObject({
          code: 'ERR_NOT_POSITIVE_DEFINITE',
          argument: 'K',
          got: `pivot ${pivot} of 23 equal to -2`,
        });
    }
  });

  test('a pivot that vanishes by elimination is named', async () => {
    // Rows 12 and 7 agree: the pivot of row 12 is what rounding leaves of zero, exactly zero for integers.
    const { block } = integerProblem(20, 1);
    const A = matrixFromTiled(await tiledFrom(20, block, { tile: 20 }));
    const twin = fill(20, (i, j) => A.data[(i === 12 ? 7 : i) * 20 + (j === 12 ? 7 : j)]);
    await expect(tiledCholesky(tiledFromMatrix(twin, { tile: 6 }))).rejects.toThrow('pivot 12 of 20 equal to 0');
  });

  test('jitter is added as given, and reported', async () => {
    const A = gram(randomMatrix(100, 10, 8));
    const K = tiledFromMatrix(A, { tile: 32 });
    const { factor, jitter, logDeterminant } = await tiledCholesky(K, { jitter: 0.25 });
    expect(jitter).toBe(0.25);
    expect(factorRatio(addDiagonal(A, 0.25), matrixFromTiled(factor))).toBeLessThan(10);
    expect(logDeterminant).toBeCloseTo(cholesky(A, { jitter: 0.25 }).logDeterminant, 9);
    expect(same(matrixFromTiled(K).data, A.data)).toBe(true);
    await expect(tiledCholesky(K, { jitter: -1 })).rejects.toThrow('jitter');
  });
});

describe('plain data', () => {
  test('K stays as it is, unless it may be used up: then no tile is copied', async () => {
    const A = positive(100);
    const K = tiledFromMatrix(A, { tile: 32 });
    const kept = await tiledCholesky(K);
    expect(same(matrixFromTiled(K).data, A.data)).toBe(true);
    const { factor } = await tiledCholesky(K, { overwrite: true });
    expect(factor.tiles.every((tile, t) => tile === K.tiles[t])).toBe(true);
    expect(same(matrixFromTiled(factor).data, matrixFromTiled(kept.factor).data)).toBe(true);
  });

  test('tiled matrices survive structuredClone; X may live in the engine', async () => {
    const A = positive(50);
    const chol = structuredClone(await tiledCholesky(structuredClone(tiledFromMatrix(A, { tile: 16 }))));
    expect(factorRatio(A, matrixFromTiled(chol.factor))).toBeLessThan(10);
    const X = randomMatrix(50, 7);
    using there = resident(X);
    expect(same(matrixFromTiled(await tiledGram(there, { tile: 16 })).data, matrixFromTiled(await tiledGram(X, { tile: 16 })).data)).toBe(true);
    expect(same((await solveTiledCholesky(chol, there)).data, (await solveTiledCholesky(chol, X)).data)).toBe(true);
    there.dispose();
  });

  test('blocks are asked for once each, from asynchronous functions too, and copied', async () => {
    const A = positive(10);
    const asked: string[] = [];
    const scratch = new Map<number, Float64Array>();
    const K = await tiledFrom(
      10,
      async (rows, cols) => {
        asked.push(`${rows.from}-${rows.to} ${cols.from}-${cols.to}`);
        const [height, width] = [rows.to - rows.from, cols.to - cols.from];
        const data = scratch.get(height * width) ?? new Float64Array(height * width);
        scratch.set(height * width, data);
        for (let i = 0; i < height; i++) for (let j = 0; j < width; j++) data[i * width + j] = A.data[(rows.from + i) * 10 + cols.from + j];
        return Promise.resolve(matrix(height, width, data));
      },
      { tile: 4 },
    );
    expect(asked).toEqual(['0-4 0-4', '4-8 0-4', '4-8 4-8', '8-10 0-4', '8-10 4-8', '8-10 8-10']);
    expect(same(matrixFromTiled(K).data, A.data)).toBe(true);
  });

  test('only the lower triangle is read', async () => {
    const A = positive(40);
    const lower = fill(40, (i, j) => (j <= i ? A.data[i * 40 + j] : NaN));
    const block = (rows: { from: number; to: number }, cols: { from: number; to: number }): Matrix =>
      fillBlock(rows.from, rows.to, cols.from, cols.to, (i, j) => lower.data[i * 40 + j]);
    const K = await tiledFrom(40, block, { tile: 16 });
    expect(factorRatio(A, matrixFromTiled((await tiledCholesky(K)).factor))).toBeLessThan(10);
    for (const columns of [1, 3]) {
      const B = randomMatrix(40, columns);
      expect(ratio(minus(await multiplyTiled(K, B), naive(A, B)), norm(A) * norm(B), 40)).toBeLessThan(10);
    }
  });
});

function fillBlock(i0: number, i1: number, j0: number, j1: number, entry: (i: number, j: number) => number): Matrix {
  const block = matrix(i1 - i0, j1 - j0);
  for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) block.data[(i - i0) * (j1 - j0) + j - j0] = entry(i, j);
  return block;
}

describe('refusals', () => {
  test('NaN and infinity, named by row and column, before K is touched', async () => {
    for (const value of [NaN, Infinity, -Infinity])
      for (const [i, j] of [[0, 0], [7, 7], [9, 8], [9, 2], [19, 3]]) {
        const A = positive(20);
        A.data[i * 20 + j] = value;
        const K = tiledFromMatrix(A, { tile: 8 });
        const before = structuredClone(K);
        await expect(tiledCholesky(K, { overwrite: true })).rejects.toMatchObject({ code: 'ERR_NOT_FINITE', argument: `K(${i}, ${j})`, got: String(value) });
        expect(K).toEqual(before);
      }
    const bad = matrix(2, 1, [1, NaN]);
    const chol = await tiledCholesky(tiledFromMatrix(positive(2)));
    await expect(solveTiledCholesky(chol, bad)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
    await expect(tiledGram(bad)).rejects.toMatchObject({ code: 'ERR_NOT_FINITE' });
    await expect(tiledFrom(2, () => matrix(2, 2, [1, 0, Infinity, 1]))).rejects.toMatchObject({ code: 'ERR_NOT_FINITE', argument: 'entry (1, 0)' });
  });

  test('other shapes and kinds', async () => {
    const K = tiledFromMatrix(positive(10), { tile: 4 });
    const chol = await tiledCholesky(K);
    const shape: unknown = expect.objectContaining({ code: 'ERR_SHAPE' });
    const type: unknown = expect.objectContaining({ code: 'ERR_ARGUMENT_TYPE' });
    await expect(solveTiledCholesky(chol, matrix(9, 1))).rejects.toEqual(shape);
    await expect(multiplyTiled(K, matrix(9, 1))).rejects.toEqual(shape);
    await expect(tiledCholesky({ ...K, tiles: K.tiles.slice(1) })).rejects.toEqual(shape);
    await expect(tiledCholesky({ ...K, tiles: K.tiles.map((tile) => tile.slice(1)) })).rejects.toEqual(shape);
    await expect(tiledFrom(3, () => matrix(2, 3))).rejects.toEqual(shape);
    expect(() => tiledFromMatrix(matrix(2, 3))).toThrow(shape);
    const confused: unknown[] = [undefined, 1, positive(3), chol.factor, { ...K, tiles: K.tiles.map(() => []) }];
    for (const wrong of confused) await expect(tiledCholesky(wrong as typeof K)).rejects.toEqual(type);
    await expect(solveTiledCholesky({ ...chol, factor: K as unknown as typeof chol.factor }, matrix(10, 1))).rejects.toEqual(type);
    await expect(tiledFrom(3, () => matrix(3, 3), { tile: 0 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT_RANGE' });
  });
});

describe('long runs', () => {
  // A quarter of a second of work, so that the event loop has its turns.
  const n = 2000;
  const large = () => tiledFrom(n, (rows, cols) => fillBlock(rows.from, rows.to, cols.from, cols.to, (i, j) => (i === j ? 2 : 1)), { tile: 128 });

  test('report progress up to 1, and stop when asked to', async () => {
    const K = await large();
    const seen: number[] = [];
    const chol = await tiledCholesky(K, { onProgress: ({ fraction }) => seen.push(fraction) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every((fraction, i) => fraction >= (seen[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(seen.at(-1)).toBe(1);
    // det(I + 11ᵀ) = 1 + n
    expect(chol.logDeterminant).toBeCloseTo(Math.log(1 + n), 9);

    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough'));
    await expect(tiledCholesky(K, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    const timed = new AbortController();
    setTimeout(() => timed.abort(new Error('late')), 1);
    await expect(tiledCholesky(K, { signal: timed.signal, overwrite: true })).rejects.toThrow('late');
  });

  test('do not begin when already aborted', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    const K = tiledFromMatrix(positive(4));
    const chol = await tiledCholesky(K);
    const begun = [
      tiledCholesky(K, { signal }),
      solveTiledCholesky(chol, matrix(4, 1), { signal }),
      multiplyTiled(K, matrix(4, 1), { signal }),
      tiledGram(matrix(4, 1), { signal }),
      tiledFrom(4, () => matrix(4, 4), { signal }),
    ];
    for (const run of begun) await expect(run).rejects.toThrow('before');
  });
});
