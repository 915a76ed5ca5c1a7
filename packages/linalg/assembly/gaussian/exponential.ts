import { packedA } from '../layout';
import { vectorExp } from '../elementwise/exp';
import { vectorExpm1 } from '../elementwise/expm1';
import { argument, integer, number, setArgument, setNumber } from '../parallel';
import { EXPONENTIAL, SINE } from './kinds';
import { LAYER_BYTES, finish, layerTable } from './layer';
import {
  BIAS, C, OWN, Q1, Q2, R1, R2, S, T, T_BIAS, T_WEIGHT, WEIGHT, firstRow, kind, plane, read, runPlane, setLayer, setPairs, setPlane, width,
} from './plane';

// Sine, cosine and exponential, in variances and covariances times scale²: with μ = (q1 + q2)/2 and the decay μ − |c| = (r1 − r2)²/2 + s²/(r1r2 + |c|),
// E[sin sin] = e^{−μ} sinh c, E[cos cos] = e^{−μ} cosh c, one the other's E[φ′φ′], and E[exp exp] = e^{μ+c}. Blocks of columns pass through
// the vector functions of assembly/elementwise.
const AMPLITUDE: i32 = OWN;
const INNER: i32 = OWN + 1;
const COSINE: i32 = OWN + 2;

const BLOCK: i32 = 512;
const BLOCK_BYTES: usize = <usize>BLOCK << 3;

// μ − |c| of unscaled numbers; without a carried s from exact sums of the doubles given.
// @ts-ignore: decorator
@inline
function decay(q1: v128, r1: v128, q2: v128, r2: v128, a: v128, s: usize, carried: bool, single: bool): v128 {
  const half = f64x2.splat(0.5);
  if (carried) {
    const sine = read(s, single);
    const d = f64x2.sub(r1, r2);
    const norm = f64x2.add(f64x2.mul(r1, r2), a);
    const ratio = v128.and(f64x2.div(sine, norm), f64x2.gt(norm, f64x2.splat(0)));
    return f64x2.add(f64x2.mul(half, f64x2.mul(d, d)), f64x2.mul(sine, ratio));
  }
  const x = f64x2.mul(half, f64x2.pmax(q1, q2));
  const y = f64x2.mul(half, f64x2.pmin(q1, q2));
  const sum = f64x2.add(x, y);
  const low = f64x2.add(f64x2.sub(x, sum), y);
  // The sum exceeds |c|, but for rounding.
  const difference = f64x2.sub(sum, a);
  const lost = f64x2.sub(f64x2.sub(sum, difference), a);
  return f64x2.pmax(f64x2.splat(0), f64x2.add(difference, f64x2.add(lost, low)));
}

// The exponents of a block: −decay, or that of exp, and −2|c|.
// @ts-ignore: decorator
@inline
function prepare(
  out: usize, q1: v128, r1: v128, square: v128, q2: usize, r2: usize, c: usize, s: usize, carried: bool, sine: bool, single: bool,
): void {
  const cosine = read(c, single);
  const a = f64x2.abs(cosine);
  const columns = read(q2, single);
  const d = decay(q1, r1, columns, read(r2, single), a, s, carried, single);
  if (sine) {
    v128.store(out, f64x2.neg(f64x2.mul(square, d)));
    v128.store(out, f64x2.mul(f64x2.mul(f64x2.splat(-2), square), a), BLOCK_BYTES + 16);
  } else {
    const positive = f64x2.add(f64x2.mul(f64x2.splat(0.5), f64x2.add(q1, columns)), a);
    v128.store(out, f64x2.mul(square, v128.bitselect(d, positive, f64x2.lt(cosine, f64x2.splat(0)))));
  }
}

// @ts-ignore: decorator
@inline
function conclude(k: usize, at: usize, gain: v128, slope: v128, c: usize, t: usize, sine: bool, even: bool, theta: bool, single: bool): void {
  const x = v128.load(at);
  if (!sine) {
    finish(k, f64x2.mul(gain, x), f64x2.mul(slope, x), c, t, theta, single);
    return;
  }
  const half = f64x2.mul(f64x2.splat(0.5), x);
  const y = v128.load(at, BLOCK_BYTES + 16); // e^{−2|c|} − 1
  const sign = v128.and(read(c, single), f64x2.splat(-0.0));
  const sinh = v128.xor(f64x2.mul(half, f64x2.neg(y)), sign);
  const cosh = f64x2.mul(half, f64x2.add(f64x2.splat(2), y));
  finish(k, f64x2.mul(gain, even ? cosh : sinh), f64x2.mul(slope, even ? sinh : cosh), c, t, theta, single);
}

function block(
  k: usize, buffer: usize, n: i32, q1: v128, r1: v128, q2: usize, r2: usize, c: usize, s: usize, t: usize, sine: bool, even: bool,
  square: v128, gain: v128, slope: v128,
): void {
  for (let i = 0; i < n; i += 2) {
    const at = <usize>i << 3;
    const out = buffer + at;
    const single = i + 1 == n;
    if (s != 0) {
      if (single) prepare(out, q1, r1, square, q2 + at, r2 + at, c + at, s + at, true, sine, true);
      else prepare(out, q1, r1, square, q2 + at, r2 + at, c + at, s + at, true, sine, false);
    } else if (single) prepare(out, q1, r1, square, q2 + at, r2 + at, c + at, 0, false, sine, true);
    else prepare(out, q1, r1, square, q2 + at, r2 + at, c + at, 0, false, sine, false);
  }
  vectorExp(n, buffer, buffer);
  if (sine) vectorExpm1(n, buffer + BLOCK_BYTES + 16, buffer + BLOCK_BYTES + 16);
  for (let i = 0; i < n; i += 2) {
    const at = <usize>i << 3;
    const single = i + 1 == n;
    if (t != 0) {
      if (single) conclude(k, buffer + at, gain, slope, c + at, t + at, sine, even, true, true);
      else conclude(k, buffer + at, gain, slope, c + at, t + at, sine, even, true, false);
    } else if (single) conclude(k, buffer + at, gain, slope, c + at, 0, sine, even, false, true);
    else conclude(k, buffer + at, gain, slope, c + at, 0, sine, even, false, false);
  }
}

export function exponentialChunk(chunk: i32): void {
  // The vector functions use the table: the layer's constants come after the blocks.
  const buffer = packedA();
  const k = buffer + 2 * BLOCK_BYTES + 64;
  layerTable(k, number(WEIGHT), number(BIAS), number(T_WEIGHT), number(T_BIAS));
  const scale = number(INNER);
  const gain = number(AMPLITUDE) * number(AMPLITUDE);
  const square = f64x2.splat(scale * scale);
  const sine = kind() == SINE;
  const even = integer(COSINE) != 0;
  const stride = plane();
  const sines = argument(S);
  const thetas = argument(T);
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    const n = width(i);
    const q1 = v128.load64_splat(argument(Q1) + (<usize>i << 3));
    const r1 = v128.load64_splat(argument(R1) + (<usize>i << 3));
    for (let left = 0; left < n; left += BLOCK) {
      const shift = <usize>left << 3;
      const at = <usize>i * stride + shift;
      block(
        k, buffer, min(BLOCK, n - left), q1, r1, argument(Q2) + shift, argument(R2) + shift,
        argument(C) + at, sines == 0 ? 0 : sines + at, thetas == 0 ? 0 : thetas + at,
        sine, even, square, f64x2.splat(gain), f64x2.splat(gain * (scale * scale)),
      );
    }
  }
}

function run(
  task: i32, rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  setPlane(task, rows, cols, ld, lower);
  setPairs(q1, r1, q2, r2, c, s, t);
  setLayer(w, b, g, h);
  setNumber(AMPLITUDE, amplitude);
  setNumber(INNER, scale);
  runPlane(1);
}

export function mapSine(
  cosine: i32, rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  setArgument(COSINE, cosine);
  run(SINE, rows, cols, ld, lower, q1, r1, q2, r2, c, s, t, amplitude, scale, w, b, g, h);
}

export function mapExp(
  rows: i32, cols: i32, ld: i32, lower: i32, q1: usize, r1: usize, q2: usize, r2: usize,
  c: usize, s: usize, t: usize, amplitude: f64, scale: f64, w: f64, b: f64, g: f64, h: f64,
): void {
  run(EXPONENTIAL, rows, cols, ld, lower, q1, r1, q2, r2, c, s, t, amplitude, scale, w, b, g, h);
}
