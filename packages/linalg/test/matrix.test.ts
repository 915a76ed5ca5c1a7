import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDiagonal, added, cholesky, determinant, dot, eigh, frobeniusNorm, fromRows, gram, identity, invertCholesky, lu, matrix, multiply,
  multiplyVector, rowsOf, scaled, solve, solveCholesky, solveTriangular, submatrix, trace, transpose,
} from '../src/index.js';
import { flipped, randomMatrix, same } from './support.js';

describe('constructors and gathers', () => {
  test('a Float64Array of the right length is adopted, anything else copied', () => {
    const data = new Float64Array(6);
    expect(matrix(2, 3, data).data).toBe(data);
    expect(matrix(1, 2, [1, 2]).data).toEqual(Float64Array.of(1, 2));
    expect(Array.from(fromRows([[1, 2], Float32Array.of(3, 4)]).data)).toEqual([1, 2, 3, 4]);
    expect(fromRows([])).toEqual(matrix(0, 0));
  });

  test('transpose is an involution and moves entry (i, j) to (j, i)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (m, n) => {
        const A = randomMatrix(m, n);
        expect(transpose(A)).toEqual(flipped(A));
        expect(transpose(transpose(A))).toEqual(A);
      }),
    );
  });

  test('gathers keep order and repetitions', () => {
    const A = matrix(3, 3, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(Array.from(rowsOf(A, [2, 0, 2]).data)).toEqual([6, 7, 8, 0, 1, 2, 6, 7, 8]);
    expect(Array.from(submatrix(A, [0, 2], [1, 1]).data)).toEqual([1, 1, 7, 7]);
    expect(rowsOf(A, []).rows).toBe(0);
  });

  test('elementary arithmetic', () => {
    const A = matrix(2, 2, [1, 2, 3, 4]);
    expect(Array.from(added(A, scaled(A, 2)).data)).toEqual([3, 6, 9, 12]);
    expect(Array.from(addDiagonal(A, 0.5).data)).toEqual([1.5, 2, 3, 4.5]);
    expect([trace(A), dot([1, 2], Float32Array.of(3, 4)), trace(identity(0))]).toEqual([5, 11, 0]);
    expect([frobeniusNorm(matrix(1, 2, [3e-200, 4e-200])), frobeniusNorm(matrix(0, 0)), frobeniusNorm(matrix(1, 1, [NaN]))]).toEqual([5e-200, 0, NaN]);
  });

  test('an input is never changed', () => {
    for (const n of [6, 50]) {
      const A = addDiagonal(gram(randomMatrix(n, n)), 1);
      const copy = A.data.slice();
      eigh(A);
      const chol = cholesky(A);
      const factor = chol.factor.data.slice();
      solveCholesky(chol, A);
      invertCholesky(chol);
      solve(A, A);
      multiply(A, A);
      expect(same(A.data, copy)).toBe(true);
      expect(same(chol.factor.data, factor)).toBe(true);
    }
  });
});

describe('wrong arguments are named, with a stable code', () => {
  const bad = (values: number[]) => matrix(2, 2, values);
  const square = identity(3);
  const wide = matrix(2, 3);
  const cases: [string, () => unknown, string, string][] = [
    ['matrix length', () => matrix(2, 2, [1]), 'ERR_SHAPE', 'data'],
    ['matrix rows', () => matrix(-1, 2), 'ERR_ARGUMENT_RANGE', 'rows'],
    ['ragged rows', () => fromRows([[1], [1, 2]]), 'ERR_SHAPE', 'rows[1]'],
    ['row index', () => rowsOf(square, [3]), 'ERR_ARGUMENT_RANGE', 'indices[0]'],
    ['column index', () => submatrix(square, [0], [0.5]), 'ERR_ARGUMENT_RANGE', 'colIndices[0]'],
    ['inner sizes', () => multiply(wide, wide), 'ERR_SHAPE', 'B'],
    ['inner sizes, transposed', () => multiply(wide, square, { transposeA: true }), 'ERR_SHAPE', 'B'],
    ['vector length', () => multiplyVector(wide, [1, 2]), 'ERR_SHAPE', 'x'],
    ['scale', () => gram(wide, { scale: NaN }), 'ERR_NOT_FINITE', 'scale'],
    ['dot lengths', () => dot([1], [1, 2]), 'ERR_SHAPE', 'y'],
    ['sum of shapes', () => added(wide, square), 'ERR_SHAPE', 'B'],
    ['trace of a rectangle', () => trace(wide), 'ERR_SHAPE', 'A'],
    ['eigh of a rectangle', () => eigh(wide), 'ERR_SHAPE', 'A'],
    ['eigh of NaN', () => eigh(bad([1, 0, NaN, 1])), 'ERR_NOT_FINITE', 'A[2]'],
    ['cholesky of infinity', () => cholesky(bad([1, 0, Infinity, 1])), 'ERR_NOT_FINITE', 'A[2]'],
    ['negative jitter', () => cholesky(square, { jitter: -1 }), 'ERR_ARGUMENT_RANGE', 'jitter'],
    ['right-hand side of cholesky', () => solveCholesky(cholesky(square), wide), 'ERR_SHAPE', 'B'],
    ['lu of NaN', () => lu(bad([NaN, 0, 0, 1])), 'ERR_NOT_FINITE', 'A[0]'],
    ['determinant of a rectangle', () => determinant(wide), 'ERR_SHAPE', 'A'],
    ['right-hand side of solve', () => solve(square, wide), 'ERR_SHAPE', 'B'],
    ['zero pivot of a triangle', () => solveTriangular(bad([1, 0, 0, 0]), matrix(2, 1)), 'ERR_SINGULAR', 'T[1,1]'],
    ['not a matrix', () => transpose({ rows: 1, cols: 1, data: [1] } as never), 'ERR_ARGUMENT_TYPE', 'A'],
    ['inconsistent matrix', () => transpose({ rows: 2, cols: 2, data: new Float64Array(3) }), 'ERR_SHAPE', 'A'],
  ];
  test.each(cases)('%s', (_name, act, code, argument) => {
    expect(act).toThrow(expect.objectContaining({ code, argument }));
  });
});
