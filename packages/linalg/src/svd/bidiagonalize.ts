import type { Engine } from '../engine/engine.js';
import { BLOCK, closeBlock } from '../qr/reflectors.js';
import type { Reflectors } from '../qr/reflectors.js';

/** A = Q B Pᵀ with B upper bidiagonal. */
export interface Bidiagonal {
  readonly diagonal: Float64Array;
  /** Entry i at (i, i+1); the last is 0. */
  readonly superdiagonal: Float64Array;
  /** Q, m×m. */
  readonly left: Reflectors;
  /** P without its first row and column, which are those of the identity. */
  readonly right: Reflectors;
}

/** Doubles that `bidiagonalize` allocates for an m×n matrix. */
export const bidiagonalizeWork = (m: number, n: number): number => n * m + n * n + 2 * BLOCK * (m + n) + 2 * BLOCK * n + 4 * n + 2 * BLOCK * BLOCK + 32;

/** Blocked Householder reduction (LAPACK dgebrd, dlabrd) of the m×n matrix at `a`, m ≥ n ≥ 1, which it overwrites. */
export function bidiagonalize(engine: Engine, m: number, n: number, a: number): Bidiagonal {
  const { kernels, heap, allocate } = engine;
  const d = allocate(n);
  const e = allocate(n);
  const tauLeft = allocate(n);
  const tauRight = allocate(n);
  const y = allocate(n * m);
  const z = allocate(n * n);
  const left: Reflectors = { size: m, count: n, y, stride: m, t: allocate(n * BLOCK) };
  const right: Reflectors = { size: n - 1, count: n - 1, y: z + 8, stride: n, t: allocate(n * BLOCK) };
  const tall = allocate(2 * BLOCK * m);
  const wide = allocate(2 * BLOCK * n);
  const work = allocate(2 * BLOCK * BLOCK);
  for (let j = 0; j < n; j += BLOCK) {
    const b = Math.min(BLOCK, n - j);
    const rows = m - j;
    const cols = n - j;
    const block = a + 8 * (j * n + j);
    kernels.bidiagonalPanel(rows, cols, b, block, n, tall, wide, d + 8 * j, e + 8 * j, tauLeft + 8 * j, tauRight + 8 * j);
    for (let p = 0; p < b; p++) {
      heap.copyWithin(y / 8 + (j + p) * m + j, tall / 8 + p * rows, tall / 8 + (p + 1) * rows);
      heap.copyWithin(z / 8 + (j + p) * n + j, wide / 8 + (b + p) * cols, wide / 8 + (b + p + 1) * cols);
    }
    closeBlock(engine, left, j, b, tauLeft, work);
    const inner = Math.min(b, n - 1 - j);
    if (inner > 0) closeBlock(engine, right, j, inner, tauRight, work);
    if (cols > b) kernels.gemm(rows - b, cols - b, 2 * b, -1, tall + 8 * b, 1, rows, wide + 8 * b, cols, 1, block + 8 * b * (n + 1), n, 0);
  }
  const superdiagonal = engine.download(e, n);
  superdiagonal[n - 1] = 0;
  return { diagonal: engine.download(d, n), superdiagonal, left, right };
}
