import { SaddlepointRangeError, checkLength } from '@saddlepoint/core';
import { dot, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { targetMatrix } from './targets.js';
import type { Targets } from './targets.js';

/**
 * Alignment of a kernel with the targets: the cosine between K and YYᵀ as vectors of matrix entries.
 *
 *   A = Tr(YᵀKY) / (‖K‖_F ‖YYᵀ‖_F),  between 0 and 1 for a positive semidefinite K; 1 when K ∝ YYᵀ.
 *
 * `kernel`: n×n, not centred. `targets`: n numbers, or n×c. Throws `ERR_ARGUMENT_RANGE` when the kernel or the targets vanish.
 * Source: Cristianini et al., On kernel-target alignment (NIPS 2001).
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * import { kernelTargetAlignment } from '@saddlepoint/adaptive';
 * kernelTargetAlignment(fromRows([[1, -1], [-1, 1]]), [3, -3]); // => 1
 */
export function kernelTargetAlignment(kernel: Matrix, targets: Targets): number {
  checkLength('kernel', kernel.cols, kernel.rows, 'columns');
  const { overlap, scale } = cosine(kernel, targetMatrix(targets, kernel.rows));
  if (!(scale > 0))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'kernel, targets', expected: 'a kernel and targets that do not vanish', got: `a norm of ${scale}` });
  return overlap / scale;
}

/** As {@link kernelTargetAlignment}, but 0 where kernel or targets vanish: for results, which may not throw. */
export function alignmentOrZero(kernel: Matrix, targets: Matrix): number {
  const { overlap, scale } = cosine(kernel, targets);
  return scale > 0 ? overlap / scale : 0;
}

function cosine(kernel: Matrix, Y: Matrix): { readonly overlap: number; readonly scale: number } {
  const KY = multiply(kernel, Y);
  const YtY = multiply(Y, Y, { transposeA: true });
  // ‖YYᵀ‖_F = ‖YᵀY‖_F, a c×c matrix.
  return { overlap: dot(Y.data, KY.data), scale: Math.sqrt(dot(kernel.data, kernel.data) * dot(YtY.data, YtY.data)) };
}
