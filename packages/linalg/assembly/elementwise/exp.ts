import { madd } from '../simd';
import { expCoefficients } from './coefficients';
import { last, poly9, table } from './table';

// Where constants are in the table.
const PER_LN2: usize = 0;
export const SHIFT: usize = 8;
const LN2: usize = 16;
const LN2_LOW: usize = 24;
const HALF: usize = 32;
const ONE: usize = 40;
const LIMIT: usize = 48;
const POLYNOMIAL: usize = 56;
export const EXP_BYTES: usize = POLYNOMIAL + 72;

export function expTable(c: usize): void {
  store<f64>(c, 1.4426950408889634, PER_LN2);
  store<f64>(c, 6755399441055744, SHIFT); // 1.5·2⁵²: adding it rounds to an integer, whose low bits then are those of the sum
  store<f64>(c, 0.6931471804855391, LN2); // 33 bits
  store<f64>(c, 7.440617110012397e-11, LN2_LOW); // and the rest
  store<f64>(c, 0.5, HALF);
  store<f64>(c, 1, ONE);
  store<f64>(c, 708, LIMIT); // up to here 2ⁿ and the result are normal
  expCoefficients(c + POLYNOMIAL);
}

// n + SHIFT for the integer n nearest x/ln 2.
// @ts-ignore: decorator
@inline
export function expShifted(c: usize, x: v128): v128 {
  return f64x2.add(f64x2.mul(x, v128.load64_splat(c, PER_LN2)), v128.load64_splat(c, SHIFT));
}

// hi of x − n ln 2 = hi − lo, exact.
// @ts-ignore: decorator
@inline
export function expHigh(c: usize, x: v128, n: v128): v128 {
  return f64x2.sub(x, f64x2.mul(n, v128.load64_splat(c, LN2)));
}

// lo, rounded to 2⁻⁷⁷.
// @ts-ignore: decorator
@inline
export function expLow(c: usize, n: v128): v128 {
  return f64x2.mul(n, v128.load64_splat(c, LN2_LOW));
}

// exp(hi − lo) − 1 − hi = r²(½ + r·p(r)) − lo, with r = hi − lo.
// @ts-ignore: decorator
@inline
export function expRest(c: usize, hi: v128, lo: v128): v128 {
  const r = f64x2.sub(hi, lo);
  const p = madd(poly9(c + POLYNOMIAL, r), r, v128.load64_splat(c, HALF));
  return f64x2.sub(f64x2.mul(f64x2.mul(r, r), p), lo);
}

// a + hi + rest for |a| ≥ |hi| and a small rest, the rounding of a + hi added back.
// @ts-ignore: decorator
@inline
export function sumOf(a: v128, hi: v128, rest: v128): v128 {
  const sum = f64x2.add(a, hi);
  return f64x2.add(sum, f64x2.add(f64x2.add(f64x2.sub(a, sum), hi), rest));
}

// exp(x − n ln 2).
// @ts-ignore: decorator
@inline
export function expReduced(c: usize, x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, v128.load64_splat(c, SHIFT));
  const hi = expHigh(c, x, n);
  return sumOf(v128.load64_splat(c, ONE), hi, expRest(c, hi, expLow(c, n)));
}

// 2ⁿ from n + SHIFT, |n| ≤ 1022.
// @ts-ignore: decorator
@inline
export function power(c: usize, shifted: v128): v128 {
  return i64x2.add(i64x2.shl(shifted, 52), v128.load64_splat(c, ONE));
}

// @ts-ignore: decorator
@inline
function ordinary(c: usize, x: v128): v128 {
  return f64x2.le(f64x2.abs(x), v128.load64_splat(c, LIMIT));
}

// @ts-ignore: decorator
@inline
function expOrdinary(c: usize, x: v128): v128 {
  const shifted = expShifted(c, x);
  return i64x2.add(expReduced(c, x, shifted), i64x2.shl(shifted, 52));
}

// y·2ⁿ, |n| ≤ 2044, in halves, so that only the last product rounds (subnormal) or overflows.
// @ts-ignore: decorator
@inline
export function scaled(c: usize, y: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, v128.load64_splat(c, SHIFT));
  const half = f64x2.floor(f64x2.mul(n, v128.load64_splat(c, HALF)));
  const first = power(c, f64x2.add(half, v128.load64_splat(c, SHIFT)));
  const second = power(c, f64x2.add(f64x2.sub(n, half), v128.load64_splat(c, SHIFT)));
  return f64x2.mul(f64x2.mul(y, first), second);
}

function expAny(c: usize, x: v128): v128 {
  const inside = f64x2.pmax(f64x2.splat(-746), f64x2.pmin(f64x2.splat(710), x));
  const shifted = expShifted(c, inside);
  return v128.bitselect(scaled(c, expReduced(c, inside, shifted), shifted), x, f64x2.eq(x, x));
}

// y ← exp x.
export function vectorExp(n: i32, x: usize, y: usize): void {
  const c = table();
  expTable(c);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    if (i64x2.all_true(v128.and(ordinary(c, a), ordinary(c, b)))) {
      const ya = expOrdinary(c, a);
      const yb = expOrdinary(c, b);
      v128.store(y, ya);
      v128.store(y, yb, 16);
    } else {
      v128.store(y, expAny(c, a));
      v128.store(y, expAny(c, b), 16);
    }
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, expAny(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, expAny(c, last(x)), 0);
}
