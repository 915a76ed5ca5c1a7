import { multiply, matrix } from '@saddlepoint/linalg';
import { runAtOnce, type Steps } from '../pace.js';
import { gaussianRange, gaussianRule, type GaussianRule } from './gaussian-rule.js';

/** A function to expand, with what helps to expand it well. */
export interface Expandable {
  readonly f: (x: number) => number;
  readonly parity?: 'even' | 'odd' | undefined;
  readonly breakpoints?: readonly number[] | undefined;
}

export interface SeriesOptions {
  /** Relative size, in √(E[f(u)²]E[f(v)²]), at which the series is cut. Default 1e-15. */
  readonly tolerance?: number;
  /** Largest degree kept. Default 1024. */
  readonly maxDegree?: number;
}

interface TableOptions extends SeriesOptions {
  /** Terms kept even where fewer would do. Default 1. */
  readonly minTerms?: number;
}

/**
 * Hermite coefficients a_k(q) = E[f(√q z) He_k(z)]/√k! of one function at several variances. Row g of `coefficients` holds the
 * degrees `first`, `first + stride`, … at variance g; only degrees of the function's parity are stored.
 */
export interface HermiteTable {
  readonly coefficients: Float64Array;
  readonly terms: number;
  readonly first: number;
  readonly stride: number;
  /** E[f(√q z)²] at each variance. */
  readonly squares: Float64Array;
  /** Bound on |Σ_{left out} a_k(q1)a_k(q2)ρ^k| for any pair of the variances and any ρ, with the quadrature's own error. */
  readonly error: number;
}

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

interface Shape {
  readonly first: number;
  readonly stride: number;
  readonly terms: number;
  readonly range: number;
  readonly width: number;
}

/** A rule with its weighted Hermite functions. */
interface WeightedRule extends GaussianRule {
  readonly basis: Float64Array;
}

/** The rule for functions of √q z; q matters only through the place of breakpoints. */
function weightedRule({ parity, breakpoints = [] }: Expandable, { range, width, first, stride, terms }: Shape, q: number): WeightedRule {
  const root = Math.sqrt(q);
  const rule = gaussianRule(range, width, root === 0 ? [] : breakpoints.map((x) => x / root), parity !== undefined);
  return { ...rule, basis: weightedBasis(rule, first, stride, terms) };
}

function coefficientsAt({ f }: Expandable, { terms }: Shape, variances: ArrayLike<number>, rule: WeightedRule): { coefficients: Float64Array; squares: Float64Array } {
  const count = variances.length;
  const nodes = rule.nodes.length;
  const values = sample(f, variances, rule.nodes);
  const { data } = multiply(matrix(count, nodes, values), matrix(nodes, terms, rule.basis));
  const squares = new Float64Array(count);
  for (let g = 0; g < count; g++) for (let m = 0; m < nodes; m++) squares[g] += rule.weights[m] * values[g * nodes + m] ** 2;
  return { coefficients: data, squares };
}

const largestDifference = (a: Float64Array, b: Float64Array): number => a.reduce((worst, value, k) => Math.max(worst, Math.abs(value - b[k])), 0);

/** Narrowest panel tried. 16 nodes on it resolve a pole of φ(√q z) at a distance of 0.05 in z, and h_k up to k ≈ 10⁴. */
const NARROWEST = 2 ** -4;

/** Agreement of two refinements that counts as converged, relative to √E[f²]: the rounding of a few hundred terms. */
const ROUNDING = 4e-15;

/** Terms that the coefficients at one variance need: those left out have energy ≤ tolerance·E[f²]. All of them when that is not reached. */
function neededTerms(coefficients: Float64Array, square: number, tolerance: number): number {
  // Summed from the small end so that nothing is lost in rounding. Below 1e-13 the difference from E[f²] is mostly rounding: the last
  // quarter of the coefficients says how much of it is real.
  const energy = (part: Float64Array): number => part.reduce((sum, a) => sum + a * a, 0);
  const missing = Math.max(0, square - energy(coefficients));
  const lastQuarter = energy(coefficients.subarray(Math.floor(0.75 * coefficients.length)));
  let tail = missing > 1e-13 * square ? missing : Math.min(missing, 8 * lastQuarter);
  let terms = coefficients.length;
  while (terms > 1 && tail + coefficients[terms - 1] ** 2 <= tolerance * square) tail += coefficients[--terms] ** 2;
  return terms;
}

/** Number of terms and panel width that the largest variance needs, and the error that the quadrature is left with. */
function chooseShape(expandable: Expandable, largest: number, { tolerance, maxDegree, minTerms }: Required<TableOptions>): { shape: Shape; quadratureError: number } {
  const { parity } = expandable;
  const first = parity === 'odd' ? 1 : 0;
  const stride = parity === undefined ? 1 : 2;
  const most = Math.floor((maxDegree - first) / stride) + 1;
  const least = Math.min(minTerms, most);
  const range = gaussianRange(expandable.f, largest);
  const at = (terms: number, width: number): { coefficients: Float64Array; squares: Float64Array } => {
    const shape = { first, stride, terms, range, width };
    return coefficientsAt(expandable, shape, [largest], weightedRule(expandable, shape, largest));
  };

  // Twice as many terms until the last ones are not needed, then panels half as wide until nothing changes; narrower panels may
  // show that fewer or more terms are real, so both are looked at together.
  let width = 0.5;
  let terms = Math.min(most, Math.max(least, 64 / stride));
  let coarse = at(terms, width);
  for (;;) {
    const needed = neededTerms(coarse.coefficients, coarse.squares[0], tolerance);
    if (needed === terms && terms < most && width > NARROWEST) {
      terms = Math.min(2 * terms, most);
      coarse = at(terms, width);
      continue;
    }
    const kept = Math.max(needed, least);
    const fine = at(terms, width / 2);
    const quadratureError = largestDifference(coarse.coefficients, fine.coefficients);
    if (quadratureError <= ROUNDING * Math.sqrt(fine.squares[0]) || width / 2 <= NARROWEST)
      return { shape: { first, stride, terms: kept, range, width: quadratureError <= ROUNDING * Math.sqrt(fine.squares[0]) ? width : width / 2 }, quadratureError };
    width /= 2;
    coarse = fine;
  }
}

/**
 * Expands `expandable` at every variance of `variances` (each ≥ 0), to the degree that the largest of them needs.
 *
 * Formula: a_k(q) = ∫f(√q z) He_k(z)/√k! · e^{−z²/2}dz/√(2π), by a quadrature shared by all variances (one matrix product) unless
 * the function has breakpoints away from 0, whose place in z depends on q.
 */
export function* hermiteTableSteps(expandable: Expandable, variances: ArrayLike<number>, { tolerance = 1e-15, maxDegree = 1024, minTerms = 1 }: TableOptions = {}): Steps<HermiteTable> {
  const all = Float64Array.from(variances);
  const largest = all.reduce((a, b) => Math.max(a, b), 0);
  const { shape, quadratureError } = chooseShape(expandable, largest, { tolerance, maxDegree, minTerms });
  yield 0;
  const { first, stride, terms } = shape;
  const count = all.length;
  const shared = (expandable.breakpoints ?? []).every((x) => x === 0);
  // Blocks bound the memory of the sampled values and the time between yields.
  const block = shared ? 128 : 1;
  const coefficients = new Float64Array(count * terms);
  const squares = new Float64Array(count);
  const rule = shared ? weightedRule(expandable, shape, 1) : null;
  for (let from = 0; from < count; from += block) {
    const some = all.subarray(from, from + block);
    const part = coefficientsAt(expandable, shape, some, rule ?? weightedRule(expandable, shape, some[0]));
    coefficients.set(part.coefficients, from * terms);
    squares.set(part.squares, from);
    yield (from + some.length) / count;
  }

  let error = 0;
  for (let g = 0; g < count; g++) {
    let kept = 0;
    for (let p = 0; p < terms; p++) kept += coefficients[g * terms + p] ** 2;
    error = Math.max(error, squares[g] - kept);
  }
  const largestSquare = squares.reduce((a, b) => Math.max(a, b), 0);
  return { coefficients, terms, first, stride, squares, error: error + 2 * quadratureError * Math.sqrt(largestSquare) };
}

/** {@link hermiteTableSteps} at once. */
export const hermiteTable = (expandable: Expandable, variances: ArrayLike<number>, options?: TableOptions): HermiteTable =>
  runAtOnce(hermiteTableSteps(expandable, variances, options));
