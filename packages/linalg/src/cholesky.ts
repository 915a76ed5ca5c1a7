import { SaddlepointRangeError, checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import { withEngine } from './engine/engine.js';
import { checkMatrix, checkSquare, identity, mirrorLower } from './matrix.js';
import type { Matrix } from './matrix.js';
import { choleskyPlain } from './plain/cholesky.js';
import { solveTriangularPlain } from './plain/triangular.js';

/** From this size on the engine is faster than plain TypeScript. */
const CROSSOVER = 32;

/** Factors in place, clears what is above the diagonal, and returns −1 or the failing pivot. */
function factorise(data: Float64Array, n: number): number {
  if (n < CROSSOVER) return choleskyPlain(data, n);
  const failed = withEngine(n * n, ({ kernels, heap, upload }) => {
    const a = upload(data);
    const pivot = kernels.cholesky(n, a, n);
    data.set(heap.subarray(a / 8, a / 8 + n * n));
    return pivot;
  });
  for (let i = 0; i < n; i++) data.fill(0, i * n + i + 1, i * n + n);
  return failed;
}

/** The factorisation A + jitter·I = L Lᵀ. */
export interface Cholesky {
  /** L: lower triangular, zeros above, positive diagonal. */
  readonly factor: Matrix;
  /** log det(A + jitter·I) = 2 Σ log Lᵢᵢ. */
  readonly logDeterminant: number;
  /** What was actually added to the diagonal. */
  readonly jitter: number;
}

/**
 * The Cholesky factor of a symmetric positive definite matrix: A + jitter·I = L Lᵀ.
 *
 * Reads the lower triangle of A only. `jitter ≥ 0` (default 0) is added to the diagonal exactly as given: nothing is added silently.
 * Throws `ERR_NOT_POSITIVE_DEFINITE` naming the first pivot that is not positive, `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { cholesky, matrix } from '@saddlepoint/linalg';
 * Array.from(cholesky(matrix(2, 2, [4, 2, 2, 10])).factor.data); // => [2, 0, 1, 3]
 */
export function cholesky(A: Matrix, { jitter = 0 }: { readonly jitter?: number } = {}): Cholesky {
  checkSquare('A', A);
  checkFinite('A', A.data);
  checkNumber('jitter', jitter, { min: 0 });
  const n = A.rows;
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    data.set(A.data.subarray(i * n, i * n + i + 1), i * n);
    data[i * n + i] += jitter;
  }
  const failed = factorise(data, n);
  if (failed >= 0)
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
      argument: 'A',
      expected: `a positive definite matrix (jitter ${jitter})`,
      got: `pivot ${failed} of ${n} equal to ${data[failed * n + failed]}`,
    });
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(data[i * n + i]);
  return { factor: { rows: n, cols: n, data }, logDeterminant, jitter };
}

/**
 * Solves (A + jitter·I) X = B from the factor of A; B and X are n×m.
 *
 * @example
 * import { cholesky, matrix, solveCholesky } from '@saddlepoint/linalg';
 * const chol = cholesky(matrix(2, 2, [4, 2, 2, 10]));
 * Array.from(solveCholesky(chol, matrix(2, 1, [8, 22])).data); // => [1, 2]
 */
export function solveCholesky({ factor }: Cholesky, B: Matrix): Matrix {
  checkMatrix('B', B);
  checkLength('B', B.rows, factor.rows, 'rows');
  const { rows: n, cols: m } = B;
  if (n < CROSSOVER || m < 4) {
    const data = Float64Array.from(B.data);
    solveTriangularPlain(factor.data, n, data, m, true, false);
    solveTriangularPlain(factor.data, n, data, m, true, true);
    return { rows: n, cols: m, data };
  }
  return withEngine(n * n + n * m, ({ kernels, upload, download }) => {
    const l = upload(factor.data);
    const x = upload(B.data);
    kernels.solveLeft(n, m, l, n, 1, 1, 0, x, m);
    kernels.solveLeft(n, m, l, 1, n, 0, 0, x, m);
    return { rows: n, cols: m, data: download(x, n * m) };
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
  return solveCholesky(chol, { rows: b.length, cols: 1, data: Float64Array.from(b) }).data;
}

/**
 * The inverse (A + jitter·I)⁻¹, exactly symmetric.
 *
 * @example
 * import { cholesky, invertCholesky, matrix } from '@saddlepoint/linalg';
 * Array.from(invertCholesky(cholesky(matrix(2, 2, [4, 0, 0, 0.5]))).data); // => [0.25, 0, 0, 2]
 */
export function invertCholesky(chol: Cholesky): Matrix {
  const n = chol.factor.rows;
  if (n < CROSSOVER) return mirrorLower(n, solveCholesky(chol, identity(n)).data);
  return withEngine(2.25 * n * n + n, ({ kernels, upload, zeros, allocate, download }) => {
    const l = upload(chol.factor.data);
    kernels.invertLower(n, l, n, allocate(Math.ceil((n * n) / 4)));
    const inverse = zeros(n * n);
    kernels.gramOfLower(n, l, n, inverse);
    return mirrorLower(n, download(inverse, n * n));
  });
}
