import type { RunOptions } from '@saddlepoint/core';
import { validateNetwork, type ActivationExtensions, type Network } from '@saddlepoint/architecture';
import { matrix, type Matrix } from '@saddlepoint/linalg';
import type { SeriesOptions } from '../series/hermite-table.js';
import { checkInputs, inputCovariance } from './input-covariance.js';
import { runAtOnce, runPaced, type Steps } from '../pace.js';
import { propagate, type KernelState } from './propagate.js';

export interface KernelOptions extends SeriesOptions {
  /** Activations that the network may name besides the built-in ones. */
  readonly extensions?: ActivationExtensions;
}

export interface ComputeKernelsOptions extends KernelOptions, RunOptions {
  /** What to compute; `'ntk'` needs the NNGP kernel anyway and returns both. Default `'both'`. */
  readonly outputs?: 'nngp' | 'ntk' | 'both';
}

/** The kernels of a network's output, and what the series of activations without closed form left out. */
export interface NetworkKernels {
  /** K^{L+1}: n×m. */
  readonly nngp: Matrix;
  /** Θ^{L+1}: n×m. */
  readonly ntk: Matrix;
  /**
   * How far series truncation may have moved any entry; 0 when every activation has closed forms. Each layer's own error is a bound,
   * passed on with the largest gain of the layers above; the effect of an error of K on E[φ′φ′] is of higher order and not counted.
   */
  readonly truncationError: { readonly nngp: number; readonly ntk: number };
}

/** Copies the lower triangle onto the upper one, by blocks that stay in cache. */
function* mirror(data: Float64Array, n: number): Steps<void> {
  const block = 32;
  for (let i0 = 0; i0 < n; i0 += block) {
    for (let j0 = 0; j0 <= i0; j0 += block)
      for (let i = i0; i < Math.min(n, i0 + block); i++) for (let j = j0; j < Math.min(i, j0 + block); j++) data[j * n + i] = data[i * n + j];
    yield 1;
  }
}

function* toMatrix({ pairs, rows, cols }: KernelState, symmetric: boolean): Steps<Matrix> {
  if (symmetric) yield* mirror(pairs, rows.length);
  return matrix(rows.length, cols.length, pairs);
}

/** Runs `inner` with its fractions mapped to [from, to]. */
function* within<T>(inner: Steps<T>, from: number, to: number): Steps<T> {
  for (let next = inner.next(); ; next = inner.next()) {
    if (next.done === true) return next.value;
    yield from + (to - from) * next.value;
  }
}

function* steps(network: Network, x: Matrix, x2: Matrix | undefined, options: ComputeKernelsOptions): Steps<OptionalNtk> {
  const share = 1 / network.layers.length;
  const input = yield* within(inputCovariance(x, x2), 0, share);
  const state = yield* within(propagate(network, input, x.cols, { ...options, withNtk: options.outputs !== 'nngp' }), share, 1);
  const nngp = yield* toMatrix(state.nngp, state.symmetric);
  const truncationError = state.error;
  return state.ntk === null ? { nngp, truncationError } : { nngp, ntk: yield* toMatrix(state.ntk, state.symmetric), truncationError };
}

type WithNtk = ComputeKernelsOptions & { readonly outputs?: 'ntk' | 'both' };
type OptionalNtk = Omit<NetworkKernels, 'ntk'> & Partial<Pick<NetworkKernels, 'ntk'>>;

/**
 * NNGP kernel K^{L+1} and NTK Θ^{L+1} of an infinitely wide fully connected network, between the rows of X (n×d, row-major), or
 * between those of X and of X2 (m×d).
 *
 * K¹ = Θ¹ = σ_b² + σ_w² x·x′/d; K^{l+1} = σ_b² + σ_w² E[φ(u)φ(v)]; Θ^{l+1} = K^{l+1} + σ_w² Θ^l E[φ′(u)φ′(v)],
 * (u, v) ~ N(0, Λ^l). The readout is included. Without X2 the matrices are exactly symmetric.
 *
 * Activations with closed-form duals use them; others use Hermite series (`tolerance`, `maxDegree`; see `truncationError`).
 * In the `standard` parameterization Θ^{l+1} = N_l E[φφ] + [σ_b² > 0] + σ_w² Θ^l E[φ′φ′], which needs the widths; `mean-field`
 * networks have the kernels of their `ntk` version. Only the covariance is propagated, so for kinked activations Θ of pairs at angles
 * below about 1e-6 (but not duplicates) loses digits: its error there is about 1e-8 relative.
 *
 * Throws `ERR_UNSUPPORTED` for the NTK of an activation that jumps, `ERR_NOT_FINITE` when inputs or kernels are not finite,
 * `ERR_SHAPE` when X and X2 differ in columns. Sources: 1711.00165 (eq. 5), 1806.07572, 1902.06720.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { computeKernels } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const X = matrix(2, 3, [1, 2, 2, 0, 3, 0]);
 * const { nngp, ntk } = await computeKernels(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), X);
 * Array.from(nngp.data); // => [6, 4.352643, 4.352643, 6]
 * ntk.data[0]; // => 12
 */
export function computeKernels(network: Network, X: Matrix, X2?: Matrix, options?: WithNtk): Promise<NetworkKernels>;
export function computeKernels(network: Network, X: Matrix, X2: Matrix | undefined, options: ComputeKernelsOptions): Promise<OptionalNtk>;
export async function computeKernels(network: Network, X: Matrix, X2?: Matrix, options: ComputeKernelsOptions = {}): Promise<OptionalNtk> {
  validateNetwork(network);
  checkInputs('X', X);
  if (X2 !== undefined) checkInputs('X2', X2, X.cols);
  return runPaced(steps(network, X, X2 === X ? undefined : X2, options), 'kernels', options);
}

/**
 * K^1, …, K^{L+1} of a network on one set of inputs (n×d), each n×n and exactly symmetric; as {@link computeKernels}, but at once.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { layerKernels } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * layerKernels(mlp({ depth: 2, activation: 'relu', weightVariance: 2 }), matrix(1, 2, [1, 3])).map((K) => K.data[0]); // => [10, 10, 10]
 */
export function layerKernels(network: Network, X: Matrix, options: KernelOptions = {}): Matrix[] {
  validateNetwork(network);
  checkInputs('X', X);
  const kernels: Matrix[] = [];
  const input = runAtOnce(inputCovariance(X, undefined));
  runAtOnce(propagate(network, input, X.cols, { ...options, withNtk: false }, (state) => kernels.push(runAtOnce(toMatrix({ ...state.nngp, pairs: Float64Array.from(state.nngp.pairs) }, true)))));
  return kernels;
}
