import { logCoefficients } from './coefficients';
import { last, poly7, table } from './table';

export const LOG_BYTES: usize = 152;

// Where constants are in the table.
const BIAS: usize = 0;
const LN2: usize = 8;
const LN2_LOW: usize = 16;
const OFFSET: usize = 24;
const ROOT_HALF: usize = 32;
const MANTISSA: usize = 40;
const TWO52: usize = 48;
const HALF: usize = 56;
const ONE: usize = 64;
const TWO: usize = 72;
const LEAST: usize = 80;
const INFINITE: usize = 88;
const POLYNOMIAL: usize = 96;

export function logTable(): usize {
  const c = table();
  store<f64>(c, 4503599627371519, BIAS); // 2⁵² + 1023
  store<f64>(c, 0.6931471804855391, LN2); // 33 bits
  store<f64>(c, 7.440617110012397e-11, LN2_LOW); // and the rest
  store<i64>(c, 0x3ff0000000000000 - 0x3fe6a09e667f3bcd, OFFSET); // the bits of 1 less those of √½
  store<i64>(c, 0x3fe6a09e667f3bcd, ROOT_HALF);
  store<i64>(c, 0x000fffffffffffff, MANTISSA);
  store<f64>(c, 4503599627370496, TWO52);
  store<f64>(c, 0.5, HALF);
  store<f64>(c, 1, ONE);
  store<f64>(c, 2, TWO);
  store<f64>(c, 2.2250738585072014e-308, LEAST); // normal
  store<f64>(c, Infinity, INFINITE);
  logCoefficients(c + POLYNOMIAL);
  return c;
}

// The exponent field of positive normal x = 2ᵏ(1 + f), √½ ≤ 1 + f < √2, is k + 1023 after this.
// @ts-ignore: decorator
@inline
export function shiftedBits(c: usize, x: v128): v128 {
  return i64x2.add(x, v128.load64_splat(c, OFFSET));
}

// k.
// @ts-ignore: decorator
@inline
export function exponent(c: usize, bits: v128): v128 {
  return f64x2.sub(v128.or(i64x2.shr_u(bits, 52), v128.load64_splat(c, TWO52)), v128.load64_splat(c, BIAS));
}

// f.
// @ts-ignore: decorator
@inline
export function fraction(c: usize, bits: v128): v128 {
  return f64x2.sub(i64x2.add(v128.and(bits, v128.load64_splat(c, MANTISSA)), v128.load64_splat(c, ROOT_HALF)), v128.load64_splat(c, ONE));
}

// With s = f/(2 + f): k ln 2 + log(1 + f) = k ln 2 + f − (f²/2 − s(f²/2 + s²p(s²))), as fdlibm arranges it, and the roundings of k ln 2 + f
// and of − f²/2 added back. `low` is added to f.
// @ts-ignore: decorator
@inline
export function logSum(c: usize, k: v128, f: v128, low: v128): v128 {
  const s = f64x2.div(f, f64x2.add(v128.load64_splat(c, TWO), f));
  const z = f64x2.mul(s, s);
  const square = f64x2.mul(f64x2.mul(v128.load64_splat(c, HALF), f), f);
  const tail = f64x2.mul(s, f64x2.add(square, f64x2.mul(z, poly7(c + POLYNOMIAL, z))));
  const a = f64x2.mul(k, v128.load64_splat(c, LN2));
  const sum = f64x2.add(a, f);
  const difference = f64x2.sub(sum, square);
  const lost = f64x2.add(f64x2.add(f64x2.sub(a, sum), f), f64x2.sub(f64x2.sub(sum, difference), square));
  const small = f64x2.add(f64x2.mul(k, v128.load64_splat(c, LN2_LOW)), low);
  return f64x2.add(difference, f64x2.add(lost, f64x2.add(tail, small)));
}

// `scale` is subtracted from the exponent.
// @ts-ignore: decorator
@inline
function logNormal(c: usize, x: v128, scale: v128): v128 {
  const bits = shiftedBits(c, x);
  return logSum(c, f64x2.sub(exponent(c, bits), scale), fraction(c, bits), f64x2.splat(0));
}

// @ts-ignore: decorator
@inline
function ordinary(c: usize, x: v128): v128 {
  return v128.and(f64x2.ge(x, v128.load64_splat(c, LEAST)), f64x2.lt(x, v128.load64_splat(c, INFINITE)));
}

function logAny(c: usize, x: v128): v128 {
  const small = f64x2.lt(x, v128.load64_splat(c, LEAST));
  const scaled = v128.bitselect(f64x2.mul(x, v128.load64_splat(c, TWO52)), x, small);
  let y = logNormal(c, scaled, v128.and(f64x2.splat(52), small));
  y = v128.bitselect(x, y, f64x2.eq(x, v128.load64_splat(c, INFINITE)));
  y = v128.bitselect(f64x2.splat(-Infinity), y, f64x2.eq(x, f64x2.splat(0)));
  return v128.bitselect(y, f64x2.splat(NaN), f64x2.ge(x, f64x2.splat(0)));
}

// log x for any x, as a call.
// @ts-ignore: decorator
@inline
export function logOf(c: usize, x: v128): v128 {
  return logAny(c, x);
}

// y ← log x.
export function vectorLog(n: i32, x: usize, y: usize): void {
  const c = logTable();
  const none = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    if (i64x2.all_true(v128.and(ordinary(c, a), ordinary(c, b)))) {
      const ya = logNormal(c, a, none);
      const yb = logNormal(c, b, none);
      v128.store(y, ya);
      v128.store(y, yb, 16);
    } else {
      v128.store(y, logAny(c, a));
      v128.store(y, logAny(c, b), 16);
    }
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, logAny(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, logAny(c, last(x)), 0);
}
