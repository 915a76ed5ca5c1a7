import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { matrix, type Matrix } from '@saddlepoint/linalg';

/**
 * Regression targets of classes: 1 in the column of the class and 0 elsewhere, minus 1/c when centred (the default), so that a prior of zero mean prefers none: n×c.
 *
 * `labels`: n integers from 0 to c − 1. Source: 1711.00165, section 3.
 *
 * @example
 * import { oneHotTargets } from '@saddlepoint/kernels';
 * Array.from(oneHotTargets([1, 0], 2).data); // => [-0.5, 0.5, 0.5, -0.5]
 */
export function oneHotTargets(labels: ArrayLike<number>, classes: number, { centred = true }: { readonly centred?: boolean } = {}): Matrix {
  checkInteger('classes', classes, { min: 1 });
  const targets = matrix(labels.length, classes);
  if (centred) targets.data.fill(-1 / classes);
  for (let i = 0; i < labels.length; i++) targets.data[i * classes + checkInteger(`labels[${i}]`, labels[i], { min: 0, max: classes - 1 })] += 1;
  return targets;
}

/**
 * The class of the largest output (or probability) of each row, the first one of equals: m integers.
 *
 * @example
 * import { predictedClasses } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * Array.from(predictedClasses(matrix(2, 3, [0.1, 0.7, 0.2, 3, 1, 2]))); // => [1, 0]
 */
export function predictedClasses({ rows, cols, data }: Matrix): Int32Array {
  checkInteger('outputs.cols', cols, { min: 1 });
  return Int32Array.from({ length: rows }, (_, i) => {
    let best = 0;
    for (let k = 1; k < cols; k++) if (data[i * cols + k] > data[i * cols + best]) best = k;
    return best;
  });
}

/** One label of 0 … c − 1 per row. */
export function checkLabels(labels: ArrayLike<number>, { rows, cols }: Matrix): void {
  if (labels.length !== rows) throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'labels', expected: `one per row, ${rows}`, got: `${labels.length}` });
  for (let i = 0; i < rows; i++) checkInteger(`labels[${i}]`, labels[i], { min: 0, max: cols - 1 });
}
