import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  addDiagonal, cholesky, engineStatus, gram, matrix, matrixFromTiled, multiply, multiplyTiled, resident, solveCholesky, solveTiledCholesky,
  startThreads, stopThreads, tiledCholesky, tiledFrom, tiledFromMatrix, tiledGram, transpose,
  type IndexRange, type Matrix, type TiledSymmetric,
} from '../src/index.js';
import { fill, minus, naive, norm, randomMatrix, ratio, same, symmetric } from './support.js';
import { integerProblem } from './tiled-exact.js';

/** One tile, full tiles, tiles cut off, tiles of one row; the tiles of 1 make every block of the algorithms an entry. */
const SHAPES = [[0, 4], [1, 4], [3, 1], [4, 4], [5, 4], [31, 32], [64, 32], [100, 32], [150, 48], [230, 48]] as const;
/** Bytes of working memory: one tile column at a time, a few, all at once. */
const WORKSPACES = [0, 200_000, undefined];
const room = (workspace: number | undefined) => (workspace === undefined ? {} : { workspace });

const blockOf = (A: Matrix) => (rows: IndexRange, cols: IndexRange): Matrix => {
  const block = matrix(rows.to - rows.from, cols.to - cols.from);
  for (let i = 0; i < block.rows; i++)
    for (let j = 0; j < block.cols; j++) block.data[i * block.cols + j] = A.data[(rows.from + i) * A.cols + cols.from + j];
  return block;
};
const positive = (n: number, seed = 1): Matrix => addDiagonal(gram(randomMatrix(n, n, seed), { scale: 1 / Math.max(1, n) }), 0.01);

afterAll(stopThreads);

describe('in exact arithmetic', () => {
  // K = L Lᵀ, its solves and products in integers below 2⁵³: every operation is exact in any order, so that a single wrong index shows.
  test.each(SHAPES)('factor, determinant, solution and product are exact: n = %i, tile %i', async (n, tile) => {
    for (const workspace of WORKSPACES) {
      const { block, factor, solution, rightHandSide, logDeterminant } = integerProblem(n, 3);
      const K = await tiledFrom(n, block, { tile });
      const chol = await tiledCholesky(K, room(workspace));
      expect(same(matrixFromTiled(chol.factor).data, fill(n, factor).data)).toBe(true);
      // n logarithms, each good to half an ulp of at most log 32.
      expect(Math.abs(chol.logDeterminant - logDeterminant)).toBeLessThanOrEqual(n * n * 4 * Number.EPSILON);
      expect(same((await solveTiledCholesky(chol, rightHandSide, room(workspace))).data, solution.data)).toBe(true);
      expect(same((await multiplyTiled(K, solution)).data, rightHandSide.data)).toBe(true);
    }
  });
});
