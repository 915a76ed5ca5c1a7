import { table } from '../elementwise/table';
import { argument, integer, number, setNumber } from '../parallel';
import { GAUSSIAN } from './kinds';
import { LAYER_BYTES, finish, layerTable } from './layer';
import {
  BIAS, C, OWN, Q1, Q2, S, T, T_BIAS, T_WEIGHT, WEIGHT, WILD, firstRow, markWild, plane, read, runPlane, setLayer, setPairs, setPlane, width,
} from './plane';
import { hypotenuse, sineSquare, wildSine } from './sine';

// φ(x) = amplitude·exp(−(scale·x)²): with R² = (1 + 2q1)(1 + 2q2) − 4c² = 1 + 2q1 + 2q2 + 4s² (variances and covariances times scale²),
// E[φφ] = amplitude²/R and E[φ′φ′] = amplitude²·scale²·4c/R³.
const AMPLITUDE: i32 = OWN;
const INNER: i32 = OWN + 1;

// Where constants are in the table.
const SQUARE2: usize = LAYER_BYTES; // 2·scale²
const GAIN: usize = SQUARE2 + 8;
const SLOPE: usize = SQUARE2 + 16; // 4·amplitude²·scale⁴
const ONE: usize = SQUARE2 + 24;

// @ts-ignore: decorator
@inline
function pair(k: usize, x1: v128, q2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool, single: bool): void {
  const square2 = v128.load64_splat(k, SQUARE2);
  const given = read(c, single);
  const x2 = f64x2.mul(square2, read(q2, single));
  const outer = f64x2.add(f64x2.add(v128.load64_splat(k, ONE), x1), x2);
  let r: v128;
  if (wild) {
    const sine = carried ? f64x2.mul(square2, read(s, single)) : wildSine(x1, x2, f64x2.mul(square2, given));
    r = hypotenuse(f64x2.sqrt(outer), sine);
  } else if (carried) {
    const sine = f64x2.mul(square2, read(s, single));
    r = f64x2.sqrt(f64x2.add(outer, f64x2.mul(sine, sine)));
  } else r = f64x2.sqrt(f64x2.add(outer, sineSquare(x1, x2, f64x2.mul(square2, given), f64x2.gt(f64x2.mul(x1, x2), outer))));
  const inverse = f64x2.div(v128.load64_splat(k, ONE), r);
  const slope = f64x2.mul(f64x2.mul(f64x2.mul(v128.load64_splat(k, SLOPE), given), inverse), f64x2.mul(inverse, inverse));
  finish(k, f64x2.mul(v128.load64_splat(k, GAIN), inverse), slope, c, t, theta, single);
}

// @ts-ignore: decorator
@inline
function row(k: usize, n: i32, x1: v128, q2: usize, c: usize, s: usize, t: usize, carried: bool, theta: bool, wild: bool): void {
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    pair(k, x1, q2, c, s, t, carried, theta, wild, false);
    q2 += 16;
    c += 16;
    if (carried) s += 16;
    if (theta) t += 16;
  }
  if (i < n) pair(k, x1, q2, c, s, t, carried, theta, wild, true);
}

function carriedRow(k: usize, n: i32, x1: v128, q2: usize, c: usize, s: usize, t: usize, wild: bool): void {
  if (wild) {
    if (t != 0) row(k, n, x1, q2, c, s, t, true, true, true);
    else row(k, n, x1, q2, c, s, t, true, false, true);
  } else if (t != 0) row(k, n, x1, q2, c, s, t, true, true, false);
  else row(k, n, x1, q2, c, s, t, true, false, false);
}

function formedRow(k: usize, n: i32, x1: v128, q2: usize, c: usize, t: usize, wild: bool): void {
  if (wild) {
    if (t != 0) row(k, n, x1, q2, c, 0, t, false, true, true);
    else row(k, n, x1, q2, c, 0, t, false, false, true);
  } else if (t != 0) row(k, n, x1, q2, c, 0, t, false, true, false);
  else row(k, n, x1, q2, c, 0, t, false, false, false);
}

export function gaussianChunk(chunk: i32): void {
  const k = table();
  const scale = number(INNER);
  const gain = number(AMPLITUDE) * number(AMPLITUDE);
  const square2 = 2 * (scale * scale);
  layerTable(k, number(WEIGHT), number(BIAS), number(T_WEIGHT), number(T_BIAS));
  store<f64>(k, square2, SQUARE2);
  store<f64>(k, gain, GAIN);
  store<f64>(k, gain * square2 * square2, SLOPE);
  store<f64>(k, 1, ONE);
  const wild = integer(WILD) != 0;
  const sines = argument(S);
  const thetas = argument(T);
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    const at = <usize>i * plane();
    const x1 = f64x2.splat(square2 * load<f64>(argument(Q1) + (<usize>i << 3)));
    const t = thetas == 0 ? 0 : thetas + at;
    if (sines != 0) carriedRow(k, width(i), x1, argument(Q2), argument(C) + at, sines + at, t, wild);
    else formedRow(k, width(i), x1, argument(Q2), argument(C) + at, t, wild);
  }
}

export function mapGaussian(
  rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  setPlane(GAUSSIAN, rows, cols, ld, lower);
  setPairs(q1, r1, q2, r2, c, s, t);
  setLayer(w, b, g, h);
  setNumber(AMPLITUDE, amplitude);
  setNumber(INNER, scale);
  markWild(rows, cols, q1, q2, scale * scale);
  runPlane(2);
}
