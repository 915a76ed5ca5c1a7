import { SaddlepointRangeError, checkLength } from '@saddlepoint/core';
import type { Status } from '@saddlepoint/core';
import { eigh, matrix, multiply, solveTriangular, transpose } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import type { DescentResult } from './adaptive-solver.js';
import { relativeCovariance } from './adaptive-state.js';
import type { AdaptiveState, ReducedProblem } from './adaptive-state.js';
import { alignmentOrZero } from './alignment.js';
import { projectRows, weightCovarianceOf } from './row-space.js';
import type { RowSpace } from './row-space.js';

/** Where the theory can be trusted: its corrections are powers of these. */
export interface AdaptiveValidity {
  /** n/N: in the standard scaling (χ = 1) corrections grow with it. */
  readonly samplesPerWidth: number;
  /** 1/N. */
  readonly inverseWidth: number;
  /** Relative truncation of the Hermite series at the solution; 0 for closed forms. */
  readonly seriesRemainder: number;
  readonly note: string;
}

/** One stationary point of the action. */
export interface AdaptiveBranch {
  /** Which start led here. */
  readonly start: string;
  readonly action: number;
  readonly status: Status;
  readonly residual: number;
  readonly alignment: number;
  /** Eigenvalues of (d/σ_w²)Σ on the row space, descending: 1 is the prior. */
  readonly weightSpectrum: Float64Array;
}

/** A posterior prediction at m points. */
export interface AdaptivePrediction {
  /** m×c, row-major: f̄(x_*) = Q(x_*, X)t̄. */
  readonly mean: Float64Array;
  /** m: Q(x_*,x_*) − Q(x_*,X)(Q+σ²)⁻¹Q(X,x_*), without the ridge. */
  readonly variance: Float64Array;
}

/** The adapted kernel and what follows from it. */
export interface AdaptiveKernel {
  /** Q on the training set, n×n, with σ_a²/χ. */
  readonly kernel: Matrix;
  /** The same at N = ∞ (prior weights), n×n. */
  readonly lazyKernel: Matrix;
  /** σ²/χ, the ridge that goes with these kernels. */
  readonly ridge: number;
  /** Σ, d×d. */
  readonly weightCovariance: Matrix;
  /** Eigenvalues of (d/σ_w²)Σ on the row space of X, descending; 1 is the prior. */
  readonly weightSpectrum: Float64Array;
  /** Directions in input space (d×r) that go with `weightSpectrum`, in columns. */
  readonly weightDirections: Matrix;
  /** f̄ on the training set, n×c row-major. */
  readonly mean: Float64Array;
  /** The lazy (N = ∞) posterior mean on the training set. */
  readonly lazyMean: Float64Array;
  /** Posterior variance of f on the training set. */
  readonly variance: Float64Array;
  /** f̄ at new points (m×d). */
  readonly predict: (points: Matrix) => Float64Array;
  /** Mean and variance at new points (m×d). */
  readonly posterior: (points: Matrix) => AdaptivePrediction;
  /** Kernel–target alignment of `kernel` and of `lazyKernel`; 0 where it is undefined. */
  readonly alignment: number;
  readonly lazyAlignment: number;
  /** N(Tr Ŝ − ln det Ŝ − r) + yᵀ(Q+σ²)⁻¹y + ln det(Q+σ²), and the same at the lazy point. */
  readonly action: number;
  readonly lazyAction: number;
  /** Every stationary point found, lowest action first. */
  readonly branches: readonly AdaptiveBranch[];
  readonly validity: AdaptiveValidity;
}

export function assembleSolution(
  problem: ReducedProblem,
  space: RowSpace,
  lazy: AdaptiveState,
  state: AdaptiveState,
  branches: readonly (DescentResult & { readonly start: string })[],
): AdaptiveKernel {
  const { targets, width } = problem;
  const n = targets.rows;
  const relative = relativeCovariance(state);
  const { values, vectors } = eigh(relative);
  const posterior = posteriorOf(problem, space, state, relative);
  return {
    kernel: state.kernel,
    lazyKernel: lazy.kernel,
    ridge: problem.ridge,
    weightCovariance: weightCovarianceOf(space, relative),
    weightSpectrum: values,
    weightDirections: multiply(space.basis, vectors),
    mean: multiply(state.kernel, state.dual).data,
    lazyMean: multiply(lazy.kernel, lazy.dual).data,
    variance: posteriorVariance(state, state.kernel, Float64Array.from({ length: n }, (_, i) => state.kernel.data[i * n + i])),
    predict: (points) => posterior(points).mean,
    posterior,
    alignment: alignmentOrZero(state.kernel, targets),
    lazyAlignment: alignmentOrZero(lazy.kernel, targets),
    action: state.action,
    lazyAction: lazy.action,
    branches: branches.map((branch) => ({
      start: branch.start,
      action: branch.state.action,
      status: branch.status,
      residual: branch.state.residual,
      alignment: alignmentOrZero(branch.state.kernel, targets),
      weightSpectrum: eigh(relativeCovariance(branch.state), { vectors: false }).values,
    })),
    validity: {
      samplesPerWidth: n / width,
      inverseWidth: 1 / width,
      seriesRemainder: state.seriesRemainder,
      note: 'Gaussian weights; errors O(1/N) at fixed n, and growing with n/N in the standard scaling',
    },
  };
}

/** K_** − K_*(Q+σ²)⁻¹K_*ᵀ on the diagonal, K_* = cross (m×n). */
function posteriorVariance(state: AdaptiveState, cross: Matrix, prior: Float64Array): Float64Array {
  const half = solveTriangular(state.kernelFactor.factor, transpose(cross), { lower: true });
  const variance = Float64Array.from(prior);
  for (let k = 0; k < half.rows; k++) for (let i = 0; i < half.cols; i++) variance[i] -= half.data[k * half.cols + i] ** 2;
  return variance.map((value) => Math.max(0, value));
}

function posteriorOf(problem: ReducedProblem, space: RowSpace, state: AdaptiveState, relative: Matrix): (points: Matrix) => AdaptivePrediction {
  const { features, rule, readoutVariance } = problem;
  const n = features.rows;
  const columnVariances = Float64Array.from({ length: n }, (_, i) => state.preactivationCovariance.data[i * n + i]);
  return (points) => {
    checkLength('points', points.cols, space.basis.rows, 'columns');
    const { features: projected, lengths } = projectRows(space, points);
    const r = projected.cols;
    const adapted = multiply(projected, relative);
    // x_*ᵀΣx_*: the part outside the row space keeps its prior variance.
    const rowVariances = lengths.map((length, i) => {
      let inside = 0;
      let quadratic = 0;
      for (let k = 0; k < r; k++) {
        inside += projected.data[i * r + k] ** 2;
        quadratic += projected.data[i * r + k] * adapted.data[i * r + k];
      }
      return Math.max(0, length - inside) + quadratic;
    });
    const covariances = multiply(adapted, features, { transposeB: true });
    const cross = rule.cross(rowVariances, columnVariances, covariances);
    for (let i = 0; i < cross.data.length; i++) cross.data[i] *= readoutVariance;
    const prior = rule.diagonal(rowVariances).map((value) => value * readoutVariance);
    return { mean: multiply(cross, state.dual).data, variance: posteriorVariance(state, cross, prior) };
  };
}

/**
 * How the weights' covariance divides between one direction and the rest: the mean square weight along it and across it.
 *
 *   parallel = ŵᵀΣŵ,  orthogonal = (Tr Σ − ŵᵀΣŵ)/(d−1),  ŵ = direction/|direction|.
 *
 * `weightCovariance`: d×d. `direction`: d numbers, not all zero (a teacher, say). At the prior both are σ_w²/d; `orthogonal` is 0 when d = 1.
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * import { weightOverlap } from '@saddlepoint/adaptive';
 * weightOverlap(fromRows([[3, 0], [0, 1]]), [2, 0]); // => { parallel: 3, orthogonal: 1 }
 */
export function weightOverlap(weightCovariance: Matrix, direction: ArrayLike<number>): { readonly parallel: number; readonly orthogonal: number } {
  const d = weightCovariance.rows;
  checkLength('direction', direction.length, d);
  const w = matrix(d, 1, Float64Array.from(direction));
  const product = multiply(weightCovariance, w);
  let norm = 0;
  let quadratic = 0;
  let trace = 0;
  for (let i = 0; i < d; i++) {
    norm += w.data[i] ** 2;
    quadratic += w.data[i] * product.data[i];
    trace += weightCovariance.data[i * d + i];
  }
  if (!(norm > 0)) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'direction', expected: 'a direction that is not zero', got: `|direction|² = ${norm}` });
  const parallel = quadratic / norm;
  return { parallel, orthogonal: d > 1 ? (trace - parallel) / (d - 1) : 0 };
}
