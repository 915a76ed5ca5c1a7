import { added, gram, identity, invertCholesky, matrix, multiply, scaled, transpose, type Matrix } from '@saddlepoint/linalg';
import { checkCross, checkDiagonal, checkShape } from '../checks.js';
import { applyInverse, whiten, type GpFit } from './fit.js';

/** Where to predict, and how much of the covariance is wanted. */
export interface PredictionPoints {
  /** K(x*, X): m×n. */
  readonly crossKernel: Matrix;
  /** K(x*, x*): m numbers, for the variance. */
  readonly testDiagonal?: ArrayLike<number>;
  /** K(X*, X*): m×m, for the full covariance (and the variance). */
  readonly testKernel?: Matrix;
}

/** A Gaussian prediction of f: the outputs are independent and share one covariance. */
export interface GpPrediction {
  /** E[f(x*) | y]: m×c. */
  readonly mean: Matrix;
  /** Var[f(x*) | y]: m numbers, of the noiseless f; add the ridge for a new label. */
  readonly variance?: Float64Array;
  /** Cov[f(X*) | y]: m×m, as symmetric as the kernel given. */
  readonly covariance?: Matrix;
}

/** A matrix's diagonal with what rounding made negative set to 0. */
export function variancesOf({ rows, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => Math.max(0, data[i * rows + i]));
}

/** Sum of squares of each column. */
function columnPowers({ rows, cols, data }: Matrix): Float64Array {
  const powers = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) powers[j] += data[i * cols + j] ** 2;
  return powers;
}

/**
 * Prediction from a solved regression: mean K_*α, variance K_** − |W K_*ᵀ|², covariance K_** − (WK_*ᵀ)ᵀ(WK_*ᵀ) with WᵀW = (K+σ²I)⁻¹.
 *
 * `crossKernel`: m×n. Costs nm per output, and n²m for variances. The result is that of f without label noise: add the ridge to the variance of a new
 * label. Variances that rounding makes negative are returned as 0. Source: Rasmussen & Williams (2006), eqs. 2.25–2.26.
 *
 * @example
 * import { gpFit, gpPredict } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const fit = gpFit({ kernel: matrix(1, 1, [1]), targets: matrix(1, 1, [2]), ridge: 1 });
 * const { mean, covariance } = gpPredict(fit, { crossKernel: matrix(2, 1, [1, 0.5]), testKernel: matrix(2, 2, [1, 0.5, 0.5, 1]) });
 * Array.from(mean.data); // => [1, 0.5]
 * Array.from(covariance.data); // => [0.5, 0.25, 0.25, 0.875]
 */
export function gpPredict(fit: GpFit, points: PredictionPoints & { readonly testKernel: Matrix }): Required<GpPrediction>;
export function gpPredict(fit: GpFit, points: PredictionPoints & { readonly testDiagonal: ArrayLike<number> }): GpPrediction & { readonly variance: Float64Array };
export function gpPredict(fit: GpFit, points: PredictionPoints): GpPrediction;
export function gpPredict(fit: GpFit, { crossKernel, testDiagonal, testKernel }: PredictionPoints): GpPrediction {
  checkCross('crossKernel', crossKernel, fit.targets.rows);
  const tests = crossKernel.rows;
  if (testDiagonal !== undefined) checkDiagonal('testDiagonal', testDiagonal, tests);
  if (testKernel !== undefined) checkShape('testKernel', testKernel, tests, tests);
  const mean = multiply(crossKernel, fit.coefficients);
  if (testKernel !== undefined) {
    const whitened = transpose(whiten(fit.root, transpose(crossKernel)));
    const covariance = added(testKernel, gram(whitened, { scale: -1 }));
    return { mean, variance: variancesOf(covariance), covariance };
  }
  if (testDiagonal === undefined) return { mean };
  const explained = columnPowers(whiten(fit.root, transpose(crossKernel)));
  return { mean, variance: explained.map((power, j) => Math.max(0, testDiagonal[j] - power)) };
}

/**
 * The prediction at the training points themselves, which honours the ridge: mean K(K+s)⁻¹y = y − sα, covariance K − K(K+s)⁻¹K = s(I − s(K+s)⁻¹), with
 * s = ridge + jitter; no digits are lost to K − K. At ridge 0 it interpolates (as far as a singular kernel can). The covariance costs an inverse, n³:
 * `{ covariance: false }` for the mean alone.
 *
 * @example
 * import { gpFit, gpTrainPrediction } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { mean, variance } = gpTrainPrediction(gpFit({ kernel: matrix(1, 1, [3]), targets: matrix(1, 1, [2]), ridge: 1 }));
 * mean.data[0]; // => 1.5
 * variance[0]; // => 0.75
 */
export function gpTrainPrediction(fit: GpFit, options?: { readonly covariance?: true }): Required<GpPrediction>;
export function gpTrainPrediction(fit: GpFit, options: { readonly covariance?: boolean }): GpPrediction;
export function gpTrainPrediction(fit: GpFit, { covariance: wanted = true }: { readonly covariance?: boolean } = {}): GpPrediction {
  const { root, targets, coefficients } = fit;
  const n = targets.rows;
  const s = fit.ridge + fit.jitter;
  // Modes that were left out are not fitted: y is first projected onto the others.
  const reached = root.type === 'cholesky' ? targets : multiply(root.vectors, multiply(root.vectors, targets, { transposeA: true }));
  const mean = added(reached, scaled(coefficients, -s));
  if (!wanted) return { mean };
  if (s === 0) return { mean, variance: new Float64Array(n), covariance: matrix(n, n) };
  const projector = root.type === 'cholesky' ? identity(n) : gram(root.vectors);
  const inverse = root.type === 'cholesky' ? invertCholesky(root.cholesky) : applyInverse(root, identity(n));
  const covariance = scaled(added(projector, scaled(inverse, -s)), s);
  return { mean, variance: variancesOf(covariance), covariance };
}
