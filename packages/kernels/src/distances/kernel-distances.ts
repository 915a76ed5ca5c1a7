import { SaddlepointRangeError, checkFinite, checkLength, type RunOptions } from '@saddlepoint/core';
import { denseLayers, dualDefect, hiddenLayers, validateNetwork, type Activation, type ActivationExtensions, type DenseLayer, type Network } from '@saddlepoint/architecture';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import { runPaced, type Steps } from '../pace.js';
import { dualSeries } from '../series/dual-series.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { inputPair } from './close-inputs.js';
import { firstState, nextState, type DenseRule, type Layer, type PairState } from './pair-state.js';

export interface KernelDistanceOptions extends SeriesOptions, RunOptions {
  /** Activations that the network may name besides the built-in ones. */
  readonly extensions?: ActivationExtensions;
  /** Default `'both'`; `'nngp'` for an activation that jumps. */
  readonly outputs?: 'nngp' | 'both';
}

/** How far apart the kernels of a network see their inputs; n×m each. */
export interface KernelDistances {
  /** K(x,x) + K(x′,x′) − 2K(x,x′): the squared distance of the features, the prior variance of f(x) − f(x′). */
  readonly nngp: Matrix;
  /** Θ(x,x) − Θ(x,x′) and Θ(x′,x′) − Θ(x,x′); their sum is the squared distance of the tangent features. */
  readonly ntkRows: Matrix;
  readonly ntkCols: Matrix;
}

/** The record with every dual that the recursion reads. */
function complete(activation: Activation, withNtk: boolean, options: SeriesOptions): Layer {
  const enough = activation.dual !== undefined && (!withNtk || activation.dualDerivative !== undefined);
  if (enough) return { activation, diagonal: activation, defect: dualDefect(activation) };
  if (activation.derivative === null && withNtk)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'activation', expected: "one with a derivative (or outputs: 'nngp')", got: activation.name });
  const { dual, dualDerivative, dualSecondDerivative, dualDefect: defect } = dualSeries(activation, options);
  return { activation: { ...activation, dual, dualDerivative, dualSecondDerivative }, diagonal: activation, defect };
}

function rulesOf(network: Network, inputDimension: number, withNtk: boolean): DenseRule[] {
  const layers = denseLayers(network);
  return layers.map(({ weightVariance: weight, biasVariance: bias }: DenseLayer, index) => {
    if (network.parameterization !== 'standard') return { weight, bias, ntkScale: weight, ntkShift: bias };
    const fanIn = index === 0 ? inputDimension : layers[index - 1].width;
    if (fanIn === undefined && withNtk)
      throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: `network.layers[${2 * (index - 1)}].width`, expected: 'a width: the NTK of the standard parameterization grows with it', got: 'infinite width' });
    return { weight, bias, ntkScale: fanIn ?? 0, ntkShift: bias > 0 ? 1 : 0 };
  });
}

function checkInputs(argument: string, { rows, cols, data }: Matrix, dimension?: number): void {
  if (dimension !== undefined) checkLength(argument, cols, dimension, 'as many columns as the other inputs,');
  if (cols < 1) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'at least one column', got: `${rows}×${cols}` });
  checkLength(`${argument}.data`, data.length, rows * cols);
  checkFinite(argument, data);
}

interface Prepared {
  readonly rules: readonly DenseRule[];
  readonly layers: readonly Layer[];
  readonly withNtk: boolean;
}

function distanceOf({ rules, layers, withNtk }: Prepared, x: Matrix, i: number, y: Matrix, j: number): PairState {
  const { cols } = x;
  let state = firstState(inputPair(x.data, i * cols, y.data, j * cols, cols), 1 / cols, rules[0], withNtk);
  layers.forEach((layer, l) => {
    state = nextState(layer, state, rules[l + 1]);
  });
  return state;
}

function* steps(prepared: Prepared, x: Matrix, y: Matrix): Steps<KernelDistances | Pick<KernelDistances, 'nngp'>> {
  const make = (): Float64Array => new Float64Array(x.rows * y.rows);
  const [nngp, above, below] = [make(), make(), make()];
  const symmetric = x === y;
  const set = (array: Float64Array, i: number, j: number, value: number): void => {
    array[i * y.rows + j] = value;
  };
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < (symmetric ? i : y.rows); j++) {
      const { distance, ntk } = distanceOf(prepared, x, i, y, j);
      set(nngp, i, j, distance);
      if (symmetric) set(nngp, j, i, distance);
      if (ntk !== null) {
        set(above, i, j, ntk.above);
        set(below, i, j, ntk.below);
        if (symmetric) {
          set(above, j, i, ntk.below);
          set(below, j, i, ntk.above);
        }
      }
      if (j % 64 === 63) yield i / x.rows;
    }
    yield (i + 1) / x.rows;
  }
  const of = (data: Float64Array): Matrix => matrix(x.rows, y.rows, data);
  return prepared.withNtk ? { nngp: of(nngp), ntkRows: of(above), ntkCols: of(below) } : { nngp: of(nngp) };
}

/**
 * Distances K(x,x) + K(x′,x′) − 2K(x,x′) and differences Θ(x,x) − Θ(x,x′), Θ(x′,x′) − Θ(x,x′) of the kernels of a fully connected network, between
 * the rows of X (n×d, row-major), or between those of X and of X2 (m×d).
 *
 * What K and Θ lose when two inputs nearly coincide: here the difference of the inputs, of their norms and the sine of their angle are formed
 * exactly and carried through the layers by themselves, so that the relative error stays below 1e-10 down to angles and differences of norms
 * of 1e-8, where subtracting kernels leaves no digit at all. Activations without closed forms take part through their series.
 * One pair after another, in JavaScript: some 20 to 50 µs a layer with closed forms, 1 to 4 ms with series; for the pairs that matter.
 *
 * Throws `ERR_ARGUMENT_RANGE` for a network that is not fully connected, `ERR_UNSUPPORTED` for the NTK of an activation that jumps.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { kernelDistances } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const X = matrix(2, 2, [1, 0, 1, 1e-8]);
 * const { nngp, ntkRows } = await kernelDistances(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), X);
 * nngp.data[1]; // => 1.000000e-16
 * ntkRows.data[1]; // => 3.183099e-9
 */
export function kernelDistances(network: Network, X: Matrix, X2?: Matrix, options?: KernelDistanceOptions & { readonly outputs?: 'both' }): Promise<KernelDistances>;
export function kernelDistances(network: Network, X: Matrix, X2: Matrix | undefined, options: KernelDistanceOptions): Promise<Pick<KernelDistances, 'nngp'> & Partial<KernelDistances>>;
export async function kernelDistances(network: Network, X: Matrix, X2?: Matrix, options: KernelDistanceOptions = {}): Promise<Pick<KernelDistances, 'nngp'> & Partial<KernelDistances>> {
  validateNetwork(network);
  checkInputs('X', X);
  if (X2 !== undefined) checkInputs('X2', X2, X.cols);
  const withNtk = options.outputs !== 'nngp';
  const layers = hiddenLayers(network, options.extensions ?? {}).map(({ activation }) => complete(activation, withNtk, options));
  const prepared = { rules: rulesOf(network, X.cols, withNtk), layers, withNtk };
  return runPaced(steps(prepared, X, X2 ?? X), 'distances', options);
}
