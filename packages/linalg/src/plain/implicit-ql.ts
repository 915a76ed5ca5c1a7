/** Off-diagonal entries below this are dropped from a matrix of size 1, so that products of them do not underflow. */
const NEGLIGIBLE = 1e-100;
const HALF_EPSILON = Number.EPSILON / 2;
/** After so many sweeps for one eigenvalue, entries negligible beside the whole matrix go too: graded matrices may stall otherwise. */
const PATIENCE = 8;

/**
 * Eigenvalues (over `d[lo..hi)`, unsorted) of the symmetric tridiagonal matrix with diagonal `d[lo..hi)` and subdiagonal
 * `e[lo+1..hi)` (destroyed), by the implicit QL algorithm (EISPACK tql2). `rotate(i, c, s)` is told every rotation: eigenvectors i and
 * i+1 become c·vᵢ − s·vᵢ₊₁ and s·vᵢ + c·vᵢ₊₁. Returns false when some eigenvalue needed more than 60 sweeps.
 */
export function implicitQl(
  d: Float64Array,
  e: Float64Array,
  lo: number,
  hi: number,
  rotate: ((i: number, c: number, s: number) => void) | null,
): boolean {
  let norm = 0;
  for (let i = lo; i < hi; i++) norm = Math.max(norm, Math.abs(d[i]), i > lo ? Math.abs(e[i]) : 0);
  for (let l = lo; l < hi; l++) {
    for (let sweep = 0; ; sweep++) {
      const floor = sweep < PATIENCE ? NEGLIGIBLE : Math.max(NEGLIGIBLE, HALF_EPSILON * norm);
      let m = l;
      for (; m < hi - 1; m++) {
        const size = Math.abs(e[m + 1]);
        if (size <= HALF_EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1])) || size <= floor) break;
      }
      if (m === l) break;
      if (sweep === 60) return false;
      let g = (d[l + 1] - d[l]) / (2 * e[l + 1]);
      let r = Math.sqrt(g * g + 1);
      g = d[m] - d[l] + e[l + 1] / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i + 1];
        const b = c * e[i + 1];
        r = Math.sqrt(f * f + g * g);
        if (i + 2 <= m) e[i + 2] = r;
        if (r === 0) break;
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        if (rotate !== null) rotate(i, c, s);
      }
      if (i >= l) {
        // Both f and g vanished: the matrix split.
        d[i + 1] -= p;
        if (m + 1 < hi) e[m + 1] = 0;
        continue;
      }
      d[l] -= p;
      e[l + 1] = g;
      if (m + 1 < hi) e[m + 1] = 0;
    }
  }
  return true;
}
