/**
 * Eigenvalues, descending, of the symmetric tridiagonal matrix with zero diagonal and these positive off-diagonal entries, by QL with
 * Wilkinson's shift. Absolute error: a few ε times the largest.
 *
 * Source: EISPACK imtql1; Golub & Welsch, Math. Comp. 23 (1969) 221.
 */
export function symmetricNodes(couplings: Float64Array): Float64Array {
  const n = couplings.length + 1;
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  e.set(couplings);
  for (let l = 0; l < n; l++) {
    for (;;) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      const g = (d[l + 1] - d[l]) / (2 * e[l]);
      const shift = d[m] - d[l] + e[l] / (g + (g < 0 ? -1 : 1) * Math.sqrt(g * g + 1));
      rotate(d, e, l, m, shift);
    }
  }
  return d.sort().reverse();
}

/** One implicit QL sweep over rows l..m. */
function rotate(d: Float64Array, e: Float64Array, l: number, m: number, shift: number): void {
  let s = 1;
  let c = 1;
  let p = 0;
  let g = shift;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}
