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
