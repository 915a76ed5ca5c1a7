import type { Engine } from '../engine/engine.js';

/** Reflectors that make one block. */
export const BLOCK = 32;

/** Q = H_0 H_1 … H_{count−1} in engine memory, in blocks of compact WY form I − Yᵀ T Y (Schreiber & Van Loan 1989). */
export interface Reflectors {
  /** Length of the vectors: Q is size×size. */
  readonly size: number;
  readonly count: number;
  /** Row q (`size` wide) is the vector of H_q, zero before entry q, where its block begins at the latest. */
  readonly y: number;
  /** Doubles between rows of y. */
  readonly stride: number;
  /** BLOCK×b triangle T of the block that begins at reflector j, at double j·BLOCK. */
  readonly t: number;
}

/** Doubles of workspace to apply reflectors to `cols` columns. */
export const reflectorWork = (cols: number): number => 2 * BLOCK * cols + 2 * BLOCK * BLOCK + 8;

const clear = ({ heap }: Engine, pointer: number, count: number): void => void heap.fill(0, pointer / 8, pointer / 8 + count);

/** The triangle T of reflectors j…j+b−1, from their vectors and `tau`. */
export function closeBlock(engine: Engine, { size, y, stride, t }: Reflectors, j: number, b: number, tau: number, work: number): void {
  const block = y + 8 * (j * stride + j);
  clear(engine, work, b * b);
  engine.kernels.gemm(b, b, size - j, 1, block, stride, 1, block, 1, stride, work, b, 0);
  clear(engine, t + 8 * j * BLOCK, b * b);
  engine.kernels.triangularFactor(b, work, tau + 8 * j, t + 8 * j * BLOCK);
}

/** C ← H C with the block H of reflectors j…j+b−1 (Hᵀ C when `transpose`), over `cols` columns of C, whose row 0 is at `c`. */
export function applyBlock(
  engine: Engine,
  { size, y, stride, t }: Reflectors,
  j: number,
  b: number,
  transpose: boolean,
  c: number,
  cols: number,
  ldc: number,
  work: number,
): void {
  if (cols === 0) return;
  const { kernels } = engine;
  const block = y + 8 * (j * stride + j);
  const rows = c + 8 * j * ldc;
  const projected = work;
  const weighted = work + 8 * b * cols;
  clear(engine, projected, 2 * b * cols);
  kernels.gemm(b, cols, size - j, 1, block, stride, 1, rows, ldc, 1, projected, cols, 0);
  const factor = t + 8 * j * BLOCK;
  kernels.gemm(b, cols, b, 1, factor, transpose ? 1 : b, transpose ? b : 1, projected, cols, 1, weighted, cols, 0);
  kernels.gemm(size - j, cols, b, -1, block, 1, stride, weighted, cols, 1, rows, ldc, 0);
}

/**
 * C ← Q C, or Qᵀ C when `transpose`, for the row-major size×cols C at `c`. With `thin`, C holds numbers on its diagonal only, so that
 * reflectors j… need no columns before j (Q's first columns are formed so).
 */
export function applyReflectors(
  engine: Engine,
  reflectors: Reflectors,
  c: number,
  cols: number,
  work: number,
  { transpose = false, thin = false }: { readonly transpose?: boolean; readonly thin?: boolean } = {},
): void {
  const { count } = reflectors;
  const blocks = Math.ceil(count / BLOCK);
  for (let step = 0; step < blocks; step++) {
    const j = (transpose ? step : blocks - 1 - step) * BLOCK;
    const from = thin ? Math.min(j, cols) : 0;
    applyBlock(engine, reflectors, j, Math.min(BLOCK, count - j), transpose, c + 8 * from, cols - from, cols, work);
  }
}
