import type { Activation } from './activation.js';
import { sineNorm, supplement } from './gaussian-pair.js';

const TWO_PI = 2 * Math.PI;

/**
 * E[relu(u) relu(v)] = [s + (π−θ)c]/2π with cos θ = c/√(q1 q2), s = √(q1 q2) sin θ: the arc-cosine kernel of degree 1
 * (Cho & Saul 2009, eq. 6, halved). Near the antipode, where the bracket cancels to third order in δ = π−θ, its series
 * √(q1 q2)(δ³/3 − δ⁵/30 + …) is used.
 */
function reluDual(q1: number, q2: number, c: number): number {
  const s = sineNorm(q1, q2, c);
  const delta = supplement(c, s);
  if (delta >= 0.4) return (s + delta * c) / TWO_PI;
  // sin δ − δ cos δ = Σ_k (−1)^{k+1} 2k δ^{2k+1}/(2k+1)!; at δ < 0.4 six terms leave 1e-17 relative.
  const d2 = delta * delta;
  const series = (delta * d2 * (1 / 3 - d2 * (1 / 30 - d2 * (1 / 840 - d2 * (1 / 45360 - d2 * (1 / 3991680 - d2 / 518918400))))));
  return (Math.sqrt(q1) * Math.sqrt(q2) * series) / TWO_PI;
}

/** E[step(u) step(v)] = (π−θ)/2π: the arc-cosine kernel of degree 0 (Cho & Saul 2009, eq. 6, halved). */
function stepDual(q1: number, q2: number, c: number): number {
  return supplement(c, sineNorm(q1, q2, c)) / TWO_PI;
}

/** E[|u||v|] = (2/π)[s + c·asin ρ]: every term is positive, so nothing cancels. */
function absDual(q1: number, q2: number, c: number): number {
  const s = sineNorm(q1, q2, c);
  return (2 / Math.PI) * (s + c * Math.atan2(c, s));
}

/** E[sign(u) sign(v)] = (2/π) asin ρ; 0 when a variance vanishes. */
function signDual(q1: number, q2: number, c: number): number {
  return (2 / Math.PI) * Math.atan2(c, sineNorm(q1, q2, c));
}

/** φ(x) = max(x, 0). */
export const relu: Activation = {
  name: 'relu',
  value: (x) => (x > 0 ? x : 0),
  derivative: (x) => (x > 0 ? 1 : x < 0 ? 0 : 0.5),
  secondDerivative: () => 0,
  dual: reluDual,
  dualDerivative: stepDual,
  homogeneity: 1,
  smooth: false,
  breakpoints: [0],
  vectorised: { loop: 'piecewise-linear', parameters: [0.5, 0.5] },
  latex: '\\max(x, 0)',
};

/**
 * φ(x) = x for x > 0, `slope`·x below. As φ = a x + (1−a) relu(x) and E[u relu(v)] = c/2, its duals are
 * E[φφ] = a c + (1−a)² E[relu relu], E[φ′φ′] = a + (1−a)² (π−θ)/2π.
 *
 * @example
 * import { leakyRelu } from '@saddlepoint/architecture';
 * leakyRelu(0.1).value(-2); // => -0.2
 */
export function leakyRelu(slope = 0.01): Activation {
  const square = (1 - slope) ** 2;
  return {
    name: `leakyRelu(${slope})`,
    value: (x) => (x > 0 ? x : slope * x),
    derivative: (x) => (x > 0 ? 1 : x < 0 ? slope : 0.5 * (1 + slope)),
    secondDerivative: () => 0,
    dual: (q1, q2, c) => slope * c + square * reluDual(q1, q2, c),
    dualDerivative: (q1, q2, c) => slope + square * stepDual(q1, q2, c),
    homogeneity: 1,
    smooth: false,
    breakpoints: [0],
    vectorised: { loop: 'piecewise-linear', parameters: [0.5 * (1 + slope), 0.5 * (1 - slope)] },
    latex: `\\max(x, ${slope}x)`,
  };
}

/** φ(x) = |x|. */
export const abs: Activation = {
  name: 'abs',
  value: Math.abs,
  derivative: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  secondDerivative: () => 0,
  dual: absDual,
  dualDerivative: signDual,
  homogeneity: 1,
  parity: 'even',
  smooth: false,
  breakpoints: [0],
  vectorised: { loop: 'piecewise-linear', parameters: [0, 1] },
  latex: '|x|',
};

/** φ(x) = sign(x), 0 at 0. It jumps, so it has no NTK. */
export const sign: Activation = {
  name: 'sign',
  value: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  derivative: null,
  dual: signDual,
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
  homogeneity: 0,
  smooth: false,
  breakpoints: [0],
  latex: '\\mathbf{1}_{x>0}',
};
