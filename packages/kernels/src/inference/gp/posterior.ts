import type { Matrix } from '@saddlepoint/linalg';
import { checkCross } from '../checks.js';
import { gpFit, type GpFit, type RegressionProblem } from './fit.js';
import { gpPredict, type GpPrediction, type PredictionPoints } from './predict.js';

/** A regression and the points to predict at. */
export interface PosteriorProblem extends RegressionProblem, PredictionPoints {}

/** A prediction with the fit that it came from. */
export interface GpPosterior extends GpPrediction {
  readonly fit: GpFit;
  /** `'singular'` where K + σ² has zero modes to rounding; see {@link GpFit}. */
  readonly status: GpFit['status'];
  readonly logMarginalLikelihood: number;
  /** α = (K+σ²I)⁻¹y: n×c, so that the mean anywhere is K(x*, X)α. */
  readonly coefficients: Matrix;
  /** The jitter that was asked for and used; 0 unless given. */
  readonly jitter: number;
}

/**
 * Posterior of GP regression with noise variance σ² = `ridge`:
 * mean K_*(K+σ²I)⁻¹y, covariance K_** − K_*(K+σ²I)⁻¹K_*ᵀ (of f, without the noise of a label). {@link gpFit} and {@link gpPredict} in one call.
 *
 * `kernel`: n×n, `crossKernel`: m×n, `targets`: n×c, `testDiagonal`: m for variances or `testKernel`: m×m for the covariance. The ridge is absolute, never
 * divided by n. A variance that rounding makes negative is returned as 0. A singular K+σ²I gives the limit σ² → 0⁺ and status `'singular'`.
 * Throws `ERR_SHAPE` on sizes that do not fit, `ERR_NOT_FINITE` on NaN or infinity.
 * Source: Rasmussen & Williams (2006), eqs. 2.23–2.24.
 *
 * @example
 * import { gpPosterior } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { mean, variance } = gpPosterior({ kernel: matrix(1, 1, [1]), crossKernel: matrix(1, 1, [0.5]), testDiagonal: [1], targets: matrix(1, 1, [2]), ridge: 1 });
 * mean.data[0]; // => 0.5
 * Array.from(variance); // => [0.875]
 */
export function gpPosterior(problem: PosteriorProblem & { readonly testKernel: Matrix }): GpPosterior & Required<GpPrediction>;
export function gpPosterior(problem: PosteriorProblem & { readonly testDiagonal: ArrayLike<number> }): GpPosterior & { readonly variance: Float64Array };
export function gpPosterior(problem: PosteriorProblem): GpPosterior;
export function gpPosterior(problem: PosteriorProblem): GpPosterior {
  checkCross('crossKernel', problem.crossKernel, problem.kernel.rows);
  const fit = gpFit(problem);
  const { status, logMarginalLikelihood, coefficients, jitter } = fit;
  return { ...gpPredict(fit, problem), fit, status, logMarginalLikelihood, coefficients, jitter };
}
