import { checkInteger, checkNumber } from '@saddlepoint/core';
import { pivotedCholesky } from '../lowrank/pivoted-cholesky.js';
import type { SymmetricColumns } from '../lowrank/pivoted-cholesky.js';
import type { Matrix } from '../matrix.js';
import { conjugateGradient } from './conjugate-gradient.js';
import type { ConjugateGradientOptions, Solution } from './conjugate-gradient.js';
import { isMatrix, symmetricOperator } from './matrix-operator.js';
import type { SymmetricOperator } from './operator.js';
import { lowRankPreconditioner } from './preconditioner.js';

export interface SolveRegularisedOptions extends Omit<ConjugateGradientOptions, 'preconditioner'> {
  /** Of the partial Cholesky factor that preconditions; 0 for none. Default 2√n. */
  readonly rank?: number;
}

/** As {@link Solution}, with what is known of the preconditioner. */
export interface RegularisedSolution extends Solution {
  /** Rank of the preconditioner. */
  readonly rank: number;
  /** tr(K − L Lᵀ): the condition number was at most 1 + traceError/σ². */
  readonly traceError: number;
}

/** K + shift·I as an operator. */
function shifted(K: SymmetricOperator, shift: number): SymmetricOperator {
  const apply = async (X: Matrix): Promise<Matrix> => {
    const Y = await K.apply(X);
    return { rows: Y.rows, cols: Y.cols, data: Y.data.map((value, i) => value + shift * X.data[i]) };
  };
  return { size: K.size, apply, magnitude: Math.max(K.magnitude ?? 1, shift) };
}

/**
 * Solves (K + σ²I) X = B for a symmetric positive semidefinite K and σ² > 0, the system of Gaussian-process and kernel ridge regression, without
 * factorising K: conjugate gradients, preconditioned by a pivoted partial Cholesky factor of K (`pivotedCholesky`, `lowRankPreconditioner`).
 *
 * K is a matrix, or an operator that also gives its `diagonal` and `column`s. Needs about √(1 + ‖K − L Lᵀ‖/σ²) products with K; where the spectrum falls
 * fast that is a handful, and for large n it is much less work than n³/3. The residual is certified as in `conjugateGradient`.
 *
 * @example
 * import { matrix, solveRegularised } from '@saddlepoint/linalg';
 * const { value } = await solveRegularised(matrix(2, 2, [1, 1, 1, 1]), 1, matrix(2, 1, [3, 3]));
 * Array.from(value.data); // => [1, 1]
 */
export async function solveRegularised(
  K: Matrix | (SymmetricOperator & SymmetricColumns),
  sigma2: number,
  B: Matrix,
  { rank, ...options }: SolveRegularisedOptions = {},
): Promise<RegularisedSolution> {
  checkNumber('sigma2', sigma2, { min: 0, exclusiveMin: true });
  const own = isMatrix(K) ? symmetricOperator(K) : undefined;
  try {
    const operator = own ?? (K as SymmetricOperator);
    const columns = checkInteger('rank', rank ?? Math.ceil(2 * Math.sqrt(operator.size)), { min: 0 });
    const { factor, traceError } = pivotedCholesky(K, { rank: columns });
    const preconditioner = lowRankPreconditioner(factor, sigma2);
    const solution = await conjugateGradient(shifted(operator, sigma2), B, { ...options, preconditioner });
    return { ...solution, rank: factor.cols, traceError };
  } finally {
    own?.dispose();
  }
}
