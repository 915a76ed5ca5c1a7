/**
 * Eigenvalues (into `d`, unsorted) of the symmetric tridiagonal matrix with diagonal `d` and subdiagonal `e[1..n−1]`, by the implicit QL
 * algorithm (EISPACK tql2). With `z` (n×n, row-major) its columns are rotated along. Returns false when some eigenvalue needed
 * more than 60 sweeps.
 */
export function implicitQl(d: Float64Array, e: Float64Array, n: number, z: Float64Array | null): boolean {
  for (let i = 1; i < n; i++) e[i - 1] = e[i];
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      for (; m < n - 1; m++) {
        const scale = Math.abs(d[m]) + Math.abs(d[m + 1]);
        if (Math.abs(e[m]) <= Number.EPSILON * 0.5 * scale) break;
      }
      if (m === l) break;
      if (sweep === 60) return false;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        if (z !== null) {
          for (let k = 0; k < n * n; k += n) {
            const f2 = z[k + i + 1];
            z[k + i + 1] = s * z[k + i] + c * f2;
            z[k + i] = c * z[k + i] - s * f2;
          }
        }
      }
      if (r === 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return true;
}
