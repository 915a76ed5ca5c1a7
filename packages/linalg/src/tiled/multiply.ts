import { checkLength } from '@saddlepoint/core';
import { checkMatrix, matrix, type Matrix } from '../matrix.js';
import type { TiledOptions } from './cholesky.js';
import { createSlab } from './slab.js';
import { createSteps, type Steps } from './steps.js';
import { blockCount, blockRows, checkTiled, tileEntries, tileNumber, type TiledSymmetric } from './tiles.js';
import { applyDiagonalTile, applyTile } from './vector.js';

/** One vector: a tile is read where it is in the time that its copy into the engine would take. */
async function multiplyOne(K: TiledSymmetric, x: Float64Array, steps: Steps): Promise<Float64Array> {
  const y = new Float64Array(K.size);
  const part = (v: Float64Array, i: number): Float64Array => v.subarray(i * K.tile, i * K.tile + blockRows(K, i));
  for (let i = 0; i < blockCount(K); i++)
    for (let j = 0; j <= i; j++) {
      const entries = K.tiles[tileNumber(i, j)];
      if (i === j) applyDiagonalTile(entries, blockRows(K, i), part(x, i), part(y, i));
      else applyTile(entries, blockRows(K, i), blockRows(K, j), part(x, j), part(y, i), part(x, i), part(y, j));
      await steps.did((i === j ? 2 : 4) * entries.length);
    }
  return y;
}

async function multiplyBlock(K: TiledSymmetric, X: Matrix, steps: Steps): Promise<Float64Array> {
  const { size: n, tile } = K;
  const m = X.cols;
  // X, Y = K X, a tile.
  const behind = 2 * n * m;
  const slab = createSlab(behind + tileEntries(K));
  try {
    slab.step(({ put, view }) => {
      put(0, X.data);
      view(n * m, n * m).fill(0);
    });
    for (let i = 0; i < blockCount(K); i++)
      for (let j = 0; j <= i; j++) {
        const rows = blockRows(K, i);
        const cols = blockRows(K, j);
        slab.step(({ kernels, put, address }) => {
          const k = put(behind, K.tiles[tileNumber(i, j)]);
          if (i === j) kernels.mirrorLower(rows, k, rows);
          const x = (block: number): number => address(block * tile * m);
          const y = (block: number): number => address((n + block * tile) * m);
          kernels.gemm(rows, m, cols, 1, k, cols, 1, x(j), m, 1, y(i), m, 0);
          if (i !== j) kernels.gemm(cols, m, rows, 1, k, 1, cols, x(i), m, 1, y(j), m, 0);
        });
        await steps.did((i === j ? 2 : 4) * rows * cols * m);
      }
    return slab.step(({ view }) => view(n * m, n * m).slice());
  } finally {
    slab.dispose();
  }
}

/**
 * The product K·X of a symmetric matrix in tiles and a thin X of n×b.
 *
 * Each tile is read once (copied into the engine when b > 1) and used for the block it stands for and for that above the diagonal. As an
 * operator for iterative methods: `{ size: K.size, apply: (X) => multiplyTiled(K, X) }`. Checks `signal` after each tile.
 *
 * @example
 * import { matrix, multiplyTiled, tiledFromMatrix } from '@saddlepoint/linalg';
 * const K = tiledFromMatrix(matrix(2, 2, [2, 1, 1, 2]));
 * Array.from((await multiplyTiled(K, matrix(2, 1, [1, 3]))).data); // => [5, 7]
 */
export async function multiplyTiled(K: TiledSymmetric, X: Matrix, run: Pick<TiledOptions, 'signal' | 'onProgress'> = {}): Promise<Matrix> {
  checkTiled('K', K, 'symmetric');
  checkMatrix('X', X);
  checkLength('X', X.rows, K.size, 'rows');
  const { rows, cols } = X;
  const steps = createSteps('product', 2 * rows * rows * cols, run);
  if (rows * cols === 0) return matrix(rows, cols);
  const data = cols === 1 ? await multiplyOne(K, X.data.slice(), steps) : await multiplyBlock(K, X, steps);
  steps.end();
  return { rows, cols, data };
}
