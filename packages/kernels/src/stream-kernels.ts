import { SaddlepointRangeError, checkInteger, nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';
import type { Network } from '@saddlepoint/architecture';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { runAtOnce, runPaced } from './pace.js';
import { prepare, type KernelOptions } from './propagation/prepare.js';
import { passTile, tileSide, tileWorkspace } from './propagation/run.js';

export interface StreamKernelsOptions extends KernelOptions, RunOptions {
  /** Default `'both'`. */
  readonly outputs?: 'nngp' | 'ntk' | 'both';
  /** Most rows of a tile. Default: what fits into about 16 MB. */
  readonly tile?: number;
}

/** A block of the kernels: between inputs `from`, …, `from + rows − 1` of X and all inputs of the other set. */
export interface KernelBand {
  readonly from: number;
  readonly nngp: Matrix;
  readonly ntk?: Matrix;
}

/**
 * The kernels of {@link computeKernels} in bands of full rows, handed to `consume` one after the other (awaited, so that it may write them to a
 * disk): memory holds one band, for any number of inputs. Without X2 every entry is computed twice, once on each side of the diagonal.
 *
 * Stops within a tile's time when aborted; what `consume` throws stops it too. `createNpyWriter` of `@saddlepoint/datasets/node` makes
 * an `.npy` file of the bands.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { streamKernels } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * let trace = 0;
 * await streamKernels(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), matrix(3, 1, [1, 2, 3]), undefined, ({ from, nngp }) => {
 *   for (let i = 0; i < nngp.rows; i++) trace += nngp.data[i * nngp.cols + from + i];
 * });
 * trace; // => 28
 */
export async function streamKernels(
  network: Network,
  X: Matrix,
  X2: Matrix | undefined,
  consume: (band: KernelBand) => void | Promise<void>,
  options: StreamKernelsOptions = {},
): Promise<void> {
  const withNtk = options.outputs !== 'nngp';
  const { signal, onProgress } = options;
  if (options.tile !== undefined) checkInteger('tile', options.tile, { min: 1 });
  if (typeof consume !== 'function') throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'consume', expected: 'a function', got: typeof consume });
  const prepared = await runPaced(prepare(network, X, X2, options, withNtk), 'kernels', { ...(signal && { signal }) });
  const { runner, rows, cols, ownRows } = prepared;
  const m = cols.matrix.rows;
  const side = Math.min(options.tile ?? Infinity, tileSide(runner, Math.max(X.rows, m)));
  const height = Math.max(1, Math.min(side, X.rows));
  const width = Math.max(1, Math.min(side, m));
  const workspace = tileWorkspace(runner, height, width, X.cols);
  try {
    for (let from = 0; from < X.rows; from += height) {
      const count = Math.min(height, X.rows - from);
      const nngp = new Float64Array(count * m);
      const ntk = withNtk ? new Float64Array(count * m) : null;
      for (let from2 = 0; from2 < m; from2 += width) {
        const count2 = Math.min(width, m - from2);
        runAtOnce(
          passTile(runner, workspace, { set: rows, from, count }, { set: cols, from: from2, count: count2 }, -1, ({ heap, at }) => {
            const put = (target: Float64Array, field: number): void => {
              for (let i = 0; i < count; i++) target.set(heap.subarray(at(field) + i * count2, at(field) + (i + 1) * count2), i * m + from2);
            };
            put(nngp, 0);
            if (ntk !== null) put(ntk, runner.fields.t);
          }),
        );
        await nextTurn();
        throwIfAborted(signal);
      }
      if (rows === cols)
        for (let i = 0; i < count; i++) {
          nngp[i * m + from + i] = ownRows.fields[0][from + i];
          if (ntk !== null) ntk[i * m + from + i] = ownRows.fields[runner.fields.t][from + i];
        }
      await consume({ from, nngp: matrix(count, m, nngp), ...(ntk === null ? {} : { ntk: matrix(count, m, ntk) }) });
      onProgress?.({ stage: 'kernels', fraction: (from + count) / X.rows });
      throwIfAborted(signal);
    }
  } finally {
    workspace.dispose();
  }
}
