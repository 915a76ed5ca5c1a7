import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import { addDiagonal, cholesky, dot, identity, solveCholesky, solveTriangular, type Cholesky, type Matrix } from '@saddlepoint/linalg';
import { checkKernel, checkTargets } from './checks.js';

/** What evidence and posterior share. */
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

/** The factor of K + σ²I + jitter·I and α = (K + σ²I + jitter·I)⁻¹y. */
export interface Fit {
  readonly cholesky: Cholesky;
  readonly coefficients: Matrix;
}

/** Factors K + (ridge + jitter)·I; says in one line what to do when that is singular. */
export function fit({ kernel, targets, ridge, jitter = 0 }: RegressionProblem): Fit {
  checkKernel('kernel', kernel);
  checkTargets('targets', targets, kernel.rows);
  checkNumber('ridge', ridge, { min: 0 });
  checkNumber('jitter', jitter, { min: 0 });
  try {
    const factored = cholesky(addDiagonal(kernel, ridge), { jitter });
    return { cholesky: factored, coefficients: solveCholesky(factored, targets) };
  } catch (error) {
    if (!(error instanceof SaddlepointRangeError) || error.code !== 'ERR_NOT_POSITIVE_DEFINITE') throw error;
    throw new SaddlepointRangeError(
      'ERR_NOT_POSITIVE_DEFINITE',
      { argument: 'kernel', expected: 'a positive definite kernel + ridge (raise ridge, remove duplicate samples, or pass jitter)', got: `${error.got} at ridge ${ridge}, jitter ${jitter}` },
      { cause: error },
    );
  }
}

/** −½ Σ_c y_cᵀα_c − (c/2) ln det − (nc/2) ln 2π. */
export function evidenceOf({ cholesky: { logDeterminant }, coefficients }: Fit, targets: Matrix): { value: number; dataFit: number; complexity: number } {
  const outputs = targets.cols;
  const dataFit = -0.5 * dot(targets.data, coefficients.data);
  const complexity = -0.5 * outputs * logDeterminant;
  return { value: dataFit + complexity - 0.5 * targets.rows * outputs * Math.log(2 * Math.PI), dataFit, complexity };
}

/** A log marginal likelihood, its parts and its slope in the ridge. */
export interface Evidence {
  readonly value: number;
  /** −½ Σ yᵀ(K+σ²)⁻¹y. */
  readonly dataFit: number;
  /** −(c/2) ln det(K+σ²). */
  readonly complexity: number;
  /** d value/dσ² = ½ Σ |α|² − (c/2) Tr(K+σ²)⁻¹, α = (K+σ²)⁻¹y. */
  readonly gradientRidge: number;
  /** What was added to the diagonal beside the ridge. */
  readonly jitter: number;
}

/**
 * Log marginal likelihood of GP regression, summed over the outputs:
 * ln p(y) = −½ Σ_c y_cᵀ(K+σ²I)⁻¹y_c − (c/2) ln det(K+σ²I) − (nc/2) ln 2π, with its exact derivative in σ².
 *
 * `kernel`: n×n; `targets`: n×c; `ridge`: σ² ≥ 0 absolute. Throws `ERR_NOT_POSITIVE_DEFINITE` when K+σ²I is singular.
 * Source: Rasmussen & Williams (2006), eqs. 2.30 and 5.9.
 *
 * @example
 * import { logMarginalLikelihood } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const evidence = logMarginalLikelihood({ kernel: matrix(1, 1, [1]), targets: matrix(1, 1, [2]), ridge: 1 });
 * evidence.value; // => -2.265512
 * evidence.gradientRidge; // => 0.25
 */
export function logMarginalLikelihood(problem: RegressionProblem): Evidence {
  const fitted = fit(problem);
  const { targets } = problem;
  const inverseFactor = solveTriangular(fitted.cholesky.factor, identity(targets.rows), { lower: true });
  const traceOfInverse = dot(inverseFactor.data, inverseFactor.data);
  const { coefficients } = fitted;
  return {
    ...evidenceOf(fitted, targets),
    gradientRidge: 0.5 * dot(coefficients.data, coefficients.data) - 0.5 * targets.cols * traceOfInverse,
    jitter: fitted.cholesky.jitter,
  };
}
