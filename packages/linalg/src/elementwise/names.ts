import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Kernels } from '../engine/kernels.js';

const KERNELS = {
  acos: 'vectorAcos',
  asin: 'vectorAsin',
  cos: 'vectorCos',
  erf: 'vectorErf',
  erfc: 'vectorErfc',
  exp: 'vectorExp',
  expm1: 'vectorExpm1',
  log: 'vectorLog',
  log1p: 'vectorLog1p',
  sin: 'vectorSin',
  sqrt: 'vectorSqrt',
  tanh: 'vectorTanh',
} as const satisfies Record<string, keyof Kernels>;

/** A function that `elementwise` and `mapElements` apply. */
export type ElementwiseFunction = keyof typeof KERNELS;

/** The names of all of them. */
export const elementwiseFunctions: readonly ElementwiseFunction[] = Object.freeze(Object.keys(KERNELS) as ElementwiseFunction[]);

/** The kernel behind a name. Throws `ERR_ARGUMENT_RANGE` when there is none. */
export function kernelOf(name: ElementwiseFunction): (typeof KERNELS)[ElementwiseFunction] {
  if (!Object.hasOwn(KERNELS, name))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'name',
      expected: `one of ${elementwiseFunctions.join(', ')}`,
      got: typeof name === 'string' ? JSON.stringify(name) : typeof name,
    });
  return KERNELS[name];
}
