import { checkInteger, checkNumber, type RunOptions } from '@saddlepoint/core';
import { addDiagonal, added, cholesky, dot, gram, matrix, multiply, solveCholesky, solveTriangular, transpose, type Cholesky, type Matrix } from '@saddlepoint/linalg';
import { checkChoice, checkDiagonal, checkShape, checkTargets } from '../checks.js';
import { factorColumns, landmarkFactor, landmarkRoot, type LandmarkChoice, type LandmarkFactor } from './landmarks.js';
import { pauses } from '../../pace.js';
import { rowResidual, sourceOf, type KernelInput } from './source.js';

/** Regression through landmarks. */
export interface NystromOptions extends RunOptions {
  /** y: n×c. */
  readonly targets: Matrix;
  /** σ² > 0, absolute. */
  readonly ridge: number;
  /** Landmarks at most. Default min(n, 512). */
  readonly rank?: number;
  /** Default `'greedy'`: the sample known worst each time (rank² n operations in plain code); `'random'` (`seed`) or your own cost less. */
  readonly landmarks?: LandmarkChoice;
  /**
   * `'dtc'` (default): mean of the subset of regressors, variance with what the landmarks do not explain of the test point. `'fitc'`: the training points' unexplained
   * variances count as noise of their own, too. `'sor'`: nothing is corrected; variances vanish far from the landmarks.
   */
  readonly method?: 'dtc' | 'fitc' | 'sor';
  /** Rows on which the exact residual is measured. Default 32. */
  readonly checkRows?: number;
}

/** A regression on r landmarks. Plain data. */
export interface NystromFit {
  readonly method: 'dtc' | 'fitc' | 'sor';
  /** r. */
  readonly rank: number;
  /** The landmarks: indices of samples. Predictions need the kernel between test points and these, in this order. */
  readonly landmarks: Int32Array;
  /** tr(K − LLᵀ)/tr K, LLᵀ = K_nm K_mm⁻¹ K_mn: what the landmarks leave out, known exactly. */
  readonly traceError: number;
  /** ‖(K+σ²)α − y‖/‖y‖ over the checked rows, α the approximate coefficients: how far from the exact regression. */
  readonly residual: number;
  /** ln p(y) of the approximate model. */
  readonly logMarginalLikelihood: number;
  /** Bounds of the exact ln p(y). Sources: Titsias (2009), eq. 9; Titsias (2014). */
  readonly evidenceBounds: { readonly lower: number; readonly upper: number };
  readonly ridge: number;
  /** w with mean φ(x*)·w, φ(x*) = L_mm⁻¹k_m(x*): r×c. */
  readonly weights: Matrix;
  /** L_mm: r×r. */
  readonly root: Matrix;
  /** Factor of I + LᵀΛ⁻¹L. */
  readonly inner: Cholesky;
}

const CHUNK = 4096;

/** LᵀΛ⁻¹L and LᵀΛ⁻¹y, in chunks of samples. */
function normalEquations(factor: LandmarkFactor, noise: (i: number) => number, targets: Matrix): { square: Matrix; right: Matrix } {
  const [n, r, c] = [targets.rows, factor.rows.length, targets.cols];
  let square = matrix(r, r);
  let right = matrix(r, c);
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(n, from + CHUNK);
    const part = factorColumns(factor, from, to);
    const roots = Float64Array.from({ length: to - from }, (_, i) => 1 / Math.sqrt(noise(from + i)));
    const scaledPart = matrix(r, to - from, part.data.map((v, at) => v * roots[at % (to - from)]));
    const y = matrix(to - from, c, targets.data.slice(from * c, to * c).map((v, at) => v * roots[Math.floor(at / c)]));
    square = added(square, gram(scaledPart));
    right = added(right, multiply(scaledPart, y));
  }
  return { square, right };
}

/** L·w. */
function fitted(factor: LandmarkFactor, weights: Matrix, n: number): Matrix {
  const out = matrix(n, weights.cols);
  for (let from = 0; from < n; from += CHUNK) {
    const to = Math.min(n, from + CHUNK);
    out.data.set(multiply(factorColumns(factor, from, to), weights, { transposeA: true }).data, from * weights.cols);
  }
  return out;
}

/** The Gaussian model y ~ N(0, LLᵀ + Λ): weights, coefficients and evidence. */
function solveModel(factor: LandmarkFactor, noise: (i: number) => number, targets: Matrix): { inner: Cholesky; weights: Matrix; coefficients: Matrix; quadratic: number; logDeterminant: number } {
  const { rows: n, cols: c } = targets;
  const { square, right } = normalEquations(factor, noise, targets);
  const inner = cholesky(addDiagonal(square, 1));
  const weights = solveCholesky(inner, right);
  const mean = fitted(factor, weights, n);
  const coefficients = matrix(n, c, targets.data.map((y, at) => (y - mean.data[at]) / noise(Math.floor(at / c))));
  // yᵀ(LLᵀ+Λ)⁻¹y as the minimum over w of |y − Lw|²_Λ + |w|²: a sum of squares, nothing cancels.
  let quadratic = dot(weights.data, weights.data);
  let logDeterminant = inner.logDeterminant;
  for (let at = 0; at < n * c; at++) quadratic += coefficients.data[at] ** 2 * noise(Math.floor(at / c));
  for (let i = 0; i < n; i++) logDeterminant += Math.log(noise(i));
  return { inner, weights, coefficients, quadratic, logDeterminant };
}

/**
 * GP regression through r landmarks, K ≈ LLᵀ = K_nm K_mm⁻¹ K_mn: n·r memory and n·r² operations for any n, with certified distance from the exact one.
 *
 * `kernel`: n×n, or `{ size, block }`, of which r rows, the diagonal and the checked rows are read. Works in the factor L of a pivoted Cholesky decomposition, so that no
 * jitter is needed however close landmarks are. `traceError`, `residual` and bounds on the exact evidence say how good it is: raise `rank` until they do.
 * Sources: Quiñonero-Candela & Rasmussen (2005), eqs. 16, 20, 24; Titsias (2009).
 *
 * @example
 * import { gpNystrom } from '@saddlepoint/kernels';
 * import { gram, matrix } from '@saddlepoint/linalg';
 * // A kernel of rank two: two landmarks are exact.
 * const X = matrix(4, 2, [1, 0, 0, 1, 1, 1, 2, -1]);
 * const fit = await gpNystrom(gram(X), { targets: matrix(4, 1, [1, 2, 3, 0]), ridge: 0.5 });
 * [fit.rank, fit.traceError < 1e-14, fit.residual < 1e-14]; // => [2, true, true]
 * Math.abs(fit.evidenceBounds.upper - fit.evidenceBounds.lower) < 1e-12; // => true
 */
export async function gpNystrom(kernel: KernelInput, options: NystromOptions): Promise<NystromFit> {
  const { targets, ridge, landmarks = 'greedy', method = 'dtc', checkRows = 32, seed = 1, signal, onProgress } = options;
  const run = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const source = sourceOf(kernel);
  const n = source.size;
  const c = targets.cols;
  checkTargets('targets', targets, n);
  checkNumber('ridge', ridge, { min: 0, exclusiveMin: true });
  checkChoice('method', method, ['dtc', 'fitc', 'sor']);
  const factor = await landmarkFactor(source, landmarks, checkInteger('rank', options.rank ?? Math.min(n, 512), { min: 0 }), seed, pauses('landmarks', run));
  const pause = pauses('regression', run);
  const plain = solveModel(factor, () => ridge, targets);
  await pause(0.4);
  const model = method === 'fitc' ? solveModel(factor, (i) => ridge + factor.remainder[i], targets) : plain;
  await pause(0.6);
  const worst = solveModel(factor, () => ridge + factor.traceError, targets);
  const density = (quadratic: number, logDeterminant: number): number => -0.5 * (quadratic + c * (logDeterminant + n * Math.log(2 * Math.PI)));
  return {
    method,
    rank: factor.rows.length,
    landmarks: factor.pivots,
    traceError: factor.trace > 0 ? factor.traceError / factor.trace : 0,
    residual: checkRows > 0 ? await rowResidual(source, ridge, model.coefficients, targets, checkRows) : 0,
    logMarginalLikelihood: density(model.quadratic, model.logDeterminant),
    evidenceBounds: { lower: density(plain.quadratic, plain.logDeterminant) - (0.5 * c * factor.traceError) / ridge, upper: density(worst.quadratic, plain.logDeterminant) },
    ridge,
    weights: model.weights,
    root: landmarkRoot(factor),
    inner: model.inner,
  };
}

/**
 * Predictions of a landmark regression: with φ = L_mm⁻¹k_m(x*), mean φ·w and variance K_** − |φ|² + φᵀ(I + LᵀΛ⁻¹L)⁻¹φ (without K_** − |φ|² for `'sor'`).
 *
 * `cross`: m×r, the kernel between test points and `fit.landmarks` in their order; `testDiagonal`: m numbers, for variances (of f, without label noise).
 *
 * @example
 * import { gpNystrom, gpPredictNystrom } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const fit = await gpNystrom(matrix(1, 1, [1]), { targets: matrix(1, 1, [2]), ridge: 1 });
 * const { mean, variance } = gpPredictNystrom(fit, { cross: matrix(1, 1, [0.5]), testDiagonal: [1] });
 * [mean.data[0], variance?.[0]]; // => [0.5, 0.875]
 */
export function gpPredictNystrom(fit: NystromFit, { cross, testDiagonal }: { readonly cross: Matrix; readonly testDiagonal?: ArrayLike<number> }): { mean: Matrix; variance?: Float64Array } {
  checkShape('cross', cross, cross.rows, fit.rank);
  const features = solveTriangular(fit.root, transpose(cross));
  const mean = multiply(features, fit.weights, { transposeA: true });
  if (testDiagonal === undefined) return { mean };
  checkDiagonal('testDiagonal', testDiagonal, cross.rows);
  const spread = solveTriangular(fit.inner.factor, features);
  const m = cross.rows;
  const variance = fit.method === 'sor' ? new Float64Array(m) : Float64Array.from(testDiagonal);
  for (let at = 0; at < features.data.length; at++) variance[at % m] += spread.data[at] ** 2 - (fit.method === 'sor' ? 0 : features.data[at] ** 2);
  return { mean, variance: variance.map((v) => Math.max(0, v)) };
}
