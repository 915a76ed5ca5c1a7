import { SaddlepointRangeError, checkLength, isSaddlepointError } from '@saddlepoint/core';
import { roomFor, withEngine } from '../engine/engine.js';
import type { Engine } from '../engine/engine.js';
import { checkMatrix, checkSquare } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { multiplyVector } from '../multiply.js';
import { resident } from '../resident.js';
import type { ResidentMatrix } from '../resident.js';

/** Rows of A copied into the engine at a time, in doubles: 256 KiB stay in L2 between the copy and the product. */
const PANEL = 32768;
/** A copy of A in the engine is made for at most so many entries (1 GiB): beyond, rows are copied anew for every product. */
const RESIDENT_ENTRIES = 2 ** 27;
/** Below this a product is over before the copy has paid. */
const RESIDENT_WORTH = 2 ** 18;

export const isMatrix = (candidate: unknown): candidate is Matrix =>
  typeof candidate === 'object' && candidate !== null && 'data' in candidate && candidate.data instanceof Float64Array && 'rows' in candidate;

/** The leading b of `width` columns of C, copied. */
function narrow({ download, heap }: Engine, c: number, rows: number, width: number, b: number): Matrix {
  if (width === b) return { rows, cols: b, data: download(c, rows * b) };
  const out = new Float64Array(rows * b);
  for (let i = 0; i < rows; i++) for (let j = 0; j < b; j++) out[i * b + j] = heap[c / 8 + i * width + j];
  return { rows, cols: b, data: out };
}

/** A·X for X with few columns: A passes once through memory, where it is if it lives in the engine, else in panels of rows. */
function thinProduct(A: Matrix, X: Matrix): Matrix {
  const { rows, cols } = A;
  const b = X.cols;
  const lives = roomFor(A) === 0;
  if (b === 0) return { rows, cols: 0, data: new Float64Array(0) };
  if (b === 1 && !lives) return { rows, cols: 1, data: multiplyVector(A, X.data) };
  const width = 4 * Math.ceil(b / 4);
  const height = lives ? 0 : 4 * Math.max(1, Math.round(PANEL / (4 * cols)));
  return withEngine(cols * b + (cols + 1) * width + height * cols + rows * width, (engine) => {
    const { kernels, heap, allocate, upload, zeros, place } = engine;
    const packed = allocate((cols + (cols % 2)) * width);
    kernels.packThin(cols, b, upload(X.data), packed);
    const c = zeros(rows * width);
    if (lives) kernels.thinProduct(rows, cols, b, place(A), cols, packed, c);
    else {
      const { data } = A;
      const panel = allocate(height * cols);
      for (let i = 0; i < rows; i += height) {
        const count = Math.min(height, rows - i);
        heap.set(data.subarray(i * cols, (i + count) * cols), panel / 8);
        kernels.thinProduct(count, cols, b, panel, cols, packed, c + 8 * i * width);
      }
    }
    return narrow(engine, c, rows, width, b);
  });
}

/** A symmetric matrix ready to be applied to a few vectors many times. */
export interface MatrixOperator extends Disposable {
  readonly size: number;
  /** The largest |entry|, or 1 for a zero matrix. */
  readonly magnitude: number;
  /** A·X for X of size×b. */
  readonly apply: (X: Matrix) => Matrix;
  /** Gives the engine memory back. The operator still works afterwards, slower. */
  readonly dispose: () => void;
}

/** The largest |entry|; throws on NaN and infinity. */
function largestEntry(data: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]);
    if (!(size <= largest)) {
      if (!(size < Infinity))
        throw new SaddlepointRangeError('ERR_NOT_FINITE', { argument: `A[${i}]`, expected: 'a finite number', got: String(data[i]) });
      largest = size;
    }
  }
  return largest;
}

/** A copy in the engine where it pays and fits. */
function copyOf(A: Matrix): ResidentMatrix | undefined {
  const entries = A.rows * A.cols;
  if (roomFor(A) === 0 || entries < RESIDENT_WORTH || entries > RESIDENT_ENTRIES) return undefined;
  try {
    return resident(A);
  } catch (error) {
    if (isSaddlepointError(error) && error.code === 'ERR_UNSUPPORTED') return undefined;
    throw error;
  }
}

/**
 * A symmetric matrix as an operator for the iterative methods. They accept the matrix itself, too: this saves the check of its entries and
 * their copy into the engine when several of them use it.
 *
 * Applies the rows as they stand: unlike `eigh` and `cholesky` it reads both triangles, which must agree. From n = 512 to 11 585 (1 GiB) a copy of A
 * is kept in engine memory until `dispose()`. Do not change the entries of A meanwhile. Throws `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { matrix, symmetricOperator } from '@saddlepoint/linalg';
 * using operator = symmetricOperator(matrix(2, 2, [2, 1, 1, 2]));
 * Array.from(operator.apply(matrix(2, 1, [1, 3])).data); // => [5, 7]
 */
export function symmetricOperator(A: Matrix): MatrixOperator {
  const { rows: size } = checkSquare('A', A);
  const magnitude = largestEntry(A.data) || 1;
  const copy = copyOf(A);
  const apply = (X: Matrix): Matrix => {
    checkMatrix('X', X);
    checkLength('X', X.rows, size, 'rows');
    // An engine that was replaced (threads started meanwhile) leaves the copy behind: then the original serves as well.
    return thinProduct(copy !== undefined && !copy.disposed && roomFor(copy) === 0 ? copy : A, X);
  };
  const dispose = (): void => copy?.dispose();
  return { size, magnitude, apply, dispose, [Symbol.dispose]: dispose };
}
