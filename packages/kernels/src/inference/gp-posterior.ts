import { checkFinite, checkLength } from '@saddlepoint/core';
import { multiply, solveTriangular, transpose, type Cholesky, type Matrix } from '@saddlepoint/linalg';
import { checkCross } from './checks.js';
import { evidenceOf, fit, type RegressionProblem } from './evidence.js';

export interface PosteriorProblem extends RegressionProblem {
  /** K(x*, X): m×n. */
  readonly crossKernel: Matrix;
  /** K(x*, x*): m numbers, needed for the variance. */
  readonly testDiagonal?: ArrayLike<number>;
}

export interface GpPosterior {
  /** E[f(x*) | y]: m×c. */
  readonly mean: Matrix;
  /** Var[f(x*) | y]: m numbers, of the noiseless f; add the ridge for a new label. Only with `testDiagonal`. */
  readonly variance?: Float64Array;
  readonly logMarginalLikelihood: number;
  /** Factor of K + σ²I; `cholesky.jitter` is what was added beside the ridge. */
  readonly cholesky: Cholesky;
  /** α = (K+σ²I)⁻¹y: n×c, so that the mean anywhere is K(x*, X)α. */
  readonly coefficients: Matrix;
  /** The jitter that was asked for and used; 0 unless given. */
  readonly jitter: number;
}

/**
 * Posterior of GP regression with noise variance σ² = `ridge`:
 * mean K_*(K+σ²I)⁻¹y, variance K_** − K_*(K+σ²I)⁻¹K_*ᵀ (of f, without the noise of a label).
 *
 * `kernel`: n×n, `crossKernel`: m×n, `targets`: n×c, `testDiagonal`: m. The ridge is absolute, never divided by n. A variance
 * that rounding makes negative is returned as 0.
 * Throws `ERR_NOT_POSITIVE_DEFINITE` when K+σ²I is singular, `ERR_SHAPE` on sizes that do not fit.
 * Source: Rasmussen & Williams (2006), eqs. 2.23–2.24.
 *
 * @example
 * import { gpPosterior } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { mean, variance } = gpPosterior({ kernel: matrix(1, 1, [1]), crossKernel: matrix(1, 1, [0.5]), testDiagonal: [1], targets: matrix(1, 1, [2]), ridge: 1 });
 * mean.data[0]; // => 0.5
 * Array.from(variance ?? []); // => [0.875]
 */
export function gpPosterior(problem: PosteriorProblem & { readonly testDiagonal: ArrayLike<number> }): GpPosterior & { readonly variance: Float64Array };
export function gpPosterior(problem: PosteriorProblem): GpPosterior;
export function gpPosterior(problem: PosteriorProblem): GpPosterior {
  const { crossKernel, testDiagonal, targets } = problem;
  checkCross('crossKernel', crossKernel, problem.kernel.rows);
  const fitted = fit(problem);
  const { cholesky, coefficients } = fitted;
  const result: GpPosterior = {
    mean: multiply(crossKernel, coefficients),
    logMarginalLikelihood: evidenceOf(fitted, targets).value,
    cholesky,
    coefficients,
    jitter: cholesky.jitter,
  };
  return testDiagonal === undefined ? result : { ...result, variance: posteriorVariance(cholesky, crossKernel, testDiagonal) };
}

/** K_** − |L⁻¹K_*ᵀ|² by columns, never below 0. */
function posteriorVariance({ factor }: Cholesky, cross: Matrix, diagonal: ArrayLike<number>): Float64Array {
  checkLength('testDiagonal', diagonal.length, cross.rows, 'one number per test point,');
  checkFinite('testDiagonal', diagonal);
  const whitened = solveTriangular(factor, transpose(cross), { lower: true });
  const variance = Float64Array.from(diagonal);
  for (let i = 0; i < whitened.rows; i++) for (let j = 0; j < whitened.cols; j++) variance[j] -= whitened.data[i * whitened.cols + j] ** 2;
  return variance.map((v) => Math.max(0, v));
}
