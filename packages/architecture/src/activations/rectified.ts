import { checkInteger } from '@saddlepoint/core';
import { gaussLegendre } from '@saddlepoint/numerics';
import type { Activation } from './activation.js';
import { geometricMean, sineNorm, supplement } from './gaussian-pair.js';
import { step } from './jumps.js';
import { relu } from './piecewise-linear.js';
import { priceIntegral } from './price.js';

const LIMIT = 20;

const rules = new Map<number, { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> }>();

/** Nodes for trigonometric polynomials of degree a + b on an interval of length π, to rounding; built at first use. */
function angularRule(degree: number) {
  const order = 12 + Math.ceil(0.8 * degree);
  let rule = rules.get(order);
  if (rule === undefined) rules.set(order, (rule = gaussLegendre(order)));
  return rule;
}

/** x^n, n a small integer. */
function power(x: number, n: number): number {
  let value = 1;
  for (let k = 0; k < n; k++) value *= x;
  return value;
}

/** 2^{n/2} Γ(n/2 + 1)/2π, n even: ∫R^{n+1}e^{−R²/2}dR/2π. */
function radial(n: number): number {
  let value = 1 / (2 * Math.PI);
  for (let k = 2; k <= n; k += 2) value *= k;
  return value;
}

/**
 * E[u^a v^b; u, v > 0] for even a + b: in polar coordinates the radius integrates out, and over the angle x ∈ [−δ/2, δ/2], δ = π − θ,
 * remains ∫ sin^a(δ/2 − x) sin^b(δ/2 + x)dx, positive and smooth for every δ: no cancellation at the antipode, none at ρ = 1.
 */
function quadrantMoment(a: number, b: number, q1: number, q2: number, c: number, s: number): number {
  const half = 0.5 * supplement(c, s);
  const { nodes, weights } = angularRule(a + b);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * power(Math.sin(half * (1 - nodes[i])), a) * power(Math.sin(half * (1 + nodes[i])), b);
  return radial(a + b) * q1 ** (0.5 * a) * q2 ** (0.5 * b) * half * sum;
}

/**
 * φ(x) = x^degree for x > 0, 0 below: the arc-cosine kernels (Cho & Saul 2009, eq. 6, halved) of any degree at any two variances.
 * Degree 0 is `step`, degree 1 `relu`. With m_k = E[φφ] at degree k: E[φ′φ′] = k² m_{k−1}, E[φ″φ″] = k²(k−1)² m_{k−2},
 * ∂E[φφ]/∂q1 = ½k(k−1) E[u^{k−2}v^k; u, v > 0].
 *
 * @example
 * import { rectifiedMonomial } from '@saddlepoint/architecture';
 * rectifiedMonomial(2).dual?.(1, 1, 1); // => 1.5
 * rectifiedMonomial(2).dual?.(1, 1, -1); // => 0
 */
export function rectifiedMonomial(degree = 2): Activation {
  checkInteger('degree', degree, { min: 0, max: LIMIT });
  const name = `rectifiedMonomial(${degree})`;
  if (degree === 0) return { ...step, name };
  if (degree === 1) return { ...relu, name };
  const below = rectifiedMonomial(degree - 1);
  const square = degree * degree;
  const from = (f: Activation['dual']): NonNullable<Activation['dual']> => (q1, q2, c, s) => square * (f?.(q1, q2, c, s) ?? NaN);
  const dual: NonNullable<Activation['dual']> = (q1, q2, c, s = sineNorm(q1, q2, c)) => quadrantMoment(degree, degree, q1, q2, c, s);
  const dualDerivative = from(below.dual);
  return {
    name,
    value: (x) => (x > 0 ? x ** degree : 0),
    derivative: (x) => (x > 0 ? degree * x ** (degree - 1) : 0),
    secondDerivative: (x) => (x > 0 ? degree * (degree - 1) * x ** (degree - 2) : degree === 2 && x === 0 ? 1 : 0),
    dual,
    dualDerivative,
    dualVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => 0.5 * degree * (degree - 1) * quadrantMoment(degree - 2, degree, q1, q2, c, s),
    dualDerivativeVarianceSlope: from(below.dualVarianceSlope),
    dualSecondDerivative: from(below.dualDerivative),
    dualDefect: (q1, q2, c, s) => {
      if (q1 === 0 || q2 === 0) return 0;
      const u = geometricMean(q1, q2);
      const norm = quadrantMoment(degree, degree, q1, q2, u, 0);
      const pair = dual(q1, q2, c, s);
      const gap = c > 0.5 * u ? priceIntegral(dualDerivative, q1, q2, c, s) : norm - pair;
      return gap * (norm + pair);
    },
    homogeneity: degree,
    smooth: false,
    breakpoints: [0],
    latex: `x^{${degree}}\\,\\mathbf{1}_{x>0}`,
  };
}
