import { erfCoefficients, erfTailCoefficients } from './coefficients';
import { EXP_BYTES, expReduced, expShifted, expTable, power } from './exp';
import { last, poly13, signOf, table } from './table';

// Where constants are in the table.
const INNER: usize = EXP_BYTES;
const OUTER: usize = INNER + 104;
const ONE: usize = OUTER + 104;
const THREE: usize = ONE + 8;
const SIX: usize = ONE + 16;

function erfTable(): usize {
  const c = table();
  expTable(c);
  erfCoefficients(c + INNER);
  erfTailCoefficients(c + OUTER);
  store<f64>(c, 1, ONE);
  store<f64>(c, 3, THREE);
  store<f64>(c, 6, SIX);
  return c;
}

// @ts-ignore: decorator
@inline
function isSmall(c: usize, x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), v128.load64_splat(c, ONE));
}

// |x| < 1: x + x·p(x²).
// @ts-ignore: decorator
@inline
function inner(c: usize, x: v128): v128 {
  return f64x2.add(x, f64x2.mul(x, poly13(c + INNER, f64x2.mul(x, x))));
}

// Beyond: 1 − exp(−x²)·p((|x| − 1)/(|x| + 3)), where what is subtracted is below 0.16; from 6 on, 1.
// @ts-ignore: decorator
@inline
function erf(c: usize, x: v128): v128 {
  const sign = signOf(x);
  const a = f64x2.pmin(v128.xor(x, sign), v128.load64_splat(c, SIX));
  const minus = f64x2.neg(f64x2.mul(a, a));
  const shifted = expShifted(c, minus);
  const e = f64x2.mul(expReduced(c, minus, shifted), power(c, shifted));
  const u = f64x2.div(f64x2.sub(a, v128.load64_splat(c, ONE)), f64x2.add(a, v128.load64_splat(c, THREE)));
  const outer = f64x2.sub(v128.load64_splat(c, ONE), f64x2.mul(e, poly13(c + OUTER, u)));
  return v128.bitselect(inner(c, x), v128.or(outer, sign), isSmall(c, x));
}

function erfRest(c: usize, x: v128): v128 {
  return erf(c, x);
}

// y ← erf x.
export function vectorErf(n: i32, x: usize, y: usize): void {
  const c = erfTable();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    if (i64x2.all_true(v128.and(isSmall(c, a), isSmall(c, b)))) {
      v128.store(y, inner(c, a));
      v128.store(y, inner(c, b), 16);
    } else {
      const u = erf(c, a);
      const v = erf(c, b);
      v128.store(y, u);
      v128.store(y, v, 16);
    }
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, erfRest(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, erfRest(c, last(x)), 0);
}
