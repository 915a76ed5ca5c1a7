import { EXP_BYTES, SHIFT, expHigh, expLow, expRest, expShifted, expTable, power, scaled, sumOf } from './exp';
import { last, signOf, table } from './table';

// Where constants are in the table.
const ONE: usize = EXP_BYTES;
const LEAST: usize = ONE + 8;
const MOST: usize = ONE + 16;
const LIMIT: usize = ONE + 24;

function expm1Table(): usize {
  const c = table();
  expTable(c);
  store<f64>(c, 1, ONE);
  store<f64>(c, -40, LEAST); // the result has long been −1
  store<f64>(c, 710, MOST);
  store<f64>(c, 708, LIMIT); // up to here 2ⁿ is a double
  return c;
}

// 2ⁿ((1 − 2⁻ⁿ) + hi + rest) for x = n ln 2 + hi − lo; hi + rest when n = 0.
// @ts-ignore: decorator
@inline
function expm1(c: usize, x: v128, large: bool): v128 {
  const inside = f64x2.pmax(v128.load64_splat(c, LEAST), f64x2.pmin(v128.load64_splat(c, MOST), x));
  const shifted = expShifted(c, inside);
  const n = f64x2.sub(shifted, v128.load64_splat(c, SHIFT));
  const hi = expHigh(c, inside, n);
  const rest = expRest(c, hi, expLow(c, n));
  const one = v128.load64_splat(c, ONE);
  // Beyond 2¹⁰²² the one is lost anyway, and so is what becomes of the exponent of its inverse there.
  const inverse = large ? f64x2.splat(0) : power(c, f64x2.sub(v128.load64_splat(c, SHIFT), n));
  const a = f64x2.sub(one, inverse);
  const lost = f64x2.sub(f64x2.sub(one, a), inverse);
  const sum = sumOf(a, hi, f64x2.add(lost, rest));
  const y = large ? scaled(c, sum, shifted) : f64x2.mul(sum, power(c, shifted));
  return v128.or(y, signOf(x));
}

function expm1Large(c: usize, x: v128): v128 {
  return expm1(c, x, true);
}

// @ts-ignore: decorator
@inline
function expm1Any(c: usize, x: v128): v128 {
  const y = expm1(c, x, false);
  const ordinary = f64x2.le(x, v128.load64_splat(c, LIMIT));
  if (i64x2.all_true(ordinary)) return y;
  return v128.bitselect(v128.bitselect(y, expm1Large(c, x), ordinary), x, f64x2.eq(x, x));
}

function expm1Last(c: usize, x: v128): v128 {
  return expm1Any(c, x);
}

// y ← exp x − 1.
export function vectorExpm1(n: i32, x: usize, y: usize): void {
  const c = expm1Table();
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, expm1Any(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, expm1Last(c, last(x)), 0);
}
