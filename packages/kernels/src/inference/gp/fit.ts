import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import { addDiagonal, added, cholesky, dot, eigh, multiply, scaled, solveCholesky, solveTriangular, submatrix, type Cholesky, type Matrix } from '@saddlepoint/linalg';
import { checkKernel, checkTargets } from '../checks.js';

/** Gaussian-process regression on n samples. */
export interface RegressionProblem {
  /** K: n×n, symmetric. Only the lower triangle is read. */
  readonly kernel: Matrix;
  /** y: n×c; the c outputs are independent with the same kernel. */
  readonly targets: Matrix;
  /** σ² ≥ 0, absolute, added to the diagonal. */
  readonly ridge: number;
  /** Added to the diagonal beside the ridge, for numerical reasons only. Default 0: nothing is ever added silently. */
  readonly jitter?: number;
}

/** (K + s)⁻¹ in the form it is used: a Cholesky factor, or the modes that are not zero to rounding. */
export type GpRoot =
  | { readonly type: 'cholesky'; readonly cholesky: Cholesky }
  | {
      readonly type: 'spectral';
      /** λ + s of the r modes that are kept, descending. */
      readonly values: Float64Array;
      /** n×r. */
      readonly vectors: Matrix;
    };

/** A GP regression solved once: all that predictions, samples, intervals and leave-one-out need. Plain data. */
export interface GpFit {
  /**
   * `'definite'`: K + s is positive definite beyond rounding, and factored. `'singular'`: it is not; modes of at most n·ε·λ_max are left
   * out, which gives the limit s → 0⁺ of mean and variance (the pseudo-inverse).
   */
  readonly status: 'definite' | 'singular';
  /** n, or the number of modes that were kept. */
  readonly rank: number;
  /** σ². */
  readonly ridge: number;
  /** What was added beside the ridge: what was asked for. s = ridge + jitter. */
  readonly jitter: number;
  readonly targets: Matrix;
  /** α = (K+s)⁻¹y: n×c, so that the mean anywhere is K(x*, X)α. */
  readonly coefficients: Matrix;
  /** ‖y − Py‖/‖y‖, P onto the modes that were kept: what no function of this prior can fit. 0 when definite. */
  readonly unreachable: number;
  /** −½Σy·α − (c/2) ln det(K+s) − (nc/2) ln 2π; when singular, the density on the kept modes, −∞ if y has a part outside them. */
  readonly logMarginalLikelihood: number;
  /** −½ Σ_c y_cᵀα_c. */
  readonly dataFit: number;
  /** −(c/2) ln det(K+s). */
  readonly complexity: number;
  readonly root: GpRoot;
}

/** Part of the targets outside the kept modes that counts as rounding. */
const UNREACHABLE = 1e-8;

/** The factor of A, or undefined where a pivot is not positive beyond the rounding errors of the elimination. */
function definiteFactor(A: Matrix, jitter: number): Cholesky | undefined {
  try {
    const factored = cholesky(A, { jitter });
    const { rows: n, data } = factored.factor;
    for (let i = 0; i < n; i++) if (!(data[i * n + i] ** 2 > n * Number.EPSILON * (A.data[i * n + i] + jitter))) return undefined;
    return factored;
  } catch (error) {
    if (error instanceof SaddlepointRangeError && error.code === 'ERR_NOT_POSITIVE_DEFINITE') return undefined;
    throw error;
  }
}

/** The modes of A + jitter above n·ε·λ_max. */
function spectralRoot(A: Matrix, jitter: number): GpRoot & { readonly type: 'spectral' } {
  const { values, vectors } = eigh(jitter > 0 ? addDiagonal(A, jitter) : A);
  const n = A.rows;
  const least = n * Number.EPSILON * Math.max(0, values[0] ?? 0);
  const rank = values.findIndex((value) => !(value > least));
  const kept = rank < 0 ? n : rank;
  return { type: 'spectral', values: values.slice(0, kept), vectors: submatrix(vectors, Array.from({ length: n }, (_, i) => i), Array.from({ length: kept }, (_, k) => k)) };
}

/** Rows of `matrix` divided by `values`. */
const divideRows = (matrix: Matrix, values: Float64Array): Matrix => ({ ...matrix, data: matrix.data.map((v, i) => v / values[Math.floor(i / matrix.cols)]) });

/**
 * W·B with WᵀW = (K+s)⁻¹: L⁻¹B, or Λ^{−½}VᵀB on the kept modes (r rows). B: n×m.
 */
export function whiten(root: GpRoot, B: Matrix): Matrix {
  if (root.type === 'cholesky') return solveTriangular(root.cholesky.factor, B, { lower: true });
  return divideRows(multiply(root.vectors, B, { transposeA: true }), root.values.map(Math.sqrt));
}

/** (K+s)⁻¹B, or the pseudo-inverse's. B: n×m. */
export function applyInverse(root: GpRoot, B: Matrix): Matrix {
  if (root.type === 'cholesky') return solveCholesky(root.cholesky, B);
  return multiply(root.vectors, divideRows(multiply(root.vectors, B, { transposeA: true }), root.values));
}

/**
 * Solves GP regression with noise variance σ² = `ridge` once, for many uses: {@link gpPredict}, {@link gpTrainPrediction}, {@link leaveOneOut},
 * {@link conformalIntervals}.
 *
 * `kernel`: n×n; `targets`: n×c, the outputs independent. The ridge is absolute, never divided by n, and the same for training and test points. Where
 * K + σ² is singular to rounding (duplicates, or fewer features than samples, at ridge 0) the result is the limit σ² → 0⁺ through the
 * eigenvectors, and `status` says `'singular'`; no jitter is added that was not asked for. Throws `ERR_SHAPE`, `ERR_NOT_FINITE`.
 * Source: Rasmussen & Williams (2006), algorithm 2.1.
 *
 * @example
 * import { gpFit, gpPredict } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const twice = gpFit({ kernel: matrix(2, 2, [1, 1, 1, 1]), targets: matrix(2, 1, [1, 3]), ridge: 0 });
 * twice.status; // => 'singular'
 * gpPredict(twice, { crossKernel: matrix(1, 2, [0.5, 0.5]) }).mean.data[0]; // => 1.000000
 */
export function gpFit(problem: RegressionProblem): GpFit {
  return fitBy(problem, spectralRoot);
}

/** {@link gpFit} with what is to be done about a K + s that is singular to rounding. */
export function fitBy({ kernel, targets, ridge, jitter = 0 }: RegressionProblem, singular: (A: Matrix, jitter: number) => GpRoot): GpFit {
  checkKernel('kernel', kernel);
  checkTargets('targets', targets, kernel.rows);
  checkNumber('ridge', ridge, { min: 0 });
  checkNumber('jitter', jitter, { min: 0 });
  const A = ridge > 0 ? addDiagonal(kernel, ridge) : kernel;
  const chol = definiteFactor(A, jitter);
  const root: GpRoot = chol === undefined ? singular(A, jitter) : { type: 'cholesky', cholesky: chol };
  const coefficients = applyInverse(root, targets);
  const rank = root.type === 'cholesky' ? kernel.rows : root.values.length;
  const logDeterminant = root.type === 'cholesky' ? root.cholesky.logDeterminant : root.values.reduce((sum, value) => sum + Math.log(value), 0);
  const dataFit = -0.5 * dot(targets.data, coefficients.data);
  const complexity = -0.5 * targets.cols * logDeterminant;
  const unreachable = root.type === 'cholesky' ? 0 : outsideOf(root.vectors, targets);
  return {
    status: root.type === 'cholesky' ? 'definite' : 'singular',
    rank,
    ridge,
    jitter,
    targets,
    coefficients,
    unreachable,
    logMarginalLikelihood: unreachable > UNREACHABLE ? -Infinity : dataFit + complexity - 0.5 * rank * targets.cols * Math.log(2 * Math.PI),
    dataFit,
    complexity,
    root,
  };
}

/** ‖y − VVᵀy‖/‖y‖. */
function outsideOf(vectors: Matrix, targets: Matrix): number {
  const whole = dot(targets.data, targets.data);
  if (whole === 0) return 0;
  const rest = added(targets, scaled(multiply(vectors, multiply(vectors, targets, { transposeA: true })), -1));
  return Math.sqrt(dot(rest.data, rest.data) / whole);
}
