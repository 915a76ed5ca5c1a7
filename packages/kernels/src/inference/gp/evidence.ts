import { SaddlepointRangeError } from '@saddlepoint/core';
import { dot, gram, invertCholesky, type Matrix } from '@saddlepoint/linalg';
import { checkShape } from '../checks.js';
import { fitBy, type RegressionProblem } from './fit.js';

/** A log marginal likelihood, its parts and its slopes. */
export interface Evidence {
  readonly value: number;
  /** −½ Σ yᵀ(K+σ²)⁻¹y. */
  readonly dataFit: number;
  /** −(c/2) ln det(K+σ²). */
  readonly complexity: number;
  /** d value/dσ² = ½ Σ |α|² − (c/2) Tr(K+σ²)⁻¹, α = (K+σ²)⁻¹y. */
  readonly gradientRidge: number;
  /** d value/dθ for each matrix of `derivatives`, in their order. */
  readonly gradient: Float64Array;
  /** What was added to the diagonal beside the ridge. */
  readonly jitter: number;
}

/**
 * Log marginal likelihood of GP regression, summed over the outputs:
 * ln p(y) = −½ Σ_c y_cᵀ(K+σ²I)⁻¹y_c − (c/2) ln det(K+σ²I) − (nc/2) ln 2π, with its exact derivatives in σ² and in any parameters of the kernel,
 * ∂ ln p/∂θ = ½ Tr[(αα^T − c(K+σ²)⁻¹) ∂K/∂θ].
 *
 * `kernel`: n×n; `targets`: n×c; `ridge`: σ² ≥ 0 absolute; `derivatives`: ∂K/∂θ, n×n symmetric each, such as those of the network's variances. One inverse
 * serves all of them. Throws `ERR_NOT_POSITIVE_DEFINITE` when K+σ²I is singular to rounding: there is no density then.
 * Source: Rasmussen & Williams (2006), eqs. 2.30 and 5.9.
 *
 * @example
 * import { logMarginalLikelihood } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const evidence = logMarginalLikelihood({ kernel: matrix(1, 1, [1]), targets: matrix(1, 1, [2]), ridge: 1, derivatives: [matrix(1, 1, [3])] });
 * evidence.value; // => -2.265512
 * evidence.gradientRidge; // => 0.25
 * Array.from(evidence.gradient); // => [0.75]
 */
export function logMarginalLikelihood(problem: RegressionProblem & { readonly derivatives?: readonly Matrix[] }): Evidence {
  const { targets, derivatives = [] } = problem;
  const { root, coefficients, logMarginalLikelihood: value, dataFit, complexity, jitter } = fitBy(problem, () => refuse(problem));
  if (root.type === 'spectral') return refuse(problem);
  const inverse = invertCholesky(root.cholesky);
  // αα^T − c(K+σ²)⁻¹, the derivative in every entry of K, doubled.
  const slope = gram(coefficients);
  for (let i = 0; i < slope.data.length; i++) slope.data[i] -= targets.cols * inverse.data[i];
  let trace = 0;
  for (let i = 0; i < targets.rows; i++) trace += slope.data[i * targets.rows + i];
  const gradient = Float64Array.from(derivatives, (derivative, k) => {
    checkShape(`derivatives[${k}]`, derivative, targets.rows, targets.rows);
    return 0.5 * dot(slope.data, derivative.data);
  });
  return { value, dataFit, complexity, gradientRidge: 0.5 * trace, gradient, jitter };
}

function refuse({ ridge, jitter = 0 }: RegressionProblem): never {
  throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
    argument: 'kernel',
    expected: 'a positive definite kernel + ridge (raise ridge, remove duplicate samples, or pass jitter)',
    got: `one that is singular to rounding at ridge ${ridge}, jitter ${jitter}`,
  });
}
