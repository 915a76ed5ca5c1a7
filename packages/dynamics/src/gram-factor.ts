import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';
import { eigh, matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/** Eigenvalues below this fraction of the largest are rounding. */
const RANK_TOLERANCE = 1e-12;
/** A Gram matrix of stored data may be this negative, relative to its largest eigenvalue. */
const NEGATIVE_TOLERANCE = 1e-8;

/** F (n×r) with FFᵀ = gram and orthogonal columns, r the numerical rank, and the eigenvalues kept. */
export function gramFactor(argument: string, gram: Matrix): { readonly factor: Matrix; readonly eigenvalues: Float64Array } {
  const n = gram.rows;
  checkLength(argument, gram.cols, n, 'columns');
  checkFinite(argument, gram.data);
  const { values, vectors } = eigh(gram);
  if (values[n - 1] < -NEGATIVE_TOLERANCE * Math.abs(values[0]))
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', { argument, expected: 'a positive semidefinite Gram matrix', got: `eigenvalue ${values[n - 1]}` });
  let rank = 0;
  while (rank < n && values[rank] > RANK_TOLERANCE * values[0] && values[rank] > 0) rank++;
  const factor = matrix(n, rank);
  for (let i = 0; i < n; i++) for (let k = 0; k < rank; k++) factor.data[i * rank + k] = vectors.data[i * n + k] * Math.sqrt(values[k]);
  return { factor, eigenvalues: values.slice(0, rank) };
}

/** The Gram matrix of training and test points together, (n+m)×(n+m). */
export function jointGram(inputGram: Matrix, crossGram: Matrix, testGram: Matrix): Matrix {
  const n = inputGram.rows;
  const m = testGram.rows;
  checkLength('crossGram', crossGram.rows, m, 'rows');
  checkLength('crossGram', crossGram.cols, n, 'columns');
  checkLength('testGram', testGram.cols, m, 'columns');
  const size = n + m;
  const joint = matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      joint.data[i * size + j] =
        i < n
          ? j < n
            ? inputGram.data[i * n + j]
            : crossGram.data[(j - n) * n + i]
          : j < n
            ? crossGram.data[(i - n) * n + j]
            : testGram.data[(i - n) * m + (j - n)];
  return joint;
}
