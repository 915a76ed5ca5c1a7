import { packedB } from '../layout';
import { table } from '../elementwise/table';
import { argument, integer, number, setNumber } from '../parallel';
import { ANGLE_BYTES, angleTable, rest } from './angle';
import { GELU } from './kinds';
import { LAYER_BYTES, finish, layerTable } from './layer';
import {
  BIAS, C, OWN, Q1, Q2, S, T, T_BIAS, T_WEIGHT, WEIGHT, WILD, columns, firstRow, markWild, plane, read, runPlane, setLayer, setPairs, setPlane, width,
} from './plane';
import { hypotenuse, sineSquare, wildSine } from './sine';

// φ(x) = amplitude·f(scale·x), f(x) = xΦ(x), in variances and covariances times scale². With i = 1/(1+q), f = q·i, R² = 1 + q1 + q2 + s²,
// E² = (1+q1)(1+q2) = c² + R², θ the angle of (|c|, R), T = R − |c|θ:
// 2πE[ff] = |c|(π − θ) + X for c ≥ 0 and X − |c|θ = T − Y for c < 0, X = (f1f2R² + c²i1i2)/R, Y = ((1+q1+q2)²i1i2 − f1f2 + (2+q1+q2)s²i1i2)/R:
// for c < 0 whichever form has the smaller terms. 2πE[f′f′] = (π − θ or θ) + (c/R)(i1 + i2 + 1/R²).
const AMPLITUDE: i32 = OWN;
const INNER: i32 = OWN + 1;

// Columns whose √(1+q2) and 1/(1+q2) are kept at a time.
const PANEL: i32 = 4096;
const INVERSE: usize = <usize>PANEL << 3;

// Where constants are in the table, after those of the angle.
const LAYER: usize = ANGLE_BYTES;
const SQUARE: usize = LAYER + LAYER_BYTES; // scale²
const GAIN: usize = SQUARE + 8; // amplitude²/2π
const SLOPE: usize = SQUARE + 16; // amplitude²·scale²/2π
const PI: usize = SQUARE + 24;
const ONE: usize = SQUARE + 32;

function geluTable(): usize {
  const k = table();
  const amplitude = number(AMPLITUDE);
  const scale = number(INNER);
  const gain = 0.15915494309189535 * (amplitude * amplitude);
  angleTable(k);
  layerTable(k + LAYER, number(WEIGHT), number(BIAS), number(T_WEIGHT), number(T_BIAS));
  store<f64>(k, scale * scale, SQUARE);
  store<f64>(k, gain, GAIN);
  store<f64>(k, gain * (scale * scale), SLOPE);
  store<f64>(k, Math.PI, PI);
  store<f64>(k, 1, ONE);
  return k;
}

// @ts-ignore: decorator
@inline
function pair(
  k: usize, q1: v128, e1: v128, i1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool, single: bool,
): void {
  const square = v128.load64_splat(k, SQUARE);
  const one = v128.load64_splat(k, ONE);
  const cosine = f64x2.mul(square, read(c, single));
  const variance = f64x2.mul(square, read(q2, single));
  const i2 = read(e2 + INVERSE, single);
  const outer = f64x2.add(f64x2.add(one, q1), variance);
  let sine: v128;
  let r: v128;
  if (wild) {
    sine = carried ? f64x2.mul(square, read(s, single)) : wildSine(q1, variance, cosine);
    r = hypotenuse(f64x2.sqrt(outer), sine);
  } else {
    if (carried) sine = f64x2.mul(square, read(s, single));
    else sine = f64x2.sqrt(sineSquare(q1, variance, cosine, f64x2.gt(f64x2.mul(q1, variance), outer)));
    r = f64x2.sqrt(f64x2.add(outer, f64x2.mul(sine, sine)));
  }
  const a = f64x2.abs(cosine);
  const negative = f64x2.lt(cosine, f64x2.splat(0));
  const norm = f64x2.add(f64x2.mul(e1, read(e2, single)), a);
  const half = f64x2.div(r, norm);
  const z = f64x2.mul(half, half);
  const p = rest(k, z);
  const angle = f64x2.sub(half, f64x2.mul(f64x2.mul(half, z), p)); // θ/2
  const small = f64x2.mul(f64x2.mul(norm, z), f64x2.mul(half, f64x2.add(one, f64x2.mul(p, f64x2.sub(one, z))))); // T
  const inverse = f64x2.div(one, r);
  const full = f64x2.add(angle, angle);
  const turned = v128.bitselect(full, f64x2.sub(v128.load64_splat(k, PI), full), negative);

  const ff = f64x2.mul(f64x2.mul(q1, i1), f64x2.mul(variance, i2));
  const x = f64x2.add(f64x2.mul(ff, r), f64x2.mul(f64x2.mul(f64x2.mul(cosine, i1), f64x2.mul(cosine, i2)), inverse));
  let m = f64x2.add(f64x2.mul(cosine, turned), x);
  const cancels = v128.and(negative, f64x2.lt(f64x2.add(small, small), r));
  if (v128.any_true(cancels)) {
    const head = f64x2.mul(f64x2.mul(outer, i1), f64x2.mul(outer, i2));
    const tail = f64x2.mul(f64x2.add(one, outer), f64x2.mul(f64x2.mul(sine, i1), f64x2.mul(sine, i2)));
    const y = f64x2.mul(f64x2.add(f64x2.sub(head, ff), tail), inverse);
    m = v128.bitselect(f64x2.sub(small, y), m, cancels);
  }
  const bracket = f64x2.add(f64x2.add(i1, i2), f64x2.mul(inverse, inverse));
  const slope = f64x2.add(turned, f64x2.mul(f64x2.mul(cosine, inverse), bracket));
  finish(k + LAYER, f64x2.mul(v128.load64_splat(k, GAIN), m), f64x2.mul(v128.load64_splat(k, SLOPE), slope), c, t, theta, single);
}

// @ts-ignore: decorator
@inline
function row(
  k: usize, n: i32, q1: v128, e1: v128, i1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool,
): void {
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    pair(k, q1, e1, i1, q2, e2, c, s, t, carried, theta, wild, false);
    q2 += 16;
    e2 += 16;
    c += 16;
    if (carried) s += 16;
    if (theta) t += 16;
  }
  if (i < n) {
    if (theta) pair(k, q1, e1, i1, q2, e2, c, s, t, carried, true, wild, true);
    else pair(k, q1, e1, i1, q2, e2, c, s, t, carried, false, wild, true);
  }
}

function carriedRow(k: usize, n: i32, q1: v128, e1: v128, i1: v128, q2: usize, e2: usize, c: usize, s: usize, t: usize, wild: bool): void {
  if (wild) {
    if (t != 0) row(k, n, q1, e1, i1, q2, e2, c, s, t, true, true, true);
    else row(k, n, q1, e1, i1, q2, e2, c, s, t, true, false, true);
  } else if (t != 0) row(k, n, q1, e1, i1, q2, e2, c, s, t, true, true, false);
  else row(k, n, q1, e1, i1, q2, e2, c, s, t, true, false, false);
}

function formedRow(k: usize, n: i32, q1: v128, e1: v128, i1: v128, q2: usize, e2: usize, c: usize, t: usize, wild: bool): void {
  if (wild) {
    if (t != 0) row(k, n, q1, e1, i1, q2, e2, c, 0, t, false, true, true);
    else row(k, n, q1, e1, i1, q2, e2, c, 0, t, false, false, true);
  } else if (t != 0) row(k, n, q1, e1, i1, q2, e2, c, 0, t, false, true, false);
  else row(k, n, q1, e1, i1, q2, e2, c, 0, t, false, false, false);
}

export function geluChunk(chunk: i32): void {
  const k = geluTable();
  const stride = plane();
  const sines = argument(S);
  const thetas = argument(T);
  const wild = integer(WILD) != 0;
  const square = load<f64>(k, SQUARE);
  const kept = packedB();
  const cols = columns();
  const from = firstRow(chunk);
  const to = firstRow(chunk + 1);
  for (let left = 0; left < cols; left += PANEL) {
    const right = min(cols, left + PANEL);
    const shift = <usize>left << 3;
    const q2 = argument(Q2) + shift;
    for (let j = 0; j < right - left; j++) {
      const at = <usize>j << 3;
      const outer = 1 + square * load<f64>(q2 + at);
      store<f64>(kept + at, Math.sqrt(outer));
      store<f64>(kept + at, 1 / outer, INVERSE);
    }
    for (let i = from; i < to; i++) {
      const at = <usize>i * stride + shift;
      const n = min(width(i), right) - left;
      const q = square * load<f64>(argument(Q1) + (<usize>i << 3));
      const q1 = f64x2.splat(q);
      const e1 = f64x2.splat(Math.sqrt(1 + q));
      const i1 = f64x2.splat(1 / (1 + q));
      const c = argument(C) + at;
      const t = thetas == 0 ? 0 : thetas + at;
      if (sines != 0) carriedRow(k, n, q1, e1, i1, q2, kept, c, sines + at, t, wild);
      else formedRow(k, n, q1, e1, i1, q2, kept, c, t, wild);
    }
  }
}

export function mapGelu(
  rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  setPlane(GELU, rows, cols, ld, lower);
  setPairs(q1, r1, q2, r2, c, s, t);
  setLayer(w, b, g, h);
  setNumber(AMPLITUDE, amplitude);
  setNumber(INNER, scale);
  markWild(rows, cols, q1, q2, scale * scale);
  runPlane(1, 16);
}
