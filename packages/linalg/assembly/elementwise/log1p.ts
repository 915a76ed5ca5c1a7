import { LOG_BYTES, exponent, fraction, logOf, logSum, logTable, shiftedBits } from './log';
import { last, signOf } from './table';

// Where constants are in the table.
const ONE: usize = LOG_BYTES;
const MINUS_ONE: usize = ONE + 8;
const MOST: usize = ONE + 16;
const UNIT: usize = ONE + 24;

function log1pTable(): usize {
  const c = logTable();
  store<f64>(c, 1, ONE);
  store<f64>(c, -1, MINUS_ONE);
  store<f64>(c, 1e300, MOST);
  store<i64>(c, 2046 << 52, UNIT);
  return c;
}

// For −1 < x ≤ 1e300, with 1 + x = u + lost, rounded to u = 2ᵏ(1 + f): the logarithm of 2ᵏ(1 + f + 2⁻ᵏ·lost).
// @ts-ignore: decorator
@inline
function log1pOrdinary(c: usize, x: v128): v128 {
  const one = v128.load64_splat(c, ONE);
  const u = f64x2.add(one, x);
  const part = f64x2.sub(u, one);
  const lost = f64x2.add(f64x2.sub(one, f64x2.sub(u, part)), f64x2.sub(x, part));
  const bits = shiftedBits(c, u);
  // The exponent field of 2⁻ᵏ is 1023 − k.
  const inverse = i64x2.sub(v128.load64_splat(c, UNIT), v128.and(bits, i64x2.splat(0x7ff0000000000000)));
  const high = fraction(c, bits);
  const low = f64x2.mul(lost, inverse);
  const f = f64x2.add(high, low);
  return v128.or(logSum(c, exponent(c, bits), f, f64x2.add(f64x2.sub(high, f), low)), signOf(x));
}

// @ts-ignore: decorator
@inline
function isOrdinary(c: usize, x: v128): v128 {
  return v128.and(f64x2.gt(x, v128.load64_splat(c, MINUS_ONE)), f64x2.le(x, v128.load64_splat(c, MOST)));
}

// @ts-ignore: decorator
@inline
function log1p(c: usize, x: v128): v128 {
  const ordinary = isOrdinary(c, x);
  const y = log1pOrdinary(c, x);
  if (i64x2.all_true(ordinary)) return y;
  return v128.bitselect(y, logOf(c, f64x2.add(x, v128.load64_splat(c, ONE))), ordinary);
}

function log1pLast(c: usize, x: v128): v128 {
  return log1p(c, x);
}

// y ← log(1 + x).
export function vectorLog1p(n: i32, x: usize, y: usize): void {
  const c = log1pTable();
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, log1p(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, log1pLast(c, last(x)), 0);
}
