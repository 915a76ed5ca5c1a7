import { dot } from './inner-product.js';
import { withEngine } from '../engine/engine.js';
import type { Matrix } from '../matrix.js';

/** W (b×n, rows are vectors) split as W = HᵀV + RᵀQ along orthonormal rows V and new orthonormal rows Q. */
export interface Split {
  /** Components along V: j×b. */
  readonly H: Float64Array;
  /** Upper triangular b×b: row r of Q enters row c of W with R[r·b + c]. */
  readonly R: Float64Array;
  /** New orthonormal rows, orthogonal to V: b×n. */
  readonly Q: Matrix;
}

const MAX_PASSES = 6;

/**
 * Modified Gram–Schmidt on `rows` in place; returns R and the smallest ratio of a row's norm to what it was. A row not above `negligible`
 * becomes random.
 */
function gramSchmidt(rows: Float64Array[], negligible: number, random: (out: Float64Array) => Float64Array): { R: Float64Array; kept: number } {
  const b = rows.length;
  const R = new Float64Array(b * b);
  let kept = 1;
  for (let c = 0; c < b; c++) {
    const row = rows[c];
    const before = Math.sqrt(dot(row, row));
    for (let r = 0; r < c; r++) {
      const factor = dot(rows[r], row);
      R[r * b + c] = factor;
      const other = rows[r];
      for (let i = 0; i < row.length; i++) row[i] -= factor * other[i];
    }
    let norm = Math.sqrt(dot(row, row));
    if (norm <= negligible) {
      random(row);
      norm = Math.sqrt(dot(row, row));
      kept = 0;
    } else {
      R[c * b + c] = norm;
      kept = Math.min(kept, norm / before);
    }
    for (let i = 0; i < row.length; i++) row[i] /= norm;
  }
  return { R, kept };
}

/** A·B for small row-major matrices: m×k times k×n, added to `out`. */
function accumulate(out: Float64Array, A: Float64Array, B: Float64Array, m: number, k: number, n: number): Float64Array {
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const factor = A[i * k + p];
      if (factor !== 0) for (let j = 0; j < n; j++) out[i * n + j] += factor * B[p * n + j];
    }
  return out;
}

/**
 * Splits the rows of W along the orthonormal rows V (j×n) and new orthonormal rows Q, by repeated block classical Gram–Schmidt against V and
 * modified Gram–Schmidt within the block, until a pass leaves every norm nearly as it was ("twice is enough", Parlett).
 *
 * Rows that lie in the span of V and the rows before them (remainder at most `negligible`) are replaced in Q by random ones with zeros in R, so
 * Q always has full rank; j + b ≤ n is required.
 */
export function splitRows(V: Matrix, W: Matrix, negligible: number, random: (out: Float64Array) => Float64Array): Split {
  const { rows: j } = V;
  const { rows: b, cols: n } = W;
  return withEngine(j * n + b * n + j * b, ({ kernels, heap, allocate, upload, download }) => {
    const v = upload(V.data);
    const w = upload(W.data);
    const p = allocate(j * b);
    const rows = Array.from({ length: b }, (_, c) => heap.subarray(w / 8 + c * n, w / 8 + (c + 1) * n));
    let H: Float64Array = new Float64Array(j * b);
    let total: Float64Array | undefined;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const norms = rows.map((row) => Math.sqrt(dot(row, row)));
      if (j > 0) {
        heap.fill(0, p / 8, p / 8 + j * b);
        kernels.gemm(j, b, n, 1, v, n, 1, w, 1, n, p, b, 0);
        kernels.gemm(b, n, j, -1, p, 1, b, v, n, 1, w, n, 0);
        const step = download(p, j * b);
        H = total === undefined ? step : accumulate(H, step, total, j, b, b);
      }
      const left = Math.min(1, ...rows.map((row, c) => (norms[c] > 0 ? Math.sqrt(dot(row, row)) / norms[c] : 0)));
      const { R, kept } = gramSchmidt(rows, pass === 0 ? negligible : 0.01 * Number.EPSILON, random);
      total = total === undefined ? R : accumulate(new Float64Array(b * b), R, total, b, b, b);
      if (pass > 0 && left * kept > 0.7) break;
    }
    return { H, R: total ?? new Float64Array(b * b), Q: { rows: b, cols: n, data: download(w, b * n) } };
  });
}
