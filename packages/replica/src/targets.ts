import { checkFinite, checkLength } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/** Targets as an n×c matrix: a vector becomes a column. */
export type Targets = Matrix | Float64Array;

/** Targets as a checked matrix with `rows` rows. */
export function targetMatrix(targets: Targets, rows: number): Matrix {
  const Y = targets instanceof Float64Array ? matrix(targets.length, 1, targets) : targets;
  checkLength('targets', Y.rows, rows, 'rows');
  checkFinite('targets', Y.data);
  return Y;
}
