import { gaussLegendre, zonalPolynomials } from '@saddlepoint/numerics';

const ORDER = 32;
let reference: { readonly nodes: Float64Array; readonly weights: Float64Array } | undefined;
const panelRule = () => (reference ??= gaussLegendre(ORDER));

/** Angles and probabilities of the measure ∝ sin^{d−2}θ on [0, π], by composite Gauss–Legendre. */
export interface AngleRule {
  readonly angles: Float64Array;
  readonly cosines: Float64Array;
  readonly weights: Float64Array;
}

export function angleRule(dimension: number, panels: number): AngleRule {
  const { nodes, weights: reference32 } = panelRule();
  const half = Math.PI / (2 * panels);
  const angles = new Float64Array(panels * ORDER);
  const cosines = new Float64Array(panels * ORDER);
  const weights = new Float64Array(panels * ORDER);
  let total = 0;
  for (let p = 0; p < panels; p++)
    for (let k = 0; k < ORDER; k++) {
      const theta = half * (2 * p + 1 + nodes[k]);
      const i = p * ORDER + k;
      angles[i] = theta;
      cosines[i] = Math.cos(theta);
      weights[i] = reference32[k] * Math.exp((dimension - 2) * Math.log(Math.sin(theta)));
      total += weights[i];
    }
  return { angles, cosines, weights: weights.map((w) => w / total) };
}

/** E[K(X)P_l(X)] by degree, and the size Σ|wKP_l| that rounding is measured by. */
export function funkHecke({ cosines, weights }: AngleRule, kernel: ArrayLike<number>, dimension: number, maxDegree: number): { readonly values: Float64Array; readonly sizes: Float64Array } {
  const values = new Float64Array(maxDegree + 1);
  const sizes = new Float64Array(maxDegree + 1);
  for (let i = 0; i < cosines.length; i++) {
    const polynomials = zonalPolynomials(dimension, maxDegree, cosines[i]);
    for (let l = 0; l <= maxDegree; l++) {
      const term = weights[i] * kernel[i] * polynomials[l];
      values[l] += term;
      sizes[l] += Math.abs(term);
    }
  }
  return { values, sizes };
}
