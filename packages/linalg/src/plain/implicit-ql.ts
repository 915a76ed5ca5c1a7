/** Off-diagonal entries below this are dropped from a matrix of size about 1, so that products of them do not underflow. */
const NEGLIGIBLE = 1e-100;
const HALF_EPSILON = Number.EPSILON / 2;
/** After so many sweeps for one eigenvalue, entries negligible beside the whole matrix go too: graded matrices may stall otherwise. */
const PATIENCE = 8;

/** The columns i and i+1 of the n×n `z` become c·zᵢ − s·zᵢ₊₁ and s·zᵢ + c·zᵢ₊₁. */
function rotateColumns(z: Float64Array, n: number, i: number, c: number, s: number): void {
  for (let k = i; k < n * n; k += n) {
    const left = z[k];
    const right = z[k + 1];
    z[k + 1] = s * left + c * right;
    z[k] = c * left - s * right;
  }
}

function sizeOf(d: Float64Array, e: Float64Array, n: number): number {
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(d[i]), Math.abs(e[i]));
  return size;
}

/**
 * Eigenvalues (over `d`, unsorted) of the symmetric tridiagonal n×n matrix with diagonal `d` and subdiagonal `e[1…]` (destroyed), by the
 * implicit QL algorithm (EISPACK tql2). The columns of `z` (n×n), if given, are rotated along. Returns false when some eigenvalue needed
 * more than 60 sweeps.
 */
export function implicitQl(d: Float64Array, e: Float64Array, n: number, z: Float64Array | null): boolean {
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const floor = sweep < PATIENCE ? NEGLIGIBLE : Math.max(NEGLIGIBLE, HALF_EPSILON * sizeOf(d, e, n));
      let m = l;
      for (; m < n - 1; m++) {
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
        if (z !== null) rotateColumns(z, n, i, c, s);
      }
      if (m + 1 < n) e[m + 1] = 0;
      if (i >= l) {
        // Both f and g vanished: the matrix split.
        d[i + 1] -= p;
        continue;
      }
      d[l] -= p;
      e[l + 1] = g;
    }
  }
  return true;
}
