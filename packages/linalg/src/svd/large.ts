import { withEngine } from '../engine/engine.js';
import type { Engine } from '../engine/engine.js';
import { factorise, factoriseWork } from '../qr/factorise.js';
import { applyReflectors, reflectorWork } from '../qr/reflectors.js';
import { bidiagonalize, bidiagonalizeWork } from './bidiagonalize.js';
import { divideAndConquer, divideAndConquerWork } from './divide-and-conquer.js';
import { implicitQr } from './implicit-qr.js';

/** Values descending; vectors in columns: left m×n, right n×n (empty when not asked for). */
export interface ThinSvd {
  readonly values: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** From this ratio of rows to columns on, QR first and then the SVD of R is less work (Chan 1982). */
const TALL = 1.6;
const TILE = 16;

/** Rows of the array at `from` (`stride` wide), picked by `order` from its end, become columns of the n×n block at `to` (n wide). */
function rowsToColumns({ heap }: Engine, order: Int32Array, from: number, stride: number, to: number): void {
  const n = order.length;
  const source = from / 8;
  const target = to / 8;
  for (let k0 = 0; k0 < n; k0 += TILE) {
    const k1 = Math.min(n, k0 + TILE);
    for (let i0 = 0; i0 < n; i0 += TILE) {
      const i1 = Math.min(n, i0 + TILE);
      for (let k = k0; k < k1; k++) {
        const row = source + order[n - 1 - k] * stride;
        for (let i = i0; i < i1; i++) heap[target + i * n + k] = heap[row + i];
      }
    }
  }
}

/** The n×n upper triangle of the array at `a` as a matrix of its own. */
function triangleOf(engine: Engine, a: number, n: number): number {
  const r = engine.zeros(n * n);
  for (let i = 0; i < n; i++) engine.heap.copyWithin(r / 8 + i * n + i, a / 8 + i * n + i, a / 8 + i * n + n);
  return r;
}

/** The SVD of an m×n matrix, m ≥ n ≥ 1, entries of size about 1: bidiagonalisation, divide and conquer. Null when a leaf failed. */
export function svdLarge(data: Float64Array, m: number, n: number, vectors: boolean): ThinSvd | null {
  const tall = m > TALL * n;
  const rows = tall ? n : m;
  const size =
    m * n + bidiagonalizeWork(rows, n) + (tall ? factoriseWork(m, n) + n * n : 0) +
    (vectors ? m * n + 2 * n * n + (n + 1) * (n + 1) + divideAndConquerWork(n) + reflectorWork(n) + 64 : 0);
  return withEngine(size, (engine) => {
    const a = engine.upload(data);
    const outer = tall ? factorise(engine, m, n, a) : null;
    const core = outer === null ? a : triangleOf(engine, a, n);
    const { diagonal, superdiagonal, left, right } = bidiagonalize(engine, rows, n, core);
    if (!vectors) {
      if (!implicitQr(diagonal, superdiagonal, 0, n)) return null;
      return { values: diagonal.map(Math.abs).sort().reverse(), left: new Float64Array(0), right: new Float64Array(0) };
    }
    const leftRows = engine.zeros(n * n);
    const rightRows = engine.zeros((n + 1) * (n + 1));
    const order = divideAndConquer(engine, diagonal, superdiagonal, leftRows, rightRows);
    if (order === null) return null;
    const u = engine.zeros(m * n);
    const v = engine.allocate(n * n);
    rowsToColumns(engine, order, leftRows, n, u);
    rowsToColumns(engine, order, rightRows, n + 1, v);
    const work = engine.allocate(reflectorWork(n));
    applyReflectors(engine, left, u, n, work);
    applyReflectors(engine, right, v + 8 * n, n, work);
    if (outer !== null) applyReflectors(engine, outer, u, n, work);
    return {
      values: Float64Array.from(order, (row) => diagonal[row]).reverse(),
      left: engine.download(u, m * n),
      right: engine.download(v, n * n),
    };
  });
}
