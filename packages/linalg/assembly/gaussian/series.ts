import { packedA } from '../layout';
import { vectorExp } from '../elementwise/exp';
import { argument, integer, number, setArgument, setNumber } from '../parallel';
import { SERIES } from './kinds';
import { LAYER_BYTES, finish, layerTable } from './layer';
import { BIAS, C, OWN, R1, R2, T, T_BIAS, T_WEIGHT, WEIGHT, columns, firstRow, plane, read, runPlane, setLayer, setPairs, setPlane, width } from './plane';

// Mehler sums Σ_p A[i][p] B[p][j] ρ^(first + p·stride) by Horner's rule over blocks of eight columns, with as many terms as the largest |ρ| of
// the block needs.
const TOLERANCE: i32 = OWN;
// Of E[φφ], and SERIES_BYTES further those of E[φ′φ′]: coefficients, number of terms, first power, stride.
const A: i32 = OWN + 1;
const B: i32 = OWN + 2;
const TERMS: i32 = OWN + 3;
const FIRST: i32 = OWN + 4;
const STRIDE: i32 = OWN + 5;
const NEXT: i32 = 5;

// Scratch: ρ of a block, its power, the two sums, the layer's constants, and for each number of terms the |ρ| up to which it suffices.
const RHO: usize = 0;
const POWER: usize = 64;
const SUM: usize = 128;
const SLOPE: usize = 192;
const LAYER: usize = 256;
const ENOUGH: usize = LAYER + LAYER_BYTES;
const MOST_KNOWN: i32 = 16384;
const ENOUGH_BYTES: usize = <usize>MOST_KNOWN << 3;

const WIDE: i32 = 8;

// Terms left out are below e^tolerance relative to √(ΣA²ΣB²), by Cauchy–Schwarz and |ρ|^(k·stride).
function enoughTable(at: usize, terms: i32, stride: i32, logTolerance: f64): void {
  const known = min(terms, MOST_KNOWN);
  store<f64>(at, 0);
  for (let k = 1; k < known; k++) store<f64>(at + (<usize>k << 3), logTolerance / (<f64>k * <f64>stride));
  if (known > 1) vectorExp(known - 1, at + 8, at + 8);
}

// How many terms |ρ| = size needs, looked for from `count` on.
function wanted(at: usize, terms: i32, size: f64, count: i32): i32 {
  while (count > 1 && size <= load<f64>(at + (<usize>(count - 2) << 3))) count--;
  while (count < terms && !(size <= load<f64>(at + (<usize>(count - 1) << 3)))) {
    if (count >= MOST_KNOWN) return terms;
    count++;
  }
  return count;
}

function largePower(x: v128, n: i32): v128 {
  let y = x;
  for (let k = 1; k < n; k++) y = f64x2.mul(y, x);
  return y;
}

// x^n.
// @ts-ignore: decorator
@inline
function power(x: v128, n: i32): v128 {
  return n == 1 ? x : n == 2 ? f64x2.mul(x, x) : n == 0 ? f64x2.splat(1) : largePower(x, n);
}

// The sums of eight columns; b is B[0][j], `down` a row of B further.
function wide(a: usize, b: usize, down: usize, count: i32, at: usize, out: usize, first: i32, stride: i32): void {
  const y0 = v128.load(at, RHO);
  const y1 = v128.load(at, RHO + 16);
  const y2 = v128.load(at, RHO + 32);
  const y3 = v128.load(at, RHO + 48);
  const x0 = power(y0, stride);
  const x1 = power(y1, stride);
  const x2 = power(y2, stride);
  const x3 = power(y3, stride);
  a += <usize>(count - 1) << 3;
  b += <usize>(count - 1) * down;
  let factor = v128.load64_splat(a);
  let s0 = f64x2.mul(factor, v128.load(b));
  let s1 = f64x2.mul(factor, v128.load(b, 16));
  let s2 = f64x2.mul(factor, v128.load(b, 32));
  let s3 = f64x2.mul(factor, v128.load(b, 48));
  for (let p = 1; p < count; p++) {
    a -= 8;
    b -= down;
    factor = v128.load64_splat(a);
    s0 = f64x2.add(f64x2.mul(s0, x0), f64x2.mul(factor, v128.load(b)));
    s1 = f64x2.add(f64x2.mul(s1, x1), f64x2.mul(factor, v128.load(b, 16)));
    s2 = f64x2.add(f64x2.mul(s2, x2), f64x2.mul(factor, v128.load(b, 32)));
    s3 = f64x2.add(f64x2.mul(s3, x3), f64x2.mul(factor, v128.load(b, 48)));
  }
  if (first != 0) {
    s0 = f64x2.mul(s0, power(y0, first));
    s1 = f64x2.mul(s1, power(y1, first));
    s2 = f64x2.mul(s2, power(y2, first));
    s3 = f64x2.mul(s3, power(y3, first));
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

// The same of two columns, or of one.
function narrow(a: usize, b: usize, down: usize, count: i32, y: v128, first: i32, stride: i32, single: bool): v128 {
  const x = power(y, stride);
  let sum = f64x2.splat(0);
  for (let p = count - 1; p >= 0; p--) {
    const row = read(b + <usize>p * down, single);
    sum = f64x2.add(f64x2.mul(sum, x), f64x2.mul(v128.load64_splat(a + (<usize>p << 3)), row));
  }
  return f64x2.mul(sum, power(y, first));
}

// c/(r1r2) within [−1, 1], 0 where a variance vanishes.
// @ts-ignore: decorator
@inline
function correlation(r1: v128, r2: usize, c: usize, single: bool): v128 {
  const norm = f64x2.mul(r1, read(r2, single));
  const ratio = v128.and(f64x2.div(read(c, single), norm), f64x2.gt(norm, f64x2.splat(0)));
  return f64x2.pmin(f64x2.splat(1), f64x2.pmax(f64x2.splat(-1), ratio));
}

// @ts-ignore: decorator
@inline
function largest(x: v128): f64 {
  return Math.max(Math.abs(f64x2.extract_lane(x, 0)), Math.abs(f64x2.extract_lane(x, 1)));
}

function seriesRow(at: usize, i: i32, n: i32, thetas: bool): void {
  const cols = <usize>columns() << 3;
  const shift = <usize>i * plane();
  const terms = integer(TERMS);
  const termsD = integer(TERMS + NEXT);
  const a = argument(A) + ((<usize>i * <usize>terms) << 3);
  const ad = argument(A + NEXT) + ((<usize>i * <usize>termsD) << 3);
  const first = integer(FIRST);
  const firstD = integer(FIRST + NEXT);
  const stride = integer(STRIDE);
  const strideD = integer(STRIDE + NEXT);
  const r1 = v128.load64_splat(argument(R1) + (<usize>i << 3));
  let r2 = argument(R2);
  let b = argument(B);
  let bd = argument(B + NEXT);
  let c = argument(C) + shift;
  let t = thetas ? argument(T) + shift : 0;
  let count = 1;
  let countD = 1;
  let j = 0;
  for (; j + WIDE <= n; j += WIDE) {
    const y0 = correlation(r1, r2, c, false);
    const y1 = correlation(r1, r2 + 16, c + 16, false);
    const y2 = correlation(r1, r2 + 32, c + 32, false);
    const y3 = correlation(r1, r2 + 48, c + 48, false);
    v128.store(at, y0, RHO);
    v128.store(at, y1, RHO + 16);
    v128.store(at, y2, RHO + 32);
    v128.store(at, y3, RHO + 48);
    const low = f64x2.pmax(f64x2.abs(y0), f64x2.abs(y1));
    const size = largest(f64x2.pmax(low, f64x2.pmax(f64x2.abs(y2), f64x2.abs(y3))));
    count = wanted(at + ENOUGH, terms, size, count);
    wide(a, b, cols, count, at, at + SUM, first, stride);
    if (thetas) {
      countD = wanted(at + ENOUGH + ENOUGH_BYTES, termsD, size, countD);
      wide(ad, bd, cols, countD, at, at + SLOPE, firstD, strideD);
      for (let v: usize = 0; v < 64; v += 16) finish(at + LAYER, v128.load(at + v, SUM), v128.load(at + v, SLOPE), c + v, t + v, true, false);
      t += 64;
      bd += 64;
    } else {
      for (let v: usize = 0; v < 64; v += 16) finish(at + LAYER, v128.load(at + v, SUM), r1, c + v, 0, false, false);
    }
    r2 += 64;
    c += 64;
    b += 64;
  }
  for (; j < n; j++) {
    const rho = correlation(r1, r2, c, true);
    const size = largest(rho);
    count = wanted(at + ENOUGH, terms, size, count);
    const sum = narrow(a, b, cols, count, rho, first, stride, true);
    if (thetas) {
      countD = wanted(at + ENOUGH + ENOUGH_BYTES, termsD, size, countD);
      finish(at + LAYER, sum, narrow(ad, bd, cols, countD, rho, firstD, strideD, true), c, t, true, true);
      t += 8;
      bd += 8;
    } else finish(at + LAYER, sum, r1, c, 0, false, true);
    r2 += 8;
    c += 8;
    b += 8;
  }
}

export function seriesChunk(chunk: i32): void {
  const at = packedA();
  const thetas = argument(T) != 0;
  layerTable(at + LAYER, number(WEIGHT), number(BIAS), number(T_WEIGHT), number(T_BIAS));
  enoughTable(at + ENOUGH, integer(TERMS), integer(STRIDE), number(TOLERANCE));
  if (thetas) enoughTable(at + ENOUGH + ENOUGH_BYTES, integer(TERMS + NEXT), integer(STRIDE + NEXT), number(TOLERANCE));
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) seriesRow(at, i, width(i), thetas);
}

export function mapSeries(
  rows: i32, cols: i32, ld: i32, lower: i32, r1: usize, r2: usize, c: usize, t: usize,
  a: usize, b: usize, ad: usize, bd: usize, terms: i32, first: i32, stride: i32, termsD: i32, firstD: i32, strideD: i32,
  w: f64, bias: f64, g: f64, h: f64, logTolerance: f64,
): void {
  setPlane(SERIES, rows, cols, ld, lower);
  setPairs(0, r1, 0, r2, c, 0, t);
  setLayer(w, bias, g, h);
  setNumber(TOLERANCE, logTolerance);
  setArgument(A, a);
  setArgument(B, b);
  setArgument(TERMS, terms);
  setArgument(FIRST, first);
  setArgument(STRIDE, stride);
  setArgument(A + NEXT, ad);
  setArgument(B + NEXT, bd);
  setArgument(TERMS + NEXT, termsD);
  setArgument(FIRST + NEXT, firstD);
  setArgument(STRIDE + NEXT, strideD);
  runPlane(1);
}
