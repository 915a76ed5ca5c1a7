import { SaddlepointRangeError } from '@saddlepoint/core';
import type { ActivationExtensions, Network } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import { runAtOnce, type Steps } from '../pace.js';
import { prepare } from '../propagation/prepare.js';
import { wholeFields } from '../propagation/tiles.js';
import type { SeriesOptions } from '../series/hermite-table.js';

/** A kernel between a point of the sphere |x|² = d and points at given angles to it, and on the diagonal. */
export interface CosineKernel {
  readonly pairs: Float64Array;
  readonly diagonal: number;
}

function* steps(network: Network, angles: ArrayLike<number>, dimension: number, withNtk: boolean, options: SeriesOptions & { readonly extensions?: ActivationExtensions }): Steps<CosineKernel> {
  // The kernel knows inputs by their products over d: two coordinates do, except where the fan-in counts.
  const columns = withNtk && network.parameterization === 'standard' ? dimension : 2;
  const radius = Math.sqrt(columns);
  const pole = matrix(1, columns);
  pole.data[0] = radius;
  const points = matrix(angles.length, columns);
  for (let i = 0; i < angles.length; i++) {
    points.data[i * columns] = radius * Math.cos(angles[i]);
    points.data[i * columns + 1] = radius * Math.sin(angles[i]);
  }
  const prepared = yield* prepare(network, pole, points, options, withNtk);
  const field = withNtk ? prepared.runner.fields.t : 0;
  const [pairs] = yield* wholeFields(prepared, [field]);
  return { pairs, diagonal: prepared.ownRows.fields[field][0] };
}

/** The kernel of a network of vectors as a function of the angle; small angles keep their digits. */
export function cosineKernel(network: Network, angles: ArrayLike<number>, dimension: number, kernel: 'nngp' | 'ntk', extensions: ActivationExtensions | undefined, series: SeriesOptions): CosineKernel {
  if (network.input !== undefined)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'network.input', expected: 'a network of vectors, whose kernel depends on the angle alone', got: 'inputs with positions' });
  return runAtOnce(steps(network, angles, dimension, kernel === 'ntk', { ...series, ...(extensions === undefined ? {} : { extensions }) }));
}
