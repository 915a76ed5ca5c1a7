import type { Steps } from '../pace.js';
import { passTile, tileSide, tileWorkspace } from './run.js';
import type { Prepared } from './prepare.js';

/** Kernels between inputs rows.from … and cols.from …: one array per field, row by row. */
export interface FieldTile {
  readonly from: number;
  readonly rows: number;
  readonly from2: number;
  readonly cols: number;
  readonly fields: readonly Float64Array[];
}

/** Puts what inputs have with themselves on the diagonal of a tile that meets it. */
function setDiagonal({ runner, rows, cols, ownRows }: Prepared, tile: FieldTile): void {
  if (rows !== cols) return;
  for (let i = 0; i < tile.rows; i++) {
    const j = tile.from + i - tile.from2;
    if (j >= 0 && j < tile.cols) for (let f = 0; f < runner.fields.count; f++) tile.fields[f][i * tile.cols + j] = ownRows.fields[f][tile.from + i];
  }
}

/**
 * All tiles of the kernel between two sets of inputs, by bands of rows; of one set with itself only those that meet the lower triangle
 * (in which the strict upper part means nothing). `visit` gets each as it is done.
 */
export function* eachTile(prepared: Prepared, visit: (tile: FieldTile) => void, side?: number): Steps<void> {
  const { runner, rows, cols } = prepared;
  const symmetric = rows === cols;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  if (n === 0 || m === 0) return;
  const most = tileSide(runner, Math.max(n, m));
  const height = Math.min(n, side ?? most, most);
  const width = Math.min(m, side ?? most, most);
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
        const steps = passTile(runner, workspace, { set: rows, from, count }, { set: cols, from: from2, count: count2 }, lower);
        let next = steps.next();
        while (next.done !== true) {
          yield Math.min(1, (done + next.value * count * count2) / total);
          next = steps.next();
        }
        const tile = { from, rows: count, from2, cols: count2, fields: next.value };
        setDiagonal(prepared, tile);
        visit(tile);
        done += count * count2;
      }
    }
  } finally {
    workspace.dispose();
  }
}

/** Copies the lower triangle onto the upper one, by blocks that stay in cache. */
export function* mirror(data: Float64Array, n: number): Steps<void> {
  const block = 32;
  for (let i0 = 0; i0 < n; i0 += block) {
    for (let j0 = 0; j0 <= i0; j0 += block)
      for (let i = i0; i < Math.min(n, i0 + block); i++) for (let j = j0; j < Math.min(i, j0 + block); j++) data[j * n + i] = data[i * n + j];
    yield 1;
  }
}

/** Whole matrices of chosen fields, exactly symmetric for one set of inputs. */
export function* wholeFields(prepared: Prepared, chosen: readonly number[]): Steps<Float64Array[]> {
  const { rows, cols } = prepared;
  const [n, m] = [rows.matrix.rows, cols.matrix.rows];
  const out = chosen.map(() => new Float64Array(n * m));
  yield* eachTile(prepared, (tile) => {
    chosen.forEach((f, k) => {
      const values = tile.fields[f];
      for (let i = 0; i < tile.rows; i++) out[k].set(values.subarray(i * tile.cols, (i + 1) * tile.cols), (tile.from + i) * m + tile.from2);
    });
  });
  if (rows === cols) for (const data of out) yield* mirror(data, n);
  return out;
}
