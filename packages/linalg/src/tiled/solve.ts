import { checkFinite, checkLength } from '@saddlepoint/core';
import { checkMatrix, matrix, type Matrix } from '../matrix.js';
import type { TiledCholesky, TiledOptions } from './cholesky.js';
import { createSlab, workspaceEntries, type Slab } from './slab.js';
import { createSteps, type Steps } from './steps.js';
import { blockCount, blockRows, checkTiled, tileEntries, tileNumber, type TiledLower } from './tiles.js';

/** A strip of right-hand sides, n×m from offset 0 of the slab, with room for a tile behind it. */
interface Strip {
  readonly slab: Slab;
  readonly steps: Steps;
  readonly m: number;
}

/** The strip ← L⁻¹ (`forward`) or L⁻ᵀ times it. */
async function solveStrip(L: TiledLower, { slab, steps, m }: Strip, forward: boolean): Promise<void> {
  const blocks = blockCount(L);
  const behind = L.size * m;
  const rowsAt = (i: number): number => i * L.tile * m;
  const divide = (i: number): void => {
    const n = blockRows(L, i);
    slab.step(({ kernels, put, address }) => {
      const l = put(behind, L.tiles[tileNumber(i, i)]);
      if (forward) kernels.solveLeft(n, m, l, n, 1, 1, 0, address(rowsAt(i)), m);
      else kernels.solveLeft(n, m, l, 1, n, 0, 0, address(rowsAt(i)), m);
    });
  };
  const eliminate = (i: number, j: number): void => {
    const rows = blockRows(L, i);
    const cols = blockRows(L, j);
    slab.step(({ kernels, put, address }) => {
      const l = put(behind, L.tiles[tileNumber(i, j)]);
      const xi = address(rowsAt(i));
      const xj = address(rowsAt(j));
      if (forward) kernels.gemm(rows, m, cols, -1, l, cols, 1, xj, m, 1, xi, m, 0);
      else kernels.gemm(cols, m, rows, -1, l, 1, cols, xi, m, 1, xj, m, 0);
    });
  };
  for (let step = 0; step < blocks; step++) {
    const i = forward ? step : blocks - 1 - step;
    if (!forward) divide(i);
    for (let j = 0; j < i; j++) {
      eliminate(i, j);
      await steps.did(2 * blockRows(L, i) * L.tile * m);
    }
    if (forward) divide(i);
    await steps.did(blockRows(L, i) ** 2 * m);
  }
}

/**
 * Solves (K + jitter·I) X = B from the tiled factor of K; B and X are n×m.
 *
 * Copies the factor into the engine twice, for as many columns of B at once as `workspace` holds. Checks `signal` after each tile. Throws
 * `ERR_NOT_FINITE` on NaN or infinity in B.
 *
 * @example
 * import { matrix, solveTiledCholesky, tiledCholesky, tiledFromMatrix } from '@saddlepoint/linalg';
 * const chol = await tiledCholesky(tiledFromMatrix(matrix(2, 2, [4, 2, 2, 10])));
 * Array.from((await solveTiledCholesky(chol, matrix(2, 1, [8, 22]))).data); // => [1, 2]
 */
export async function solveTiledCholesky({ factor: L }: TiledCholesky, B: Matrix, { workspace, ...run }: TiledOptions = {}): Promise<Matrix> {
  checkTiled('factor', L, 'lower');
  checkMatrix('B', B);
  checkLength('B', B.rows, L.size, 'rows');
  checkFinite('B', B.data);
  const { rows: n, cols } = B;
  const X = matrix(n, cols);
  const steps = createSteps('solve', 2 * n * n * cols, run);
  if (n * cols > 0) {
    const behind = tileEntries(L);
    const room = workspaceEntries(workspace, n + behind, n * cols + behind);
    const width = Math.min(cols, Math.floor((room - behind) / n));
    const slab = createSlab(room);
    try {
      for (let from = 0; from < cols; from += width) {
        const m = Math.min(width, cols - from);
        slab.step(({ view }) => copyColumns(B.data, cols, from, view(0, n * m), m, 0, n, m));
        const strip = { slab, steps, m };
        await solveStrip(L, strip, true);
        await solveStrip(L, strip, false);
        slab.step(({ view }) => copyColumns(view(0, n * m), m, 0, X.data, cols, from, n, m));
      }
    } finally {
      slab.dispose();
    }
  }
  steps.end();
  return X;
}

/** Copies `count` columns of n rows, from column `from` of rows of `width` entries to column `to` of rows of `targetWidth`. */
function copyColumns(
  source: Float64Array, width: number, from: number, target: Float64Array, targetWidth: number, to: number, n: number, count: number,
): void {
  for (let i = 0; i < n; i++) target.set(source.subarray(i * width + from, i * width + from + count), i * targetWidth + to);
}
