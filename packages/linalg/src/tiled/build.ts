import { checkInteger, checkLength, type RunOptions } from '@saddlepoint/core';
import { checkMatrix, checkSquare, matrix, mirrorLower, type Matrix } from '../matrix.js';
import { createSteps } from './steps.js';
import { DEFAULT_TILE, blockCount, blockRows, checkTileFinite, checkTiled, tileNumber, type TiledLower, type TiledSymmetric } from './tiles.js';

/** Rows or columns `from`, …, `to − 1`. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** The block of a matrix at those rows and columns: `(rows.to − rows.from) × (cols.to − cols.from)`. */
export type BlockOf = (rows: IndexRange, cols: IndexRange) => Matrix | Promise<Matrix>;

/** How a matrix is cut into tiles. */
export interface TilingOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** Rows and columns of a tile (default 960). */
  readonly tile?: number;
}

const range = (K: { readonly size: number; readonly tile: number }, i: number): IndexRange => ({
  from: i * K.tile,
  to: i * K.tile + blockRows(K, i),
});

/**
 * The symmetric n×n matrix whose blocks `block(rows, cols)` computes, such as a kernel function of rows of the data: never in one array.
 *
 * Asks for blocks on and below the diagonal, of up to `tile × tile`, row by row, and copies them; only the lower triangle of those on
 * the diagonal counts. Throws `ERR_SHAPE` on a block of another shape, `ERR_NOT_FINITE` on NaN or infinity, naming row and column.
 * Between blocks it checks `signal` and lets the event loop turn every 80 ms.
 *
 * @example
 * import { matrix, matrixFromTiled, tiledFrom } from '@saddlepoint/linalg';
 * const K = await tiledFrom(3, (rows, cols) => {
 *   const block = matrix(rows.to - rows.from, cols.to - cols.from);
 *   for (let i = 0; i < block.rows; i++)
 *     for (let j = 0; j < block.cols; j++) block.data[i * block.cols + j] = 0.5 ** Math.abs(rows.from + i - cols.from - j);
 *   return block;
 * });
 * Array.from(matrixFromTiled(K).data); // => [1, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 1]
 */
export async function tiledFrom(n: number, block: BlockOf, { tile = DEFAULT_TILE, ...run }: TilingOptions = {}): Promise<TiledSymmetric> {
  checkInteger('n', n, { min: 0 });
  checkInteger('tile', tile, { min: 1 });
  const shape = { size: n, tile };
  const blocks = blockCount(shape);
  const steps = createSteps('tiles', (n * n) / 2, run);
  const tiles: Float64Array[] = [];
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) {
      const rows = range(shape, i);
      const cols = range(shape, j);
      const name = `block({from: ${rows.from}, to: ${rows.to}}, {from: ${cols.from}, to: ${cols.to}})`;
      const made = checkMatrix(name, await block(rows, cols));
      checkLength(name, made.rows, rows.to - rows.from, 'rows');
      checkLength(name, made.cols, cols.to - cols.from, 'columns');
      checkTileFinite('entry ', shape, i, j, made.data);
      tiles.push(made.data.slice());
      await steps.did(made.rows * made.cols);
    }
  steps.end();
  return { kind: 'symmetric', size: n, tile, tiles };
}

/**
 * A symmetric matrix cut into tiles (copied). Reads the lower triangle of A only.
 *
 * @example
 * import { matrix, matrixFromTiled, tiledFromMatrix } from '@saddlepoint/linalg';
 * const K = tiledFromMatrix(matrix(3, 3, [4, 0, 0, 2, 5, 0, 1, 3, 6]), { tile: 2 });
 * Array.from(matrixFromTiled(K).data); // => [4, 2, 1, 2, 5, 3, 1, 3, 6]
 */
export function tiledFromMatrix(A: Matrix, { tile = DEFAULT_TILE }: Pick<TilingOptions, 'tile'> = {}): TiledSymmetric {
  checkSquare('A', A);
  checkInteger('tile', tile, { min: 1 });
  const n = A.rows;
  const { data } = A;
  const shape = { size: n, tile };
  const blocks = blockCount(shape);
  const tiles: Float64Array[] = [];
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) {
      const rows = blockRows(shape, i);
      const cols = blockRows(shape, j);
      const entries = new Float64Array(rows * cols);
      for (let r = 0; r < rows; r++) {
        const start = (i * tile + r) * n + j * tile;
        entries.set(data.subarray(start, start + cols), r * cols);
      }
      if (i === j) mirrorLower(rows, entries);
      tiles.push(entries);
    }
  return { kind: 'symmetric', size: n, tile, tiles };
}

/**
 * A tiled matrix in one array: symmetric, or lower triangular with zeros above. For n up to what one array can hold.
 *
 * @example
 * import { matrix, matrixFromTiled, tiledCholesky, tiledFromMatrix } from '@saddlepoint/linalg';
 * const { factor } = await tiledCholesky(tiledFromMatrix(matrix(2, 2, [4, 2, 2, 10])));
 * Array.from(matrixFromTiled(factor).data); // => [2, 0, 1, 3]
 */
export function matrixFromTiled(K: TiledSymmetric | TiledLower): Matrix {
  if (K.kind === 'symmetric') checkTiled('K', K, 'symmetric');
  else checkTiled('K', K, 'lower');
  const { size: n, tile } = K;
  const A = matrix(n, n);
  const blocks = blockCount(K);
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) {
      const entries = K.tiles[tileNumber(i, j)];
      const cols = blockRows(K, j);
      for (let r = 0; r < blockRows(K, i); r++) {
        const count = i === j ? r + 1 : cols;
        A.data.set(entries.subarray(r * cols, r * cols + count), (i * tile + r) * n + j * tile);
      }
    }
  return K.kind === 'symmetric' ? mirrorLower(n, A.data) : A;
}
