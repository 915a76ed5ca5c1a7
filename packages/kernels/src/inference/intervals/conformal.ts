import { SaddlepointRangeError } from '@saddlepoint/core';
import { matrix, transpose, type Matrix } from '@saddlepoint/linalg';
import { checkChoice, checkCross } from '../checks.js';
import { applyInverse, type GpFit } from '../gp/fit.js';
import { inverseDiagonal } from '../gp/leave-one-out.js';
import { gpPredict, type PredictionPoints } from '../gp/predict.js';
import { aroundMean, checkLevel, type Intervals } from './gaussian.js';

/** Intervals calibrated on residuals, and how they did there. */
export interface ConformalIntervals extends Intervals {
  /** m×c: the predictions from all samples. */
  readonly mean: Matrix;
  /** Of each output: the score that the given part of the samples does not exceed. Infinity when there are too few samples for the level. */
  readonly quantiles: Float64Array;
  /** Of each output: the fraction of samples whose score, left out, is at most that. */
  readonly leaveOneOutCoverage: Float64Array;
}

/** How residuals become intervals. */
export interface ConformalOptions {
  /** Default 0.9. */
  readonly level?: number;
  /**
   * `'scaled'` (default): mean ± q·√(variance + ridge), q from |residual|/its own standard deviation. `'residual'`: mean ± q, the same width everywhere.
   * `'jackknife+'`: quantiles of the n leave-one-out predictions ∓ |residual|; it covers with probability ≥ 2·level − 1 whatever the data, and about `level` in practice.
   */
  readonly method?: 'scaled' | 'residual' | 'jackknife+';
}

/**
 * The ⌈(n+1)·level⌉-th smallest of n scores, Infinity when there are fewer: a fresh exchangeable score is at most that with probability ≥ level. Apply it to residuals of
 * held-out samples for split-conformal intervals.
 *
 * @example
 * import { conformalQuantile } from '@saddlepoint/kernels';
 * conformalQuantile([3, 1, 2, 5, 4, 9, 7, 8, 6], 0.8); // => 8
 */
export function conformalQuantile(scores: ArrayLike<number>, level: number): number {
  const rank = Math.ceil((scores.length + 1) * checkLevel(level) - 1e-12);
  return rank > scores.length ? Infinity : Float64Array.from(scores).sort()[rank - 1];
}

const column = ({ rows, cols, data }: Matrix, j: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => data[i * cols + j]);

/**
 * Prediction intervals for new labels, calibrated without a held-out set by the leave-one-out residuals r_i = α_i/[(K+σ²)⁻¹]_ii, which cost one inverse: they need neither the prior
 * nor the noise to be right, only that samples are exchangeable.
 *
 * `fit`: of n samples; `crossKernel`: m×n; `'scaled'` needs `testDiagonal` or `testKernel`. Throws on a singular fit.
 * Sources: Barber, Candès, Ramdas & Tibshirani, 1905.02928 (jackknife+); Vovk, Gammerman & Shafer (2005); Rasmussen & Williams (2006), eq. 5.12.
 *
 * @example
 * import { conformalIntervals, gpFit } from '@saddlepoint/kernels';
 * import { identity, matrix } from '@saddlepoint/linalg';
 * // Nine unrelated samples: each is predicted as 0 from the others, far points too.
 * const fit = gpFit({ kernel: identity(9), targets: matrix(9, 1, [1, -2, 3, -4, 5, -6, 7, -8, 9]), ridge: 1 });
 * const { upper, leaveOneOutCoverage } = conformalIntervals(fit, { crossKernel: matrix(1, 9) }, { level: 0.8, method: 'residual' });
 * [upper.data[0], leaveOneOutCoverage[0]]; // => [8, 0.8889]
 */
export function conformalIntervals(fit: GpFit, points: PredictionPoints, { level = 0.9, method = 'scaled' }: ConformalOptions = {}): ConformalIntervals {
  checkLevel(level);
  checkChoice('method', method, ['scaled', 'residual', 'jackknife+']);
  checkCross('crossKernel', points.crossKernel, fit.targets.rows);
  const { rows: n, cols: c } = fit.targets;
  const precision = inverseDiagonal(fit);
  const residuals = matrix(n, c, fit.coefficients.data.map((alpha, at) => alpha / precision[Math.floor(at / c)]));
  const scores = Array.from({ length: c }, (_, j) => column(residuals, j).map((r, i) => Math.abs(r) * (method === 'scaled' ? Math.sqrt(precision[i]) : 1)));
  const quantiles = Float64Array.from(scores, (own) => conformalQuantile(own, level));
  const leaveOneOutCoverage = Float64Array.from(scores, (own, j) => own.filter((score) => score <= quantiles[j]).length / Math.max(1, n));
  const { mean, variance } = gpPredict(fit, method === 'scaled' ? points : { crossKernel: points.crossKernel });
  const shared = { mean, quantiles, leaveOneOutCoverage };
  if (method === 'jackknife+') return { ...jackknifePlus(fit, points.crossKernel, mean, residuals, level), ...shared };
  if (method === 'residual') return { ...aroundMean(mean, level, (_, j) => quantiles[j]), ...shared };
  if (variance === undefined)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'points', expected: "testDiagonal or testKernel, for method 'scaled'", got: 'neither' });
  return { ...aroundMean(mean, level, (i, j) => (quantiles[j] === Infinity ? Infinity : quantiles[j] * Math.sqrt(variance[i] + fit.ridge))), ...shared };
}

/** Quantiles of μ_{−i}(x*) ∓ |r_i|, with μ_{−i}(x*) = μ(x*) − [(K+σ²)⁻¹k_*]_i r_i. */
function jackknifePlus(fit: GpFit, crossKernel: Matrix, mean: Matrix, residuals: Matrix, level: number): Intervals {
  const { rows: m, cols: c } = mean;
  const n = residuals.rows;
  const weights = applyInverse(fit.root, transpose(crossKernel));
  const lower = matrix(m, c);
  const upper = matrix(m, c);
  for (let j = 0; j < c; j++) {
    const own = column(residuals, j);
    for (let i = 0; i < m; i++) {
      const left = own.map((r, k) => mean.data[i * c + j] - weights.data[k * m + i] * r);
      upper.data[i * c + j] = conformalQuantile(left.map((v, k) => v + Math.abs(own[k])), level);
      lower.data[i * c + j] = n === 0 ? -Infinity : -conformalQuantile(left.map((v, k) => Math.abs(own[k]) - v), level);
    }
  }
  return { level, lower, upper };
}
