import { axpy } from './vector';

// (1 + √17)/8: the growth of a 1×1 and of a 2×2 pivot balance.
const ALPHA: f64 = 0.6403882032022076;

// @ts-ignore: decorator
@inline
function at(row: usize, j: i32): f64 {
  return load<f64>(row + (<usize>j << 3));
}

// @ts-ignore: decorator
@inline
function swap(x: usize, y: usize): void {
  const kept = load<f64>(x);
  store<f64>(x, load<f64>(y));
  store<f64>(y, kept);
}

// The index of the largest |row[j]| over from ≤ j < to other than `except`; −1 when there is none but zeros.
function largest(row: usize, from: i32, to: i32, except: i32): i32 {
  let found = -1;
  let size: f64 = 0;
  for (let j = from; j < to; j++) {
    const value = Math.abs(at(row, j));
    if (value > size && j != except) {
      size = value;
      found = j;
    }
  }
  return found;
}

// out[k…n) = column c of the trailing matrix, brought up to date by the panel's `count` columns: a_c − Σ_q W_q[c]·L_q.
function column(n: i32, k: i32, c: i32, count: i32, a: usize, stride: usize, panel: usize, w: usize, pitch: usize, out: usize): void {
  for (let j = k; j < c; j++) store<f64>(out + (<usize>j << 3), at(a + <usize>j * stride, c));
  const from = <usize>c << 3;
  memory.copy(out + from, a + <usize>c * stride + from, <usize>(n - c) << 3);
  const start = <usize>k << 3;
  for (let q: usize = 0; q < <usize>count; q++) axpy(n - k, -at(w + q * pitch, c), panel + q * stride + start, out + start);
}

// Exchanges i < j: rows and columns of the trailing matrix (upper triangle), and of all columns of L found before column k (rows of `a`).
function exchange(n: i32, k: i32, i: i32, j: i32, a: usize, stride: usize): void {
  const atI = <usize>i << 3;
  const atJ = <usize>j << 3;
  const rowI = a + <usize>i * stride;
  const rowJ = a + <usize>j * stride;
  for (let r: usize = 0; r < <usize>k; r++) swap(a + r * stride + atI, a + r * stride + atJ);
  for (let c = i + 1; c < j; c++) swap(rowI + (<usize>c << 3), a + <usize>c * stride + atJ);
  for (let c = j + 1; c < n; c++) swap(rowI + (<usize>c << 3), rowJ + (<usize>c << 3));
  swap(rowI + atI, rowJ + atJ);
}

function onePivot(n: i32, k: i32, row: usize, w: usize, d: usize): void {
  const pivot = at(w, k);
  store<f64>(d + (<usize>k << 3), pivot);
  store<f64>(row + (<usize>k << 3), 1);
  for (let j = k + 1; j < n; j++) store<f64>(row + (<usize>j << 3), pivot == 0 ? 0 : at(w, j) / pivot);
}

function twoPivots(n: i32, k: i32, row: usize, stride: usize, w: usize, pitch: usize, d: usize, e: usize): void {
  const second = row + stride;
  const w2 = w + pitch;
  const off = at(w, k + 1);
  store<f64>(d + (<usize>k << 3), at(w, k));
  store<f64>(d + (<usize>(k + 1) << 3), at(w2, k + 1));
  store<f64>(e + (<usize>k << 3), off);
  store<f64>(row + (<usize>k << 3), 1);
  store<f64>(row + (<usize>(k + 1) << 3), 0);
  store<f64>(second + (<usize>(k + 1) << 3), 1);
  const d11 = at(w2, k + 1) / off;
  const d22 = at(w, k) / off;
  const factor = 1 / (d11 * d22 - 1) / off;
  for (let j = k + 2; j < n; j++) {
    store<f64>(row + (<usize>j << 3), factor * (d11 * at(w, j) - at(w2, j)));
    store<f64>(second + (<usize>j << 3), factor * (d22 * at(w2, j) - at(w, j)));
  }
}

// A panel of at most nb columns of P A Pᵀ = L D Lᵀ (Bunch & Kaufman 1977, blocked as LAPACK's dlasyf) of the symmetric n×n matrix in the
// UPPER triangle at `a`, from column `first` on: columns of L replace rows of `a` (with their 1), those of L·D go to the nb rows of w
// (n wide), pivots to the diagonal d and subdiagonal e of D (e zeroed before), exchanges to `permutation` (i32). The trailing matrix is
// exchanged but not updated. Returns the number of columns done.
export function ldltPanel(
  n: i32, first: i32, nb: i32, a: usize, lda: i32, w: usize, d: usize, e: usize, permutation: usize,
): i32 {
  const stride = <usize>lda << 3;
  const pitch = <usize>n << 3;
  const panel = a + <usize>first * stride;
  const end = n - first <= nb ? n : first + nb - 1;
  let k = first;
  while (k < end) {
    const p = k - first;
    const wk = w + <usize>p * pitch;
    column(n, k, k, p, a, stride, panel, w, pitch, wk);
    const size = Math.abs(at(wk, k));
    const imax = largest(wk, k + 1, n, -1);
    const colmax = imax < 0 ? 0 : Math.abs(at(wk, imax));
    let chosen = k;
    let steps = 1;
    if (size < ALPHA * colmax) {
      const next = wk + pitch;
      column(n, k, imax, p, a, stride, panel, w, pitch, next);
      const rowBest = largest(next, k, n, imax);
      const rowmax = max(colmax, rowBest < 0 ? 0 : Math.abs(at(next, rowBest)));
      if (size < ALPHA * colmax * (colmax / rowmax)) {
        chosen = imax;
        if (Math.abs(at(next, imax)) >= ALPHA * rowmax) memory.copy(wk + (<usize>k << 3), next + (<usize>k << 3), <usize>(n - k) << 3);
        else steps = 2;
      }
    }
    const place = k + steps - 1;
    if (chosen != place) {
      exchange(n, k, place, chosen, a, stride);
      for (let q: usize = 0; q < <usize>(p + steps); q++)
        swap(w + q * pitch + (<usize>place << 3), w + q * pitch + (<usize>chosen << 3));
      const here = permutation + (<usize>place << 2);
      const there = permutation + (<usize>chosen << 2);
      const kept = load<i32>(here);
      store<i32>(here, load<i32>(there));
      store<i32>(there, kept);
    }
    const row = a + <usize>k * stride;
    if (steps == 1) onePivot(n, k, row, wk, d);
    else twoPivots(n, k, row, stride, wk, pitch, d, e);
    k += steps;
  }
  return k - first;
}
