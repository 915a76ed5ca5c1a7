/**
 * Overwrites the n×n `a` by its LU factors with partial pivoting. Entry k of the result is the row swapped with row k at step k; a column
 * without a non-zero pivot is left as it is.
 */
export function luPlain(a: Float64Array, n: number): Int32Array {
  const swaps = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[p * n + k])) p = i;
    swaps[k] = p;
    const pivot = a[p * n + k];
    if (pivot === 0) continue;
    if (p !== k) {
      const row = a.slice(p * n, p * n + n);
      a.copyWithin(p * n, k * n, k * n + n);
      a.set(row, k * n);
    }
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / pivot;
      a[i * n + k] = factor;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return swaps;
}
