import { normalCdf, normalPdf } from '@saddlepoint/numerics';
import type { Activation, Dual } from './activation.js';
import { arcExcess, sineNorm } from './gaussian-pair.js';
import { smoothDefect } from './smooth-defect.js';

interface Pieces {
  /** 1 + q1, 1 + q2 */
  readonly a: number;
  readonly b: number;
  /** M = (1+q1)(1+q2) − c² and its root */
  readonly determinant: number;
  readonly root: number;
  /** D = E[n(u)n(v)] = 1/(2π√M), n the density of N(0, 1) */
  readonly density: number;
}

function pieces(q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)): Pieces {
  const determinant = 1 + q1 + q2 + s * s;
  const root = Math.sqrt(determinant);
  return { a: 1 + q1, b: 1 + q2, determinant, root, density: 1 / (2 * Math.PI * root) };
}

/** E[Φ(u)Φ(v)] = ¼ + asin(c/√(ab))/2π as an angle from the antipode: nothing cancels at ρ → −1. */
const cdf = (root: number, c: number): number => Math.atan2(root, -c) / (2 * Math.PI);

const dual: Dual = (q1, q2, c, s) => {
  const { a, b, determinant, root, density } = pieces(q1, q2, c, s);
  // c·cdf + D(…) cancels for large variances near the antipode; there [√M − |c|θ + √M(1/M − 1/a − 1/b)]/2π does not.
  if (c < -1) return (arcExcess(c, root) + root * (1 / determinant - 1 / a - 1 / b)) / (2 * Math.PI);
  return c * cdf(root, c) + density * (q1 * q2 + (c * c * (1 - q1 * q2)) / (a * b));
};

const dualDerivative: Dual = (q1, q2, c, s) => {
  const { a, b, determinant, root, density } = pieces(q1, q2, c, s);
  return cdf(root, c) + density * c * (1 / a + 1 / b + 1 / determinant);
};

const dualVarianceSlope: Dual = (q1, q2, c, s) => {
  const { a, b, determinant, density } = pieces(q1, q2, c, s);
  return 0.5 * density * (q2 * (1 + b / determinant) - (c * c * (1 + 2 / a + b / determinant)) / a);
};

const dualDerivativeVarianceSlope: Dual = (q1, q2, c, s) => {
  const { a, b, determinant, density } = pieces(q1, q2, c, s);
  const ratio = b / determinant;
  return -c * density * (0.5 / a + 0.5 * ratio * (1 / a + 1 / b + 1 / determinant) + 1 / (a * a) + ratio / determinant);
};

const dualSecondDerivative: Dual = (q1, q2, c, s) => {
  const { a, b, determinant, density } = pieces(q1, q2, c, s);
  const sum = 1 / a + 1 / b + 1 / determinant;
  const square = (c * c) / determinant;
  return density * (1 + sum + square * (sum + 2 / determinant));
};

/** E[e(u)e(v)] of the even part e(x) = x(Φ(x) − ½), as a sum of positive terms, even in c. */
function evenDual(q1: number, q2: number, c: number, s: number): number {
  const { a, b, root, density } = pieces(q1, q2, c, s);
  return (c * Math.atan2(c, root)) / (2 * Math.PI) + density * (q1 * q2 + (c * c * (1 - q1 * q2)) / (a * b));
}

const near = smoothDefect({ dual, dualDerivative, dualVarianceSlope, dualDerivativeVarianceSlope, dualSecondDerivative });

/**
 * φ(x) = xΦ(x), Φ the cumulative distribution of N(0, 1). By Gaussian integration by parts, with a = 1+q1, b = 1+q2, M = ab − c²,
 * G = E[Φ(u)Φ(v)] = ¼ + asin(c/√(ab))/2π, D = 1/(2π√M):
 * E[φφ] = cG + D[q1 q2 + c²(1 − q1 q2)/(ab)],
 * E[φ′φ′] = G + cD[1/a + 1/b + 1/M],
 * ∂E[φφ]/∂q1 = ½D[q2(1 + b/M) − (c²/a)(1 + 2/a + b/M)].
 */
export const gelu: Activation = {
  name: 'gelu',
  value: (x) => x * normalCdf(x),
  derivative: (x) => normalCdf(x) + x * normalPdf(x),
  secondDerivative: (x) => (2 - x * x) * normalPdf(x),
  dual,
  dualDerivative,
  dualVarianceSlope,
  dualDerivativeVarianceSlope,
  dualSecondDerivative,
  // φ = x/2 + e(x): at −c the odd part changes sign, so the defect grows by |c| E[ee].
  dualDefect: (q1, q2, c, s, difference) => (c >= 0 ? near(q1, q2, c, s, difference) : near(q1, q2, -c, s, difference) - c * evenDual(q1, q2, c, s)),
  smooth: true,
  vectorised: { loop: 'gelu', parameters: [1, 1, 0] },
  latex: 'x\\,\\Phi(x)',
};
