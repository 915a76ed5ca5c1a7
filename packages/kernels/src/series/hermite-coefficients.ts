import { multiply, matrix } from '@saddlepoint/linalg';
import { gaussianRule, type GaussianRule } from './gaussian-rule.js';
import type { Expandable } from './hermite-table.js';

/** Values w_m h_k(z_m), nodes × terms, for the degrees of one parity class: h_k = He_k/√k! by its three-term recurrence. */
function weightedBasis({ nodes, weights }: GaussianRule, first: number, stride: number, terms: number): Float64Array {
  const basis = new Float64Array(nodes.length * terms);
  const last = first + stride * (terms - 1);
  const root = Float64Array.from({ length: last + 2 }, (_, k) => Math.sqrt(k));
  const inverse = root.map((value) => 1 / value);
  for (let m = 0; m < nodes.length; m++) {
    const z = nodes[m];
    let previous = 0;
    let current = weights[m];
    for (let k = 0, p = 0; k <= last; k++) {
      if (k === first + p * stride) basis[m * terms + p++] = current;
      const next = (z * current - root[k] * previous) * inverse[k + 1];
      previous = current;
      current = next;
    }
  }
  return basis;
}

function sample(f: (x: number) => number, variances: ArrayLike<number>, nodes: Float64Array): Float64Array {
  const values = new Float64Array(variances.length * nodes.length);
  for (let g = 0; g < variances.length; g++) {
    const root = Math.sqrt(variances[g]);
    for (let m = 0; m < nodes.length; m++) values[g * nodes.length + m] = f(root * nodes[m]);
  }
  return values;
}

export interface Shape {
  readonly first: number;
  readonly stride: number;
  readonly terms: number;
  readonly range: number;
  readonly width: number;
}

/** A rule with its weighted Hermite functions. */
export interface WeightedRule extends GaussianRule {
  readonly basis: Float64Array;
}

/** The rule for functions of √q z; q matters only through the place of breakpoints. */
export function weightedRule({ parity, breakpoints = [] }: Expandable, { range, width, first, stride, terms }: Shape, q: number): WeightedRule {
  const root = Math.sqrt(q);
  const rule = gaussianRule(range, width, root === 0 ? [] : breakpoints.map((x) => x / root), parity !== undefined);
  return { ...rule, basis: weightedBasis(rule, first, stride, terms) };
}

export function coefficientsAt({ f }: Expandable, { terms }: Shape, variances: ArrayLike<number>, rule: WeightedRule): { coefficients: Float64Array; squares: Float64Array } {
  const count = variances.length;
  const nodes = rule.nodes.length;
  const values = sample(f, variances, rule.nodes);
  const { data } = multiply(matrix(count, nodes, values), matrix(nodes, terms, rule.basis));
  const squares = new Float64Array(count);
  for (let g = 0; g < count; g++) for (let m = 0; m < nodes; m++) squares[g] += rule.weights[m] * values[g * nodes + m] ** 2;
  return { coefficients: data, squares };
}
