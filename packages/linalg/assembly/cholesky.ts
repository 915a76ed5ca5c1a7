import { gemm } from './gemm';
import { half, solveRight } from './triangular';
import { dot } from './vector';

const BASE: i32 = 16;

function factorBase(n: i32, a: usize, stride: usize): i32 {
  for (let i = 0; i < n; i++) {
    const row = a + <usize>i * stride;
    for (let j = 0; j < i; j++) {
      const other = a + <usize>j * stride;
      const value = load<f64>(row + (<usize>j << 3)) - dot(j, row, other);
      store<f64>(row + (<usize>j << 3), value / load<f64>(other + (<usize>j << 3)));
    }
    const target = row + (<usize>i << 3);
    const pivot = load<f64>(target) - dot(i, row, row);
    if (!(pivot > 0)) {
      store<f64>(target, pivot);
      return i;
    }
    store<f64>(target, Math.sqrt(pivot));
  }
  return -1;
}

// Overwrites the lower triangle of A by L with A = L Lᵀ. Returns −1, or the index of the first pivot that is not positive (left in
// place). The three diagonals above the main one are undefined afterwards (tiles of 4×4), the rest is not touched. Recursive: factor,
// solve, update by product, factor.
export function cholesky(n: i32, a: usize, lda: i32): i32 {
  if (n <= BASE) return factorBase(n, a, <usize>lda << 3);
  const h = half(n);
  const failed = cholesky(h, a, lda);
  if (failed >= 0) return failed;
  const a21 = a + (<usize>h * <usize>lda << 3);
  const a22 = a21 + (<usize>h << 3);
  solveRight(n - h, h, a, lda, a21, lda);
  gemm(n - h, n - h, h, -1, a21, lda, 1, a21, 1, lda, a22, lda, true);
  const rest = cholesky(n - h, a22, lda);
  return rest < 0 ? -1 : rest + h;
}
