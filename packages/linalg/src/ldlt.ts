import { SaddlepointRangeError, checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import { withEngine } from './engine/engine.js';
import { checkMatrix, checkSquare } from './matrix.js';
import type { Matrix } from './matrix.js';
import { ldltPlain } from './plain/ldlt.js';
import { solveTriangularPlain } from './plain/triangular.js';
import { scaledCopy, unitScale } from './scale.js';

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 40;
const BLOCK = 48;
const STRIP = 128;
const TILE = 16;

/** The factorisation P A Pᵀ = L D Lᵀ of a symmetric matrix, D block diagonal with blocks of 1 and 2. */
export interface LDLT {
  /** Unit lower triangular, zeros above. */
  readonly L: Matrix;
  /** The diagonal of D. */
  readonly diagonal: Float64Array;
  /** Entry k of D at (k+1, k) and (k, k+1): not 0 where k and k+1 form a block of 2. */
  readonly subdiagonal: Float64Array;
  /** Row i of P A Pᵀ is row `permutation[i]` of A. */
  readonly permutation: Int32Array;
  /** log |det A|; −∞ when a pivot is zero. */
  readonly logAbsDeterminant: number;
  /** The sign of det A. */
  readonly sign: -1 | 0 | 1;
}

/** How many eigenvalues of a symmetric matrix are positive, negative and zero. */
export interface Inertia {
  readonly positive: number;
  readonly negative: number;
  readonly zero: number;
}

/** The transpose of the lower triangle of the n×n `source`, times `factor`; zeros below it. */
function lowerTransposed(source: Float64Array, n: number, factor: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i0 = 0; i0 < n; i0 += TILE)
    for (let j0 = 0; j0 <= i0; j0 += TILE)
      for (let i = i0; i < Math.min(n, i0 + TILE); i++)
        for (let j = j0; j < Math.min(i + 1, j0 + TILE); j++) out[j * n + i] = factor * source[i * n + j];
  return out;
}

/** The transpose of the upper triangle of the n×n `source`; zeros above it. */
function upperTransposed(source: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i0 = 0; i0 < n; i0 += TILE)
    for (let j0 = 0; j0 <= i0; j0 += TILE)
      for (let j = j0; j < Math.min(n, j0 + TILE); j++)
        for (let i = Math.max(i0, j); i < Math.min(n, i0 + TILE); i++) out[i * n + j] = source[j * n + i];
  return out;
}

/** As `ldltPlain`, blocked: panels of columns, then the trailing matrix by products of strips. */
function ldltEngine(upper: Float64Array, n: number, d: Float64Array, e: Float64Array, permutation: Int32Array): void {
  withEngine(n * n + BLOCK * n + 3 * n, ({ kernels, heap, upload, allocate, zeros }) => {
    const a = upload(upper);
    const w = allocate(BLOCK * n);
    const diagonal = allocate(n);
    const subdiagonal = zeros(n);
    const order = allocate(n);
    const rows = new Int32Array(heap.buffer, order, n);
    rows.set(permutation);
    for (let k = 0; k < n; ) {
      const done = kernels.ldltPanel(n, k, BLOCK, a, n, w, diagonal, subdiagonal, order);
      const panel = a + 8 * k * n;
      k += done;
      for (let i = k; i < n; i += STRIP)
        kernels.gemm(Math.min(STRIP, n - i), n - i, done, -1, panel + 8 * i, 1, n, w + 8 * i, n, 1, a + 8 * (i * n + i), n, 0);
    }
    upper.set(heap.subarray(a / 8, a / 8 + n * n));
    d.set(heap.subarray(diagonal / 8, diagonal / 8 + n));
    e.set(heap.subarray(subdiagonal / 8, subdiagonal / 8 + n));
    permutation.set(rows);
  });
}

/**
 * The factorisation P A Pᵀ = L D Lᵀ of a symmetric matrix that need not be definite, such as K − shift·I: L unit lower triangular, D block
 * diagonal with blocks of 1 and 2, P a permutation.
 *
 * Reads the lower triangle of A only. Diagonal pivoting of Bunch & Kaufman, Math. Comp. 31, 1977, in panels as LAPACK's dsytrf: half the
 * work of `lu`, and it counts the eigenvalues on either side of the shift ({@link inertia}). A singular matrix is factored too; solving
 * with it throws `ERR_SINGULAR`. For positive definite A prefer `cholesky`; for a general square A there is `lu`.
 * Throws `ERR_SHAPE` when A is not square, `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { ldlt, matrix } from '@saddlepoint/linalg';
 * const { L, diagonal, sign, logAbsDeterminant } = ldlt(matrix(2, 2, [4, 2, 2, -1]));
 * Array.from(L.data); // => [1, 0, 0.5, 1]
 * Array.from(diagonal); // => [4, -2]
 * sign * Math.exp(logAbsDeterminant); // => -8.00000
 */
export function ldlt(A: Matrix): LDLT {
  checkSquare('A', A);
  checkFinite('A', A.data);
  const n = A.rows;
  const scale = unitScale(A.data);
  const upper = lowerTransposed(A.data, n, scale);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  if (n < CROSSOVER) ldltPlain(upper, n, d, e, permutation);
  else ldltEngine(upper, n, d, e, permutation);
  let sign: -1 | 0 | 1 = 1;
  let logAbsDeterminant = 0 - n * Math.log(scale);
  for (let k = 0; k < n; k++) {
    if (e[k] !== 0) {
      // A block of 2 is always indefinite: |d_k d_{k+1}| < 0.42 e².
      logAbsDeterminant += 2 * Math.log(Math.abs(e[k])) + Math.log1p(-(d[k] / e[k]) * (d[k + 1] / e[k]));
      sign = sign === 1 ? -1 : sign === -1 ? 1 : 0;
      k++;
    } else {
      logAbsDeterminant += Math.log(Math.abs(d[k]));
      if (d[k] === 0) sign = 0;
      else if (d[k] < 0) sign = sign === 1 ? -1 : sign === -1 ? 1 : 0;
    }
  }
  return {
    L: { rows: n, cols: n, data: upperTransposed(upper, n) },
    diagonal: scaledCopy(d, 1 / scale),
    subdiagonal: scaledCopy(e, 1 / scale),
    permutation,
    logAbsDeterminant,
    sign,
  };
}

/** X ← D⁻¹ X for the n×m X. Throws at a zero pivot. */
function divideByBlocks({ diagonal: d, subdiagonal: e }: LDLT, X: Float64Array, m: number): void {
  for (let k = 0; k < d.length; k++) {
    const row = k * m;
    if (e[k] === 0) {
      if (d[k] === 0)
        throw new SaddlepointRangeError('ERR_SINGULAR', { argument: 'A', expected: 'a regular matrix', got: `a zero pivot at step ${k}` });
      for (let j = row; j < row + m; j++) X[j] /= d[k];
      continue;
    }
    const first = d[k] / e[k];
    const second = d[k + 1] / e[k];
    const denominator = first * second - 1;
    for (let j = row; j < row + m; j++) {
      const x = X[j] / e[k];
      const y = X[j + m] / e[k];
      X[j] = (second * x - y) / denominator;
      X[j + m] = (first * y - x) / denominator;
    }
    k++;
  }
}

/**
 * Solves A X = B from the factors of a symmetric A; B and X are n×m.
 *
 * Throws `ERR_SINGULAR` when a pivot is exactly zero, `ERR_SHAPE` when B has not n rows, `ERR_NOT_FINITE` on NaN or infinity in B.
 *
 * @example
 * import { ldlt, matrix, solveLdlt } from '@saddlepoint/linalg';
 * Array.from(solveLdlt(ldlt(matrix(2, 2, [0, 1, 1, 0])), matrix(2, 1, [3, 7])).data); // => [7, 3]
 */
export function solveLdlt(factors: LDLT, B: Matrix): Matrix {
  checkMatrix('B', B);
  const { L, permutation } = factors;
  const n = L.rows;
  const m = B.cols;
  checkLength('B', B.rows, n, 'rows');
  checkFinite('B', B.data);
  let X: Float64Array = new Float64Array(n * m);
  for (let i = 0; i < n; i++) X.set(B.data.subarray(permutation[i] * m, (permutation[i] + 1) * m), i * m);
  if (n < CROSSOVER || m < 4) {
    solveTriangularPlain(L.data, n, X, m, true, false, true);
    divideByBlocks(factors, X, m);
    solveTriangularPlain(L.data, n, X, m, true, true, true);
  } else {
    X = withEngine(n * n + n * m, ({ kernels, heap, upload, download }) => {
      const l = upload(L.data);
      const x = upload(X);
      kernels.solveLeft(n, m, l, n, 1, 1, 1, x, m);
      divideByBlocks(factors, heap.subarray(x / 8, x / 8 + n * m), m);
      kernels.solveLeft(n, m, l, 1, n, 0, 1, x, m);
      return download(x, n * m);
    });
  }
  const data = new Float64Array(n * m);
  for (let i = 0; i < n; i++) data.set(X.subarray(i * m, (i + 1) * m), permutation[i] * m);
  return { rows: n, cols: m, data };
}

/**
 * The inertia of a symmetric A from its factors: by Sylvester's law A has as many positive and negative eigenvalues as D.
 *
 * So `inertia(ldlt(K − s·I)).positive` counts the eigenvalues of K above s. Eigenvalues of D no larger than `tolerance` count as zero; by
 * default n·ε times the largest. Eigenvalues of A within rounding of zero, n·ε·‖A‖, may be counted on either side.
 *
 * @example
 * import { inertia, ldlt, matrix } from '@saddlepoint/linalg';
 * inertia(ldlt(matrix(3, 3, [0, 1, 0, 1, 0, 0, 0, 0, 0]))); // => { positive: 1, negative: 1, zero: 1 }
 */
export function inertia({ diagonal: d, subdiagonal: e }: LDLT, { tolerance }: { readonly tolerance?: number } = {}): Inertia {
  if (tolerance !== undefined) checkNumber('tolerance', tolerance, { min: 0 });
  const values: number[] = [];
  for (let k = 0; k < d.length; k++) {
    if (e[k] === 0) values.push(d[k]);
    else {
      const middle = d[k] / 2 + d[k + 1] / 2;
      const radius = Math.hypot(d[k] / 2 - d[k + 1] / 2, e[k]);
      const outer = middle < 0 ? middle - radius : middle + radius;
      values.push(outer, (d[k] / outer) * d[k + 1] - (e[k] / outer) * e[k]);
      k++;
    }
  }
  const floor = tolerance ?? d.length * Number.EPSILON * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const positive = values.filter((value) => value > floor).length;
  const negative = values.filter((value) => value < -floor).length;
  return { positive, negative, zero: values.length - positive - negative };
}
