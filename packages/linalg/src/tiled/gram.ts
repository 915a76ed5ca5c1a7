import { checkFinite, checkInteger, checkNumber } from '@saddlepoint/core';
import { checkMatrix, type Matrix } from '../matrix.js';
import type { TiledOptions } from './cholesky.js';
import { createSlab, workspaceEntries } from './slab.js';
import { createSteps } from './steps.js';
import { DEFAULT_TILE, blockCount, blockRows, tileEntries, tileNumber, triangleCount, type TiledSymmetric } from './tiles.js';

/** How to scale and cut a Gram matrix. */
export interface TiledGramOptions extends TiledOptions {
  readonly scale?: number;
  /** Rows and columns of a tile (default 960). */
  readonly tile?: number;
}

/**
 * The Gram matrix scale·X Xᵀ of the rows of X in tiles: `X.rows × X.rows`.
 *
 * Takes rows of X into the engine as many tiles at a time as `workspace` holds, so that X may be large too; two tiles of rows must fit into
 * 4 GiB (250 000 columns at tile 960). Checks `signal` after each tile. Throws `ERR_NOT_FINITE` on NaN or infinity in X.
 *
 * @example
 * import { matrix, matrixFromTiled, tiledGram } from '@saddlepoint/linalg';
 * const K = await tiledGram(matrix(2, 2, [1, 2, 3, 4]), { scale: 0.5 });
 * Array.from(matrixFromTiled(K).data); // => [2.5, 5.5, 5.5, 12.5]
 */
export async function tiledGram(X: Matrix, options: TiledGramOptions = {}): Promise<TiledSymmetric> {
  const { scale = 1, tile = DEFAULT_TILE, workspace, ...run } = options;
  checkMatrix('X', X);
  checkFinite('X', X.data);
  checkNumber('scale', scale);
  checkInteger('tile', tile, { min: 1 });
  const { rows: size, cols: d } = X;
  const shape = { size, tile };
  const blocks = blockCount(shape);
  const steps = createSteps('gram', size * size * d, run);
  const product = tileEntries(shape);
  const strip = Math.min(size, tile) * d;
  const room = workspaceEntries(workspace, product + 2 * strip, product + (blocks + 1) * strip);
  // The product, a strip of rows in passing, then the strips that stay for a while.
  const width = strip === 0 ? blocks : Math.floor((room - product) / strip) - 1;
  const stripAt = (slot: number): number => product + slot * strip;
  const rowsOf = (i: number): Float64Array => X.data.subarray(i * tile * d, (i * tile + blockRows(shape, i)) * d);
  const tiles = new Array<Float64Array>(triangleCount(blocks));
  const slab = createSlab(room);
  try {
    for (let first = 0; first < blocks; first += width) {
      const last = Math.min(blocks, first + width);
      slab.step(({ put }) => {
        for (let j = first; j < last; j++) put(stripAt(1 + j - first), rowsOf(j));
      });
      for (let i = first; i < blocks; i++) {
        if (i >= last) slab.step(({ put }) => put(stripAt(0), rowsOf(i)));
        for (let j = first; j <= Math.min(i, last - 1); j++) {
          const rows = blockRows(shape, i);
          const cols = blockRows(shape, j);
          tiles[tileNumber(i, j)] = slab.step(({ kernels, address, view }) => {
            const entries = view(0, rows * cols).fill(0);
            const a = address(stripAt(i < last ? 1 + i - first : 0));
            kernels.gemm(rows, cols, d, scale, a, d, 1, address(stripAt(1 + j - first)), 1, d, address(0), cols, i === j ? 1 : 0);
            if (i === j) kernels.mirrorLower(rows, address(0), rows);
            return entries.slice();
          });
          await steps.did((i === j ? 1 : 2) * rows * cols * d);
        }
      }
    }
  } finally {
    slab.dispose();
  }
  steps.end();
  return { kind: 'symmetric', size, tile, tiles };
}
