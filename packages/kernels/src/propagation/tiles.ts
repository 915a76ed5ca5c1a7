import type { ResidentMatrix } from '@saddlepoint/linalg';
import { withHolder } from '@saddlepoint/linalg/engine';
import { mapped, type Steps } from '../pace.js';
import type { Prepared } from './prepare.js';
import { passTile, tileSide, tileWorkspace, type TileView } from './run.js';
import { addressOf, createResident } from './workspace.js';

/** Which pairs a tile holds: inputs from … of the rows, from2 … of the columns. */
interface TileRange {
  readonly from: number;
  readonly rows: number;
  readonly from2: number;
  readonly cols: number;
}

/**
 * All tiles of the kernel between two sets of inputs, by bands of rows; of one set with itself only those that meet the lower triangle
 * (in which the strict upper part means nothing). `visit` gets each as it is done.
 */
function* eachTile({ runner, rows, cols }: Prepared, visit: (range: TileRange, view: TileView) => void): Steps<void> {
  const symmetric = rows === cols;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  if (n === 0 || m === 0) return;
  const side = tileSide(runner, Math.max(n, m));
  const height = Math.min(n, side);
  const width = Math.min(m, side);
  const workspace = tileWorkspace(runner, height, width, rows.matrix.cols);
  const total = symmetric ? (n * n) / 2 : n * m;
  let done = 0;
  try {
    for (let from = 0; from < n; from += height) {
      const count = Math.min(height, n - from);
      const end = symmetric ? from + count : m;
      for (let from2 = 0; from2 < end; from2 += width) {
        const count2 = Math.min(width, end - from2);
        const lower = symmetric && from2 + count2 > from ? from - from2 : -1;
        const steps = passTile(runner, workspace, { set: rows, from, count }, { set: cols, from: from2, count: count2 }, lower, (view) => {
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
  const { rows, cols, ownRows } = prepared;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  const out = chosen.map(() => new Float64Array(n * m));
  yield* eachTile(prepared, (range, { heap, at }) => {
    chosen.forEach((field, k) => {
      if (rows === cols) putBoth(out[k], n, range, heap, at(field));
      else for (let i = 0; i < range.rows; i++) out[k].set(heap.subarray(at(field) + i * range.cols, at(field) + (i + 1) * range.cols), (range.from + i) * m + range.from2);
    });
  });
  if (rows === cols) chosen.forEach((field, k) => ownRows.fields[field].forEach((value, i) => (out[k][i * n + i] = value)));
  return out;
}

/** The same in the engine's memory: tiles are put into both triangles there, by all threads. */
export function* residentFields(prepared: Prepared, chosen: readonly number[]): Steps<ResidentMatrix[]> {
  const { rows, cols, ownRows } = prepared;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  const matrices: ResidentMatrix[] = [];
  let finished = false;
  try {
    for (let k = 0; k < chosen.length; k++) matrices.push(createResident(n, m));
    const addresses = matrices.map(addressOf);
    yield* eachTile(prepared, ({ from, rows: height, from2, cols: width }, { engine, heap, at }) => {
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
