import { SaddlepointRangeError, SaddlepointTypeError, checkInteger, checkLength } from '@saddlepoint/core';

/** Five blocks of 96 rows for each of two threads: the sizes that the product's blocks divide. 7 MiB. */
export const DEFAULT_TILE = 960;

interface Tiles {
  /** Rows and columns n. */
  readonly size: number;
  /** Rows and columns of a tile; those of the last row and column hold what is left. */
  readonly tile: number;
  /** Tile (i, j) with j ≤ i is number i(i+1)/2 + j: row-major, an array of its own. */
  readonly tiles: readonly Float64Array[];
}

/**
 * A symmetric matrix in tiles outside engine memory, lower triangle only: n = 20 000 takes 1.7 GB, and n is bounded by the machine's memory.
 * Plain data. Diagonal tiles are full squares, of which the lower triangle is read.
 */
export interface TiledSymmetric extends Tiles {
  readonly kind: 'symmetric';
}

/** A lower triangular matrix in tiles, zeros above the diagonal of diagonal tiles. */
export interface TiledLower extends Tiles {
  readonly kind: 'lower';
}

/** How many tile rows there are. */
export const blockCount = ({ size, tile }: Pick<Tiles, 'size' | 'tile'>): number => Math.ceil(size / tile);

/** How many rows tile row i has. */
export const blockRows = ({ size, tile }: Pick<Tiles, 'size' | 'tile'>, i: number): number => Math.min(tile, size - i * tile);

/** The number of tile (i, j), j ≤ i. */
export const tileNumber = (i: number, j: number): number => (i * (i + 1)) / 2 + j;

/** How many tiles a lower triangle of `blocks` tile rows has. */
export const triangleCount = (blocks: number): number => (blocks * (blocks + 1)) / 2;

/** The largest tile of the matrix, in entries. */
export const tileEntries = ({ size, tile }: Pick<Tiles, 'size' | 'tile'>): number => Math.min(size, tile) ** 2;

/** Returns K when it is a well-formed tiled matrix of that kind, else throws naming `argument`. */
export function checkTiled<T extends TiledSymmetric | TiledLower>(argument: string, K: T, kind: T['kind']): T {
  const candidate: unknown = K;
  if (typeof candidate !== 'object' || candidate === null || !Array.isArray(K.tiles) || K.kind !== kind)
    throw new SaddlepointTypeError({
      argument,
      expected: `a tiled matrix {kind: '${kind}', size, tile, tiles}`,
      got: typeof candidate === 'object' && candidate !== null && 'kind' in candidate ? `one of kind ${String(candidate.kind)}` : typeof candidate,
    });
  checkInteger(`${argument}.size`, K.size, { min: 0 });
  checkInteger(`${argument}.tile`, K.tile, { min: 1 });
  const blocks = blockCount(K);
  checkLength(`${argument}.tiles`, K.tiles.length, triangleCount(blocks));
  for (let i = 0; i < blocks; i++)
    for (let j = 0; j <= i; j++) {
      const t = tileNumber(i, j);
      const entries: unknown = K.tiles[t];
      if (!(entries instanceof Float64Array))
        throw new SaddlepointTypeError({ argument: `${argument}.tiles[${t}]`, expected: 'a Float64Array', got: typeof entries });
      checkLength(`${argument}.tiles[${t}]`, entries.length, blockRows(K, i) * blockRows(K, j));
    }
  return K;
}

/** Throws `ERR_NOT_FINITE` naming row and column of the first entry of tile (i, j) that is read and not finite. */
export function checkTileFinite(argument: string, K: Pick<Tiles, 'size' | 'tile'>, i: number, j: number, entries: Float64Array): void {
  const rows = blockRows(K, i);
  const cols = blockRows(K, j);
  for (let r = 0; r < rows; r++) {
    const end = r * cols + (i === j ? r + 1 : cols);
    // Zero times anything finite is zero.
    let probe = 0;
    for (let at = r * cols; at < end; at++) probe += entries[at] * 0;
    if (probe === 0) continue;
    const bad = entries.subarray(r * cols, end).findIndex((value) => !Number.isFinite(value));
    throw new SaddlepointRangeError('ERR_NOT_FINITE', {
      argument: `${argument}(${i * K.tile + r}, ${j * K.tile + bad})`,
      expected: 'a finite number',
      got: String(entries[r * cols + bad]),
    });
  }
}
