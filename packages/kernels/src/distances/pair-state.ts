import { diagonalDifference, diagonalMoments, dualDerivativeDifference, type Activation, type DualDefect } from '@saddlepoint/architecture';
import type { InputPair } from './close-inputs.js';

/** Kernels of a pair after a dense layer, with what tells its two inputs apart. */
export interface PairState {
  /** K(x,x), K(x′,x′), K(x,x′) */
  readonly q1: number;
  readonly q2: number;
  readonly c: number;
  /** √(q1 q2 − c²), q1 − q2 and q1 + q2 − 2c */
  readonly s: number;
  readonly difference: number;
  readonly distance: number;
  /** Θ(x,x), Θ(x′,x′), Θ(x,x′), Θ(x,x) − Θ(x,x′) and Θ(x′,x′) − Θ(x,x′); null when the NTK is not wanted. */
  readonly ntk: { readonly t1: number; readonly t2: number; readonly t: number; readonly above: number; readonly below: number } | null;
}

/** K ← w·K + b and Θ ← g·K + h + w·Θ. */
export interface DenseRule {
  readonly weight: number;
  readonly bias: number;
  readonly ntkScale: number;
  readonly ntkShift: number;
}

/** K¹ and Θ¹ of a pair; `factor` is 1/d. */
export function firstState(input: InputPair, factor: number, { weight, bias, ntkScale, ntkShift }: DenseRule, withNtk: boolean): PairState {
  const w = weight * factor;
  const g = ntkScale * factor;
  const { square1, square2, product, difference, distance, sine } = input;
  return {
    q1: w * square1 + bias,
    q2: w * square2 + bias,
    c: w * product + bias,
    s: Math.sqrt(w * sine * (w * sine) + w * bias * distance),
    difference: w * difference,
    distance: w * distance,
    ntk: withNtk
      ? { t1: g * square1 + ntkShift, t2: g * square2 + ntkShift, t: g * product + ntkShift, above: 0.5 * g * (distance + difference), below: 0.5 * g * (distance - difference) }
      : null,
  };
}

/** An activation whose duals are all known, with its defect. */
export interface Layer {
  readonly activation: Activation;
  /** The record that differences along the diagonal are formed from: closed forms, or φ itself by quadrature, never a series per variance. */
  readonly diagonal: Activation;
  readonly defect: DualDefect;
}

/** E[φφ] on the diagonal and off it, with the careful differences. */
function secondMoments({ activation, diagonal, defect }: Layer, { q1, q2, c, s, difference }: PairState) {
  const m1 = diagonalMoments(activation, q1);
  const m2 = diagonalMoments(activation, q2);
  const pair = activation.dual?.(q1, q2, c, s) ?? NaN;
  const apart = Math.max(0, defect(q1, q2, c, s, difference));
  const close = Math.abs(difference) <= 0.1 * Math.min(q1, q2);
  const change = close || activation.homogeneity !== undefined ? diagonalDifference(diagonal, q1, difference).value : m1.value - m2.value;
  const root1 = Math.sqrt(m1.value);
  const root2 = Math.sqrt(m2.value);
  const roots = root1 + root2 === 0 ? 0 : change / (root1 + root2);
  const distance = pair > 0 ? roots * roots + (2 * apart) / (root1 * root2 + pair) : m1.value + m2.value - 2 * pair;
  return { m1, m2, pair, apart, change, distance };
}

/** One activation and the dense layer after it. */
export function nextState(layer: Layer, state: PairState, { weight: w, bias, ntkScale: g, ntkShift }: DenseRule): PairState {
  const { m1, m2, pair, apart, change, distance } = secondMoments(layer, state);
  const { q1, q2, c, s, difference, ntk } = state;
  const kernels = {
    q1: w * m1.value + bias,
    q2: w * m2.value + bias,
    c: w * pair + bias,
    s: Math.sqrt(w * (w * apart + bias * distance)),
    difference: w * change,
    distance: w * distance,
  };
  if (ntk === null) return { ...kernels, ntk };
  const { activation } = layer;
  const k = activation.dualDerivative?.(q1, q2, c, s) ?? NaN;
  const slope1 = dualDerivativeDifference(activation, q1, q2, c, s, difference);
  const slope2 = dualDerivativeDifference(activation, q2, q1, c, s, -difference);
  return {
    ...kernels,
    ntk: {
      t1: g * m1.value + ntkShift + w * ntk.t1 * m1.derivative,
      t2: g * m2.value + ntkShift + w * ntk.t2 * m2.derivative,
      t: g * pair + ntkShift + w * ntk.t * k,
      above: 0.5 * g * (distance + change) + w * (ntk.above * m1.derivative + ntk.t * slope1),
      below: 0.5 * g * (distance - change) + w * (ntk.below * m2.derivative + ntk.t * slope2),
    },
  };
}
