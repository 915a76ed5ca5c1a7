import { checkInteger } from '@saddlepoint/core';
import { symmetricRule, type Rule } from './symmetric-rule.js';

/**
 * Gauss–Hermite rule of the standard normal measure (probabilists' convention): E[f(Z)] ≈ Σ wᵢ f(xᵢ), Σ wᵢ = 1, exact for
 * polynomials of degree ≤ 2·order−1.
 *
 * Eigenvalues of the Jacobi matrix, Newton, and the last evaluation in double-double: nodes and weights have full double precision,
 * the outermost weights (1e-249 at order 300) too. They underflow to 0 above order ≈ 370.
 *
 * @example
 * import { gaussHermite } from '@saddlepoint/numerics';
 * const { nodes, weights } = gaussHermite(20);
 * nodes.reduce((sum, x, i) => sum + weights[i] * x ** 4, 0); // => 3.0000000000
 */
export function gaussHermite(order: number): Rule {
  checkInteger('order', order, { min: 1, max: 10_000 });
  // √(k+1) p_{k+1} = x p_k − √k p_{k−1}; p″ = x p′ at a zero.
  return symmetricRule(order, { couplingSquared: (k) => [k, 0], curvature: (x) => x });
}
