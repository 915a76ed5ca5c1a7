import { asinCoefficients } from './coefficients';
import { last, poly13, signOf, table } from './table';

// Where constants are in the table, after the polynomial.
const HALF: usize = 104;
const ONE: usize = 112;
const HALF_PI: usize = 120;
const HALF_PI_LOW: usize = 128;
const UPPER: usize = 136;
const TINY: usize = 144;

function arcTable(): usize {
  const c = table();
  asinCoefficients(c);
  store<f64>(c, 0.5, HALF);
  store<f64>(c, 1, ONE);
  store<f64>(c, 1.5707963267948966, HALF_PI);
  store<f64>(c, 6.123233995736766e-17, HALF_PI_LOW);
  store<i64>(c, 0xfffffffff8000000, UPPER); // 26 bits of a double
  store<f64>(c, 1e-300, TINY);
  return c;
}

// π/2 − x − rest for |x| ≤ 1 and a small rest, the rounding of π/2 − x added back.
// @ts-ignore: decorator
@inline
function complement(c: usize, x: v128, rest: v128): v128 {
  const halfPi = v128.load64_splat(c, HALF_PI);
  const difference = f64x2.sub(halfPi, x);
  const lost = f64x2.sub(f64x2.sub(halfPi, difference), x);
  return f64x2.add(difference, f64x2.add(lost, f64x2.sub(v128.load64_splat(c, HALF_PI_LOW), rest)));
}

// Both functions through r = |x| or, from ½ on, r = s = √((1 − |x|)/2), where asin |x| = π/2 − 2 asin s and acos |x| = 2 asin s. There s is
// carried as high + low, high² exact, so that only the last operation's rounding counts. Outside [−1, 1] the root is NaN.
// @ts-ignore: decorator
@inline
function arc(c: usize, x: v128, cosine: bool): v128 {
  const sign = signOf(x);
  const a = v128.xor(x, sign);
  const half = v128.load64_splat(c, HALF);
  const small = f64x2.lt(a, half);
  const t = f64x2.mul(half, f64x2.sub(v128.load64_splat(c, ONE), a));
  const u = v128.bitselect(f64x2.mul(a, a), t, small);
  const w = f64x2.mul(u, poly13(c, u));

  const s = f64x2.sqrt(t);
  const high = v128.and(s, v128.load64_splat(c, UPPER));
  const denominator = f64x2.pmax(f64x2.add(s, high), v128.load64_splat(c, TINY)); // t = 0 leaves 0
  const low = f64x2.div(f64x2.sub(t, f64x2.mul(high, high)), denominator);
  const tail = f64x2.add(low, f64x2.mul(s, w)); // asin s = high + tail
  if (cosine) {
    const inner = complement(c, x, f64x2.mul(x, w));
    const right = f64x2.add(high, tail);
    const left = complement(c, high, tail);
    const negative = f64x2.lt(x, f64x2.splat(0));
    const outer = v128.bitselect(left, right, negative);
    return v128.bitselect(inner, f64x2.add(outer, outer), small);
  }
  const inner = f64x2.add(a, f64x2.mul(a, w));
  const outer = complement(c, f64x2.add(high, high), f64x2.add(tail, tail));
  return v128.or(v128.bitselect(inner, outer, small), sign);
}

// @ts-ignore: decorator
@inline
function asin(c: usize, x: v128): v128 {
  return arc(c, x, false);
}

// @ts-ignore: decorator
@inline
function acos(c: usize, x: v128): v128 {
  return arc(c, x, true);
}

function asinRest(c: usize, x: v128): v128 {
  return asin(c, x);
}

function acosRest(c: usize, x: v128): v128 {
  return acos(c, x);
}

// y ← asin x.
export function vectorAsin(n: i32, x: usize, y: usize): void {
  const c = arcTable();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const u = asin(c, a);
    const v = asin(c, b);
    v128.store(y, u);
    v128.store(y, v, 16);
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, asinRest(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, asinRest(c, last(x)), 0);
}

// y ← acos x.
export function vectorAcos(n: i32, x: usize, y: usize): void {
  const c = arcTable();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const u = acos(c, a);
    const v = acos(c, b);
    v128.store(y, u);
    v128.store(y, v, 16);
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, acosRest(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, acosRest(c, last(x)), 0);
}
