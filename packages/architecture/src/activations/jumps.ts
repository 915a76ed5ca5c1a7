import type { Activation, Dual } from './activation.js';
import { sineNorm, supplement } from './gaussian-pair.js';

/** ∂ asin ρ/∂q1 = −c/(2 q1 s): infinite for parallel inputs, 0 where c vanishes. */
const angleSlope: Dual = (q1, q2, c, s = sineNorm(q1, q2, c)) => (c === 0 ? 0 : (-0.5 * (c / q1)) / s);

/** E[sign(u) sign(v)] = (2/π) asin ρ; 0 when a variance vanishes. */
const signDual: Dual = (q1, q2, c, s = sineNorm(q1, q2, c)) => (2 / Math.PI) * Math.atan2(c, s);

/** E[step(u) step(v)] = (π−θ)/2π: the arc-cosine kernel of degree 0 (Cho & Saul 2009, eq. 6, halved). */
const stepDual: Dual = (q1, q2, c, s = sineNorm(q1, q2, c)) => supplement(c, s) / (2 * Math.PI);

/** φ(x) = sign(x), 0 at 0. It jumps, so it has no NTK. */
export const sign: Activation = {
  name: 'sign',
  value: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  derivative: null,
  dual: signDual,
  dualVarianceSlope: (q1, q2, c, s) => (2 / Math.PI) * angleSlope(q1, q2, c, s),
  dualDefect: (q1, q2, c, s) => {
    if (q1 === 0 || q2 === 0) return 0;
    const missing = (2 / Math.PI) * Math.atan2(s, Math.abs(c));
    return missing * (2 - missing);
  },
  homogeneity: 0,
  parity: 'odd',
  smooth: false,
  breakpoints: [0],
  latex: '\\operatorname{sign} x',
};

/** φ(x) = 1 for x > 0, 0 below, ½ at 0. It jumps, so it has no NTK. */
export const step: Activation = {
  name: 'step',
  value: (x) => (x > 0 ? 1 : x < 0 ? 0 : 0.5),
  derivative: null,
  dual: stepDual,
  dualVarianceSlope: (q1, q2, c, s) => angleSlope(q1, q2, c, s) / (2 * Math.PI),
  dualDefect: (q1, q2, c, s) => {
    // At zero variance the argument sits at 0 and φ = ½ there: E[φ²] = ¼ and E[φφ] = ¼.
    const size = (q: number): number => (q === 0 ? 0.25 : 0.5);
    if (q1 === 0 || q2 === 0) return size(q1) * size(q2) - 0.0625;
    const missing = Math.atan2(s, c) / (2 * Math.PI);
    return missing * (1 - missing);
  },
  homogeneity: 0,
  smooth: false,
  breakpoints: [0],
  latex: '\\mathbf{1}_{x>0}',
};
