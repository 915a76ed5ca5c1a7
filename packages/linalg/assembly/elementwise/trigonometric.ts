import { cosCoefficients, sinCoefficients } from './coefficients';
import { quadrant, reduce, reduced, reducedLow } from './reduce';
import { last, poly6, signOf, table } from './table';

// Where constants are in the table.
const TWO_OVER_PI: usize = 0;
const SHIFT: usize = 8;
const PART1: usize = 16;
const PART2: usize = 24;
const PART3: usize = 32;
const HALF: usize = 40;
const ONE: usize = 48;
const LARGE: usize = 56;
const CLOSE: usize = 64;
const BIT0: usize = 72;
const BIT1: usize = 80;
const SIN: usize = 88;
const COS: usize = SIN + 48;

function trigonometricTable(): usize {
  const c = table();
  store<f64>(c, 0.6366197723675814, TWO_OVER_PI);
  store<f64>(c, 6755399441055744, SHIFT); // 1.5·2⁵²: adding it rounds to an integer, whose low bits then are those of the sum
  store<f64>(c, 1.5707963267341256, PART1); // π/2, 33 bits
  store<f64>(c, 6.077100506303966e-11, PART2); // 33 more
  store<f64>(c, 2.0222662487959506e-21, PART3); // and the rest
  store<f64>(c, 0.5, HALF);
  store<f64>(c, 1, ONE);
  store<f64>(c, 1048576, LARGE); // up to here n has 20 bits: its products with the first two parts are exact
  store<f64>(c, 9.313225746154785e-10, CLOSE); // remainders below this need more digits of π/2 than the three parts have
  store<i64>(c, 1, BIT0);
  store<i64>(c, 2, BIT1);
  sinCoefficients(c + SIN);
  cosCoefficients(c + COS);
  return c;
}

// sin(|x| + ahead·π/2) by r = |x| − nπ/2 in two doubles (Cody & Waite) and the polynomials of sine and cosine on [−π/4, π/4], one of which
// is chosen by n. `sign` is put on the result.
// @ts-ignore: decorator
@inline
function trigonometric(c: usize, a: v128, ahead: v128, sign: v128): v128 {
  let shifted = f64x2.add(f64x2.mul(a, v128.load64_splat(c, TWO_OVER_PI)), v128.load64_splat(c, SHIFT));
  const n = f64x2.sub(shifted, v128.load64_splat(c, SHIFT));
  const first = f64x2.sub(a, f64x2.mul(n, v128.load64_splat(c, PART1)));
  const w = f64x2.mul(n, v128.load64_splat(c, PART2));
  const s = f64x2.sub(first, w);
  const back = f64x2.add(s, w);
  const lost = f64x2.add(f64x2.sub(first, back), f64x2.sub(f64x2.sub(back, s), w));
  const rest = f64x2.sub(lost, f64x2.mul(n, v128.load64_splat(c, PART3)));
  let r = f64x2.add(s, rest);
  let y = f64x2.add(f64x2.sub(s, r), rest);

  const close = v128.and(f64x2.lt(f64x2.abs(s), v128.load64_splat(c, CLOSE)), f64x2.ne(n, f64x2.splat(0)));
  const hard = v128.or(close, v128.not(f64x2.le(a, v128.load64_splat(c, LARGE))));
  if (v128.any_true(hard)) {
    if (i64x2.extract_lane(hard, 0) != 0) {
      reduce(f64x2.extract_lane(a, 0));
      r = f64x2.replace_lane(r, 0, reduced);
      y = f64x2.replace_lane(y, 0, reducedLow);
      shifted = i64x2.replace_lane(shifted, 0, quadrant);
    }
    if (i64x2.extract_lane(hard, 1) != 0) {
      reduce(f64x2.extract_lane(a, 1));
      r = f64x2.replace_lane(r, 1, reduced);
      y = f64x2.replace_lane(y, 1, reducedLow);
      shifted = i64x2.replace_lane(shifted, 1, quadrant);
    }
  }

  const z = f64x2.mul(r, r);
  const sine = f64x2.add(r, f64x2.add(y, f64x2.mul(f64x2.mul(r, z), poly6(c + SIN, z))));
  const half = f64x2.mul(z, v128.load64_splat(c, HALF));
  const one = v128.load64_splat(c, ONE);
  const head = f64x2.sub(one, half);
  const tail = f64x2.sub(f64x2.mul(f64x2.mul(z, z), poly6(c + COS, z)), f64x2.mul(r, y));
  const cosine = f64x2.add(head, f64x2.add(f64x2.sub(f64x2.sub(one, head), half), tail));

  const turn = i64x2.add(shifted, ahead);
  const odd = i64x2.neg(v128.and(turn, v128.load64_splat(c, BIT0)));
  const negative = i64x2.shl(v128.and(turn, v128.load64_splat(c, BIT1)), 62);
  return v128.xor(v128.bitselect(cosine, sine, odd), v128.xor(negative, sign));
}

// @ts-ignore: decorator
@inline
function sin(c: usize, x: v128): v128 {
  const sign = signOf(x);
  return trigonometric(c, v128.xor(x, sign), i64x2.splat(0), sign);
}

// @ts-ignore: decorator
@inline
function cos(c: usize, x: v128): v128 {
  return trigonometric(c, f64x2.abs(x), i64x2.splat(1), i64x2.splat(0));
}

function sinRest(c: usize, x: v128): v128 {
  return sin(c, x);
}

function cosRest(c: usize, x: v128): v128 {
  return cos(c, x);
}

// y ← sin x.
export function vectorSin(n: i32, x: usize, y: usize): void {
  const c = trigonometricTable();
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, sin(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, sinRest(c, last(x)), 0);
}

// y ← cos x.
export function vectorCos(n: i32, x: usize, y: usize): void {
  const c = trigonometricTable();
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, cos(c, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, cosRest(c, last(x)), 0);
}
