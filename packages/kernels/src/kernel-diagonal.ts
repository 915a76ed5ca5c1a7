import type { Network } from '@saddlepoint/architecture';
import type { Matrix } from '@saddlepoint/linalg';
import { runAtOnce } from './pace.js';
import { compile, type KernelOptions } from './propagation/prepare.js';
import { passOwn } from './propagation/run.js';

/** K(x, x) and Θ(x, x) of every row. */
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
export function kernelDiagonal(network: Network, X: Matrix, options?: KernelOptions & { readonly outputs?: 'ntk' | 'both' }): KernelDiagonal;
export function kernelDiagonal(network: Network, X: Matrix, options: KernelOptions & { readonly outputs?: 'nngp' | 'ntk' | 'both' }): Pick<KernelDiagonal, 'nngp'> & Partial<KernelDiagonal>;
export function kernelDiagonal(network: Network, X: Matrix, options: KernelOptions & { readonly outputs?: 'nngp' | 'ntk' | 'both' } = {}): Pick<KernelDiagonal, 'nngp'> & Partial<KernelDiagonal> {
  const withNtk = options.outputs !== 'nngp';
  const { runner, rows } = compile(network, X, undefined, options, withNtk, false);
  const { fields } = runAtOnce(passOwn(runner, rows));
  return withNtk ? { nngp: fields[0], ntk: fields[runner.fields.t] } : { nngp: fields[0] };
}
