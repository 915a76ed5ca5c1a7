import { argument, mayFork, number, setArgument, setNumber } from '../parallel';
import { ACCUMULATE, FILL, SCALE } from './kinds';
import { OWN, columns, firstRow, plane, runPlane, setPlane } from './plane';

// Sums of planes. A product and a sum are rounded one after the other in both builds.
const X: i32 = OWN;
const SOURCE: i32 = OWN + 1;
const TARGET: i32 = OWN + 2;
const FACTOR: i32 = OWN + 3;

// Cheap pairs: this many more in a chunk.
const LIGHT: i32 = 16;
// A single long row is cut into rows of this length, a chunk each.
const LONG: i32 = 32768;

// How many rows of LONG a single row makes; 0 when it stays one.
// @ts-ignore: decorator
@inline
function cut(rows: i32, cols: i32): i32 {
  return rows == 1 && cols > LONG && mayFork() ? cols / LONG : 0;
}

export function accumulateChunk(chunk: i32): void {
  const n = columns();
  const target = plane();
  const source = argument(SOURCE);
  const factor = f64x2.splat(number(FACTOR));
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    let x = argument(X) + <usize>i * source;
    let y = argument(TARGET) + <usize>i * target;
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      v128.store(y, f64x2.add(v128.load(y), f64x2.mul(factor, v128.load(x))));
      v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(factor, v128.load(x, 16))), 16);
      x += 32;
      y += 32;
    }
    for (; j < n; j++) {
      store<f64>(y, load<f64>(y) + number(FACTOR) * load<f64>(x));
      x += 8;
      y += 8;
    }
  }
}

export function scaleChunk(chunk: i32): void {
  const n = columns();
  const factor = f64x2.splat(number(FACTOR));
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    let x = argument(TARGET) + <usize>i * plane();
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      v128.store(x, f64x2.mul(factor, v128.load(x)));
      x += 16;
    }
    if (j < n) store<f64>(x, number(FACTOR) * load<f64>(x));
  }
}

export function fillChunk(chunk: i32): void {
  const n = columns();
  const value = f64x2.splat(number(FACTOR));
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    let x = argument(TARGET) + <usize>i * plane();
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      v128.store(x, value);
      x += 16;
    }
    if (j < n) store<f64>(x, number(FACTOR));
  }
}

function setTarget(target: usize, factor: f64): void {
  setArgument(TARGET, target);
  setNumber(FACTOR, factor);
}

// dst += factor·src.
export function accumulatePlane(rows: i32, cols: i32, src: usize, lds: i32, dst: usize, ldd: i32, factor: f64): void {
  const pieces = cut(rows, cols);
  if (pieces > 0) {
    accumulatePlane(pieces, LONG, src, LONG, dst, LONG, factor);
    const done = pieces * LONG;
    const at = <usize>done << 3;
    accumulatePlane(1, cols - done, src + at, lds, dst + at, ldd, factor);
    return;
  }
  setPlane(ACCUMULATE, rows, cols, ldd, -1);
  setArgument(X, src);
  setArgument(SOURCE, <usize>lds << 3);
  setTarget(dst, factor);
  runPlane(LIGHT);
}

// a ← factor·a.
export function scalePlane(rows: i32, cols: i32, a: usize, ld: i32, factor: f64): void {
  const pieces = cut(rows, cols);
  if (pieces > 0) {
    scalePlane(pieces, LONG, a, LONG, factor);
    const done = pieces * LONG;
    const at = <usize>done << 3;
    scalePlane(1, cols - done, a + at, ld, factor);
    return;
  }
  setPlane(SCALE, rows, cols, ld, -1);
  setTarget(a, factor);
  runPlane(LIGHT);
}

// a ← value everywhere.
export function fillPlane(rows: i32, cols: i32, a: usize, ld: i32, value: f64): void {
  const pieces = cut(rows, cols);
  if (pieces > 0) {
    fillPlane(pieces, LONG, a, LONG, value);
    const done = pieces * LONG;
    const at = <usize>done << 3;
    fillPlane(1, cols - done, a + at, ld, value);
    return;
  }
  setPlane(FILL, rows, cols, ld, -1);
  setTarget(a, value);
  runPlane(LIGHT);
}
