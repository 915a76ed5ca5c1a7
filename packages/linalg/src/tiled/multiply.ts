import { checkLength } from '@saddlepoint/core';
import { checkMatrix, matrix, mirrorLower, type Matrix } from '../matrix.js';
import type { TiledOptions } from './cholesky.js';
import { createSlab } from './slab.js';
import { createSteps } from './steps.js';
import { blockCount, blockRows, checkTiled, tileEntries, tileNumber, type TiledSymmetric } from './tiles.js';

/**
 * The product K·X of a symmetric matrix in tiles and a thin X of n×b.
 *
 * Each tile is copied into the engine once and used for the block it stands for and for that above the diagonal. As an operator for
 * iterative methods: `{ size: K.size, apply: (X) => multiplyTiled(K, X) }`. Checks `signal` after each tile.
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
  const { size: n, tile } = K;
  const m = X.cols;
  const steps = createSteps('product', 2 * n * n * m, run);
  if (n * m === 0) return matrix(n, m);
  const blocks = blockCount(K);
  // X, Y = K X, a tile.
  const behind = 2 * n * m;
  const slab = createSlab(behind + tileEntries(K));
  try {
    slab.step(({ put, view }) => {
      put(0, X.data);
      view(n * m, n * m).fill(0);
    });
    for (let i = 0; i < blocks; i++)
      for (let j = 0; j <= i; j++) {
        const rows = blockRows(K, i);
        const cols = blockRows(K, j);
        slab.step(({ kernels, put, view, address }) => {
          const entries = K.tiles[tileNumber(i, j)];
          const k = put(behind, entries);
          if (i === j) mirrorLower(rows, view(behind, entries.length));
          const x = (block: number): number => address(block * tile * m);
          const y = (block: number): number => address((n + block * tile) * m);
          kernels.gemm(rows, m, cols, 1, k, cols, 1, x(j), m, 1, y(i), m, 0);
          if (i !== j) kernels.gemm(cols, m, rows, 1, k, 1, cols, x(i), m, 1, y(j), m, 0);
        });
        await steps.did((i === j ? 2 : 4) * rows * cols * m);
      }
    steps.end();
    return { rows: n, cols: m, data: slab.step(({ view }) => view(n * m, n * m).slice()) };
  } finally {
    slab.dispose();
  }
}
