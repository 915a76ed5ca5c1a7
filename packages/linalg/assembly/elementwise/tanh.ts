import { tanhCoefficients } from './coefficients';
import { EXP_BYTES, expReduced, expShifted, expTable, power } from './exp';
import { last, poly11, signOf, table } from './table';

// Where constants are in the table.
const INNER: usize = EXP_BYTES;
const SPLIT: usize = INNER + 88;
const LIMIT: usize = SPLIT + 8;
const ONE: usize = SPLIT + 16;
const TWO: usize = SPLIT + 24;
const HALF: usize = SPLIT + 32;

function tanhTable(): usize {
  const c = table();
  expTable(c);
  tanhCoefficients(c + INNER);
  store<f64>(c, 0.5493061443340549, SPLIT); // artanh ½
  store<f64>(c, 44, LIMIT); // here tanh(x/2) has long been 1
  store<f64>(c, 1, ONE);
  store<f64>(c, 2, TWO);
  store<f64>(c, 0.5, HALF);
  return c;
}

// @ts-ignore: decorator
@inline
function isSmall(c: usize, x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), v128.load64_splat(c, SPLIT));
}

// |x| < artanh ½: an odd polynomial; the sign is put on again for the sake of −0.
// @ts-ignore: decorator
@inline
function inner(c: usize, x: v128): v128 {
  const z = f64x2.mul(x, x);
  return v128.or(f64x2.add(x, f64x2.mul(x, f64x2.mul(z, poly11(c + INNER, z)))), signOf(x));
}

// Beyond: 1 − q with q = 2/(exp 2|x| + 1) ≤ ½, the roundings of the sum and of the difference added back.
// @ts-ignore: decorator
@inline
function tanh(c: usize, x: v128): v128 {
  const sign = signOf(x);
  const a = v128.xor(x, sign);
  const twice = f64x2.pmin(f64x2.add(a, a), v128.load64_splat(c, LIMIT));
  const shifted = expShifted(c, twice);
  const e = f64x2.mul(expReduced(c, twice, shifted), power(c, shifted));
  const one = v128.load64_splat(c, ONE);
  const sum = f64x2.add(e, one);
  const lost = f64x2.add(f64x2.sub(e, sum), one);
  const q = f64x2.div(v128.load64_splat(c, TWO), sum);
  const difference = f64x2.sub(one, q);
  const rounded = f64x2.sub(f64x2.sub(one, difference), q);
  const outer = f64x2.add(difference, f64x2.add(rounded, f64x2.mul(f64x2.mul(q, q), f64x2.mul(lost, v128.load64_splat(c, HALF)))));
  return v128.bitselect(inner(c, x), v128.or(outer, sign), isSmall(c, x));
}

function tanhRest(c: usize, x: v128): v128 {
  return tanh(c, x);
}

// y ← tanh x.
export function vectorTanh(n: i32, x: usize, y: usize): void {
  const c = tanhTable();
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    if (i64x2.all_true(v128.and(isSmall(c, a), isSmall(c, b)))) {
      v128.store(y, inner(c, a));
      v128.store(y, inner(c, b), 16);
    } else {
      const u = tanh(c, a);
      const v = tanh(c, b);
      v128.store(y, u);
      v128.store(y, v, 16);
    }
    x += 32;
    y += 32;
  }
  for (; i + 2 <= n; i += 2) {
    v128.store(y, tanhRest(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, tanhRest(c, last(x)), 0);
}
