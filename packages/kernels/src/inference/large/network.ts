import { checkLength, type RunOptions } from '@saddlepoint/core';
import type { Network } from '@saddlepoint/architecture';
import { rowsOf, type BlockOf, type IndexRange, type Matrix } from '@saddlepoint/linalg';
import { computeKernels, type ComputeKernelsOptions } from '../../compute-kernels.js';
import { kernelDiagonal } from '../../kernel-diagonal.js';
import { slice, type KernelSource } from './source.js';

/** Which of a network's kernels, and how it is computed. */
export interface NetworkSourceOptions extends Omit<ComputeKernelsOptions, 'outputs' | keyof RunOptions>, Pick<RunOptions, 'signal'> {
  /** Default `'nngp'`. */
  readonly kernel?: 'nngp' | 'ntk';
}

const rowsFrom = (X: Matrix, { from, to }: IndexRange): Matrix => (from === 0 && to === X.rows ? X : slice(X, { from, to }, { from: 0, to: X.cols }));
const same = (a: IndexRange, b: IndexRange): boolean => a.from === b.from && a.to === b.to;

/** A block of the kernel between rows of two sets of inputs, or of one with itself. */
async function blockOf(network: Network, X: Matrix, rows: IndexRange, X2: Matrix, cols: IndexRange, { masks, masks2, ...options }: NetworkSourceOptions): Promise<Matrix> {
  const own = X === X2 && same(rows, cols);
  const second = own ? undefined : rowsFrom(X2, cols);
  return kernelBetween(network, rowsFrom(X, rows), second, { ...options, ...(masks && { masks: rowsFrom(masks, rows) }), ...(masks2 && !own && { masks2: rowsFrom(masks2, cols) }) });
}

/** The kernel that is asked for between two sets of inputs. */
async function kernelBetween(network: Network, X: Matrix, X2: Matrix | undefined, { kernel = 'nngp', ...options }: NetworkSourceOptions): Promise<Matrix> {
  if (kernel === 'nngp') return (await computeKernels(network, X, X2, { ...options, outputs: 'nngp' })).nngp;
  return (await computeKernels(network, X, X2, { ...options, outputs: 'ntk' })).ntk;
}

/**
 * The kernel of a network on the rows of X (n×d) as a source of blocks, for {@link gpFitTiled}, {@link gpFitIterative} and {@link gpNystrom}: nothing of
 * size n² is held. `masks` as in {@link computeKernels}; with dropout take `dropout: 'test'`, for blocks off the diagonal know no input again.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { gpFitTiled, networkSource } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const X = matrix(3, 2, [1, 0, 0, 1, -1, 0]);
 * const fit = await gpFitTiled(networkSource(mlp({ depth: 2, activation: 'erf', weightVariance: 1.5, biasVariance: 0.05 }), X), { targets: matrix(3, 1, [1, 1, -1]), ridge: 0.01, tile: 2 });
 * fit.residual < 1e-12; // => true
 */
export function networkSource(network: Network, X: Matrix, options: Omit<NetworkSourceOptions, 'masks2'> = {}): KernelSource {
  const { kernel = 'nngp', signal: _, ...own } = options;
  const diagonal = kernel === 'nngp' ? kernelDiagonal(network, X, { ...own, outputs: 'nngp' }).nngp : kernelDiagonal(network, X, own).ntk;
  const both = options.masks === undefined ? options : { ...options, masks2: options.masks };
  return { size: X.rows, diagonal, block: (rows, cols) => blockOf(network, X, rows, X, cols, both), rows: (indices) => kernelBetween(network, rowsOf(X, indices), X, { ...both, ...(both.masks && { masks: rowsOf(both.masks, indices) }) }) };
}

/**
 * The kernel of a network between test points (m×d) and training points (n×d) as blocks, for the `cross` of {@link gpPredictTiled} and {@link gpPredictIterative}. `masks` are
 * those of the test points, `masks2` those of the training points.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { networkCross } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const cross = networkCross(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), matrix(1, 2, [3, 0]), matrix(2, 2, [1, 0, 0, 1]));
 * const block = await cross({ from: 0, to: 1 }, { from: 0, to: 2 });
 * Array.from(block.data); // => [3, 0.954930]
 */
export function networkCross(network: Network, Xtest: Matrix, X: Matrix, options: NetworkSourceOptions = {}): BlockOf {
  checkLength('Xtest.cols', Xtest.cols, X.cols, 'as many inputs as the training points have,');
  return (rows, cols) => blockOf(network, Xtest, rows, X, cols, options);
}
