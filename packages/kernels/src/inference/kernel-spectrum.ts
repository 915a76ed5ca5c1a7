import { eigh, multiply, type Matrix } from '@saddlepoint/linalg';
import { checkKernel, checkTargets } from './checks.js';

/** Spectrum of a kernel on data and the target in its eigenbasis. */
export interface KernelSpectrum {
  /** Eigenvalues of K/n, descending; those that rounding makes negative are 0. */
  readonly eigenvalues: Float64Array;
  /** Σ_c (v_k·y_c)²/n: power of the target in mode k; they sum to the mean of |y|². */
  readonly targetPowers: Float64Array;
  /** n×n; column k is the unit eigenvector v_k. */
  readonly vectors: Matrix;
}

/**
 * Eigenvalues of K/n with the power of the targets in each mode: the empirical λ_k and y_k² of the learning-curve theory.
 *
 * `kernel`: n×n symmetric; `targets`: n×c. A small n underestimates the tail of the population's spectrum: for predictions from a
 * pool use the pool's learning curve, not these numbers as if they were the population's.
 *
 * @example
 * import { kernelSpectrum } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { eigenvalues, targetPowers } = kernelSpectrum(matrix(2, 2, [2, 1, 1, 2]), matrix(2, 1, [1, 0]));
 * Array.from(eigenvalues); // => [1.5, 0.5]
 * Array.from(targetPowers); // => [0.25, 0.25]
 */
export function kernelSpectrum(kernel: Matrix, targets: Matrix): KernelSpectrum {
  checkKernel('kernel', kernel);
  const n = kernel.rows;
  checkTargets('targets', targets, n);
  const { values, vectors } = eigh(kernel);
  return {
    eigenvalues: values.map((v) => Math.max(0, v) / n),
    targetPowers: rowPowers(multiply(vectors, targets, { transposeA: true })).map((p) => p / n),
    vectors,
  };
}

/** Sum of squares of each row. */
function rowPowers({ rows, cols, data }: Matrix): Float64Array {
  const powers = new Float64Array(rows);
  for (let k = 0; k < rows; k++) for (let c = 0; c < cols; c++) powers[k] += data[k * cols + c] ** 2;
  return powers;
}
