import { SaddlepointRangeError, checkNumber, type RunOptions } from '@saddlepoint/core';
import { factorPanel, loadPanel, panelFrom, slotBounds, storePanel, updatePanel, type Factoring } from './panel.js';
import { createSlab, workspaceEntries } from './slab.js';
import { createSteps } from './steps.js';
import { blockCount, blockRows, checkTileFinite, checkTiled, tileEntries, tileNumber, type TiledLower, type TiledSymmetric } from './tiles.js';

/** The factorisation K + jitter·I = L Lᵀ in tiles. */
export interface TiledCholesky {
  readonly factor: TiledLower;
  /** log det(K + jitter·I) = 2 Σ log Lᵢᵢ. */
  readonly logDeterminant: number;
  /** What was actually added to the diagonal. */
  readonly jitter: number;
}

/** Options of work on tiles in the engine. */
export interface TiledOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** Bytes of engine memory for the tiles being worked on (default 512 MiB; more is taken where one column of tiles needs it). */
  readonly workspace?: number;
}

/** What to add to the diagonal, and whether K may be used up. */
export interface TiledCholeskyOptions extends TiledOptions {
  /** Added to the diagonal exactly as given (default 0): nothing is added silently. */
  readonly jitter?: number;
  /** The tiles of K become those of the factor: K is lost, also when the factorisation fails or is aborted. */
  readonly overwrite?: boolean;
}

/** Throws on an entry that is not finite, before anything is touched. */
async function checkEntries(F: Factoring): Promise<void> {
  const blocks = blockCount(F);
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) {
      checkTileFinite('K', F, i, j, F.tiles[tileNumber(i, j)]);
      await F.steps.did(0);
    }
}

function logDeterminantOf(F: Factoring): number {
  let sum = 0;
  for (let i = 0; i < blockCount(F); i++) {
    const entries = F.tiles[tileNumber(i, i)];
    for (let r = 0; r < entries.length; r += blockRows(F, i) + 1) sum += 2 * Math.log(entries[r]);
  }
  return sum;
}

/**
 * The Cholesky factor of a symmetric positive definite matrix in tiles, K + jitter·I = L Lᵀ, on all threads of `startThreads`: n = 20 000
 * in tiles of 960. The same bits for every number of threads and any workspace.
 *
 * Reads K and adds the factor to it in memory (4n² bytes each); with `overwrite` the tiles of K become the factor's. Each tile is written
 * once: panels of tile columns, as wide as `workspace` allows, collect the contributions of the columns to their left (left-looking), of
 * which n³/6 entries divided by the width of a panel are copied into the engine.
 *
 * Checks `signal` after each product of two tiles, and every 80 ms lets the event loop turn, so that an abort takes that long and one product
 * more (at tile 960, 60 ms on two threads). Throws `ERR_NOT_POSITIVE_DEFINITE` naming the first pivot that is not positive,
 * `ERR_NOT_FINITE` on NaN or infinity, then before K is touched.
 *
 * @example
 * import { matrix, tiledCholesky, tiledFromMatrix } from '@saddlepoint/linalg';
 * const { logDeterminant } = await tiledCholesky(tiledFromMatrix(matrix(2, 2, [4, 2, 2, 10])));
 * logDeterminant; // => 3.5835189
 */
export async function tiledCholesky(K: TiledSymmetric, options: TiledCholeskyOptions = {}): Promise<TiledCholesky> {
  const { jitter = 0, overwrite = false, workspace, ...run } = options;
  checkTiled('K', K, 'symmetric');
  checkNumber('jitter', jitter, { min: 0 });
  const { size, tile } = K;
  const blocks = blockCount(K);
  const entries = tileEntries(K);
  const [least, most] = slotBounds(blocks);
  const room = workspaceEntries(workspace, least * entries, most * entries);
  const steps = createSteps('cholesky', size ** 3 / 3, run);
  const slab = createSlab(room);
  const F: Factoring = { size, tile, tiles: K.tiles.slice(), slab, steps };
  try {
    await checkEntries(F);
    for (let first = 0; first < blocks;) {
      const panel = panelFrom(first, blocks, Math.floor(room / entries));
      await loadPanel(F, panel, jitter);
      await updatePanel(F, panel);
      const failed = await factorPanel(F, panel);
      if (failed !== undefined)
        throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
          argument: 'K',
          expected: `a positive definite matrix (jitter ${jitter})`,
          got: `pivot ${failed.index} of ${size} equal to ${failed.value}`,
        });
      await storePanel(F, panel, overwrite);
      first = panel.last;
    }
  } finally {
    slab.dispose();
  }
  steps.end();
  return { factor: { kind: 'lower', size, tile, tiles: F.tiles }, logDeterminant: logDeterminantOf(F), jitter };
}
