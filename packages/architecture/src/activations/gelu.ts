import { normalCdf, normalPdf } from '@saddlepoint/numerics';
import type { Activation } from './activation.js';
import { sineNorm } from './gaussian-pair.js';

interface Pieces {
  /** E[Φ(u)Φ(v)] */
  readonly cdf: number;
  /** E[n(u)n(v)], n the density of N(0, 1) */
  readonly density: number;
  /** (1+q1)(1+q2) − c² */
  readonly determinant: number;
}

function pieces(q1: number, q2: number, c: number): Pieces {
  const s = sineNorm(q1, q2, c);
  const determinant = 1 + q1 + q2 + s * s;
  const root = Math.sqrt(determinant);
  // ¼ + asin(·)/2π as an angle from the antipode: nothing cancels at ρ → −1.
  return { cdf: Math.atan2(root, -c) / (2 * Math.PI), density: 1 / (2 * Math.PI * root), determinant };
}

/**
 * φ(x) = xΦ(x), Φ the cumulative distribution of N(0, 1). By Gaussian integration by parts, with G = E[Φ(u)Φ(v)] =
 * ¼ + asin(c/√((1+q1)(1+q2)))/2π, M = (1+q1)(1+q2) − c², D = 1/(2π√M):
 * E[φφ] = cG + D[q1 q2 + c²(1 − q1 q2)/((1+q1)(1+q2))],
 * E[φ′φ′] = G + D[c/(1+q1) + c/(1+q2) + c/M].
 */
export const gelu: Activation = {
  name: 'gelu',
  value: (x) => x * normalCdf(x),
  derivative: (x) => normalCdf(x) + x * normalPdf(x),
  secondDerivative: (x) => (2 - x * x) * normalPdf(x),
  dual: (q1, q2, c) => {
    const { cdf, density } = pieces(q1, q2, c);
    return c * cdf + density * (q1 * q2 + (c * c * (1 - q1 * q2)) / ((1 + q1) * (1 + q2)));
  },
  dualDerivative: (q1, q2, c) => {
    const { cdf, density, determinant } = pieces(q1, q2, c);
    return cdf + density * c * (1 / (1 + q1) + 1 / (1 + q2) + 1 / determinant);
  },
  smooth: true,
  vectorised: { loop: 'gelu', parameters: [1, 1, 0] },
  latex: 'x\\,\\Phi(x)',
};
