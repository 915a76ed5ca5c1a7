import { validateNetwork, type Network } from '@saddlepoint/architecture';
import type { Matrix } from '@saddlepoint/linalg';
import type { KernelOptions } from './compute-kernels.js';
import { checkInputs, inputSquares } from './input-covariance.js';
import { runAtOnce } from '../pace.js';
import { propagate } from './propagate.js';

/** K^{L+1}(x, x) and Θ^{L+1}(x, x) of every row. */
export interface KernelDiagonal {
  readonly nngp: Float64Array;
  readonly ntk: Float64Array;
}

/**
 * The diagonals of both kernels of {@link computeKernels} in O(n), without the matrices: n numbers each, equal to the diagonals of
 * the matrices. With `outputs: 'nngp'` the NTK is left out, as it must be for an activation that jumps.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { kernelDiagonal } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { nngp, ntk } = kernelDiagonal(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), matrix(2, 1, [1, 3]));
 * Array.from(nngp); // => [2, 18]
 * Array.from(ntk); // => [4, 36]
 */
export function kernelDiagonal(network: Network, X: Matrix, options?: KernelOptions & { readonly outputs?: 'both' }): KernelDiagonal;
export function kernelDiagonal(network: Network, X: Matrix, options: KernelOptions & { readonly outputs: 'nngp' | 'both' }): Pick<KernelDiagonal, 'nngp'> & Partial<KernelDiagonal>;
export function kernelDiagonal(network: Network, X: Matrix, options: KernelOptions & { readonly outputs?: 'nngp' | 'both' } = {}): Pick<KernelDiagonal, 'nngp'> & Partial<KernelDiagonal> {
  validateNetwork(network);
  checkInputs('X', X);
  const { outputs = 'both', ...rest } = options;
  // No pairs: an empty set of columns.
  const input = { data: new Float64Array(0), rows: inputSquares(X), cols: new Float64Array(0) };
  const state = runAtOnce(propagate(network, input, X.cols, { ...rest, withNtk: outputs === 'both' }));
  return state.ntk === null ? { nngp: state.nngp.rows } : { nngp: state.nngp.rows, ntk: state.ntk.rows };
}
