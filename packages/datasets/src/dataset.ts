import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { rowsOf } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { dataError } from './errors.js';

/** A supervised data set: n samples of d inputs and c targets, as plain row-major matrices. */
export interface Dataset {
  /** Short name for titles and logs. */
  readonly name: string;
  /** n×d, row-major. */
  readonly inputs: Matrix;
  /** n×c, row-major; ±1 or one-hot for classes. */
  readonly targets: Matrix;
  /** Where the numbers came from and what was done to them, in one line. */
  readonly provenance: string;
}

/**
 * Returns `dataset` after checking that inputs and targets have the same number of rows (n ≥ 1) and hold only finite numbers; else throws
 * an error that names the row and column.
 *
 * @example
 * import { checkDataset } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * const data = { name: 'xor', inputs: matrix(2, 2, [0, 1, 1, 1]), targets: matrix(2, 1, [1, -1]), provenance: 'by hand' };
 * checkDataset(data) === data; // => true
 */
export function checkDataset<T extends Dataset>(dataset: T): T {
  const { inputs, targets } = dataset;
  if (inputs.rows < 1) throw dataError('inputs', 'at least one row', '0 rows');
  if (targets.rows !== inputs.rows)
    throw new SaddlepointRangeError('ERR_SHAPE', {
      argument: 'targets',
      expected: `one row for each of the ${inputs.rows} inputs`,
      got: `${targets.rows} rows`,
    });
  checkEntries('inputs', inputs);
  checkEntries('targets', targets);
  return dataset;
}

function checkEntries(name: string, { data, cols }: Matrix): void {
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      throw new SaddlepointRangeError('ERR_NOT_FINITE', {
        argument: `${name}, row ${Math.floor(i / cols)}, column ${i % cols}`,
        expected: 'a finite number (drop or fill the row)',
        got: String(data[i]),
      });
}

/**
 * The samples at `indices` (0-based, in the given order; repeats allowed).
 *
 * @example
 * import { sphereTeacher, take } from '@saddlepoint/datasets';
 * const data = sphereTeacher({ dimension: 3, samples: 10, degree: 1, seed: 1 });
 * take(data, [4, 0]).inputs.rows; // => 2
 */
export function take(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const { inputs, targets } = dataset;
  for (let i = 0; i < indices.length; i++)
    checkInteger(`indices[${i}]`, indices[i], { min: 0, max: inputs.rows - 1 });
  return { ...dataset, inputs: rowsOf(inputs, indices), targets: rowsOf(targets, indices) };
}

/** Disjoint train and test samples, with the rows of the source that each came from. */
export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
  readonly trainIndices: Int32Array;
  readonly testIndices: Int32Array;
}

/**
 * Disjoint random train and test subsets: the first `train` and the next `test` (default: all that remain) entries of the permutation of
 * the rows drawn from `seed`. Train sets of one seed are nested in `train`.
 *
 * @example
 * import { sphereTeacher, split } from '@saddlepoint/datasets';
 * const data = sphereTeacher({ dimension: 3, samples: 10, degree: 1, seed: 1 });
 * split(data, { train: 6, seed: 0 }).test.inputs.rows; // => 4
 */
export function split(
  dataset: Dataset,
  { train, test, seed }: { train: number; test?: number; seed: number | string },
): Split {
  const n = dataset.inputs.rows;
  checkInteger('train', train, { min: 1 });
  const testCount = test ?? Math.max(n - train, 0);
  checkInteger('test', testCount, { min: 0 });
  if (train + testCount > n)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: test === undefined ? 'train' : 'train + test',
      expected: `at most the ${n} samples of ${dataset.name} (ask for fewer, or load more)`,
      got: String(train + testCount),
    });
  const order = randomStream(seed, 'split').permutation(n);
  const trainIndices = order.slice(0, train);
  const testIndices = order.slice(train, train + testCount);
  const note = (part: string): string => `${dataset.provenance}; ${part} of split(train=${train}, test=${testCount}, seed=${seed})`;
  return {
    train: { ...take(dataset, trainIndices), provenance: note('train') },
    test: { ...take(dataset, testIndices), provenance: note('test') },
    trainIndices,
    testIndices,
  };
}
