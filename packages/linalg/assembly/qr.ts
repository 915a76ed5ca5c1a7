import { rowsTimesVector } from './gemv';
import { axpy, dot, scale } from './vector';

// The same reflector for vectors whose squares may leave the range of doubles.
function carefulReflector(n: i32, x: usize, beta: usize): f64 {
  const alpha = load<f64>(x);
  let largest: f64 = 0;
  for (let i = 1; i < n; i++) largest = max(largest, Math.abs(load<f64>(x + (<usize>i << 3))));
  if (largest == 0) {
    store<f64>(beta, alpha);
    store<f64>(x, 1);
    return 0;
  }
  largest = max(largest, Math.abs(alpha));
  let square: f64 = 0;
  for (let i = 0; i < n; i++) {
    const at = x + (<usize>i << 3);
    const part = load<f64>(at) / largest;
    store<f64>(at, part);
    square += part * part;
  }
  const first = load<f64>(x);
  const norm = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  for (let i = 1; i < n; i++) store<f64>(x + (<usize>i << 3), load<f64>(x + (<usize>i << 3)) / (first - norm));
  store<f64>(beta, norm * largest);
  store<f64>(x, 1);
  return (norm - first) / norm;
}

// Overwrites x (n entries) by v with v[0] = 1 and H x = beta·e₀, H = I − tau v vᵀ. Stores beta and returns tau (0 when only x[0] is not 0).
export function reflector(n: i32, x: usize, beta: usize): f64 {
  const alpha = load<f64>(x);
  const square = dot(n - 1, x + 8, x + 8);
  if (!(square > 1e-270 && square < 1e270 && Math.abs(alpha) < 1e135)) return carefulReflector(n, x, beta);
  const norm = Math.sqrt(alpha * alpha + square);
  const b = alpha > 0 ? -norm : norm;
  scale(n - 1, 1 / (alpha - b), x + 8);
  store<f64>(beta, b);
  store<f64>(x, 1);
  return (b - alpha) / b;
}

// y[q][r] = a[r][q]: the columns of an m×b block as contiguous rows. Strides in bytes.
function gatherColumns(m: i32, b: i32, a: usize, lda: usize, y: usize, ldy: usize): void {
  for (let r = 0; r < m; r++) {
    const row = a + <usize>r * lda;
    let target = y + (<usize>r << 3);
    for (let q = 0; q < b; q++) {
      store<f64>(target, load<f64>(row + (<usize>q << 3)));
      target += ldy;
    }
  }
}

// QR of the m×b panel at `a` (b ≤ m): R into its upper triangle (below it nothing changes), the reflectors into the rows of y, each with
// its zeros and its 1, and their tau. `work` holds b doubles.
export function qrPanel(m: i32, b: i32, a: usize, lda: i32, y: usize, ldy: i32, tau: usize, work: usize): void {
  const stride = <usize>lda << 3;
  const pitch = <usize>ldy << 3;
  gatherColumns(m, b, a, stride, y, pitch);
  for (let q = 0; q < b; q++) {
    const row = y + <usize>q * pitch;
    const v = row + (<usize>q << 3);
    const at = a + (<usize>q << 3);
    for (let p = 0; p < q; p++) {
      store<f64>(at + <usize>p * stride, load<f64>(row + (<usize>p << 3)));
      store<f64>(row + (<usize>p << 3), 0);
    }
    const t = reflector(m - q, v, at + <usize>q * stride);
    store<f64>(tau + (<usize>q << 3), t);
    if (t == 0) continue;
    const rest = b - q - 1;
    rowsTimesVector(rest, m - q, v + pitch, pitch, v, work);
    for (let p = 0; p < rest; p++) axpy(m - q, -t * load<f64>(work + (<usize>p << 3)), v, v + <usize>(p + 1) * pitch);
  }
}
