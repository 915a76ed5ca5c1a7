import { addVectorTimesRows, rowsTimesVector } from './gemv';
import { reflector } from './qr';
import { axpy, axpy2, dot, scale } from './vector';

// out −= Σ_q f_q·X_q + g_q·Y_q over the first `count` rows of X and Y, with coefficients read down columns of F and G. Strides in bytes.
function subtract(
  count: i32, n: i32, f: usize, fStride: usize, x: usize, g: usize, gStride: usize, y: usize, stride: usize, out: usize,
): void {
  for (let q: usize = 0; q < <usize>count; q++)
    axpy2(n, -load<f64>(f + q * fStride), x + q * stride, -load<f64>(g + q * gStride), y + q * stride, out);
}

// out −= Σ_q (X_q·z)·W_q + (Y_q·z)·T_q: what the delayed updates of the panel add to a product with the stale matrix.
function correct(
  count: i32, k: i32, x: usize, y: usize, xStride: usize, z: usize, n: i32, w: usize, t: usize, wStride: usize, out: usize,
): void {
  for (let q: usize = 0; q < <usize>count; q++)
    axpy2(n, -dot(k, x + q * xStride, z), w + q * wStride, -dot(k, y + q * xStride, z), t + q * wStride, out);
}

// A panel of b steps of the Householder bidiagonalisation of the m×n matrix at `a` (m ≥ n ≥ b), as LAPACK's dlabrd: diagonal d,
// superdiagonal e (e[n−1] untouched), tauLeft, tauRight. `left` (2b×m) becomes the reflectors U over X, `right` (2b×n) Y over the
// reflectors V, rows zero before their first entry, so that what lies right of and below the panel becomes A − Uᵀ Y − Xᵀ V.
export function bidiagonalPanel(
  m: i32, n: i32, b: i32, a: usize, lda: i32, left: usize, right: usize, d: usize, e: usize, tauLeft: usize, tauRight: usize,
): void {
  const stride = <usize>lda << 3;
  const tall = <usize>m << 3;
  const wide = <usize>n << 3;
  const X = left + <usize>b * tall;
  const V = right + <usize>b * wide;
  memory.fill(left, 0, <usize>(2 * b) * tall);
  memory.fill(right, 0, <usize>(2 * b) * wide);
  for (let p = 0; p < b; p++) {
    const at = <usize>p << 3;
    const next = at + 8;
    const rows = m - p;
    const cols = n - p - 1;
    // Column p, brought up to date, to U.
    const u = left + <usize>p * tall + at;
    for (let r = 0; r < rows; r++) store<f64>(u + (<usize>r << 3), load<f64>(a + <usize>(p + r) * stride + at));
    subtract(p, rows, right + at, wide, left + at, V + at, wide, X + at, tall, u);
    const t = reflector(rows, u, d + at);
    store<f64>(tauLeft + at, t);
    if (cols == 0) {
      store<f64>(tauRight + at, 0);
      continue;
    }
    const y = right + <usize>p * wide + next;
    addVectorTimesRows(rows, cols, a + <usize>p * stride + next, stride, u, y);
    correct(p, rows, left + at, X + at, tall, u, cols, right + next, V + next, wide, y);
    scale(cols, t, y);
    // Row p, brought up to date, to V.
    const v = V + <usize>p * wide + next;
    memory.copy(v, a + <usize>p * stride + next, <usize>cols << 3);
    subtract(p, cols, left + at, tall, right + next, X + at, tall, V + next, wide, v);
    axpy(cols, -1, y, v);
    const s = reflector(cols, v, e + at);
    store<f64>(tauRight + at, s);
    const x = X + <usize>p * tall + next;
    rowsTimesVector(rows - 1, cols, a + <usize>(p + 1) * stride + next, stride, v, x);
    correct(p, cols, right + next, V + next, wide, v, rows - 1, left + next, X + next, tall, x);
    axpy(rows - 1, -dot(cols, y, v), u + 8, x);
    scale(rows - 1, s, x);
  }
}
