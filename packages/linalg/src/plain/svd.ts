import { implicitQr } from '../svd/implicit-qr.js';
import { applyPlain, reflectPlain } from './qr.js';

/** Unsorted: value k with vectors in row k of `left` (n×m) and `right` (n×n). */
export interface PlainSvd {
  readonly values: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Rows of X: (i, j) ← (c·xᵢ + s·xⱼ, c·xⱼ − s·xᵢ), `width` wide. */
const rotateRows =
  (X: Float64Array, width: number) =>
  (i: number, j: number, c: number, s: number): void => {
    for (let p = i * width, q = j * width, end = p + width; p < end; p++, q++) {
      const x = X[p];
      const y = X[q];
      X[p] = c * x + s * y;
      X[q] = c * y - s * x;
    }
  };

/** Rows H_0 … H_{count−1} applied to the unit vectors: row k of the result is column k of the product. Vector p begins at entry p + shift. */
function formRows(V: Float64Array, taus: Float64Array, count: number, n: number, width: number, shift: number): Float64Array {
  const out = new Float64Array(n * width);
  for (let k = 0; k < n; k++) out[k * width + k] = 1;
  for (let p = count - 1; p >= 0; p--) {
    const from = p + shift;
    if (taus[p] !== 0) for (let k = from; k < n; k++) applyPlain(out, k * width + from, V, p * width + from, width - from, taus[p]);
  }
  return out;
}

/** The SVD of the m×n `A` (m ≥ n, row-major, entries of size at most about 1): Householder and implicit QR. Null when QR failed. */
export function svdPlain(A: Float64Array, m: number, n: number, vectors: boolean): PlainSvd | null {
  const columns = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = A[i * n + j];
  const rows = new Float64Array(n * n);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  const leftTaus = new Float64Array(n);
  const rightTaus = new Float64Array(n);
  const out = new Float64Array(2);
  for (let p = 0; p < n; p++) {
    reflectPlain(columns, p * m + p, m - p, out);
    [leftTaus[p], d[p]] = out;
    for (let j = p + 1; j < n; j++) {
      if (leftTaus[p] !== 0) applyPlain(columns, j * m + p, columns, p * m + p, m - p, leftTaus[p]);
      rows[p * n + j] = columns[j * m + p];
    }
    if (p === n - 1) break;
    reflectPlain(rows, p * n + p + 1, n - p - 1, out);
    [rightTaus[p], e[p]] = out;
    if (rightTaus[p] === 0) continue;
    for (let i = p + 1; i < m; i++) {
      let sum = 0;
      for (let j = p + 1; j < n; j++) sum += columns[j * m + i] * rows[p * n + j];
      sum *= rightTaus[p];
      for (let j = p + 1; j < n; j++) columns[j * m + i] -= sum * rows[p * n + j];
    }
  }
  const left = vectors ? formRows(columns, leftTaus, n, n, m, 0) : new Float64Array(0);
  const right = vectors ? formRows(rows, rightTaus, n - 1, n, n, 1) : new Float64Array(0);
  const converged = vectors
    ? implicitQr(d, e, 0, n, { left: rotateRows(left, m), right: rotateRows(right, n) })
    : implicitQr(d, e, 0, n);
  if (!converged) return null;
  for (let k = 0; k < n; k++) {
    if (d[k] >= 0) continue;
    d[k] = -d[k];
    if (vectors) for (let j = k * n; j < k * n + n; j++) right[j] = -right[j];
  }
  return { values: d, left, right };
}
