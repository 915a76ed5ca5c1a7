import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { exactSum, over, times } from './double-double.js';
import { symmetricRule, type Rule, type SymmetricMeasure } from './symmetric-rule.js';

/** A measure ∝ (1−x²)^{λ−1/2} on [−1, 1]: by λ > −1/2, or as one coordinate of a uniform point on the unit sphere of ℝ^d, λ = (d−2)/2. */
export type GegenbauerMeasure = { readonly lambda: number } | { readonly dimension: number };

/** a_k² = k(k+2λ−1) / 4(k+λ)(k+λ−1), whose first is 1/(2+2λ) also at λ = 0; (1−x²)p″ = (2λ+1)x p′ at a zero. */
export const gegenbauerMeasure = (lambda: number): SymmetricMeasure => ({
  couplingSquared: (k) =>
    k === 1
      ? over([0.5, 0], exactSum(1, lambda))
      : over(times([k, 0], exactSum(k - 1, 2 * lambda)), times([4, 0], times(exactSum(k, lambda), exactSum(k - 1, lambda)))),
  curvature: (x) => ((2 * lambda + 1) * x) / ((1 - x) * (1 + x)),
});

/**
 * Gauss–Gegenbauer rule of the probability measure ∝ (1−x²)^{λ−1/2} on [−1, 1]: E[f(X)] ≈ Σ wᵢ f(xᵢ), Σ wᵢ = 1, exact for
 * polynomials of degree ≤ 2·order−1. X is one coordinate of a uniform point on the unit sphere of ℝ^d when λ = (d−2)/2, so λ_l =
 * E[K(X) P_l(X)] is the Mercer spectrum of a dot-product kernel K. λ = 0 is Chebyshev's measure, ½ Legendre's, and √(2λ)·X tends to N(0,1).
 *
 * Nodes and weights have full double precision for every λ > −1/2, the tiny outer weights too (d = 10 000 included).
 *
 * @example
 * import { gaussGegenbauer } from '@saddlepoint/numerics';
 * const { nodes, weights } = gaussGegenbauer(20, { dimension: 10 });
 * nodes.reduce((sum, x, i) => sum + weights[i] * x ** 2, 0); // => 0.1000000000
 */
export function gaussGegenbauer(order: number, measure: GegenbauerMeasure): Rule {
  checkInteger('order', order, { min: 1, max: 10_000 });
  return symmetricRule(order, gegenbauerMeasure(lambdaOf(measure)));
}

function lambdaOf(measure: GegenbauerMeasure): number {
  if ('dimension' in measure) return (checkNumber('dimension', measure.dimension, { min: 1, max: 1e15, exclusiveMin: true }) - 2) / 2;
  if (!('lambda' in measure))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'measure', expected: 'lambda or dimension', got: 'neither' });
  return checkNumber('lambda', measure.lambda, { min: -0.5, max: 1e15, exclusiveMin: true });
}
