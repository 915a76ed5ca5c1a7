import { companion, companionWork, updateRow } from './panel';
import { rank2Update, rank2Work } from './rank2';
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

// Step r, pair p of its panel: row r is up to date. Brings row r−1 up to date if `next`.
function reduceRow(
  a: usize, lda: usize, r: i32, p: i32, d: usize, e: usize, tau: usize, v: usize, w: usize, stride: usize, next: bool, work: usize,
): void {
  const row = a + <usize>r * lda;
  const at = <usize>r << 3;
  store<f64>(d + at, load<f64>(row + at));
  const t = reflector(row, r, e + at);
  store<f64>(tau + at, t);
  const x = v + <usize>p * stride;
  const y = w + <usize>p * stride;
  memory.copy(x, row, at);
  if (t != 0) {
    companion(a, lda, r, t, x, y, p, v, w, stride, next, work);
    return;
  }
  memory.fill(y, 0, at);
  if (next) updateRow(row - lda, r - 1, p, v, w, stride);
}

// Doubles of workspace that tridiagonalize needs.
export function tridiagonalizeWork(n: i32): i32 {
  const ld = n + (n & 1);
  return 2 * NB * ld + max(companionWork(ld, NB), rank2Work(ld, NB));
}

// Householder reduction of symmetric A (lower triangle, row-major) from the last row up: diagonal d, subdiagonal e[1…], tau; the
// vector of step r replaces row r left of the diagonal (with its 1 stored). Blocked as LAPACK's dlatrd: a panel of NB rows, then the
// leading block −= V Wᵀ + W Vᵀ at once.
export function tridiagonalize(n: i32, a: usize, lda: i32, d: usize, e: usize, tau: usize, work: usize): void {
  if (n == 0) return;
  const ld = n + (n & 1);
  const stride = <usize>ld << 3;
  const bytes = <usize>lda << 3;
  const w = work;
  const v = w + <usize>NB * stride;
  const rest = v + <usize>NB * stride;
  let i = n;
  while (i > NB) {
    for (let p = 0; p < NB; p++) reduceRow(a, bytes, i - 1 - p, p, d, e, tau, v, w, stride, p < NB - 1, rest);
    i -= NB;
    rank2Update(i, NB, v, w, stride, a, bytes, rest);
  }
  for (let p = 0; p < i - 1; p++) reduceRow(a, bytes, i - 1 - p, p, d, e, tau, v, w, stride, true, rest);
  store<f64>(d, load<f64>(a));
  store<f64>(e, 0);
  store<f64>(tau, 0);
}
