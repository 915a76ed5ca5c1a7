import { svdPlain } from '../plain/svd.js';
import type { ThinSvd } from './large.js';

/** Row order[k] of X (`width` wide) as column k of a width×n matrix. */
function columnsOf(X: Float64Array, order: Int32Array, width: number): Float64Array {
  const n = order.length;
  const out = new Float64Array(X.length);
  for (let k = 0; k < n && X.length > 0; k++) for (let i = 0; i < width; i++) out[i * n + k] = X[order[k] * width + i];
  return out;
}

/** The SVD of an m×n matrix (m ≥ n) too small for the engine. Null when the QR iteration failed. */
export function svdSmall(data: Float64Array, m: number, n: number, vectors: boolean): ThinSvd | null {
  const found = svdPlain(data, m, n, vectors);
  if (found === null) return null;
  const { values, left, right } = found;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => values[j] - values[i]);
  return { values: Float64Array.from(order, (k) => values[k]), left: columnsOf(left, order, m), right: columnsOf(right, order, n) };
}
