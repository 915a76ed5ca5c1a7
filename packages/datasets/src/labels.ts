import { SaddlepointRangeError } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { dataError } from './errors.js';

/**
 * How class labels become regression targets: +1 for odd and −1 for even digits, one column per class, or +1/−1 for two disjoint sets of
 * classes (samples of other classes are left out).
 */
export type Labeling = 'odd-even' | 'one-hot' | { readonly positive: readonly number[]; readonly negative: readonly number[] };

/**
 * +1 for odd and −1 for even class labels, n×1.
 *
 * @example
 * import { oddEvenLabels } from '@saddlepoint/datasets';
 * Array.from(oddEvenLabels([5, 0, 4, 1]).data); // => [1, -1, -1, 1]
 */
export const oddEvenLabels = (digits: ArrayLike<number>): Matrix =>
  matrix(digits.length, 1, Float64Array.from(digits, (digit) => (digit % 2 === 0 ? -1 : 1)));

/**
 * One column per class, 1 where the sample has that class and 0 elsewhere: n×classes. Labels are integers in [0, classes).
 *
 * @example
 * import { oneHotLabels } from '@saddlepoint/datasets';
 * Array.from(oneHotLabels([2, 0], 3).data); // => [0, 0, 1, 1, 0, 0]
 */
export function oneHotLabels(labels: ArrayLike<number>, classes = 10): Matrix {
  const out = new Float64Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw dataError(`labels, row ${i}`, `an integer class in [0, ${classes - 1}]`, String(label));
    out[i * classes + label] = 1;
  }
  return matrix(labels.length, classes, out);
}

/**
 * The rows whose label takes part in `labeling`, in their order: all of them but for positive/negative sets.
 *
 * @example
 * import { labelledRows } from '@saddlepoint/datasets';
 * Array.from(labelledRows([5, 0, 4, 1], { positive: [1], negative: [0] })); // => [1, 3]
 */
export function labelledRows(labels: ArrayLike<number>, labeling: Labeling): Int32Array {
  if (typeof labeling === 'string') return Int32Array.from({ length: labels.length }, (_, i) => i);
  checkSets(labeling);
  const wanted = new Set([...labeling.positive, ...labeling.negative]);
  const rows: number[] = [];
  for (let i = 0; i < labels.length; i++) if (wanted.has(labels[i])) rows.push(i);
  return Int32Array.from(rows);
}

/**
 * Targets of class labels under `labeling`: n×1 of ±1, or n×`classes` of 0/1.
 *
 * @example
 * import { labelTargets } from '@saddlepoint/datasets';
 * Array.from(labelTargets([0, 1, 1], { positive: [1], negative: [0] }).data); // => [-1, 1, 1]
 */
export function labelTargets(labels: ArrayLike<number>, labeling: Labeling, classes = 10): Matrix {
  if (labeling === 'odd-even') return oddEvenLabels(labels);
  if (labeling === 'one-hot') return oneHotLabels(labels, classes);
  checkSets(labeling);
  const positive = new Set(labeling.positive);
  const negative = new Set(labeling.negative);
  return matrix(
    labels.length,
    1,
    Float64Array.from(labels, (label, i) => {
      if (positive.has(label)) return 1;
      if (negative.has(label)) return -1;
      throw dataError(`labels, row ${i}`, `a class in ${describeLabeling(labeling)} (choose other indices)`, String(label));
    }),
  );
}

/**
 * A labelling in words.
 *
 * @example
 * import { describeLabeling } from '@saddlepoint/datasets';
 * describeLabeling('odd-even'); // => 'odd (+1) against even (−1)'
 */
export function describeLabeling(labeling: Labeling): string {
  if (labeling === 'odd-even') return 'odd (+1) against even (−1)';
  if (labeling === 'one-hot') return 'one-hot classes';
  return `{${labeling.positive.join(',')}} (+1) against {${labeling.negative.join(',')}} (−1)`;
}

function checkSets({ positive, negative }: { readonly positive: readonly number[]; readonly negative: readonly number[] }): void {
  if (positive.length === 0 || negative.length === 0)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'labels',
      expected: 'at least one positive and one negative class',
      got: `${positive.length} positive, ${negative.length} negative`,
    });
  const both = positive.find((label) => negative.includes(label));
  if (both !== undefined)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'labels',
      expected: 'disjoint positive and negative classes',
      got: `${both} in both`,
    });
}
