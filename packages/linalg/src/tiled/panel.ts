import type { Desk, Slab } from './slab.js';
import type { Steps } from './steps.js';
import { blockCount, blockRows, tileEntries, tileNumber, triangleCount } from './tiles.js';

/** A matrix being factored: its tiles, finished (L) in the columns of tiles before the panel. */
export interface Factoring {
  readonly size: number;
  readonly tile: number;
  readonly tiles: Float64Array[];
  readonly slab: Slab;
  readonly steps: Steps;
}

/** Tile columns first, …, last − 1 from tile row `first` down, in the slab. */
export interface Panel {
  readonly first: number;
  readonly last: number;
}

/** How many tiles the slab must hold for a panel of `width` columns and `height` rows: itself, rows of L to its left, one tile in passing. */
const slotsOf = (height: number, width: number, first: number): number =>
  width * height - (width * (width - 1)) / 2 + (first === 0 ? 0 : width + 1);

/** The slots, of `tileEntries` doubles, that the narrowest panels need, and with which there is but one panel. */
export function slotBounds(blocks: number): readonly [number, number] {
  return [Math.max(slotsOf(blocks, 1, 0), blocks > 1 ? slotsOf(blocks - 1, 1, 1) : 0), triangleCount(blocks)];
}

/** The widest panel from tile column `first` on that `slots` slots can hold. */
export function panelFrom(first: number, blocks: number, slots: number): Panel {
  let last = first + 1;
  while (last < blocks && slotsOf(blocks - first, last + 1 - first, first) <= slots) last++;
  return { first, last };
}

/** Where tiles are in the slab: those of the panel column by column, then L(j, k) for j in the panel, then one slot. */
function places({ size, tile }: Pick<Factoring, 'size' | 'tile'>, { first, last }: Panel) {
  const entries = tileEntries({ size, tile });
  const height = blockCount({ size, tile }) - first;
  const column = (c: number): number => c * height - (c * (c - 1)) / 2;
  const rowsAt = column(last - first);
  return {
    tile: (i: number, j: number): number => entries * (column(j - first) + i - j),
    left: (j: number): number => entries * (rowsAt + j - first),
    passing: entries * (rowsAt + last - first),
  };
}

/** Copies the panel into the slab, with `jitter` added to the diagonal. */
export async function loadPanel(F: Factoring, panel: Panel, jitter: number): Promise<void> {
  const at = places(F, panel);
  const blocks = blockCount(F);
  for (let j = panel.first; j < panel.last; j++)
    for (let i = j; i < blocks; i++) {
      const entries = F.tiles[tileNumber(i, j)];
      F.slab.step(({ put, view }) => {
        put(at.tile(i, j), entries);
        if (i !== j || jitter === 0) return;
        const diagonal = view(at.tile(i, j), entries.length);
        for (let r = 0; r < entries.length; r += blockRows(F, i) + 1) diagonal[r] += jitter;
      });
      await F.steps.did(0);
    }
}

/** C(i, j) −= A·Bᵀ, only the lower triangle when i = j; returns the work. */
function subtract({ kernels }: Desk, F: Factoring, i: number, j: number, inner: number, a: number, b: number, c: number): number {
  const rows = blockRows(F, i);
  const cols = blockRows(F, j);
  kernels.gemm(rows, cols, inner, -1, a, inner, 1, b, 1, inner, c, cols, i === j ? 1 : 0);
  return (i === j ? 1 : 2) * rows * cols * inner;
}

/** Subtracts from the panel what the finished columns to its left contribute: each of their tiles is copied in once. */
export async function updatePanel(F: Factoring, panel: Panel): Promise<void> {
  const { first, last } = panel;
  const at = places(F, panel);
  const blocks = blockCount(F);
  for (let k = 0; k < first; k++) {
    const inner = blockRows(F, k);
    F.slab.step(({ put }) => {
      for (let j = first; j < last; j++) put(at.left(j), F.tiles[tileNumber(j, k)]);
    });
    for (let i = first; i < blocks; i++) {
      const source = i < last ? at.left(i) : at.passing;
      if (i >= last) F.slab.step(({ put }) => put(source, F.tiles[tileNumber(i, k)]));
      for (let j = first; j <= Math.min(i, last - 1); j++)
        await F.steps.did(
          F.slab.step((desk) => subtract(desk, F, i, j, inner, desk.address(source), desk.address(at.left(j)), desk.address(at.tile(i, j)))),
        );
    }
  }
}

/** A pivot that is not positive. */
export interface FailedPivot {
  readonly index: number;
  readonly value: number;
}

/** Turns the updated panel into columns of L, where it is. */
export async function factorPanel(F: Factoring, panel: Panel): Promise<FailedPivot | undefined> {
  const { first, last } = panel;
  const at = places(F, panel);
  const blocks = blockCount(F);
  for (let j = first; j < last; j++) {
    const cols = blockRows(F, j);
    const diagonal = at.tile(j, j);
    const failed = F.slab.step(({ kernels, address, view }) => {
      const pivot = kernels.cholesky(cols, address(diagonal), cols);
      if (pivot >= 0) return { index: j * F.tile + pivot, value: view(diagonal + pivot * (cols + 1), 1)[0] };
      kernels.clearUpper(cols, address(diagonal), 8 * cols);
      return undefined;
    });
    if (failed !== undefined) return failed;
    await F.steps.did(cols ** 3 / 3);
    for (let i = j + 1; i < blocks; i++) {
      const rows = blockRows(F, i);
      F.slab.step(({ kernels, address }) => kernels.solveRight(rows, cols, address(diagonal), cols, address(at.tile(i, j)), cols));
      await F.steps.did(rows * cols * cols);
    }
    for (let c = j + 1; c < last; c++)
      for (let i = c; i < blocks; i++)
        await F.steps.did(
          F.slab.step((desk) => subtract(desk, F, i, c, cols, desk.address(at.tile(i, j)), desk.address(at.tile(c, j)), desk.address(at.tile(i, c)))),
        );
  }
  return undefined;
}

/** Copies the panel out of the slab, over the tiles that are there or into new ones. */
export async function storePanel(F: Factoring, panel: Panel, overwrite: boolean): Promise<void> {
  const at = places(F, panel);
  const blocks = blockCount(F);
  for (let j = panel.first; j < panel.last; j++)
    for (let i = j; i < blocks; i++) {
      const t = tileNumber(i, j);
      F.slab.step(({ view }) => {
        const entries = view(at.tile(i, j), F.tiles[t].length);
        if (overwrite) F.tiles[t].set(entries);
        else F.tiles[t] = entries.slice();
      });
      await F.steps.did(0);
    }
}
