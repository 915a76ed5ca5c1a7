import { checkNumber, type RunOptions, type Status } from '@saddlepoint/core';
import { eigh, largestEigenpairs, type Matrix, type SymmetricOperator } from '@saddlepoint/linalg';
import { checkChoice, checkKernel } from '../checks.js';
import type { LazyModes } from './modes.js';
import type { LossConvention } from './problem.js';

/** What decides which steps are stable. */
export interface StabilityOptions {
  readonly loss: LossConvention;
  /** Heavy-ball μ in [0, 1]. Default 0. */
  readonly momentum?: number;
  /** σ² of the decay to the initial parameters. Default 0. */
  readonly ridge?: number;
  /** Its curvature in the outputs is 1, at most ½ or at most ¼. Default `'square'`. */
  readonly lossFunction?: 'square' | 'softmax' | 'logistic';
}

const CURVATURE = { square: 1, softmax: 0.5, logistic: 0.25 };

function rateFor(largest: number, samples: number, { loss, momentum = 0, ridge = 0, lossFunction = 'square' }: StabilityOptions): number {
  checkNumber('momentum', momentum, { min: 0, max: 1 });
  checkNumber('ridge', ridge, { min: 0 });
  checkChoice('loss', loss, ['sum', 'mean']);
  checkChoice('lossFunction', lossFunction, ['square', 'softmax', 'logistic']);
  const curvature = CURVATURE[lossFunction] * Math.max(0, largest) + ridge;
  return curvature > 0 ? ((loss === 'mean' ? samples : 1) * 2 * (1 + momentum)) / curvature : Infinity;
}

/**
 * The largest learning rate at which gradient descent under a constant kernel converges: 2(1+μ)/(hλ_max + σ²) for the summed loss, n times
 * that for the mean loss, with heavy-ball momentum μ (default 0), ridge σ² (default 0) and the largest curvature h of the loss in an output: 1 for squares (exact
 * threshold), ½ for softmax and ¼ for logistic cross-entropy (sufficient: the curvature falls as training goes on).
 *
 * `kernel`: Θ, n×n, or its modes. Infinity for a zero kernel. For large n see {@link estimateMaximalLearningRate}.
 * Sources: 1902.06720 (η < 2/λ_max); Polyak (1964).
 *
 * @example
 * import { maximalLearningRate } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * maximalLearningRate(matrix(2, 2, [2, 0, 0, 4]), { loss: 'mean' }); // => 1
 * maximalLearningRate(matrix(2, 2, [2, 0, 0, 4]), { loss: 'mean', momentum: 0.5, lossFunction: 'softmax' }); // => 3
 */
export function maximalLearningRate(kernel: Matrix | LazyModes, options: StabilityOptions): number {
  if ('vectors' in kernel) return rateFor(kernel.values[0] ?? 0, kernel.values.length, options);
  checkKernel('kernel', kernel);
  return rateFor(eigh(kernel, { vectors: false }).values[0] ?? 0, kernel.rows, options);
}

/** A learning rate with how well its eigenvalue is known. */
export interface LearningRateEstimate {
  /** From λ_max + residual: on the safe side. */
  readonly value: number;
  readonly largestEigenvalue: number;
  /** ‖Θv − λv‖: an eigenvalue lies within this. */
  readonly residual: number;
  readonly status: Status;
}

/**
 * {@link maximalLearningRate} for large n, from the largest eigenvalue alone by block Lanczos: a few dozen products with Θ, which may be an operator
 * `{ size, apply }` that is never formed.
 *
 * `tolerance`: ‖Θv − λv‖ ≤ tolerance·‖Θ‖, default 1e-6. Abortable, reports progress.
 *
 * @example
 * import { estimateMaximalLearningRate } from '@saddlepoint/kernels';
 * // Θ = diag(1, 1/2, 1/3, …), 3000 samples, never formed.
 * const apply = ({ rows, cols, data }: { rows: number; cols: number; data: Float64Array }) => ({ rows, cols, data: data.map((x, i) => x / (1 + Math.floor(i / cols))) });
 * const { value } = await estimateMaximalLearningRate({ size: 3000, apply }, { loss: 'sum', momentum: 0.9 });
 * value; // => 3.8000
 */
export async function estimateMaximalLearningRate(kernel: Matrix | SymmetricOperator, options: StabilityOptions & RunOptions & { readonly tolerance?: number }): Promise<LearningRateEstimate> {
  const { tolerance = 1e-6, signal, onProgress, seed = 1 } = options;
  const size = 'size' in kernel ? kernel.size : kernel.rows;
  rateFor(1, size, options);
  const { values, residuals, status } = await largestEigenpairs(kernel, Math.min(1, size), { tolerance, seed, ...(signal && { signal }), ...(onProgress && { onProgress }) });
  const largestEigenvalue = values[0] ?? 0;
  const residual = residuals[0] ?? 0;
  return { value: rateFor(largestEigenvalue + (largestEigenvalue > 0 ? residual : 0), size, options), largestEigenvalue, residual, status };
}
