import { erfCoefficients, erfcCoefficients } from './coefficients';
import { EXP_BYTES, SHIFT, expHigh, expLow, expRest, expShifted, expTable, power, scaled, sumOf } from './exp';
import { last, poly13, poly22, table } from './table';

// Where constants are in the table.
const INNER: usize = EXP_BYTES;
const OUTER: usize = INNER + 104;
const ONE: usize = OUTER + 176;
const FOUR: usize = ONE + 8;
const SPLIT: usize = ONE + 16;
const LIMIT: usize = ONE + 24;
const UPPER: usize = ONE + 32;
const NORMAL: usize = ONE + 40;

function erfcTable(): usize {
  const c = table();
  expTable(c);
  erfCoefficients(c + INNER);
  erfcCoefficients(c + OUTER);
  store<f64>(c, 1, ONE);
  store<f64>(c, 4, FOUR);
  store<f64>(c, 0.47693627620446987, SPLIT); // where erf = erfc = ½
  store<f64>(c, 27.3, LIMIT); // beyond 27.226 the result is 0
  store<f64>(c, 26.5, NORMAL); // up to here the result is a normal number
  store<i64>(c, 0xfffffffff8000000, UPPER); // 26 bits of a double
  return c;
}

// |x| < 0.477: 1 − x − x·p(x²). Beyond: y = exp(−x²)·p((|x| − 4)/(|x| + 4))/(1 + 2|x|), with x² in two doubles, or 2 − y when x is negative.
// @ts-ignore: decorator
@inline
function erfc(c: usize, x: v128, normal: bool): v128 {
  const one = v128.load64_splat(c, ONE);
  const a = f64x2.pmin(f64x2.abs(x), v128.load64_splat(c, LIMIT));
  const small = f64x2.lt(a, v128.load64_splat(c, SPLIT));
  const difference = f64x2.sub(one, x);
  const lost = f64x2.sub(f64x2.sub(one, difference), x);
  const inner = f64x2.add(difference, f64x2.sub(lost, f64x2.mul(x, poly13(c + INNER, f64x2.mul(x, x)))));

  const z = f64x2.mul(a, a);
  const high = v128.and(a, v128.load64_splat(c, UPPER));
  const low = f64x2.sub(a, high);
  const square = f64x2.sub(f64x2.mul(high, high), z);
  const zLow = f64x2.add(square, f64x2.mul(low, f64x2.add(a, high)));
  const minus = f64x2.neg(z);
  const shifted = expShifted(c, minus);
  const n = f64x2.sub(shifted, v128.load64_splat(c, SHIFT));
  const hi = expHigh(c, minus, n);
  const e = sumOf(one, hi, expRest(c, hi, f64x2.add(expLow(c, n), zLow)));
  const u = f64x2.div(f64x2.sub(a, v128.load64_splat(c, FOUR)), f64x2.add(a, v128.load64_splat(c, FOUR)));
  const y = f64x2.div(f64x2.mul(e, poly22(c + OUTER, u)), f64x2.add(one, f64x2.add(a, a)));
  const right = normal ? f64x2.mul(y, power(c, shifted)) : scaled(c, y, shifted);
  const outer = v128.bitselect(f64x2.sub(f64x2.add(one, one), right), right, f64x2.lt(x, f64x2.splat(0)));
  return v128.bitselect(inner, outer, small);
}

function erfcAny(c: usize, x: v128): v128 {
  return erfc(c, x, false);
}

// @ts-ignore: decorator
@inline
function isNormal(c: usize, x: v128): v128 {
  return f64x2.le(f64x2.abs(x), v128.load64_splat(c, NORMAL));
}

// y ← erfc x.
export function vectorErfc(n: i32, x: usize, y: usize): void {
  const c = erfcTable();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    if (i64x2.all_true(v128.and(isNormal(c, a), isNormal(c, b)))) {
      const u = erfc(c, a, true);
      const v = erfc(c, b, true);
      v128.store(y, u);
      v128.store(y, v, 16);
    } else {
      v128.store(y, erfcAny(c, a));
      v128.store(y, erfcAny(c, b), 16);
    }
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, erfcAny(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, erfcAny(c, last(x)), 0);
}
