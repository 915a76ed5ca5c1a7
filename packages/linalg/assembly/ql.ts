import { rotate } from './vector';

// Off-diagonal entries below this are dropped from a matrix of size 1, so that products of them do not underflow.
const NEGLIGIBLE: f64 = 1e-100;
const HALF_EPSILON: f64 = f64.EPSILON / 2;
const MOST_SWEEPS: i32 = 60;
// After so many sweeps for one eigenvalue, entries negligible beside the whole matrix go too: graded matrices may stall otherwise.
const PATIENCE: i32 = 8;

// @ts-ignore: decorator
@inline
function get(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function set(x: usize, i: i32, value: f64): void {
  store<f64>(x + (<usize>i << 3), value);
}

// max |dᵢ|, |eᵢ| of the block [lo, hi).
function sizeOf(d: usize, e: usize, lo: i32, hi: i32): f64 {
  let size: f64 = Math.abs(get(d, lo));
  for (let i = lo + 1; i < hi; i++) size = Math.max(size, Math.max(Math.abs(get(d, i)), Math.abs(get(e, i))));
  return size;
}

// Eigenvalues of the block [lo, hi) of the symmetric tridiagonal matrix with diagonal d and subdiagonal e[lo+1…] (destroyed) over d,
// unsorted, by implicit QL (EISPACK tql2); rows lo…hi−1 of z (entries lo…hi−1, stride in bytes) are rotated along, as eigenvectors.
// Returns false when some eigenvalue needed more than 60 sweeps.
export function implicitQl(d: usize, e: usize, lo: i32, hi: i32, z: usize, stride: usize): bool {
  const norm = sizeOf(d, e, lo, hi);
  const width = hi - lo;
  const column = z + (<usize>lo << 3);
  for (let l = lo; l < hi; l++) {
    for (let sweep = 0; ; sweep++) {
      const floor = sweep < PATIENCE ? NEGLIGIBLE : Math.max(NEGLIGIBLE, HALF_EPSILON * norm);
      let m = l;
      for (; m < hi - 1; m++) {
        const size = Math.abs(get(e, m + 1));
        if (size <= HALF_EPSILON * (Math.abs(get(d, m)) + Math.abs(get(d, m + 1))) || size <= floor) break;
      }
      if (m == l) break;
      if (sweep == MOST_SWEEPS) return false;
      let g = (get(d, l + 1) - get(d, l)) / (2 * get(e, l + 1));
      let r = Math.sqrt(g * g + 1);
      g = get(d, m) - get(d, l) + get(e, l + 1) / (g + (g >= 0 ? r : -r));
      let s: f64 = 1;
      let c: f64 = 1;
      let p: f64 = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * get(e, i + 1);
        const b = c * get(e, i + 1);
        r = Math.sqrt(f * f + g * g);
        if (i + 2 <= m) set(e, i + 2, r);
        if (r == 0) break;
        s = f / r;
        c = g / r;
        g = get(d, i + 1) - p;
        r = (get(d, i) - g) * s + 2 * c * b;
        p = s * r;
        set(d, i + 1, g + p);
        g = c * r - b;
        const row = column + <usize>i * stride;
        rotate(width, row, row + stride, c, -s);
      }
      if (m + 1 < hi) set(e, m + 1, 0);
      if (i >= l) {
        // Both f and g vanished: the matrix split.
        set(d, i + 1, get(d, i + 1) - p);
        continue;
      }
      set(d, l, get(d, l) - p);
      set(e, l + 1, g);
    }
  }
  return true;
}

// Eigenvalues alone of the symmetric tridiagonal matrix with diagonal d and subdiagonal e[1…] (destroyed) over d, unsorted, by the
// square-root-free QL algorithm of Pal, Walker & Kahan (EISPACK tqlrat, LAPACK dsterf), which works on squares of e. Returns false when
// some eigenvalue needed more than 60 sweeps.
export function eigenvaluesQl(n: i32, d: usize, e: usize): bool {
  if (n == 0) return true;
  const norm = sizeOf(d, e, 0, n);
  const least = NEGLIGIBLE * NEGLIGIBLE;
  const most = HALF_EPSILON * norm * (HALF_EPSILON * norm);
  for (let i = 1; i < n; i++) {
    const entry = get(e, i);
    set(e, i, entry * entry);
  }
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const floor = sweep < PATIENCE ? least : Math.max(least, most);
      let m = l;
      for (; m < n - 1; m++) {
        const square = get(e, m + 1);
        if (square <= floor || square <= HALF_EPSILON * HALF_EPSILON * Math.abs(get(d, m) * get(d, m + 1))) break;
      }
      if (m < n - 1) set(e, m + 1, 0);
      if (m == l) break;
      if (sweep == MOST_SWEEPS) return false;
      const root = Math.sqrt(get(e, l + 1));
      const half = (get(d, l + 1) - get(d, l)) / (2 * root);
      const shift = get(d, l) - root / (half + (half >= 0 ? 1 : -1) * Math.sqrt(half * half + 1));
      let c: f64 = 1;
      let s: f64 = 0;
      let gamma = get(d, m) - shift;
      let p = gamma * gamma;
      for (let i = m - 1; i >= l; i--) {
        const square = get(e, i + 1);
        const r = p + square;
        if (i != m - 1) set(e, i + 2, s * r);
        // r/p beside p/r: one division on the critical path of the next step.
        const inverse = r / p;
        const before = c;
        c = p / r;
        s = square / r;
        const old = gamma;
        const alpha = get(d, i);
        gamma = c * (alpha - shift) - s * old;
        set(d, i + 1, old + (alpha - gamma));
        p = c != 0 ? gamma * gamma * inverse : before * square;
      }
      set(e, l + 1, s * p);
      set(d, l, shift + gamma);
    }
  }
  return true;
}
