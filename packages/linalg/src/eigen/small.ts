import type { Eigh } from '../eigh.js';
import { checkLowerFinite } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { implicitQl } from '../plain/implicit-ql.js';
import { tridiagonalizePlain } from '../plain/tridiagonalize.js';
import { balance } from './scale.js';

/** Sorts values into descending order, columns of the n×n `vectors` with them: few swaps, in place. */
function sortDescending(values: Float64Array, vectors: Float64Array | null, n: number): void {
  for (let i = 0; i < n - 1; i++) {
    let top = i;
    for (let k = i + 1; k < n; k++) if (values[k] > values[top]) top = k;
    if (top === i) continue;
    const value = values[i];
    values[i] = values[top];
    values[top] = value;
    if (vectors === null) continue;
    for (let row = 0; row < n * n; row += n) {
      const entry = vectors[row + i];
      vectors[row + i] = vectors[row + top];
      vectors[row + top] = entry;
    }
  }
}

/** Householder and implicit QL in plain TypeScript, for matrices too small for the engine. Null when the iteration failed. */
export function eighSmall(A: Matrix, vectors: boolean): Eigh | null {
  const n = A.rows;
  const { data } = A;
  const a = new Float64Array(n * n);
  let largest = 0;
  let check = 0;
  for (let i = 0; i < n; i++) {
    for (let k = i * n; k <= i * n + i; k++) {
      const value = data[k];
      a[k] = value;
      check += value - value;
      const size = Math.abs(value);
      if (size > largest) largest = size;
    }
  }
  // NaN unless every entry is finite.
  if (check !== 0) checkLowerFinite('A', A);
  const scale = balance(largest);
  if (scale !== 1) for (let k = 0; k < a.length; k++) a[k] *= scale;
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalizePlain(a, n, d, e, vectors);
  const z = vectors ? a : null;
  if (!implicitQl(d, e, n, z)) return null;
  sortDescending(d, z, n);
  if (scale !== 1) for (let k = 0; k < n; k++) d[k] /= scale;
  return { values: d, vectors: { rows: n, cols: vectors ? n : 0, data: vectors ? a : new Float64Array(0) } };
}
