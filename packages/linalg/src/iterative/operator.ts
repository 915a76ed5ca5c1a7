import { SaddlepointRangeError, SaddlepointTypeError, checkFinite, checkInteger, checkNumber } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import { isMatrix, symmetricOperator } from './matrix-operator.js';

/**
 * A symmetric matrix known by what it does: `size` n and `apply(X) = A·X` for X of n×b (row-major). `apply` may be asynchronous, must be
 * linear and symmetric, and must not keep or change X.
 */
export interface SymmetricOperator {
  readonly size: number;
  readonly apply: (X: Matrix) => Matrix | Promise<Matrix>;
  /** About the size of the entries, a positive number, where it is known: work is scaled by it so that squares do not overflow. */
  readonly magnitude?: number;
}

/** An operator as the methods use it: A/unit with results checked. */
export interface Prepared {
  readonly size: number;
  /** The power of two that A was divided by. */
  readonly unit: number;
  /** (A/unit)·X; counts the columns in `applied`. */
  readonly apply: (X: Matrix) => Promise<Matrix>;
  /** How many vectors A has been applied to. */
  readonly applied: () => number;
  /** Frees what was made for it. */
  readonly dispose: () => void;
}

const isOperator = (candidate: unknown): candidate is SymmetricOperator =>
  typeof candidate === 'object' && candidate !== null && 'apply' in candidate && typeof candidate.apply === 'function';

/** The power of two next to a positive magnitude, within what can be inverted. */
const powerOfTwo = (magnitude: number): number => 2 ** Math.min(1000, Math.max(-1000, Math.round(Math.log2(magnitude))));

/** Checks an argument that is a symmetric matrix or operator, and wraps it. */
export function prepare(argument: string, A: Matrix | SymmetricOperator): Prepared {
  const own = isMatrix(A) ? symmetricOperator(A) : undefined;
  const operator: unknown = own ?? A;
  if (!isOperator(operator))
    throw new SaddlepointTypeError({ argument, expected: 'a symmetric matrix or an operator {size, apply}', got: typeof A });
  const size = checkInteger(`${argument}.size`, operator.size, { min: 0 });
  const unit = powerOfTwo(checkNumber(`${argument}.magnitude`, operator.magnitude ?? 1, { min: 0, exclusiveMin: true }));
  let applied = 0;
  const apply = async (X: Matrix): Promise<Matrix> => {
    const scaled = unit === 1 ? X : { rows: X.rows, cols: X.cols, data: X.data.map((value) => value / unit) };
    const Y = await operator.apply(scaled);
    applied += X.cols;
    if (!isMatrix(Y) || Y.rows !== size || Y.cols !== X.cols || Y.data.length !== X.data.length)
      throw new SaddlepointRangeError('ERR_SHAPE', {
        argument: `${argument}.apply(X)`,
        expected: `a matrix of ${size}×${X.cols}`,
        got: isMatrix(Y) ? `${Y.rows}×${Y.cols}` : typeof Y,
      });
    checkFinite(`${argument}.apply(X)`, Y.data);
    return Y;
  };
  return { size, unit, apply, applied: () => applied, dispose: () => own?.dispose() };
}

/** Throws unless the b×b matrix XᵀAX is symmetric to within rounding of a matrix that was meant to be. */
export function checkSymmetricForm(argument: string, form: (i: number, j: number) => number, b: number, norm: number): void {
  for (let i = 0; i < b; i++)
    for (let j = 0; j < i; j++) {
      const apart = Math.abs(form(i, j) - form(j, i));
      if (apart > 1e-6 * norm)
        throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
          argument,
          expected: 'a symmetric matrix or operator: xᵀA y = yᵀA x',
          got: `two random vectors for which they differ by ${(apart / norm).toExponential(1)} of the norm`,
        });
    }
}
