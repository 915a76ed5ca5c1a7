import { exactSum, over, productError, squareRoot, type DoubleDouble } from './double-double.js';
import { symmetricNodes } from './jacobi-matrix.js';

/** Nodes (ascending) and weights of a quadrature rule, ∫ f dμ ≈ Σ wᵢ f(xᵢ). */
export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** An even probability measure, by what its orthonormal polynomials satisfy. */
export interface SymmetricMeasure {
  /** a_k² of a_{k+1} p_{k+1} = x p_k − a_k p_{k−1}, k ≥ 1, to twice the working precision. */
  readonly couplingSquared: (k: number) => DoubleDouble;
  /** p_n″/p_n′ at a zero of p_n, from the differential equation: the slope of −ln(weight) along x. */
  readonly curvature: (x: number) => number;
}

/** The recurrence p_{k+1} = up_k x p_k − back_k p_{k−1} as tables of high and low parts. */
interface Recurrence {
  readonly up: Float64Array;
  readonly upLow: Float64Array;
  readonly back: Float64Array;
  readonly backLow: Float64Array;
  /** a_1 … a_{n−1}, and a_n. */
  readonly couplings: Float64Array;
  readonly last: number;
}

function recurrence(order: number, measure: SymmetricMeasure): Recurrence {
  const table = (): Float64Array => new Float64Array(order);
  const [up, upLow, back, backLow] = [table(), table(), table(), table()];
  const couplings = new Float64Array(order - 1);
  let before: DoubleDouble = [0, 0];
  for (let k = 0; k < order; k++) {
    const next = squareRoot(measure.couplingSquared(k + 1));
    [up[k], upLow[k]] = over([1, 0], next);
    [back[k], backLow[k]] = over(before, next);
    if (k + 1 < order) couplings[k] = next[0];
    before = next;
  }
  return { up, upLow, back, backLow, couplings, last: before[0] };
}

const BIG = 2 ** 300;

/** Newton's step towards the nearest zero, in double precision: p_n/p_n′ with p_n′ = Σ_{k<n} p_k² / (a_n p_{n−1}) (Christoffel–Darboux). */
function newtonStep({ up, back, last }: Recurrence, x: number): number {
  let previous = 0;
  let current = 1;
  let sum = 0;
  for (let k = 0; k < up.length; k++) {
    sum += current * current;
    const next = up[k] * x * current - back[k] * previous;
    previous = current;
    current = next;
    if (current > BIG || current < -BIG) {
      previous /= BIG;
      current /= BIG;
      sum /= BIG * BIG;
    }
  }
  return (current * previous * last) / sum;
}

/** The distance from x to the zero next to it, and the Gauss weight there, by the recurrence in double-double arithmetic. */
function refine({ up, upLow, back, backLow, last }: Recurrence, x: number, curvature: number): { step: number; weight: number } {
  let previous = 0;
  let previousLow = 0;
  let current = 1;
  let currentLow = 0;
  let sum = 0;
  let sumLow = 0;
  let exponent = 0;
  for (let k = 0; k < up.length; k++) {
    const square = current * current;
    const total = sum + square;
    const v = total - sum;
    sumLow += sum - (total - v) + (square - v) + (productError(current, current, square) + 2 * current * currentLow);
    sum = total;
    const p = x * current;
    const pLow = productError(x, current, p) + x * currentLow;
    const q = p * up[k];
    const qLow = productError(p, up[k], q) + (p * upLow[k] + pLow * up[k]);
    const r = previous * back[k];
    const rLow = productError(previous, back[k], r) + (previous * backLow[k] + previousLow * back[k]);
    const s = q - r;
    const w = s - q;
    const low = q - (s - w) - (r + w) + (qLow - rLow);
    previous = current;
    previousLow = currentLow;
    current = s + low;
    currentLow = low - (current - s);
    if (current > BIG || current < -BIG) {
      previous /= BIG;
      previousLow /= BIG;
      current /= BIG;
      currentLow /= BIG;
      sum /= BIG * BIG;
      sumLow /= BIG * BIG;
      exponent += 600;
    }
  }
  const [mass, massLow] = exactSum(sum, sumLow);
  const step = (-current * previous * last) / mass;
  // 1/Σ p_k² at x, carried to the zero itself: that zero is rarely a double, and a tiny weight varies fast with it.
  const inverse = (1 / mass) * (1 - massLow / mass - step * curvature);
  return { step, weight: exponent === 0 ? inverse : inverse * 2 ** (-exponent / 2) * 2 ** (-exponent / 2) };
}

/**
 * The Gauss rule of an even probability measure, nodes and weights to the last digit or two. Starting nodes are eigenvalues of the
 * Jacobi matrix; then two Newton steps, then one evaluation in double-double for the rounding of the node and for the weight
 * w = 1/Σ_{k<n} p_k², a sum of positive terms.
 */
export function symmetricRule(order: number, measure: SymmetricMeasure): Rule {
  const table = recurrence(order, measure);
  const starts = symmetricNodes(table.couplings);
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  for (let k = 0; k < (order + 1) >> 1; k++) {
    let x = 2 * k + 1 === order ? 0 : starts[k];
    if (x !== 0) for (let i = 0; i < 2; i++) x -= newtonStep(table, x);
    const { step, weight } = refine(table, x, measure.curvature(x));
    if (x !== 0) x += step;
    nodes[order - 1 - k] = x;
    nodes[k] = x === 0 ? 0 : -x;
    weights[k] = weights[order - 1 - k] = weight;
  }
  return { nodes, weights };
}
