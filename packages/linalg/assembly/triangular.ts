import { gemm } from './gemm';
import { tile } from './layout';
import { packPanel } from './pack';
import { argument, fork, integer, mayFork, setArgument, threadCount } from './parallel';
import { splat } from './simd';
import { SOLVE_LEFT, SOLVE_RIGHT } from './tasks';
import { axpy } from './vector';

const BASE: i32 = 16;
const CHUNK: i32 = 256;
// Solves with less work (n²m) are not worth a fork.
const FORK_WORTH: f64 = 500000;

// Where to split n > BASE: half, rounded up to a multiple of BASE.
// @ts-ignore: decorator
@inline
export function half(n: i32): i32 {
  return ((n + 1) / 2 + BASE - 1) & ~(BASE - 1);
}

// x /= divisor
function divide(n: i32, divisor: f64, x: usize): void {
  const d = splat(divisor);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(x, f64x2.div(v128.load(x), d));
    x += 16;
  }
  if (i < n) store<f64>(x, load<f64>(x) / divisor);
}

function solveLeftBase(
  n: i32, m: i32, t: usize, tRow: usize, tCol: usize, forward: bool, unit: bool, x: usize, ldx: usize,
): void {
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const row = x + <usize>i * ldx;
    const from = forward ? 0 : i + 1;
    const to = forward ? i : n;
    for (let k = from; k < to; k++)
      axpy(m, -load<f64>(t + <usize>i * tRow + <usize>k * tCol), x + <usize>k * ldx, row);
    if (!unit) divide(m, load<f64>(t + <usize>i * (tRow + tCol)), row);
  }
}

// Recursive, so that all but a strip of width BASE is product.
function solveLeftHere(
  n: i32, m: i32, t: usize, tRow: i32, tCol: i32, forward: bool, unit: bool, x: usize, ldx: i32,
): void {
  if (n <= BASE) {
    for (let j = 0; j < m; j += CHUNK) {
      solveLeftBase(
        n, min(CHUNK, m - j), t, <usize>tRow << 3, <usize>tCol << 3, forward, unit, x + (<usize>j << 3), <usize>ldx << 3,
      );
    }
    return;
  }
  const h = half(n);
  const x2 = x + (<usize>h * <usize>ldx << 3);
  const t2 = t + (<usize>h * <usize>(tRow + tCol) << 3);
  if (forward) {
    solveLeftHere(h, m, t, tRow, tCol, true, unit, x, ldx);
    gemm(n - h, m, h, -1, t + (<usize>h * <usize>tRow << 3), tRow, tCol, x, ldx, 1, x2, ldx, false);
    solveLeftHere(n - h, m, t2, tRow, tCol, true, unit, x2, ldx);
  } else {
    solveLeftHere(n - h, m, t2, tRow, tCol, false, unit, x2, ldx);
    gemm(h, m, n - h, -1, t + (<usize>h * <usize>tCol << 3), tRow, tCol, x2, ldx, 1, x, ldx, false);
    solveLeftHere(h, m, t, tRow, tCol, false, unit, x, ldx);
  }
}

// Columns of X do not know of each other: a chunk is a strip of them.
export function solveLeftChunk(chunk: i32): void {
  const m = integer(1);
  const strips = integer(8);
  const j0 = <i32>((<i64>m * chunk) / strips) & ~3;
  const j1 = chunk + 1 == strips ? m : <i32>((<i64>m * (chunk + 1)) / strips) & ~3;
  solveLeftHere(
    integer(0), j1 - j0, argument(2), integer(3), integer(4), integer(5) != 0, integer(6) != 0, argument(7) + (<usize>j0 << 3), integer(9),
  );
}

// Solves T X = B in place for X (n×m, row-major, ldx); T lower triangular when `forward`, else upper; any strides (in doubles).
export function solveLeft(
  n: i32, m: i32, t: usize, tRow: i32, tCol: i32, forward: bool, unit: bool, x: usize, ldx: i32,
): void {
  if (!mayFork() || m < 32 || <f64>n * <f64>n * <f64>m < FORK_WORTH) {
    solveLeftHere(n, m, t, tRow, tCol, forward, unit, x, ldx);
    return;
  }
  const strips = min(threadCount(), m / 16);
  setArgument(0, n);
  setArgument(1, m);
  setArgument(2, t);
  setArgument(3, tRow);
  setArgument(4, tCol);
  setArgument(5, forward ? 1 : 0);
  setArgument(6, unit ? 1 : 0);
  setArgument(7, x);
  setArgument(8, strips);
  setArgument(9, ldx);
  fork(SOLVE_LEFT, strips);
}

// Four rows at once, packed as [k][4] in the scratch tile, of X Lᵀ = B (forward) or X L = B (backward, columns last to first).
function solveRightRows(rows: i32, n: i32, l: usize, ldl: usize, forward: bool, x: usize, ldx: usize): void {
  const strip = tile();
  packPanel(strip, x, ldx, 8, rows, n, 1);
  for (let step = 0; step < n; step++) {
    const j = forward ? step : n - 1 - step;
    const factors = forward ? l + <usize>j * ldl : l + (<usize>j << 3);
    const next: usize = forward ? 8 : ldl;
    const from = forward ? 0 : j + 1;
    const to = forward ? j : n;
    const target = strip + (<usize>j << 5);
    let low = v128.load(target);
    let high = v128.load(target, 16);
    for (let k = from; k < to; k++) {
      const factor = v128.load_splat<f64>(factors + <usize>k * next);
      const source = strip + (<usize>k << 5);
      low = f64x2.sub(low, f64x2.mul(factor, v128.load(source)));
      high = f64x2.sub(high, f64x2.mul(factor, v128.load(source, 16)));
    }
    const pivot = v128.load_splat<f64>(l + <usize>j * (ldl + 8));
    v128.store(target, f64x2.div(low, pivot));
    v128.store(target, f64x2.div(high, pivot), 16);
  }
  for (let r = 0; r < rows; r++) {
    const target = x + <usize>r * ldx;
    for (let j = 0; j < n; j++) store<f64>(target + (<usize>j << 3), load<f64>(strip + (<usize>j << 5) + (<usize>r << 3)));
  }
}

function solveRightHere(m: i32, n: i32, l: usize, ldl: i32, forward: bool, x: usize, ldx: i32): void {
  if (n <= BASE) {
    for (let i = 0; i < m; i += 4)
      solveRightRows(min(4, m - i), n, l, <usize>ldl << 3, forward, x + (<usize>i * <usize>ldx << 3), <usize>ldx << 3);
    return;
  }
  const h = half(n);
  const x2 = x + (<usize>h << 3);
  const l21 = l + (<usize>h * <usize>ldl << 3);
  const l22 = l21 + (<usize>h << 3);
  if (forward) {
    solveRightHere(m, h, l, ldl, true, x, ldx);
    gemm(m, n - h, h, -1, x, ldx, 1, l21, 1, ldl, x2, ldx, false);
    solveRightHere(m, n - h, l22, ldl, true, x2, ldx);
  } else {
    solveRightHere(m, n - h, l22, ldl, false, x2, ldx);
    gemm(m, h, n - h, -1, x2, ldx, 1, l21, ldl, 1, x, ldx, false);
    solveRightHere(m, h, l, ldl, false, x, ldx);
  }
}

// Rows of X do not know of each other: a chunk is a strip of them.
export function solveRightChunk(chunk: i32): void {
  const m = integer(0);
  const strips = integer(6);
  const i0 = <i32>((<i64>m * chunk) / strips) & ~3;
  const i1 = chunk + 1 == strips ? m : <i32>((<i64>m * (chunk + 1)) / strips) & ~3;
  const ldx = integer(5);
  solveRightHere(i1 - i0, integer(1), argument(2), integer(3), integer(7) != 0, argument(4) + (<usize>i0 * <usize>ldx << 3), ldx);
}

function solveRightWith(m: i32, n: i32, l: usize, ldl: i32, forward: bool, x: usize, ldx: i32): void {
  if (!mayFork() || m < 32 || <f64>n * <f64>n * <f64>m < FORK_WORTH) {
    solveRightHere(m, n, l, ldl, forward, x, ldx);
    return;
  }
  const strips = min(threadCount(), m / 16);
  setArgument(0, m);
  setArgument(1, n);
  setArgument(2, l);
  setArgument(3, ldl);
  setArgument(4, x);
  setArgument(5, ldx);
  setArgument(6, strips);
  setArgument(7, forward ? 1 : 0);
  fork(SOLVE_RIGHT, strips);
}

// Solves X Lᵀ = B in place for X (m×n, row-major), L lower triangular n×n.
export function solveRight(m: i32, n: i32, l: usize, ldl: i32, x: usize, ldx: i32): void {
  solveRightWith(m, n, l, ldl, true, x, ldx);
}

// Overwrites the lower triangle of L by that of X = L⁻¹; `work` holds n²/4 doubles. Made so that X L − I is small, entry by entry, beside
// ε|X||L| (Higham, Accuracy and Stability of Numerical Algorithms, §14.2), which XᵀX needs to be a good inverse of L Lᵀ.
export function invertLower(n: i32, l: usize, ldl: i32, work: usize): void {
  const stride = <usize>ldl << 3;
  if (n <= BASE) {
    for (let i = n - 1; i >= 0; i--) {
      const row = l + <usize>i * stride;
      const inverse = 1 / load<f64>(row + (<usize>i << 3));
      for (let j = i - 1; j >= 0; j--) {
        let s: f64 = inverse * load<f64>(row + (<usize>j << 3));
        for (let k = j + 1; k < i; k++) s += load<f64>(row + (<usize>k << 3)) * load<f64>(l + <usize>k * stride + (<usize>j << 3));
        store<f64>(row + (<usize>j << 3), -s / load<f64>(l + <usize>j * (stride + 8)));
      }
      store<f64>(row + (<usize>i << 3), inverse);
    }
    return;
  }
  // [L11 0; L21 L22]⁻¹ = [X11 0; −X22 L21 L11⁻¹, X22]
  const h = half(n);
  const rest = n - h;
  const l21 = l + <usize>h * stride;
  const l22 = l21 + (<usize>h << 3);
  invertLower(rest, l22, ldl, work);
  clearUpper(rest, l22, stride);
  memory.fill(work, 0, <usize>rest * <usize>h << 3);
  gemm(rest, h, rest, -1, l22, ldl, 1, l21, ldl, 1, work, h, false);
  solveRightWith(rest, h, l, ldl, false, work, h);
  for (let i = 0; i < rest; i++) memory.copy(l21 + <usize>i * stride, work + (<usize>i * <usize>h << 3), <usize>h << 3);
  invertLower(h, l, ldl, work);
}

// Zeros above the diagonal; stride in bytes.
export function clearUpper(n: i32, a: usize, stride: usize): void {
  for (let i = 0; i < n; i++) memory.fill(a + <usize>i * stride + (<usize>(i + 1) << 3), 0, <usize>(n - 1 - i) << 3);
}

// C += Lᵀ L in 4×4 tiles meeting the lower triangle, for lower triangular L: block rows skip the zeros of Lᵀ.
export function gramOfLower(n: i32, l: usize, ldl: i32, c: usize): void {
  for (let i = 0; i < n; i += 128) {
    const rows = min(128, n - i);
    const start = l + (<usize>i * <usize>ldl << 3);
    const target = c + (<usize>i * <usize>n << 3);
    if (i > 0) gemm(rows, i, n - i, 1, start + (<usize>i << 3), 1, ldl, start, ldl, 1, target, n, false);
    gemm(rows, rows, n - i, 1, start + (<usize>i << 3), 1, ldl, start + (<usize>i << 3), ldl, 1, target + (<usize>i << 3), n, true);
  }
}
