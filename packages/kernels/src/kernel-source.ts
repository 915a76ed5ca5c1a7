import { checkInteger } from '@saddlepoint/core';
import type { Network } from '@saddlepoint/architecture';
import { matrix, rowsOf, type IndexRange, type Matrix } from '@saddlepoint/linalg';
import type { KernelSource } from './inference/large/source.js';
import { runAtOnce } from './pace.js';
import { prepare, type KernelOptions } from './propagation/prepare.js';
import { inputSet, passOwn, type InputSet, type Range } from './propagation/run.js';
import { blockFields } from './propagation/tiles.js';

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
  const prepared = runAtOnce(prepare(network, X, X2, rest, kernel === 'ntk'));
  const { runner, rows, cols, ownRows } = prepared;
  const field = kernel === 'ntk' ? runner.fields.t : 0;
  const m = cols.matrix.rows;
  const range = (name: string, set: InputSet, { from, to }: IndexRange): Range => {
    checkInteger(`${name}.from`, from, { min: 0, max: set.matrix.rows });
    checkInteger(`${name}.to`, to, { min: from, max: set.matrix.rows });
    return { set, from, count: to - from };
  };
  const between = (top: Range, left: Range): Matrix => matrix(top.count, left.count, runAtOnce(blockFields(prepared, top, left, [field]))[0]);
  const block = (rowRange: IndexRange, colRange: IndexRange): Matrix => between(range('rows', rows, rowRange), range('cols', cols, colRange));
  const whole = (indices: ArrayLike<number>): Matrix => {
    const chosen = Array.from(indices, (index, k) => checkInteger(`indices[${k}]`, index, { min: 0, max: X.rows - 1 }));
    const p = rows.mask === null ? 0 : rows.mask.length / X.rows;
    const mask = rows.mask === null ? null : Uint8Array.from(chosen.flatMap((i) => Array.from(rows.mask?.subarray(i * p, (i + 1) * p) ?? [])));
    const some = inputSet(rowsOf(X, chosen), mask);
    runAtOnce(passOwn(runner, some));
    const out = between({ set: some, from: 0, count: chosen.length }, { set: cols, from: 0, count: m });
    if (rows === cols) chosen.forEach((i, k) => (out.data[k * m + i] = ownRows.fields[field][i]));
    return out;
  };
  return rows === cols ? { size: X.rows, block, rows: whole, diagonal: ownRows.fields[field] } : { size: X.rows, block, rows: whole };
}
