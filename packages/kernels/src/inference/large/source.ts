import { checkFinite, checkInteger, checkLength } from '@saddlepoint/core';
import { matrix, multiply, rowsOf, type BlockOf, type IndexRange, type Matrix } from '@saddlepoint/linalg';
import type { Pause } from '../../pace.js';
import { checkKernel, checkShape } from '../checks.js';

/** A symmetric kernel of n samples that is computed block by block and never held whole. */
export interface KernelSource {
  /** n. */
  readonly size: number;
  /** K at rows `from … to − 1` and columns likewise, plain or promised. Asked for the same block it gives the same numbers. */
  readonly block: BlockOf;
  /** K(x_i, x_i): n numbers. Without it they are taken from blocks on the diagonal. */
  readonly diagonal?: ArrayLike<number>;
  /** Whole rows of K for some samples, r×n. Without it they are asked for as blocks, one by one. */
  readonly rows?: (indices: ArrayLike<number>) => Matrix | Promise<Matrix>;
}

/** A kernel in memory, or one to be computed block by block. */
export type KernelInput = Matrix | KernelSource;

const DIAGONAL_BLOCK = 64;

/** The rows and columns of a matrix, copied. */
export function slice({ cols: width, data }: Matrix, rows: IndexRange, cols: IndexRange): Matrix {
  const out = matrix(rows.to - rows.from, cols.to - cols.from);
  for (let i = rows.from; i < rows.to; i++) out.data.set(data.subarray(i * width + cols.from, i * width + cols.to), (i - rows.from) * out.cols);
  return out;
}

/** The kernel as a source, with blocks checked for shape and finiteness. */
export function sourceOf(kernel: KernelInput): KernelSource {
  if ('data' in kernel) {
    checkKernel('kernel', kernel);
    const n = kernel.rows;
    return { size: n, block: (rows, cols) => slice(kernel, rows, cols), rows: (indices) => rowsOf(kernel, indices), diagonal: Float64Array.from({ length: n }, (_, i) => kernel.data[i * (n + 1)]) };
  }
  const size = checkInteger('kernel.size', kernel.size, { min: 0 });
  const checked = (argument: string, made: Matrix, rows: number, cols: number): Matrix => {
    checkShape(argument, made, rows, cols);
    return made;
  };
  const block: BlockOf = async (rows, cols) => checked('kernel.block', await kernel.block(rows, cols), rows.to - rows.from, cols.to - cols.from);
  const gather = kernel.rows;
  if (kernel.diagonal !== undefined) {
    checkLength('kernel.diagonal', kernel.diagonal.length, size, 'one number per sample,');
    checkFinite('kernel.diagonal', kernel.diagonal);
  }
  return { ...kernel, size, block, ...(gather && { rows: async (indices: ArrayLike<number>) => checked('kernel.rows', await gather(indices), indices.length, size) }) };
}

/** K(x_i, x_i) of all samples. */
export async function diagonalOf({ size, block, diagonal }: KernelSource, pause: Pause): Promise<Float64Array> {
  if (diagonal !== undefined) return Float64Array.from(diagonal);
  const out = new Float64Array(size);
  for (let from = 0; from < size; from += DIAGONAL_BLOCK) {
    const rows = { from, to: Math.min(size, from + DIAGONAL_BLOCK) };
    const { cols, data } = await block(rows, rows);
    for (let i = 0; i < cols; i++) out[from + i] = data[i * (cols + 1)];
    await pause(0);
  }
  return out;
}

/** Rows of the kernel, r×n. */
export async function kernelRows({ size, block, rows }: KernelSource, indices: readonly number[]): Promise<Matrix> {
  if (rows !== undefined) return rows(indices);
  const out = matrix(indices.length, size);
  for (const [k, p] of indices.entries()) out.data.set((await block({ from: p, to: p + 1 }, { from: 0, to: size })).data, k * size);
  return out;
}

/** Adds `part` to the rows of `into` from row `from` on. */
function addRows(into: Matrix, from: number, part: Matrix): void {
  const start = from * into.cols;
  for (let at = 0; at < part.data.length; at++) into.data[start + at] += part.data[at];
}

/** K·X with every block computed anew, once for itself and its mirror image. */
export async function applySource({ size, block }: KernelSource, X: Matrix, tile: number, pause: Pause): Promise<Matrix> {
  const out = matrix(size, X.cols);
  const all = { from: 0, to: X.cols };
  const ranges = Array.from({ length: Math.ceil(size / tile) }, (_, i) => ({ from: i * tile, to: Math.min(size, (i + 1) * tile) }));
  for (const [i, rows] of ranges.entries())
    for (const cols of ranges.slice(0, i + 1)) {
      const K = await block(rows, cols);
      addRows(out, rows.from, multiply(K, slice(X, cols, all)));
      if (cols !== rows) addRows(out, cols.from, multiply(K, slice(X, rows, all), { transposeA: true }));
      await pause(0.5);
    }
  return out;
}

/** Rows that a residual is checked on, spread over all: the same ones every time. */
const checkedRows = (size: number, count: number): number[] => Array.from({ length: Math.min(size, count) }, (_, k) => Math.floor(((k + 0.5) * size) / Math.min(size, count)));

/** ‖(K + s)α − y‖/‖y‖ over the checked rows, with rows of K computed anew. */
export async function rowResidual(source: KernelSource, ridge: number, coefficients: Matrix, targets: Matrix, count: number): Promise<number> {
  const c = targets.cols;
  const rows = checkedRows(source.size, count);
  const images = multiply(await kernelRows(source, rows), coefficients).data;
  let [missed, whole] = [0, 0];
  rows.forEach((i, k) => {
    for (let j = 0; j < c; j++) {
      missed += (images[k * c + j] + ridge * coefficients.data[i * c + j] - targets.data[i * c + j]) ** 2;
      whole += targets.data[i * c + j] ** 2;
    }
  });
  return whole > 0 ? Math.sqrt(missed / whole) : Math.sqrt(missed);
}
