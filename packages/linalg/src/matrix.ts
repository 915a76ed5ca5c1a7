import { SaddlepointRangeError, SaddlepointTypeError, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';

/** A dense real matrix: `data[i * cols + j]` is entry (i, j). Plain data: it survives `structuredClone` and a worker. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** `rows·cols` entries, row-major. */
  readonly data: Float64Array;
}

/**
 * A `rows × cols` matrix over `data` (row-major), or of zeros.
 *
 * A `Float64Array` of the right length is adopted, not copied; anything else is copied.
 * Throws `ERR_SHAPE` when the length is not `rows·cols`.
 *
 * @example
 * import { matrix } from '@saddlepoint/linalg';
 * matrix(2, 2, [1, 2, 3, 4]).data[2]; // => 3
 */
export function matrix(rows: number, cols: number, data?: ArrayLike<number>): Matrix {
  checkInteger('rows', rows, { min: 0 });
  checkInteger('cols', cols, { min: 0 });
  if (data === undefined) return { rows, cols, data: new Float64Array(rows * cols) };
  checkLength('data', data.length, rows * cols);
  return { rows, cols, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/**
 * The matrix whose i-th row is `rows[i]` (copied). All rows must have one length; no rows give a 0×0 matrix.
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * fromRows([[1, 2, 3], [4, 5, 6]]).cols; // => 3
 */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows.length === 0 ? 0 : rows[0].length;
  const data = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    checkLength(`rows[${i}]`, row.length, cols);
    data.set(row, i * cols);
  });
  return { rows: rows.length, cols, data };
}

/**
 * The n×n identity matrix.
 *
 * @example
 * import { identity, trace } from '@saddlepoint/linalg';
 * trace(identity(5)); // => 5
 */
export function identity(n: number): Matrix {
  const result = matrix(n, n);
  for (let i = 0; i < n; i++) result.data[i * n + i] = 1;
  return result;
}

const BLOCK = 16;

/**
 * The transpose Aᵀ, as a new matrix.
 *
 * @example
 * import { matrix, transpose } from '@saddlepoint/linalg';
 * Array.from(transpose(matrix(2, 3, [1, 2, 3, 4, 5, 6])).data); // => [1, 4, 2, 5, 3, 6]
 */
export function transpose(A: Matrix): Matrix {
  const { rows, cols, data } = checkMatrix('A', A);
  const out = new Float64Array(rows * cols);
  for (let i0 = 0; i0 < rows; i0 += BLOCK) {
    const i1 = Math.min(rows, i0 + BLOCK);
    for (let j0 = 0; j0 < cols; j0 += BLOCK) {
      const j1 = Math.min(cols, j0 + BLOCK);
      for (let i = i0; i < i1; i++) for (let j = j0; j < j1; j++) out[j * rows + i] = data[i * cols + j];
    }
  }
  return { rows: cols, cols: rows, data: out };
}

/** The n×n matrix over `data` with its lower triangle copied onto the upper one, in place. */
export function mirrorLower(n: number, data: Float64Array): Matrix {
  for (let i0 = 0; i0 < n; i0 += BLOCK) {
    const i1 = Math.min(n, i0 + BLOCK);
    for (let j0 = 0; j0 <= i0; j0 += BLOCK) {
      for (let i = i0; i < i1; i++) {
        const j1 = Math.min(i, j0 + BLOCK);
        for (let j = j0; j < j1; j++) data[j * n + i] = data[i * n + j];
      }
    }
  }
  return { rows: n, cols: n, data };
}

function checkIndices(argument: string, indices: ArrayLike<number>, size: number): void {
  for (let k = 0; k < indices.length; k++) checkInteger(`${argument}[${k}]`, indices[k], { min: 0, max: size - 1 });
}

/**
 * The rows of A that `indices` names, in that order (repetitions allowed): `indices.length × A.cols`.
 *
 * @example
 * import { matrix, rowsOf } from '@saddlepoint/linalg';
 * Array.from(rowsOf(matrix(3, 1, [10, 20, 30]), [2, 0]).data); // => [30, 10]
 */
export function rowsOf(A: Matrix, indices: ArrayLike<number>): Matrix {
  const { rows, cols, data } = checkMatrix('A', A);
  checkIndices('indices', indices, rows);
  const out = new Float64Array(indices.length * cols);
  for (let k = 0; k < indices.length; k++) {
    const start = indices[k] * cols;
    out.set(data.subarray(start, start + cols), k * cols);
  }
  return { rows: indices.length, cols, data: out };
}

/**
 * The entries of A at the given rows and columns: `rowIndices.length × colIndices.length`.
 *
 * @example
 * import { matrix, submatrix } from '@saddlepoint/linalg';
 * Array.from(submatrix(matrix(2, 3, [1, 2, 3, 4, 5, 6]), [1], [2, 0]).data); // => [6, 4]
 */
export function submatrix(A: Matrix, rowIndices: ArrayLike<number>, colIndices: ArrayLike<number>): Matrix {
  const { rows, cols, data } = checkMatrix('A', A);
  checkIndices('rowIndices', rowIndices, rows);
  checkIndices('colIndices', colIndices, cols);
  const width = colIndices.length;
  const out = new Float64Array(rowIndices.length * width);
  for (let k = 0; k < rowIndices.length; k++) {
    const start = rowIndices[k] * cols;
    for (let l = 0; l < width; l++) out[k * width + l] = data[start + colIndices[l]];
  }
  return { rows: rowIndices.length, cols: width, data: out };
}

/** Returns A when it is a well-formed matrix, else throws naming `argument`. */
export function checkMatrix(argument: string, A: Matrix): Matrix {
  const candidate: unknown = A;
  if (typeof candidate !== 'object' || candidate === null || !(A.data instanceof Float64Array))
    throw new SaddlepointTypeError({ argument, expected: 'a matrix {rows, cols, data: Float64Array}', got: typeof candidate });
  if (!Number.isInteger(A.rows) || !Number.isInteger(A.cols) || A.rows < 0 || A.cols < 0 || A.data.length !== A.rows * A.cols)
    throw new SaddlepointRangeError('ERR_SHAPE', {
      argument,
      expected: 'rows·cols entries',
      got: `${A.rows}×${A.cols} with ${A.data.length} entries`,
    });
  return A;
}

/** Returns A when it is a well-formed square matrix, else throws naming `argument`. */
export function checkSquare(argument: string, A: Matrix): Matrix {
  checkMatrix(argument, A);
  if (A.rows !== A.cols)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'a square matrix', got: `${A.rows}×${A.cols}` });
  return A;
}

/** Throws `ERR_NOT_FINITE` at the first entry of the lower triangle that is NaN or infinite, as `argument[flat index]`. */
export function checkLowerFinite(argument: string, { rows: n, data }: Matrix): void {
  for (let i = 0; i < n; i++) for (let k = i * n; k <= i * n + i; k++) if (!Number.isFinite(data[k])) checkNumber(`${argument}[${k}]`, data[k]);
}
