import { argument, integer, setArgument } from '../parallel';
import { COMBINE } from './kinds';
import { C, OWN, R1, R2, S, TAILS1, TAILS2, WILD, firstRow, markWildRoots, plane, read, runPlane, setPairs, setPlane, width, write } from './plane';

// The sine norm of the sum of two kernels with roots of variances (r1, r2), (p1, p2), covariances c, d, sine norms s, e, u = r1r2, v = p1p2:
// s² + e² + (r1p2 − p1r2)² + (u − c)(v + d) + (u + c)(v − d), where u − |c| = s²/(u + |c|): sums of positive terms; and r1p2 − p1r2 =
// ½[(p1 + p2)(r1 − r2) − (r1 + r2)(p1 − p2)], in which what the roots lack can be added to the differences.
const P1: i32 = OWN;
const P2: i32 = OWN + 1;
const D: i32 = OWN + 2;
const E: i32 = OWN + 3;
const OTHER_TAILS1: i32 = OWN + 4;
const OTHER_TAILS2: i32 = OWN + 5;

// @ts-ignore: decorator
@inline
function pair(
  r1: v128, p1: v128, r2: usize, p2: usize, c: usize, s: usize, d: usize, e: usize, l1: v128, l2: usize, m1: v128, m2: usize, wild: bool, single: bool,
): void {
  const zero = f64x2.splat(0);
  const root = read(r2, single);
  const other = read(p2, single);
  const x = read(c, single);
  const y = read(d, single);
  let far = f64x2.add(f64x2.mul(r1, root), f64x2.abs(x)); // u + |c|
  let away = f64x2.add(f64x2.mul(p1, other), f64x2.abs(y)); // v + |d|
  let first = f64x2.sub(r1, root);
  let second = f64x2.sub(p1, other);
  if (l2 != 0) first = f64x2.add(first, f64x2.sub(l1, read(l2, single)));
  if (m2 != 0) second = f64x2.add(second, f64x2.sub(m1, read(m2, single)));
  const twice = f64x2.sub(f64x2.mul(f64x2.add(p1, other), first), f64x2.mul(f64x2.add(r1, root), second));
  let across = f64x2.mul(f64x2.splat(0.5), twice);
  let near = v128.and(f64x2.div(read(s, single), far), f64x2.gt(far, zero));
  let close = v128.and(f64x2.div(read(e, single), away), f64x2.gt(away, zero));
  let size = zero;
  if (wild) {
    // In units of the larger sum, whose squares may leave the range of doubles.
    size = f64x2.pmax(f64x2.splat(2.2250738585072014e-308), f64x2.pmax(far, away));
    far = f64x2.div(far, size);
    away = f64x2.div(away, size);
    across = f64x2.div(across, size);
  }
  near = f64x2.mul(f64x2.mul(far, near), near); // u − |c|
  close = f64x2.mul(f64x2.mul(away, close), close);
  // Covariances of one sign join near with away, of two signs far with away.
  const opposite = v128.xor(f64x2.lt(x, zero), f64x2.lt(y, zero));
  const mixed = f64x2.add(f64x2.mul(near, away), f64x2.mul(far, close));
  const crossed = f64x2.add(f64x2.mul(near, close), f64x2.mul(far, away));
  const own = f64x2.add(f64x2.mul(near, far), f64x2.mul(close, away));
  const total = f64x2.add(f64x2.add(own, f64x2.mul(across, across)), v128.bitselect(crossed, mixed, opposite));
  const root2 = f64x2.sqrt(total);
  write(s, wild ? f64x2.mul(size, root2) : root2, single);
}

export function combineChunk(chunk: i32): void {
  const wild = integer(WILD) != 0;
  const to = firstRow(chunk + 1);
  for (let i = firstRow(chunk); i < to; i++) {
    const at = <usize>i * plane();
    const r1 = v128.load64_splat(argument(R1) + (<usize>i << 3));
    const p1 = v128.load64_splat(argument(P1) + (<usize>i << 3));
    const l1 = argument(TAILS1) == 0 ? r1 : v128.load64_splat(argument(TAILS1) + (<usize>i << 3));
    const m1 = argument(OTHER_TAILS1) == 0 ? p1 : v128.load64_splat(argument(OTHER_TAILS1) + (<usize>i << 3));
    let l2 = argument(TAILS2);
    let m2 = argument(OTHER_TAILS2);
    let r2 = argument(R2);
    let p2 = argument(P2);
    let c = argument(C) + at;
    let s = argument(S) + at;
    let d = argument(D) + at;
    let e = argument(E) + at;
    const n = width(i);
    let j = 0;
    if (!wild) {
      for (; j + 2 <= n; j += 2) {
        pair(r1, p1, r2, p2, c, s, d, e, l1, l2, m1, m2, false, false);
        r2 += 16;
        p2 += 16;
        c += 16;
        s += 16;
        d += 16;
        e += 16;
        if (l2 != 0) l2 += 16;
        if (m2 != 0) m2 += 16;
      }
    }
    for (; j < n; j++) {
      if (wild) pair(r1, p1, r2, p2, c, s, d, e, l1, l2, m1, m2, true, true);
      else pair(r1, p1, r2, p2, c, s, d, e, l1, l2, m1, m2, false, true);
      r2 += 8;
      p2 += 8;
      c += 8;
      s += 8;
      d += 8;
      e += 8;
      if (l2 != 0) l2 += 8;
      if (m2 != 0) m2 += 8;
    }
  }
}

export function combineSines(
  rows: i32, cols: i32, ld: i32, lower: i32, r1: usize, r2: usize, c: usize, s: usize, p1: usize, p2: usize, d: usize, e: usize,
  l1: usize, l2: usize, m1: usize, m2: usize,
): void {
  setPlane(COMBINE, rows, cols, ld, lower);
  setPairs(0, r1, 0, r2, c, s, 0);
  setArgument(TAILS1, l1);
  setArgument(TAILS2, l2);
  setArgument(OTHER_TAILS1, m1);
  setArgument(OTHER_TAILS2, m2);
  setArgument(P1, p1);
  setArgument(P2, p2);
  setArgument(D, d);
  setArgument(E, e);
  markWildRoots(rows, cols, r1, r2, p1, p2);
  runPlane(2);
}
