import { SaddlepointRangeError } from '@saddlepoint/core';
import { invertCholesky, matrix, type Matrix } from '@saddlepoint/linalg';
import type { GpFit } from './fit.js';

/** What the regression says of each sample when it has not seen it. */
export interface LeaveOneOut {
  /** Prediction of sample i from the others: n×c. */
  readonly mean: Matrix;
  /** Variance of its label, noise included: n numbers. Subtract the ridge for that of f. */
  readonly variance: Float64Array;
  /** y − mean: n×c. */
  readonly residuals: Matrix;
  /** Σ ln p(y_i | the others), over samples and outputs. */
  readonly logPredictiveDensity: number;
  /** Mean of the squared residuals. */
  readonly meanSquaredError: number;
}

/** The diagonal of (K+s)⁻¹; needs a definite fit. */
export function inverseDiagonal({ root, rank, targets, ridge }: GpFit): Float64Array {
  if (root.type === 'spectral')
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
      argument: 'fit',
      expected: 'a definite kernel + ridge, for samples to be left out one by one (raise ridge)',
      got: `rank ${rank} of ${targets.rows} at ridge ${ridge}`,
    });
  const inverse = invertCholesky(root.cholesky);
  return Float64Array.from({ length: inverse.rows }, (_, i) => inverse.data[i * inverse.rows + i]);
}

/**
 * Leave-one-out predictions of GP regression in closed form: with C = (K+σ²I)⁻¹, y_i − μ_{−i} = α_i/C_ii and σ²_{−i} = 1/C_ii (of the label), without refitting.
 *
 * One inverse, n³. Throws `ERR_NOT_POSITIVE_DEFINITE` on a singular fit.
 * Source: Rasmussen & Williams (2006), eqs. 5.10–5.12; Sundararajan & Keerthi (2001).
 *
 * @example
 * import { gpFit, leaveOneOut } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { mean, variance } = leaveOneOut(gpFit({ kernel: matrix(2, 2, [1, 0.5, 0.5, 1]), targets: matrix(2, 1, [2, 4]), ridge: 1 }));
 * Array.from(mean.data); // => [1, 0.5]
 * Array.from(variance); // => [1.875, 1.875]
 */
export function leaveOneOut(fit: GpFit): LeaveOneOut {
  const { targets, coefficients } = fit;
  const { rows: n, cols: c } = targets;
  const variance = inverseDiagonal(fit).map((precision) => 1 / precision);
  const residuals = matrix(n, c, coefficients.data.map((alpha, at) => alpha * variance[Math.floor(at / c)]));
  let squares = 0;
  let scaledSquares = 0;
  for (let at = 0; at < n * c; at++) {
    squares += residuals.data[at] ** 2;
    scaledSquares += residuals.data[at] ** 2 / variance[Math.floor(at / c)];
  }
  const logVolume = variance.reduce((sum, v) => sum + Math.log(2 * Math.PI * v), 0);
  return {
    mean: matrix(n, c, targets.data.map((y, at) => y - residuals.data[at])),
    variance,
    residuals,
    logPredictiveDensity: -0.5 * (scaledSquares + c * logVolume),
    meanSquaredError: n * c > 0 ? squares / (n * c) : 0,
  };
}
