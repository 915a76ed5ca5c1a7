import { SaddlepointRangeError } from '@saddlepoint/core';
import { denseLayers, hiddenLayers, type Activation, type ActivationExtensions, type DenseLayer, type Network } from '@saddlepoint/architecture';
import { slopeMoment } from '../series/moments.js';
import { prepareDual, prepareDualDerivative } from '../series/pair-duals.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import type { InputCovariance } from './input-covariance.js';
import type { Steps } from '../pace.js';

/** A kernel over pairs, with its diagonal at the rows and at the columns. */
export interface KernelState {
  /** rows × cols, row-major. With `symmetric`, the strict upper triangle holds nothing. */
  readonly pairs: Float64Array;
  readonly rows: Float64Array;
  /** The same array as `rows` when symmetric. */
  readonly cols: Float64Array;
}

/** K^l and, when asked for, Θ^l, updated in place from layer to layer. */
export interface LayerState {
  /** l: 1 after the first dense layer, L+1 after the readout. */
  layer: number;
  readonly symmetric: boolean;
  readonly nngp: KernelState;
  readonly ntk: KernelState | null;
  /** What series truncation may have done to any entry so far. */
  error: { nngp: number; ntk: number };
}

export interface PropagateOptions extends SeriesOptions {
  readonly withNtk: boolean;
  readonly extensions?: ActivationExtensions | undefined;
}

const largest = (...arrays: Float64Array[]): number => arrays.reduce((m, a) => a.reduce((n, v) => Math.max(n, Math.abs(v)), m), 0);

function checkOverflow(state: KernelState, layer: number): void {
  if (!Number.isFinite(largest(state.rows, state.cols)))
    throw new SaddlepointRangeError('ERR_NOT_FINITE', {
      argument: 'network',
      expected: 'variances that keep the kernels within double range (a smaller weightVariance or depth)',
      got: `an overflow at layer ${layer}`,
    });
}

/** Θ¹ = K¹ (ntk, mean-field) or x·x′ + [σ_b² > 0] (standard); K¹ = σ_b² + σ_w² x·x′/d in the place of the input covariance. */
function* firstLayer(input: InputCovariance, dense: DenseLayer, standardFanIn: number | null, withNtk: boolean): Steps<LayerState> {
  const symmetric = input.rows === input.cols;
  const { weightVariance: weight, biasVariance: bias } = dense;
  const ntkWeight = standardFanIn ?? weight;
  const ntkBias = standardFanIn === null ? bias : bias > 0 ? 1 : 0;
  const affine = (values: Float64Array, scale: number, shift: number): Float64Array => values.map((v) => shift + scale * v);
  const state = (pairs: Float64Array, scale: number, shift: number): KernelState => {
    const rows = affine(input.rows, scale, shift);
    return { pairs, rows, cols: symmetric ? rows : affine(input.cols, scale, shift) };
  };
  const nngp = state(input.data, weight, bias);
  const ntk = withNtk ? state(new Float64Array(input.data.length), ntkWeight, ntkBias) : null;
  const width = input.cols.length;
  for (let i = 0; i < input.rows.length; i++) {
    const end = i * width + (symmetric ? i + 1 : width);
    for (let k = i * width; k < end; k++) {
      const c = input.data[k];
      if (ntk !== null) ntk.pairs[k] = ntkBias + ntkWeight * c;
      input.data[k] = bias + weight * c;
    }
    yield 0;
  }
  return { layer: 1, symmetric, nngp, ntk, error: { nngp: 0, ntk: 0 } };
}

/** How a dense layer acts on E[φφ] and on σ_w²Θ·E[φ′φ′] to give the next K and Θ. */
interface DenseRule {
  readonly weight: number;
  readonly bias: number;
  /** Θ′ = ntkScale·E[φφ] + ntkShift + weight·Θ·E[φ′φ′]. */
  readonly ntkScale: number;
  readonly ntkShift: number;
}

function denseRule({ weightVariance: weight, biasVariance: bias }: DenseLayer, standardFanIn: number | null): DenseRule {
  return standardFanIn === null ? { weight, bias, ntkScale: weight, ntkShift: bias } : { weight, bias, ntkScale: standardFanIn, ntkShift: bias > 0 ? 1 : 0 };
}

/**
 * The largest E[φ′φ′] of a layer, which lies on the diagonal: ∂E[φφ]/∂c = E[φ′φ′], so it says how an error made before passes
 * through. 0 when none was made; taken at the extreme variances.
 */
function largestSlope(activation: Activation, rows: Float64Array, cols: Float64Array, errorBefore: number): number {
  if (errorBefore === 0) return 0;
  if (activation.derivative === null) return Infinity;
  const extremes = [rows, cols].flatMap((q) => (q.length === 0 ? [] : [q.reduce((a, b) => Math.min(a, b)), q.reduce((a, b) => Math.max(a, b))]));
  return extremes.reduce((most, q) => Math.max(most, slopeMoment(activation, q)), 0);
}

/** One hidden layer: K ← σ_b² + σ_w²E[φφ], Θ ← its dense rule, in place; yields after each row. */
function* nextLayer(state: LayerState, activation: Activation, rule: DenseRule, options: PropagateOptions): Steps<void> {
  const { nngp, ntk, symmetric } = state;
  const rows = Float64Array.from(nngp.rows);
  const cols = symmetric ? rows : Float64Array.from(nngp.cols);
  const value = yield* prepareDual(activation, rows, cols, options);
  const slope = ntk === null ? null : yield* prepareDualDerivative(activation, rows, cols, options);
  const { weight, bias, ntkScale, ntkShift } = rule;

  const width = cols.length;
  for (let i = 0; i < rows.length; i++) {
    const end = symmetric ? i : width;
    const start = i * width;
    for (let j = 0; j < end; j++) {
      const c = nngp.pairs[start + j];
      const e = value.pair(i, j, c);
      nngp.pairs[start + j] = bias + weight * e;
      if (ntk !== null && slope !== null) ntk.pairs[start + j] = ntkScale * e + ntkShift + weight * ntk.pairs[start + j] * slope.pair(i, j, c);
    }
    yield (i + 1) / rows.length;
  }

  const diagonal = (k: Float64Array, t: Float64Array | undefined, e: (i: number) => number, s: ((i: number) => number) | undefined): void => {
    for (let i = 0; i < k.length; i++) {
      const square = e(i);
      k[i] = bias + weight * square;
      if (t !== undefined && s !== undefined) t[i] = ntkScale * square + ntkShift + weight * t[i] * s(i);
    }
  };
  const ntkBefore = ntk === null ? 0 : largest(ntk.rows, ntk.cols);
  diagonal(nngp.rows, ntk?.rows, value.row, slope?.row);
  if (symmetric) {
    for (let i = 0; i < rows.length; i++) {
      nngp.pairs[i * width + i] = nngp.rows[i];
      if (ntk !== null) ntk.pairs[i * width + i] = ntk.rows[i];
    }
  } else diagonal(nngp.cols, ntk?.cols, value.col, slope?.col);

  state.layer += 1;
  const gain = weight * largestSlope(activation, rows, cols, state.error.nngp);
  const before = state.error;
  state.error = {
    nngp: weight * value.error + gain * before.nngp,
    ntk: ntkScale * value.error + weight * ntkBefore * (slope?.error ?? 0) + gain * (before.ntk + before.nngp),
  };
  checkOverflow(nngp, state.layer);
  if (ntk !== null) checkOverflow(ntk, state.layer);
}

/** Fan-in of every dense layer for the NTK of the standard parameterization; null in the others. */
function standardFanIns(network: Network, inputDimension: number, withNtk: boolean): (number | null)[] {
  const layers = denseLayers(network);
  if (network.parameterization !== 'standard' || !withNtk) return layers.map(() => null);
  return layers.map((_, index) => {
    const width = index === 0 ? inputDimension : layers[index - 1].width;
    if (width === undefined)
      throw new SaddlepointRangeError('ERR_UNSUPPORTED', {
        argument: `network.layers[${2 * (index - 1)}].width`,
        expected: 'a width: the NTK of the standard parameterization grows with it (or use parameterization "ntk")',
        got: 'infinite width',
      });
    return width;
  });
}

/**
 * The recursion of a whole network from the covariance of its inputs, layer by layer in place: after K¹ and after each next K^l
 * it calls `visit`, and it yields the fraction done.
 */
export function* propagate(network: Network, input: InputCovariance, inputDimension: number, options: PropagateOptions, visit?: (state: LayerState) => void): Steps<LayerState> {
  const dense = denseLayers(network);
  const hidden = hiddenLayers(network, options.extensions ?? {});
  const fanIns = standardFanIns(network, inputDimension, options.withNtk);
  const state = yield* firstLayer(input, dense[0], fanIns[0], options.withNtk);
  checkOverflow(state.nngp, 1);
  visit?.(state);
  for (let l = 0; l < hidden.length; l++) {
    for (const fraction of nextLayer(state, hidden[l].activation, denseRule(dense[l + 1], fanIns[l + 1]), options)) yield (l + fraction) / hidden.length;
    visit?.(state);
  }
  return state;
}
