import { gemm } from './gemm';
import { half, solveLeft } from './triangular';
import { axpy } from './vector';

function swapRows(n: i32, x: usize, y: usize): void {
  for (let i = 0; i < n; i++) {
    const kept = load<f64>(x);
    store<f64>(x, load<f64>(y));
    store<f64>(y, kept);
    x += 8;
    y += 8;
  }
}

// A panel of m×n, n small. pivots[k] = the row swapped with row k (counted from the top of this panel).
function panel(m: i32, n: i32, a: usize, stride: usize, pivots: usize): void {
  for (let k = 0; k < min(m, n); k++) {
    let p = k;
    let largest = Math.abs(load<f64>(a + <usize>k * stride + (<usize>k << 3)));
    for (let i = k + 1; i < m; i++) {
      const size = Math.abs(load<f64>(a + <usize>i * stride + (<usize>k << 3)));
      if (size > largest) {
        largest = size;
        p = i;
      }
    }
    store<i32>(pivots + (<usize>k << 2), p);
    if (largest == 0) continue;
    const row = a + <usize>k * stride;
    if (p != k) swapRows(n, row, a + <usize>p * stride);
    const pivot = load<f64>(row + (<usize>k << 3));
    for (let i = k + 1; i < m; i++) {
      const at = a + <usize>i * stride + (<usize>k << 3);
      const factor = load<f64>(at) / pivot;
      store<f64>(at, factor);
      axpy(n - k - 1, -factor, row + (<usize>(k + 1) << 3), at + 8);
    }
  }
}

function applySwaps(count: i32, n: i32, a: usize, stride: usize, pivots: usize): void {
  for (let k = 0; k < count; k++) {
    const p = load<i32>(pivots + (<usize>k << 2));
    if (p != k) swapRows(n, a + <usize>k * stride, a + <usize>p * stride);
  }
}

// P A = L U of m×n A (m ≥ n), recursive over columns (Toledo 1997). pivots: n × i32, counted from the top of A.
export function lu(m: i32, n: i32, a: usize, lda: i32, pivots: usize): void {
  const stride = <usize>lda << 3;
  if (n <= 16) {
    panel(m, n, a, stride, pivots);
    return;
  }
  const h = half(n);
  const a12 = a + (<usize>h << 3);
  const a21 = a + <usize>h * stride;
  const a22 = a21 + (<usize>h << 3);
  lu(m, h, a, lda, pivots);
  applySwaps(h, n - h, a12, stride, pivots);
  solveLeft(h, n - h, a, lda, 1, true, true, a12, lda);
  gemm(m - h, n - h, h, -1, a21, lda, 1, a12, lda, 1, a22, lda, false);
  const rest = pivots + (<usize>h << 2);
  lu(m - h, n - h, a22, lda, rest);
  applySwaps(n - h, h, a21, stride, rest);
  for (let k = 0; k < n - h; k++) store<i32>(rest + (<usize>k << 2), load<i32>(rest + (<usize>k << 2)) + h);
}
