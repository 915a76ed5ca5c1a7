import type { Series } from './power-series.js';

/** deg_l λ_l by degree, with a bound on its error. */
export interface LevelTraces {
  readonly values: Float64Array;
  readonly errors: Float64Array;
}

/**
 * deg_l·λ_l of Σκ_k t^k, κ_k ≥ 0, on the sphere in ℝ^d: deg_l Σ_j κ_{l+2j}E[X^{l+2j}P_l(X)], X one coordinate of a uniform unit vector, with
 * E[X^{l+2j}P_l] = Γ(d/2)(l+2j)!Γ(j+½) / (2^l (2j)! √π Γ(l+j+d/2)): positive terms only, by ratios, so that nothing cancels and nothing overflows.
 *
 * The error is what the terms cut off may add, from the fall of the last ones.
 */
export function levelTraces(kappa: Series, dimension: number, maxDegree: number): LevelTraces {
  const values = new Float64Array(maxDegree + 1);
  const errors = new Float64Array(maxDegree + 1);
  const h = dimension / 2;
  let leading = 1; // deg_l·E[X^l P_l]
  for (let l = 0; l <= maxDegree; l++) {
    let weight = leading;
    let [sum, last, before] = [0, 0, 0];
    for (let j = 0; l + 2 * j < kappa.length; j++) {
      const term = weight * kappa[l + 2 * j];
      sum += term;
      [before, last] = [last, term];
      weight *= ((l + 2 * j + 1) * (l + 2 * j + 2)) / (4 * (j + 1) * (l + j + h));
    }
    values[l] = sum;
    const ratio = before > 0 ? last / before : 0;
    errors[l] = 4e-16 * (32 + l) * sum + (last === 0 ? 0 : ratio < 1 ? (2 * last * ratio) / (1 - ratio) : Infinity);
    leading *= dimension === 2 && l === 0 ? 1 : (l + dimension - 2) / (2 * l + dimension - 2);
  }
  return { values, errors };
}
