import { checkInteger } from '@saddlepoint/core';

/** Nodes (ascending) and weights of a quadrature rule, ∫ f dμ ≈ Σ wᵢ f(xᵢ). */
export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

interface Evaluation {
  /** Roots of He_n above x (sign changes of the sequence of orthonormal polynomials). */
  readonly rootsAbove: number;
  /** p_n(x)/p_n′(x), the Newton step. */
  readonly step: number;
  /** ln Σ_{k<n} p_k(x)², minus the logarithm of the Gauss weight at a node. */
  readonly logSum: number;
}

/**
 * Runs the three-term recurrence √(k+1) p_{k+1} = x p_k − √k p_{k−1} of the orthonormal polynomials of N(0,1), rescaling before it
 * overflows.
 */
function evaluate(order: number, x: number): Evaluation {
  let previous = 0;
  let current = 1;
  let sum = 0;
  let logScale = 0;
  let changes = 0;
  for (let k = 0; k < order; k++) {
    sum += current * current;
    const next = (x * current - Math.sqrt(k) * previous) / Math.sqrt(k + 1);
    if (next < 0 !== current < 0) changes++;
    previous = current;
    current = next;
    if (Math.abs(current) > 1e100) {
      previous *= 1e-100;
      current *= 1e-100;
      sum *= 1e-200;
      logScale += 200 * Math.LN10;
    }
  }
  return { rootsAbove: changes, step: current / (Math.sqrt(order) * previous), logSum: Math.log(sum) + logScale };
}

/** The k-th largest root (k = 0 is the largest): Sturm bisection to isolate it, then Newton. */
function root(order: number, k: number, upper: number): { node: number; logSum: number } {
  let low = 0;
  let high = upper;
  for (let i = 0; i < 60; i++) {
    const middle = 0.5 * (low + high);
    if (evaluate(order, middle).rootsAbove > k) low = middle;
    else high = middle;
    // Spacing of the roots is at least π/(2√n) up to a constant: a bracket this narrow is in Newton's basin.
    if (high - low < 0.02 / Math.sqrt(order)) break;
  }
  let node = 0.5 * (low + high);
  for (let i = 0; i < 20; i++) {
    const { step } = evaluate(order, node);
    node -= step;
    if (Math.abs(step) <= 2 * Number.EPSILON * node) break;
  }
  return { node, logSum: evaluate(order, node).logSum };
}

/**
 * Gauss–Hermite rule of the standard normal measure (probabilists' convention): E[f(Z)] ≈ Σ wᵢ f(xᵢ), Σ wᵢ = 1, exact for
 * polynomials of degree ≤ 2·order−1.
 *
 * Nodes by Sturm bisection and Newton on the orthonormal recurrence, weights by the Christoffel function
 * wᵢ = 1/Σ_{k<n} p_k(xᵢ)², a sum of positive terms. Outermost weights underflow to 0 above order ≈ 370.
 *
 * @example
 * import { gaussHermite } from '@saddlepoint/numerics';
 * const { nodes, weights } = gaussHermite(20);
 * nodes.reduce((sum, x, i) => sum + weights[i] * x ** 4, 0); // => 3.0000000000
 */
export function gaussHermite(order: number): Rule {
  checkInteger('order', order, { min: 1, max: 10_000 });
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  let upper = 2 * Math.sqrt(order) + 1;
  for (let k = 0; k < order >> 1; k++) {
    const { node, logSum } = root(order, k, upper);
    upper = node;
    nodes[order - 1 - k] = node;
    nodes[k] = -node;
    weights[k] = weights[order - 1 - k] = Math.exp(-logSum);
  }
  if (order % 2 === 1) weights[order >> 1] = Math.exp(-evaluate(order, 0).logSum);
  return { nodes, weights };
}
