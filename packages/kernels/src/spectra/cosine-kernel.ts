import type { ActivationExtensions, Network } from '@saddlepoint/architecture';
import { propagate } from '../mlp/propagate.js';
import { runAtOnce } from '../pace.js';
import type { SeriesOptions } from '../series/hermite-table.js';

/** A kernel between a point of the sphere |x|² = d and points at given cosines to it, and on the diagonal. */
export interface CosineKernel {
  readonly pairs: Float64Array;
  readonly diagonal: number;
}

/** The kernel of a network of vectors as a function of the cosine. */
export function cosineKernel(network: Network, cosines: ArrayLike<number>, dimension: number, kernel: 'nngp' | 'ntk', extensions: ActivationExtensions | undefined, series: SeriesOptions): CosineKernel {
  const input = { data: Float64Array.from(cosines), rows: new Float64Array([1]), cols: new Float64Array(cosines.length).fill(1) };
  const state = runAtOnce(propagate(network, input, dimension, { withNtk: kernel === 'ntk', extensions, ...series }));
  const { pairs, rows } = state.ntk ?? state.nngp;
  return { pairs, diagonal: rows[0] };
}
