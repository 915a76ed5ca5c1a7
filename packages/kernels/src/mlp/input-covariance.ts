import { SaddlepointRangeError, checkFinite, checkLength } from '@saddlepoint/core';
import { matrix, multiply, type Matrix } from '@saddlepoint/linalg';
import type { Steps } from '../pace.js';

/** Inner products of inputs per dimension: x·x′/d, and |x|²/d of the rows and the columns. */
export interface InputCovariance {
  /** rows × cols; for one set of inputs only the lower triangle with the diagonal is meaningful. */
  readonly data: Float64Array;
  readonly rows: Float64Array;
  readonly cols: Float64Array;
}

/** Multiply–add operations between two turns of the event loop. */
const CHUNK = 2e8;

/** Cosines closer to ±1 than this are formed again with the arithmetic of the norms. */
const NEARLY_PARALLEL = 1 - 1e-12;

function dotRows(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += a[i * d + k] * b[j * d + k];
  return sum;
}

/** |x|²/d of every row. */
export const inputSquares = ({ rows, cols, data }: Matrix): Float64Array => Float64Array.from({ length: rows }, (_, i) => dotRows(data, i, data, i, cols) / cols);

/** Checks one set of inputs: at least one coordinate, all finite. */
export function checkInputs(argument: string, inputs: Matrix, dimension?: number): void {
  if (dimension !== undefined) checkLength(argument, inputs.cols, dimension, 'as many columns as the other inputs,');
  if (inputs.cols < 1) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: 'at least one column', got: `${inputs.rows}×${inputs.cols}` });
  checkLength(`${argument}.data`, inputs.data.length, inputs.rows * inputs.cols);
  checkFinite(argument, inputs.data);
}

/**
 * x·x′/d by blocks of rows. Where two rows are parallel to 12 digits their product is summed again in the order in which the
 * norms are, so that a duplicate or an antipode has exactly ±|x|²/d wherever it stands in either set.
 */
export function* inputCovariance(x: Matrix, x2: Matrix | undefined): Steps<InputCovariance> {
  const y = x2 ?? x;
  const d = x.cols;
  const rows = inputSquares(x);
  const cols = x2 === undefined ? rows : inputSquares(y);
  const data = new Float64Array(x.rows * y.rows);
  const block = Math.max(64, Math.ceil(CHUNK / (d * Math.max(1, y.rows))));
  for (let from = 0; from < x.rows; from += block) {
    const to = Math.min(x.rows, from + block);
    const upTo = x2 === undefined ? to : y.rows;
    const product = multiply(matrix(to - from, d, x.data.subarray(from * d, to * d)), matrix(upTo, d, y.data.subarray(0, upTo * d)), { transposeB: true });
    for (let i = from; i < to; i++) {
      const end = x2 === undefined ? i : upTo - 1;
      for (let j = 0; j <= end; j++) {
        let c = product.data[(i - from) * upTo + j] / d;
        if (c * c >= NEARLY_PARALLEL * NEARLY_PARALLEL * rows[i] * cols[j]) c = dotRows(x.data, i, y.data, j, d) / d;
        data[i * y.rows + j] = c;
      }
    }
    yield to / x.rows;
  }
  return { data, rows, cols };
}
