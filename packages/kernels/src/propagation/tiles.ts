import type { ResidentMatrix } from '@saddlepoint/linalg';
import { withHolder } from '@saddlepoint/linalg/engine';
import { mapped, type Steps } from '../pace.js';
import type { Prepared } from './prepare.js';
import { passTile, tileSide, tileWorkspace, type InputSet, type Range, type Runner, type TileView } from './run.js';
import { addressOf, createResident } from './workspace.js';

/** Which pairs a tile holds: inputs from … of the rows, from2 … of the columns. */
interface TileRange {
  readonly from: number;
  readonly rows: number;
  readonly from2: number;
  readonly cols: number;
}

/**
 * All tiles of the kernel between two ranges of inputs, by bands of rows; of a `symmetric` one only those that meet the lower triangle (in
 * which the strict upper part means nothing). `visit` gets each as it is done, its places counted from the beginnings of the ranges.
 */
function* eachTile(runner: Runner, rows: Range, cols: Range, symmetric: boolean, visit: (range: TileRange, view: TileView) => void): Steps<void> {
  const [n, m] = [rows.count, cols.count];
  if (n === 0 || m === 0) return;
  const side = tileSide(runner, Math.max(n, m));
  const height = Math.min(n, side);
  const width = Math.min(m, side);
  const workspace = tileWorkspace(runner, height, width, rows.set.matrix.cols);
  const total = symmetric ? (n * n) / 2 : n * m;
  let done = 0;
  try {
    for (let from = 0; from < n; from += height) {
      const count = Math.min(height, n - from);
      const end = symmetric ? from + count : m;
      for (let from2 = 0; from2 < end; from2 += width) {
        const count2 = Math.min(width, end - from2);
        const lower = symmetric && from2 + count2 > from ? from - from2 : -1;
        const steps = passTile(runner, workspace, { set: rows.set, from: rows.from + from, count }, { set: cols.set, from: cols.from + from2, count: count2 }, lower, (view) => {
          visit({ from, rows: count, from2, cols: count2 }, view);
        });
        const before = done;
        yield* mapped(steps, (own) => Math.min(1, (before + own * count * count2) / total));
        done += count * count2;
      }
    }
  } finally {
    workspace.dispose();
  }
}

const all = (set: InputSet): Range => ({ set, from: 0, count: set.matrix.rows });

/** What inputs have with themselves into the places of a block where an input meets itself. */
function putDiagonal(block: Float64Array, own: Float64Array, rows: Range, cols: Range): void {
  if (rows.set !== cols.set) return;
  const end = Math.min(rows.from + rows.count, cols.from + cols.count);
  for (let i = Math.max(rows.from, cols.from); i < end; i++) block[(i - rows.from) * cols.count + i - cols.from] = own[i];
}

/** A block of chosen fields between two ranges of inputs, rows.count × cols.count numbers each. */
export function* blockFields({ runner, ownRows }: Prepared, rows: Range, cols: Range, chosen: readonly number[]): Steps<Float64Array[]> {
  const out = chosen.map(() => new Float64Array(rows.count * cols.count));
  yield* eachTile(runner, rows, cols, false, (range, { heap, at }) => {
    chosen.forEach((field, k) => {
      for (let i = 0; i < range.rows; i++) out[k].set(heap.subarray(at(field) + i * range.cols, at(field) + (i + 1) * range.cols), (range.from + i) * cols.count + range.from2);
    });
  });
  chosen.forEach((field, k) => putDiagonal(out[k], ownRows.fields[field], rows, cols));
  return out;
}

const BLOCK = 32;
/** Rows of the buffer are one longer than a block, so that its columns do not fall on the same lines of the cache. */
const PITCH = BLOCK + 1;
const buffer = new Float64Array(BLOCK * PITCH);

/** A tile of the lower triangle into the matrix and, transposed, into its mirror image, by blocks that stay in cache. */
function putBoth(target: Float64Array, n: number, { from, rows, from2, cols }: TileRange, heap: Float64Array, at: number): void {
  for (let i0 = 0; i0 < rows; i0 += BLOCK) {
    const height = Math.min(BLOCK, rows - i0);
    const row = from + i0;
    for (let j0 = 0; j0 < cols && from2 + j0 < row + height; j0 += BLOCK) {
      const width = Math.min(BLOCK, cols - j0);
      const column = from2 + j0;
      for (let i = 0; i < height; i++) {
        const source = at + (i0 + i) * cols + j0;
        const goal = (row + i) * n + column;
        const end = Math.min(width, row + i - column + 1);
        for (let j = 0; j < end; j++) {
          const value = heap[source + j];
          target[goal + j] = value;
          buffer[j * PITCH + i] = value;
        }
      }
      for (let j = 0; j < width; j++) {
        const goal = (column + j) * n + row;
        for (let i = Math.max(0, column + j - row); i < height; i++) target[goal + i] = buffer[j * PITCH + i];
      }
    }
  }
}

/** Whole matrices of chosen fields, exactly symmetric for one set of inputs, with what inputs have with themselves on the diagonal. */
export function* wholeFields(prepared: Prepared, chosen: readonly number[]): Steps<Float64Array[]> {
  const { runner, rows, cols, ownRows } = prepared;
  if (rows !== cols) return yield* blockFields(prepared, all(rows), all(cols), chosen);
  const n = rows.matrix.rows;
  const out = chosen.map(() => new Float64Array(n * n));
  yield* eachTile(runner, all(rows), all(rows), true, (range, { heap, at }) => {
    chosen.forEach((field, k) => putBoth(out[k], n, range, heap, at(field)));
  });
  chosen.forEach((field, k) => putDiagonal(out[k], ownRows.fields[field], all(rows), all(rows)));
  return out;
}

/** The same in the engine's memory: tiles are put into both triangles there, by all threads. */
export function* residentFields(prepared: Prepared, chosen: readonly number[]): Steps<ResidentMatrix[]> {
  const { runner, rows, cols, ownRows } = prepared;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  const matrices: ResidentMatrix[] = [];
  let finished = false;
  try {
    for (let k = 0; k < chosen.length; k++) matrices.push(createResident(n, m));
    const addresses = matrices.map(addressOf);
    yield* eachTile(runner, all(rows), all(cols), rows === cols, ({ from, rows: height, from2, cols: width }, { engine, heap, at }) => {
      chosen.forEach((field, k) => {
        if (rows === cols) engine.kernels.placeTile(height, width, 8 * at(field), n, addresses[k], from, from2);
        else for (let i = 0; i < height; i++) heap.copyWithin(addresses[k] / 8 + (from + i) * m + from2, at(field) + i * width, at(field) + (i + 1) * width);
      });
    });
    if (rows === cols)
      chosen.forEach((field, k) => {
        withHolder(matrices[k], ({ heap, address }) => ownRows.fields[field].forEach((value, i) => (heap[address / 8 + i * n + i] = value)));
      });
    finished = true;
    return matrices;
  } finally {
    // Aborted or failed: nobody else will give them back.
    if (!finished) for (const K of matrices) K.dispose();
  }
}
