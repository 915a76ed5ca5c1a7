import { SaddlepointTypeError, checkFinite, checkLength } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/** Targets as a caller may give them: n numbers, or an n×c matrix of c outputs. */
export type Targets = Matrix | ArrayLike<number>;

/** The n×c matrix behind `targets`, checked to be finite and to have n rows. */
export function targetMatrix(targets: Targets, n: number): Matrix {
  if (typeof targets !== 'object' || targets === null)
    throw new SaddlepointTypeError({ argument: 'targets', expected: 'a matrix or an array of numbers', got: typeof targets });
  const Y = 'rows' in targets ? targets : matrix(targets.length, 1, Float64Array.from(targets));
  checkLength('targets', Y.rows, n, 'rows');
  checkFinite('targets', Y.data);
  return Y;
}
