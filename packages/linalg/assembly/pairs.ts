import { madd, splat, sum } from './simd';

// Inner loops over the pairs of rows (v, w) of a panel of the tridiagonalisation, two pairs at a time: an entry read serves twice or
// four times.

// out[0…3] = −w0·x, −v0·x, −w1·x, −v1·x
export function negativeDots(n: i32, x: usize, v0: usize, w0: usize, v1: usize, w1: usize, out: usize): void {
  let sa = splat(0);
  let sb = splat(0);
  let sc = splat(0);
  let sd = splat(0);
  const even = <usize>(n & ~1) << 3;
  for (let at: usize = 0; at < even; at += 16) {
    const xi = v128.load(x + at);
    sa = madd(xi, v128.load(w0 + at), sa);
    sb = madd(xi, v128.load(v0 + at), sb);
    sc = madd(xi, v128.load(w1 + at), sc);
    sd = madd(xi, v128.load(v1 + at), sd);
  }
  let a = sum(sa);
  let b = sum(sb);
  let c = sum(sc);
  let d = sum(sd);
  if (n & 1) {
    const xi = load<f64>(x + even);
    a += xi * load<f64>(w0 + even);
    b += xi * load<f64>(v0 + even);
    c += xi * load<f64>(w1 + even);
    d += xi * load<f64>(v1 + even);
  }
  store<f64>(out, -a);
  store<f64>(out, -b, 8);
  store<f64>(out, -c, 16);
  store<f64>(out, -d, 24);
}

// y += a0·v0 + b0·w0 + a1·v1 + b1·w1
export function addPairs(
  n: i32, v0: usize, w0: usize, v1: usize, w1: usize, a0: f64, b0: f64, a1: f64, b1: f64, y: usize,
): void {
  const sa0 = splat(a0);
  const sb0 = splat(b0);
  const sa1 = splat(a1);
  const sb1 = splat(b1);
  const even = <usize>(n & ~1) << 3;
  for (let at: usize = 0; at < even; at += 16) {
    const first = madd(sa0, v128.load(v0 + at), madd(sb0, v128.load(w0 + at), v128.load(y + at)));
    v128.store(y + at, madd(sa1, v128.load(v1 + at), madd(sb1, v128.load(w1 + at), first)));
  }
  if (n & 1) {
    const first = load<f64>(y + even) + a0 * load<f64>(v0 + even) + b0 * load<f64>(w0 + even);
    store<f64>(y + even, first + a1 * load<f64>(v1 + even) + b1 * load<f64>(w1 + even));
  }
}

// The same for y, and for z with a second set of coefficients.
export function addPairsTwice(
  n: i32, v0: usize, w0: usize, v1: usize, w1: usize, a0: f64, b0: f64, a1: f64, b1: f64, y: usize,
  c0: f64, d0: f64, c1: f64, d1: f64, z: usize,
): void {
  const sa0 = splat(a0);
  const sb0 = splat(b0);
  const sa1 = splat(a1);
  const sb1 = splat(b1);
  const sc0 = splat(c0);
  const sd0 = splat(d0);
  const sc1 = splat(c1);
  const sd1 = splat(d1);
  const even = <usize>(n & ~1) << 3;
  for (let at: usize = 0; at < even; at += 16) {
    const p = v128.load(v0 + at);
    const q = v128.load(w0 + at);
    let own = madd(sa0, p, madd(sb0, q, v128.load(y + at)));
    let other = madd(sc0, p, madd(sd0, q, v128.load(z + at)));
    const r = v128.load(v1 + at);
    const s = v128.load(w1 + at);
    own = madd(sa1, r, madd(sb1, s, own));
    other = madd(sc1, r, madd(sd1, s, other));
    v128.store(y + at, own);
    v128.store(z + at, other);
  }
  if (n & 1) {
    const p = load<f64>(v0 + even);
    const q = load<f64>(w0 + even);
    const r = load<f64>(v1 + even);
    const s = load<f64>(w1 + even);
    store<f64>(y + even, load<f64>(y + even) + a0 * p + b0 * q + a1 * r + b1 * s);
    store<f64>(z + even, load<f64>(z + even) + c0 * p + d0 * q + c1 * r + d1 * s);
  }
}
