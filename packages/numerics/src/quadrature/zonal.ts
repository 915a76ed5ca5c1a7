import { checkInteger, checkNumber } from '@saddlepoint/core';

/**
 * Number of independent spherical harmonics of a degree in ℝ^d: (2l+d−2)/l·C(l+d−3, l−1), 1 at l = 0 (d ≥ 2). Exact below 2⁵³,
 * rounded above.
 *
 * @example
 * import { harmonicDegeneracy } from '@saddlepoint/numerics';
 * harmonicDegeneracy(10, 2); // => 54
 */
export function harmonicDegeneracy(dimension: number, degree: number): number {
  checkInteger('dimension', dimension, { min: 2 });
  checkInteger('degree', degree, { min: 0 });
  if (degree === 0) return 1;
  // C(l+d−3, min(l−1, d−2)), every partial product a binomial coefficient.
  const shorter = Math.min(degree - 1, dimension - 2);
  const longer = Math.max(degree - 1, dimension - 2);
  let binomial = 1;
  for (let i = 1; i <= shorter && binomial < Infinity; i++) binomial = (binomial * (longer + i)) / i;
  const value = ((2 * degree + dimension - 2) * binomial) / degree;
  return Math.round(value);
}

/**
 * The Legendre polynomials P_0 … P_L of dimension d at t = x·y: Gegenbauer's C_l^{(d/2−1)} normalised to P_l(1) = 1 (Chebyshev's T_l at
 * d = 2, Legendre's at d = 3). √deg_l·P_l are orthonormal under the measure of {@link gaussGegenbauer}, and
 * K(t) = Σ_l λ_l deg_l P_l(t).
 *
 * Recurrence (l+d−2)P_{l+1} = (2l+d−2) t P_l − l P_{l−1}, stable for |t| ≤ 1; `dimension` ≥ 2.
 *
 * @example
 * import { zonalPolynomials } from '@saddlepoint/numerics';
 * Array.from(zonalPolynomials(3, 2, 0.5)); // => [1, 0.5, -0.125]
 */
export function zonalPolynomials(dimension: number, maxDegree: number, t: number): Float64Array {
  checkNumber('dimension', dimension, { min: 2 });
  checkInteger('maxDegree', maxDegree, { min: 0 });
  checkNumber('t', t, { min: -1, max: 1 });
  const values = new Float64Array(maxDegree + 1);
  values[0] = 1;
  if (maxDegree > 0) values[1] = t;
  for (let l = 1; l < maxDegree; l++)
    values[l + 1] = t * values[l] + (l / (l + dimension - 2)) * (t * values[l] - values[l - 1]);
  return values;
}
