import { SaddlepointRangeError, checkLength, checkNumber } from '@saddlepoint/core';
import { roomFor, withEngine } from './engine/engine.js';
import { isResident, moveTo, type ResidentMatrix } from './engine/resident.js';
import { checkLowerFinite, checkMatrix, checkSquare, identity, mirrorLower } from './matrix.js';
import type { Matrix } from './matrix.js';
import { choleskyPlain } from './plain/cholesky.js';
import { solveTriangularPlain } from './plain/triangular.js';

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 32;

/** The factorisation A + jitter·I = L Lᵀ. */
export interface Cholesky<M extends Matrix = Matrix> {
  /** L: lower triangular, zeros above, positive diagonal. */
  readonly factor: M;
  /** log det(A + jitter·I) = 2 Σ log Lᵢᵢ. */
  readonly logDeterminant: number;
  /** What was actually added to the diagonal. */
  readonly jitter: number;
}

/** What to add to the diagonal, and whether A may be used up. */
export interface CholeskyOptions {
  /** Added to the diagonal exactly as given (default 0): nothing is added silently. */
  readonly jitter?: number;
  /** A matrix that lives in the engine becomes its own factor: no memory is taken, and A is lost (also when factoring fails). */
  readonly overwrite?: boolean;
}

interface Factored {
  readonly factor: Matrix;
  /** −1, or the first pivot that is not positive. */
  readonly failed: number;
}

function factorSmall(A: Matrix, jitter: number): Factored {
  const { rows: n, data: source } = A;
  checkLowerFinite('A', A);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = i * n; k <= i * n + i; k++) data[k] = source[k];
    data[i * n + i] += jitter;
  }
  return { factor: { rows: n, cols: n, data }, failed: choleskyPlain(data, n) };
}

function factorLarge(A: Matrix, jitter: number, overwrite: boolean): Factored {
  const n = A.rows;
  const stays = isResident(A);
  // A matrix of an earlier engine is copied into this one.
  const near = stays && roomFor(A) === 0;
  const here = overwrite && near;
  const factored = withEngine(here ? 0 : n * n, ({ kernels, heap, allocate, place, result }) => {
    const a = here ? place(A) : allocate(n * n);
    const source = near ? place(A) : a;
    if (!near) for (let i = 0; i < n; i++) heap.set(A.data.subarray(i * n, i * n + i + 1), a / 8 + i * n);
    if (!Number.isFinite(kernels.copyLower(n, source, n, a, n))) checkLowerFinite('A', A);
    if (jitter !== 0) for (let i = 0; i < n; i++) heap[a / 8 + i * n + i] += jitter;
    const failed = kernels.cholesky(n, a, n);
    for (let i = 0; i < n; i++) heap.fill(0, a / 8 + i * n + i + 1, a / 8 + i * n + Math.min(n, i + 4));
    // What a failed factorisation leaves behind is for the message only.
    return { factor: here ? A : result(a, n, n, stays && failed < 0), failed };
  });
  if (overwrite && !here && isResident(factored.factor)) return { factor: moveTo(A, factored.factor), failed: factored.failed };
  return factored;
}

/**
 * The Cholesky factor of a symmetric positive definite matrix: A + jitter·I = L Lᵀ.
 *
 * Reads the lower triangle of A only, and checks that. The factor lives in the engine if A does.
 * Throws `ERR_NOT_POSITIVE_DEFINITE` naming the first pivot that is not positive, `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { cholesky, matrix } from '@saddlepoint/linalg';
 * Array.from(cholesky(matrix(2, 2, [4, 2, 2, 10])).factor.data); // => [2, 0, 1, 3]
 */
export function cholesky(A: ResidentMatrix, options?: CholeskyOptions): Cholesky<ResidentMatrix>;
export function cholesky(A: Matrix, options?: CholeskyOptions): Cholesky;
export function cholesky(A: Matrix, { jitter = 0, overwrite = false }: CholeskyOptions = {}): Cholesky {
  checkSquare('A', A);
  checkNumber('jitter', jitter, { min: 0 });
  if (overwrite && !isResident(A))
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'overwrite', expected: 'a matrix that lives in the engine', got: 'a plain one' });
  const n = A.rows;
  const { factor, failed } = n < CROSSOVER && !isResident(A) ? factorSmall(A, jitter) : factorLarge(A, jitter, overwrite);
  const { data } = factor;
  if (failed >= 0)
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
      argument: 'A',
      expected: `a positive definite matrix (jitter ${jitter})`,
      got: `pivot ${failed} of ${n} equal to ${data[failed * n + failed]}`,
    });
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(data[i * n + i]);
  return { factor, logDeterminant, jitter };
}

/**
 * Solves (A + jitter·I) X = B from the factor of A; B and X are n×m. X lives in the engine if the factor or B does.
 *
 * @example
 * import { cholesky, matrix, solveCholesky } from '@saddlepoint/linalg';
 * const chol = cholesky(matrix(2, 2, [4, 2, 2, 10]));
 * Array.from(solveCholesky(chol, matrix(2, 1, [8, 22])).data); // => [1, 2]
 */
export function solveCholesky(chol: Cholesky<ResidentMatrix>, B: Matrix): ResidentMatrix;
export function solveCholesky(chol: Cholesky, B: ResidentMatrix): ResidentMatrix;
export function solveCholesky(chol: Cholesky, B: Matrix): Matrix;
export function solveCholesky({ factor }: Cholesky, B: Matrix): Matrix {
  checkMatrix('B', B);
  checkLength('B', B.rows, factor.rows, 'rows');
  const { rows: n, cols: m } = B;
  const stays = isResident(factor) || isResident(B);
  if ((n < CROSSOVER || m < 4) && !stays) {
    const data = Float64Array.from(B.data);
    solveTriangularPlain(factor.data, n, data, m, true, false);
    solveTriangularPlain(factor.data, n, data, m, true, true);
    return { rows: n, cols: m, data };
  }
  return withEngine(roomFor(factor) + n * m, ({ kernels, place, upload, result }) => {
    const l = place(factor);
    const x = upload(B.data);
    kernels.solveLeft(n, m, l, n, 1, 1, 0, x, m);
    kernels.solveLeft(n, m, l, 1, n, 0, 0, x, m);
    return result(x, n, m, stays);
  });
}

/**
 * Solves (A + jitter·I) x = b for one right-hand side.
 *
 * @example
 * import { cholesky, matrix, solveCholeskyVector } from '@saddlepoint/linalg';
 * Array.from(solveCholeskyVector(cholesky(matrix(1, 1, [4])), [8])); // => [2]
 */
export function solveCholeskyVector(chol: Cholesky, b: ArrayLike<number>): Float64Array {
  const x = solveCholesky(chol, { rows: b.length, cols: 1, data: Float64Array.from(b) });
  if (!isResident(x)) return x.data;
  const copy = x.data.slice();
  x.dispose();
  return copy;
}

/**
 * The inverse (A + jitter·I)⁻¹, exactly symmetric. It lives in the engine if the factor does.
 *
 * @example
 * import { cholesky, invertCholesky, matrix } from '@saddlepoint/linalg';
 * Array.from(invertCholesky(cholesky(matrix(2, 2, [4, 0, 0, 0.5]))).data); // => [0.25, 0, 0, 2]
 */
export function invertCholesky(chol: Cholesky<ResidentMatrix>): ResidentMatrix;
export function invertCholesky(chol: Cholesky): Matrix;
export function invertCholesky(chol: Cholesky): Matrix {
  const n = chol.factor.rows;
  const stays = isResident(chol.factor);
  if (n < CROSSOVER && !stays) return mirrorLower(n, solveCholesky(chol, identity(n)).data);
  return withEngine(2.25 * n * n + n, ({ kernels, upload, zeros, allocate, result }) => {
    const l = upload(chol.factor.data);
    kernels.invertLower(n, l, n, allocate(Math.ceil((n * n) / 4)));
    const inverse = zeros(n * n);
    kernels.gramOfLower(n, l, n, inverse);
    kernels.mirrorLower(n, inverse, n);
    return result(inverse, n, n, stays);
  });
}
