import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';

/** A straight line y ≈ intercept + slope·x with its uncertainty. */
export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  readonly slopeStandardError: number;
  readonly interceptStandardError: number;
  readonly covariance: number;
  readonly rSquared: number;
  /** √(Σ w r²/(n−2)). */
  readonly residualStandardDeviation: number;
  readonly residuals: Float64Array;
}

/**
 * Least-squares line through (x_i, y_i), with weights w_i ∝ 1/var(y_i) known up to a common factor (which is estimated from the
 * residuals). Standard errors assume independent residuals; they are NaN-free: 0 when n = 2.
 *
 * @example
 * import { linearFit } from '@saddlepoint/numerics';
 * const { slope, intercept } = linearFit([0, 1, 2], [1, 3, 5]);
 * [slope, intercept]; // => [2, 1]
 */
export function linearFit(x: ArrayLike<number>, y: ArrayLike<number>, { weights }: { weights?: ArrayLike<number> } = {}): LinearFit {
  const n = x.length;
  checkLength('y', y.length, n);
  checkFinite('x', x);
  checkFinite('y', y);
  if (weights) {
    checkLength('weights', weights.length, n);
    checkFinite('weights', weights);
  }
  const weight = (i: number): number => (weights ? weights[i] : 1);
  let total = 0;
  let mx = 0;
  let my = 0;
  for (let i = 0; i < n; i++) {
    if (weight(i) < 0)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `weights[${i}]`, expected: 'a number ≥ 0', got: `${weight(i)}` });
    total += weight(i);
    mx += weight(i) * x[i];
    my += weight(i) * y[i];
  }
  mx /= total;
  my /= total;
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < n; i++) {
    sxx += weight(i) * (x[i] - mx) ** 2;
    sxy += weight(i) * (x[i] - mx) * (y[i] - my);
    syy += weight(i) * (y[i] - my) ** 2;
  }
  if (n < 2 || !(sxx > 0))
    throw new SaddlepointRangeError('ERR_SINGULAR', { argument: 'x', expected: 'at least two distinct abscissae', got: `${n} point(s)` });
  const slope = sxy / sxx;
  const intercept = my - slope * mx;
  const residuals = Float64Array.from({ length: n }, (_, i) => y[i] - my - slope * (x[i] - mx));
  const squares = residuals.reduce((sum, r, i) => sum + weight(i) * r * r, 0);
  const s2 = n > 2 ? squares / (n - 2) : 0;
  return {
    slope,
    intercept,
    slopeStandardError: Math.sqrt(s2 / sxx),
    interceptStandardError: Math.sqrt(s2 * (1 / total + (mx * mx) / sxx)),
    covariance: (-mx * s2) / sxx,
    rSquared: syy > 0 ? 1 - squares / syy : 1,
    residualStandardDeviation: Math.sqrt(s2),
    residuals,
  };
}
