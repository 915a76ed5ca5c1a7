import { gemm } from './gemm';
import { companion, companionWork, updateRow } from './panel';
import { dot, scale } from './vector';

const NB: i32 = 32;

// Replaces x = row[0…r−1] by v with v[r−1] = 1 and H x = e·(last unit vector), H = I − tau v vᵀ. Entries below 1e−145 of a matrix of
// size 1 are dropped, so that squares do not underflow. Stores e and returns tau.
function reflector(row: usize, r: i32, e: usize): f64 {
  const last = row + (<usize>(r - 1) << 3);
  const alpha = load<f64>(last);
  const square = dot(r - 1, row, row);
  store<f64>(last, 1);
  if (square < 1e-290) {
    memory.fill(row, 0, <usize>(r - 1) << 3);
    store<f64>(e, alpha);
    return 0;
  }
  const norm = Math.sqrt(alpha * alpha + square);
  const beta = alpha > 0 ? -norm : norm;
  scale(r - 1, 1 / (alpha - beta), row);
  store<f64>(e, beta);
  return (beta - alpha) / beta;
}

function reduceRow(a: usize, lda: usize, r: i32, p: i32, d: usize, e: usize, tau: usize, v: usize, w: usize, stride: usize, work: usize): void {
  const row = a + <usize>r * lda;
  const at = <usize>r << 3;
  updateRow(row, r, p, v, w, stride);
  store<f64>(d + at, load<f64>(row + at));
  const t = reflector(row, r, e + at);
  store<f64>(tau + at, t);
  const x = v + <usize>p * stride;
  const y = w + <usize>p * stride;
  memory.copy(x, row, at);
  if (t == 0) memory.fill(y, 0, at);
  else companion(a, lda, r, t, x, y, p, v, w, stride, work);
}

// Doubles of workspace that tridiagonalize needs.
export function tridiagonalizeWork(n: i32): i32 {
  const ld = n + (n & 1);
  return 3 * NB * ld + companionWork(ld, NB);
}

// Householder reduction of symmetric A (lower triangle, row-major) from the last row up: diagonal d, subdiagonal e[1…], tau; the
// vector of step r replaces row r left of the diagonal (with its 1 stored). Blocked as LAPACK's dlatrd: a panel of NB rows, then the
// leading block −= V Wᵀ + W Vᵀ as one product of depth 2·NB over [V W]·[W V]ᵀ.
export function tridiagonalize(n: i32, a: usize, lda: i32, d: usize, e: usize, tau: usize, work: usize): void {
  if (n == 0) return;
  const ld = n + (n & 1);
  const stride = <usize>ld << 3;
  const bytes = <usize>lda << 3;
  const w = work;
  const v = w + <usize>NB * stride;
  const w2 = v + <usize>NB * stride;
  const rest = w2 + <usize>NB * stride;
  let i = n;
  while (i > NB) {
    for (let p = 0; p < NB; p++) reduceRow(a, bytes, i - 1 - p, p, d, e, tau, v, w, stride, rest);
    memory.copy(w2, w, <usize>NB * stride);
    i -= NB;
    gemm(i, i, 2 * NB, -1, v, 1, ld, w, ld, 1, a, lda, true);
  }
  for (let p = 0; p < i - 1; p++) reduceRow(a, bytes, i - 1 - p, p, d, e, tau, v, w, stride, rest);
  updateRow(a, 0, i - 1, v, w, stride);
  store<f64>(d, load<f64>(a));
  store<f64>(e, 0);
  store<f64>(tau, 0);
}
