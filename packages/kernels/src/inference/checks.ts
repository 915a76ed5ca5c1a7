import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';

/** Throws unless `kernel` is square and finite. */
export function checkKernel(argument: string, kernel: Matrix): void {
  if (kernel.rows !== kernel.cols) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'a square matrix', got: `${kernel.rows}×${kernel.cols}` });
  checkFinite(argument, kernel.data);
}

/** Throws unless `targets` (n×c) has one row per row of the kernel, all finite. */
export function checkTargets(argument: string, targets: Matrix, samples: number): void {
  checkLength(argument, targets.rows, samples, 'one row per sample,');
  checkFinite(argument, targets.data);
}

/** Throws unless `cross` (m×n) has one column per training sample, all finite. */
export function checkCross(argument: string, cross: Matrix, samples: number): void {
  checkLength(argument, cross.cols, samples, 'one column per training sample,');
  checkFinite(argument, cross.data);
}

/** Throws unless `matrix` is rows×cols and finite. */
export function checkShape(argument: string, matrix: Matrix, rows: number, cols: number): void {
  if (matrix.rows !== rows || matrix.cols !== cols)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: `a ${rows}×${cols} matrix`, got: `${matrix.rows}×${matrix.cols}` });
  checkFinite(argument, matrix.data);
}

/** Throws unless there is one finite number per test point. */
export function checkDiagonal(argument: string, diagonal: ArrayLike<number>, tests: number): void {
  checkLength(argument, diagonal.length, tests, 'one number per test point,');
  checkFinite(argument, diagonal);
}

/** Throws naming what was expected unless `value` is one of the choices. */
export function checkChoice<T extends string>(argument: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument, expected: choices.map((choice) => `'${choice}'`).join(' or '), got: JSON.stringify(value) });
}
