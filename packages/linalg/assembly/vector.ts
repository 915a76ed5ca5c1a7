import { madd, splat, sum } from './simd';

// Σ xᵢyᵢ in eight partial sums, which also keeps the rounding errors of long sums down.
export function dot(n: i32, x: usize, y: usize): f64 {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  let rest: f64 = 0;
  for (; i < n; i++) {
    rest += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return rest + sum(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

// y += alpha·x
export function axpy(n: i32, alpha: f64, x: usize, y: usize): void {
  const a = splat(alpha);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(y, madd(a, v128.load(x), v128.load(y)));
    v128.store(y, madd(a, v128.load(x, 16), v128.load(y, 16)), 16);
    x += 32;
    y += 32;
  }
  for (; i < n; i++) {
    store<f64>(y, load<f64>(y) + alpha * load<f64>(x));
    x += 8;
    y += 8;
  }
}

// y += x
export function add(n: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, f64x2.add(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  if (i < n) store<f64>(y, load<f64>(y) + load<f64>(x));
}

// y += alpha·x + beta·w
export function axpy2(n: i32, alpha: f64, x: usize, beta: f64, w: usize, y: usize): void {
  const a = splat(alpha);
  const b = splat(beta);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, madd(a, v128.load(x), madd(b, v128.load(w), v128.load(y))));
    x += 16;
    w += 16;
    y += 16;
  }
  if (i < n) store<f64>(y, load<f64>(y) + alpha * load<f64>(x) + beta * load<f64>(w));
}

// x *= alpha
export function scale(n: i32, alpha: f64, x: usize): void {
  const a = splat(alpha);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(x, f64x2.mul(a, v128.load(x)));
    x += 16;
  }
  if (i < n) store<f64>(x, alpha * load<f64>(x));
}

// (x, y) ← (c·x + s·y, c·y − s·x)
export function rotate(n: i32, x: usize, y: usize, c: f64, s: f64): void {
  const cc = splat(c);
  const ss = splat(s);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, f64x2.add(f64x2.mul(cc, a), f64x2.mul(ss, b)));
    v128.store(y, f64x2.sub(f64x2.mul(cc, b), f64x2.mul(ss, a)));
    x += 16;
    y += 16;
  }
  if (i < n) {
    const a = load<f64>(x);
    const b = load<f64>(y);
    store<f64>(x, c * a + s * b);
    store<f64>(y, c * b - s * a);
  }
}

// max |xᵢ|, NaN if any entry is.
export function largest(n: i32, x: usize): f64 {
  let most = splat(0);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    most = f64x2.max(most, f64x2.abs(v128.load(x)));
    x += 16;
  }
  const top = Math.max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
  return i < n ? Math.max(top, Math.abs(load<f64>(x))) : top;
}

// max |aᵢⱼ| over the lower triangle, NaN if any entry there is.
export function largestLower(n: i32, a: usize, lda: i32): f64 {
  let most: f64 = 0;
  for (let i = 0; i < n; i++) {
    most = Math.max(most, largest(i + 1, a));
    a += <usize>lda << 3;
  }
  return most;
}
