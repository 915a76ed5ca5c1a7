import { eigh, type Matrix } from '@saddlepoint/linalg';
import { checkKernel } from '../checks.js';

/** A kernel on the training inputs in its eigenbasis: Θ = V diag(values) Vᵀ. Plain data. */
export interface LazyModes {
  /** λ, descending, n of them. */
  readonly values: Float64Array;
  /** n×n; column k is the unit eigenvector of `values[k]`. */
  readonly vectors: Matrix;
  /** n·ε·λ_max: modes at or below are zero to rounding. They never move by themselves, and no test point sees them. */
  readonly zero: number;
}

/**
 * The modes of a kernel (Θ, n×n symmetric), to be computed once and given to every function of lazy training in its place.
 *
 * @example
 * import { gradientFlow, lazyModes, maximalLearningRate } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const modes = lazyModes(matrix(2, 2, [2, 1, 1, 2]));
 * maximalLearningRate(modes, { loss: 'sum' }); // => 0.666667
 * gradientFlow({ kernel: modes, targets: matrix(2, 1, [1, 1]), time: [1], loss: 'sum' }).train[0].data[0]; // => 0.950213
 */
export function lazyModes(kernel: Matrix): LazyModes {
  checkKernel('kernel', kernel);
  const { values, vectors } = eigh(kernel);
  return { values, vectors, zero: kernel.rows * Number.EPSILON * Math.max(0, values[0] ?? 0) };
}

/** The modes of a kernel that may be given by them. */
export const modesOf = (kernel: Matrix | LazyModes): LazyModes => ('vectors' in kernel ? kernel : lazyModes(kernel));
