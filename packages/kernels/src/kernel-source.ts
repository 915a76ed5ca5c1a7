import { checkInteger } from '@saddlepoint/core';
import type { Network } from '@saddlepoint/architecture';
import { matrix, rowsOf, type IndexRange, type Matrix } from '@saddlepoint/linalg';
import type { KernelSource } from './inference/large/source.js';
import { runAtOnce } from './pace.js';
import { prepare, type KernelOptions } from './propagation/prepare.js';
import { inputSet, passOwn, passTile, tileSide, tileWorkspace, type InputSet } from './propagation/run.js';

export interface KernelSourceOptions extends KernelOptions {
  /** Default `'nngp'`. */
  readonly kernel?: 'nngp' | 'ntk';
  /** Inputs of the columns; default X itself. */
  readonly X2?: Matrix;
}

/**
 * The kernel of a network on the rows of X as something to be computed block by block (`block(rows, cols)`, with the diagonal at hand): what
 * `gpFitTiled`, `gpFitIterative`, `gpNystrom` and linalg's `tiledFrom` take, when n×n numbers are too many.
 *
 * What depends on single inputs is computed once, here; X must not change while the source is in use.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { kernelSource } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const source = kernelSource(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), matrix(3, 1, [1, 2, 3]));
 * const block = await source.block({ from: 2, to: 3 }, { from: 0, to: 2 });
 * Array.from(block.data); // => [6, 12]
 */
export function kernelSource(network: Network, X: Matrix, options: KernelSourceOptions = {}): KernelSource {
  const { kernel = 'nngp', X2, ...rest } = options;
  const { runner, rows, cols, ownRows } = runAtOnce(prepare(network, X, X2, rest, kernel === 'ntk'));
  const field = kernel === 'ntk' ? runner.fields.t : 0;
  const m = cols.matrix.rows;
  const side = tileSide(runner, Math.max(X.rows, m));
  const checked = (name: string, { from, to }: IndexRange, most: number): void => {
    checkInteger(`${name}.from`, from, { min: 0, max: most });
    checkInteger(`${name}.to`, to, { min: from, max: most });
  };
  /** Kernel between inputs of `top` and of the columns, tile by tile. */
  const between = (top: InputSet, rowRange: IndexRange, colRange: IndexRange): Matrix => {
    const out = matrix(rowRange.to - rowRange.from, colRange.to - colRange.from);
    if (out.data.length === 0) return out;
    const height = Math.min(side, out.rows);
    const width = Math.min(side, out.cols);
    const workspace = tileWorkspace(runner, height, width, X.cols);
    try {
      for (let i = rowRange.from; i < rowRange.to; i += height)
        for (let j = colRange.from; j < colRange.to; j += width) {
          const [count, count2] = [Math.min(height, rowRange.to - i), Math.min(width, colRange.to - j)];
          runAtOnce(
            passTile(runner, workspace, { set: top, from: i, count }, { set: cols, from: j, count: count2 }, -1, ({ heap, at }) => {
              for (let a = 0; a < count; a++) out.data.set(heap.subarray(at(field) + a * count2, at(field) + (a + 1) * count2), (i - rowRange.from + a) * out.cols + j - colRange.from);
            }),
          );
        }
    } finally {
      workspace.dispose();
    }
    return out;
  };
  const block = (rowRange: IndexRange, colRange: IndexRange): Matrix => {
    checked('rows', rowRange, X.rows);
    checked('cols', colRange, m);
    const out = between(rows, rowRange, colRange);
    if (rows === cols)
      for (let i = Math.max(rowRange.from, colRange.from); i < Math.min(rowRange.to, colRange.to); i++) out.data[(i - rowRange.from) * out.cols + i - colRange.from] = ownRows.fields[field][i];
    return out;
  };
  const whole = (indices: ArrayLike<number>): Matrix => {
    const chosen = Array.from(indices, (index, k) => checkInteger(`indices[${k}]`, index, { min: 0, max: X.rows - 1 }));
    const p = rows.mask === null ? 0 : rows.mask.length / X.rows;
    const mask = rows.mask === null ? null : Uint8Array.from(chosen.flatMap((i) => Array.from(rows.mask?.subarray(i * p, (i + 1) * p) ?? [])));
    const some = inputSet(rowsOf(X, chosen), mask);
    runAtOnce(passOwn(runner, some));
    const out = between(some, { from: 0, to: chosen.length }, { from: 0, to: m });
    if (rows === cols) chosen.forEach((i, k) => (out.data[k * m + i] = ownRows.fields[field][i]));
    return out;
  };
  return rows === cols ? { size: X.rows, block, rows: whole, diagonal: ownRows.fields[field] } : { size: X.rows, block, rows: whole };
}
