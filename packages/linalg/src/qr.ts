import { checkFinite } from '@saddlepoint/core';
import { withEngine } from './engine/engine.js';
import { checkMatrix } from './matrix.js';
import type { Matrix } from './matrix.js';
import { qrPlain } from './plain/qr.js';
import { factorise, factoriseWork } from './qr/factorise.js';
import { applyReflectors, reflectorWork } from './qr/reflectors.js';
import { scaledCopy, unitScale } from './scale.js';

/** Up to this many multiplications m·n·min(m, n) plain TypeScript is faster than the engine. */
const CROSSOVER = 16_000;

/** The thin factorisation A = Q R of an m×n matrix, k = min(m, n). */
export interface QR {
  /** m×k with orthonormal columns: Qᵀ Q = I. */
  readonly Q: Matrix;
  /** k×n, upper triangular (upper trapezoidal when m < n), diagonal ≥ 0. */
  readonly R: Matrix;
}

interface Factors {
  readonly q: Float64Array;
  readonly r: Float64Array;
}

const qrEngine = (data: Float64Array, m: number, n: number): Factors =>
  withEngine(m * n + factoriseWork(m, n) + m * Math.min(m, n) + reflectorWork(n), (engine) => {
    const k = Math.min(m, n);
    const { heap } = engine;
    const a = engine.upload(data);
    const reflectors = factorise(engine, m, n, a);
    const q = engine.zeros(m * k);
    const r = new Float64Array(k * n);
    for (let i = 0; i < k; i++) {
      const start = a / 8 + i * n;
      r.set(heap.subarray(start + i, start + n), i * n + i);
      const negative = r[i * n + i] < 0;
      if (negative) for (let j = i * n + i; j < i * n + n; j++) r[j] = -r[j];
      heap[q / 8 + i * k + i] = negative ? -1 : 1;
    }
    applyReflectors(engine, reflectors, q, k, engine.allocate(reflectorWork(k)), { thin: true });
    return { q: engine.download(q, m * k), r };
  });

/**
 * The thin QR factorisation A = Q R of any m×n matrix: Q (m×k) with orthonormal columns, R (k×n) upper triangular, k = min(m, n).
 *
 * The diagonal of R is not negative, which makes the factors of a matrix with independent columns unique; R is then the transposed
 * Cholesky factor of AᵀA. Householder reflections, so Q is orthonormal to rounding and QR = A to rounding of each column for any A,
 * rank-deficient ones included. Blocked compact WY form: Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 10, 1989.
 * Throws `ERR_NOT_FINITE` on NaN or infinity, `ERR_SHAPE` on a malformed matrix.
 *
 * @example
 * import { matrix, qr } from '@saddlepoint/linalg';
 * const { Q, R } = qr(matrix(2, 2, [3, 1, 4, 2]));
 * Array.from(R.data); // => [5, 2.2, 0, 0.4]
 * Array.from(Q.data); // => [0.6, -0.8, 0.8, 0.6]
 */
export function qr(A: Matrix): QR {
  checkMatrix('A', A);
  checkFinite('A', A.data);
  const { rows: m, cols: n } = A;
  const k = Math.min(m, n);
  const scale = unitScale(A.data);
  const data = scaledCopy(A.data, scale);
  const { q, r } = m * n * k <= CROSSOVER ? qrPlain(data, m, n) : qrEngine(data, m, n);
  return { Q: { rows: m, cols: k, data: q }, R: { rows: k, cols: n, data: scaledCopy(r, 1 / scale) } };
}
