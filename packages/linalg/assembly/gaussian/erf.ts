import { packedB } from '../layout';
import { table } from '../elementwise/table';
import { argument, integer, number, setNumber } from '../parallel';
import { ANGLE_BYTES, angleTable, rest } from './angle';
import { ERF } from './kinds';
import {
  BIAS, C, OWN, Q1, Q2, S, T, T_BIAS, T_WEIGHT, WEIGHT, WILD, columns, firstRow, markWild, plane, read, runPlane, setLayer, setPairs, setPlane, width, write,
} from './plane';
import { hypotenuse, sineSquare, wildSine } from './sine';

// φ(x) = offset + amplitude·erf(scale·x), in variances and covariances times scale²: with E = √((1+2q1)(1+2q2)) and R = √(1+2q1+2q2+4s²),
// E² = 4c² + R² and E[erf erf] = (2/π)ψ sign c, tan(ψ/2) = 2|c|/(E + R) < 1; E[erf′erf′] = (4/π)/R.
const AMPLITUDE: i32 = OWN;
const INNER: i32 = OWN + 1;
const OFFSET: i32 = OWN + 2;

// Columns whose √(1+2q2) are kept at a time.
const PANEL: i32 = 4096;

// Where constants are in the table, after those of the angle.
const ONE: usize = ANGLE_BYTES;
const TWO: usize = ONE + 8;
const FOUR: usize = ONE + 16;
const SQUARE: usize = ONE + 24; // scale²
const SQUARE2: usize = ONE + 32;
const GAIN: usize = ONE + 40; // 4·amplitude²/π
const SLOPE: usize = ONE + 48; // 4·amplitude²·scale²/π
const SHIFT: usize = ONE + 56; // offset²
const W: usize = ONE + 64;
const B: usize = ONE + 72;
const G: usize = ONE + 80;
const H: usize = ONE + 88;
const SIGN: usize = ONE + 96;

function erfTable(): usize {
  const k = table();
  const amplitude = number(AMPLITUDE);
  const scale = number(INNER);
  const gain = 1.2732395447351628 * (amplitude * amplitude);
  angleTable(k);
  store<f64>(k, 1, ONE);
  store<f64>(k, 2, TWO);
  store<f64>(k, 4, FOUR);
  store<f64>(k, scale * scale, SQUARE);
  store<f64>(k, 2 * (scale * scale), SQUARE2);
  store<f64>(k, gain, GAIN);
  store<f64>(k, gain * (scale * scale), SLOPE);
  store<f64>(k, number(OFFSET) * number(OFFSET), SHIFT);
  store<f64>(k, number(WEIGHT), W);
  store<f64>(k, number(BIAS), B);
  store<f64>(k, number(T_WEIGHT), G);
  store<f64>(k, number(T_BIAS), H);
  store<f64>(k, -0.0, SIGN);
  return k;
}

// R² = 1 + 2(q1 + q2) + 4s² from x1 = 2q1 (scaled); what is lost in s² counts only where 2q1q2 exceeds 1 + 2(q1 + q2).
// @ts-ignore: decorator
@inline
function root(k: usize, x1: v128, x2: v128, c: v128, s: usize, carried: bool, wild: bool, single: bool): v128 {
  const outer = f64x2.add(f64x2.add(v128.load64_splat(k, ONE), x1), x2);
  if (wild) {
    const half = f64x2.splat(0.5);
    const sine = carried ? f64x2.mul(v128.load64_splat(k, SQUARE), read(s, single)) : wildSine(f64x2.mul(half, x1), f64x2.mul(half, x2), c);
    return hypotenuse(f64x2.sqrt(outer), f64x2.add(sine, sine));
  }
  if (carried) {
    const sine = f64x2.mul(v128.load64_splat(k, SQUARE2), read(s, single));
    return f64x2.sqrt(f64x2.add(outer, f64x2.mul(sine, sine)));
  }
  const wanted = f64x2.gt(f64x2.mul(x1, x2), outer);
  return f64x2.sqrt(f64x2.add(outer, sineSquare(x1, x2, f64x2.add(c, c), wanted)));
}

// @ts-ignore: decorator
@inline
function pair(
  k: usize, x1: v128, e1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool, single: bool,
): void {
  const given = f64x2.mul(v128.load64_splat(k, SQUARE), read(c, single));
  const sign = v128.and(given, v128.load64_splat(k, SIGN));
  const r = root(k, x1, f64x2.mul(v128.load64_splat(k, SQUARE2), read(q2, single)), given, s, carried, wild, single);
  const a = f64x2.abs(given);
  const half = f64x2.div(f64x2.add(a, a), f64x2.add(f64x2.mul(e1, read(e2, single)), r));
  const z = f64x2.mul(half, half);
  const angle = f64x2.sub(half, f64x2.mul(f64x2.mul(half, z), rest(k, z)));
  const odd = v128.xor(f64x2.mul(v128.load64_splat(k, GAIN), angle), sign);
  const m = f64x2.add(v128.load64_splat(k, SHIFT), odd);
  write(c, f64x2.add(f64x2.mul(v128.load64_splat(k, W), m), v128.load64_splat(k, B)), single);
  if (theta) {
    const slope = f64x2.div(v128.load64_splat(k, SLOPE), r);
    const own = f64x2.add(f64x2.mul(v128.load64_splat(k, G), m), v128.load64_splat(k, H));
    write(t, f64x2.add(own, f64x2.mul(f64x2.mul(v128.load64_splat(k, W), read(t, single)), slope)), single);
  }
}

// @ts-ignore: decorator
@inline
function row(
  k: usize, n: i32, x1: v128, e1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool,
): void {
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    pair(k, x1, e1, q2, e2, c, s, t, carried, theta, wild, false);
    q2 += 16;
    e2 += 16;
    c += 16;
    if (carried) s += 16;
    if (theta) t += 16;
  }
  if (i < n) {
    if (theta) pair(k, x1, e1, q2, e2, c, s, t, carried, true, wild, true);
    else pair(k, x1, e1, q2, e2, c, s, t, carried, false, wild, true);
  }
}

function wildRow(k: usize, n: i32, x1: v128, e1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize): void {
  if (s != 0) {
    if (t != 0) row(k, n, x1, e1, q2, e2, c, s, t, true, true, true);
    else row(k, n, x1, e1, q2, e2, c, s, t, true, false, true);
  } else if (t != 0) row(k, n, x1, e1, q2, e2, c, s, t, false, true, true);
  else row(k, n, x1, e1, q2, e2, c, s, t, false, false, true);
}

export function erfChunk(chunk: i32): void {
  const k = erfTable();
  const stride = plane();
  const sines = argument(S);
  const thetas = argument(T);
  const wild = integer(WILD) != 0;
  const square2 = load<f64>(k, SQUARE2);
  const outer = packedB();
  const cols = columns();
  const from = firstRow(chunk);
  const to = firstRow(chunk + 1);
  for (let left = 0; left < cols; left += PANEL) {
    const right = min(cols, left + PANEL);
    const shift = <usize>left << 3;
    const q2 = argument(Q2) + shift;
    for (let j = 0; j < right - left; j++) store<f64>(outer + (<usize>j << 3), Math.sqrt(1 + square2 * load<f64>(q2 + (<usize>j << 3))));
    for (let i = from; i < to; i++) {
      const at = <usize>i * stride + shift;
      const n = min(width(i), right) - left;
      const x = square2 * load<f64>(argument(Q1) + (<usize>i << 3));
      const x1 = f64x2.splat(x);
      const e1 = f64x2.splat(Math.sqrt(1 + x));
      const c = argument(C) + at;
      const s = sines == 0 ? 0 : sines + at;
      const t = thetas == 0 ? 0 : thetas + at;
      if (wild) wildRow(k, n, x1, e1, q2, outer, c, s, t);
      else if (s != 0) {
        if (t != 0) row(k, n, x1, e1, q2, outer, c, s, t, true, true, false);
        else row(k, n, x1, e1, q2, outer, c, s, t, true, false, false);
      } else if (t != 0) row(k, n, x1, e1, q2, outer, c, s, t, false, true, false);
      else row(k, n, x1, e1, q2, outer, c, s, t, false, false, false);
    }
  }
}

export function mapErf(
  rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, offset: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  setPlane(ERF, rows, cols, ld, lower);
  setPairs(q1, r1, q2, r2, c, s, t);
  setLayer(w, b, g, h);
  setNumber(AMPLITUDE, amplitude);
  setNumber(INNER, scale);
  setNumber(OFFSET, offset);
  markWild(rows, cols, q1, q2, scale * scale);
  runPlane(1, 16);
}
