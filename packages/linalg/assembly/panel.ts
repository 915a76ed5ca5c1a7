import { addPairs, addPairsTwice, negativeDots } from './pairs';
import { argument, fork, integer, mayFork, setArgument } from './parallel';
import { symvGroups, symvPart, symvPartEnd } from './symv';
import { COMPANION, COMPANION_SUM } from './tasks';
import { add, axpy, axpy2, dot, scale } from './vector';

// The parts of a panel of the tridiagonalisation that touch whole rows, in chunks for threads. Sums are taken over segments and groups
// that depend on sizes alone, so that one thread and many give the same bits. A panel's pairs (V_q, W_q) stand for −V Wᵀ − W Vᵀ, which
// its leading block still lacks; an odd one is taken twice, the second time with factor zero.
const SEGMENT: i32 = 256;
const FORK_WORTH: i32 = 384;
const DOTS: i32 = 4;

// What the chunks of a step share: the leading block A (r×r, rows of `lda` bytes), the vector x and its companion y, the pairs, and the
// last row of A when that is to be updated too, else 0.
@unmanaged
class Step {
  r: i32;
  pairs: i32;
  a: usize;
  lda: usize;
  x: usize;
  y: usize;
  v: usize;
  w: usize;
  stride: usize;
  next: usize;
  parts: usize;
  coefficients: usize;
  shares: usize;
}

// @ts-ignore: decorator
@inline
function segments(length: i32): i32 {
  return (length + SEGMENT - 1) / SEGMENT;
}

// Doubles of workspace for `companion` with panels of nb rows of length ≤ ld.
export function companionWork(ld: i32, nb: i32): i32 {
  return 16 + 8 * ld + 2 * nb + 4 + segments(ld) + 2;
}

// row[0…r] −= Σ_q V_q[r]·W_q + W_q[r]·V_q, the part of the pairs' rank-2 updates that row r lacks.
export function updateRow(row: usize, r: i32, pairs: i32, v: usize, w: usize, stride: usize): void {
  const at = <usize>r << 3;
  for (let first = 0; first <= r; first += SEGMENT) {
    const offset = <usize>first << 3;
    const count = min(SEGMENT, r + 1 - first);
    for (let q = 0; q < pairs; q++) {
      const vq = v + <usize>q * stride;
      const wq = w + <usize>q * stride;
      axpy2(count, -load<f64>(vq + at), wq + offset, -load<f64>(wq + at), vq + offset, row + offset);
    }
  }
}

// One group of A x, or the coefficients of some of the pairs.
function companionPart(step: Step, chunk: i32): void {
  const r = step.r;
  const stride = step.stride;
  const groups = symvGroups(r);
  if (chunk < groups) {
    // The longest first.
    const group = groups - 1 - chunk;
    symvPart(r, group, step.a, step.lda, step.x, step.parts + <usize>group * stride);
    return;
  }
  const first = (chunk - groups) * DOTS;
  for (let q = first, end = min(first + DOTS, step.pairs); q < end; q += 2) {
    const v = step.v + <usize>q * stride;
    const w = step.w + <usize>q * stride;
    const shift = q + 1 < step.pairs ? stride : 0;
    negativeDots(r, step.x, v, w, v + shift, w + shift, step.coefficients + (<usize>q << 4));
  }
}

export function companionChunk(chunk: i32): void {
  companionPart(changetype<Step>(argument(0)), chunk);
}

// One segment of y: the groups' parts and the pairs, and its share of y·x. The same segment of the next row.
function companionSum(step: Step, s: i32): void {
  const r = step.r;
  const stride = step.stride;
  const first = s * SEGMENT;
  const offset = <usize>first << 3;
  const count = min(SEGMENT, r - first);
  const groups = symvGroups(r);
  const out = step.y + offset;
  memory.copy(out, step.parts + <usize>(groups - 1) * stride + offset, <usize>count << 3);
  for (let group = groups - 2; group >= 0; group--) {
    const end = symvPartEnd(r, group);
    if (end > first) add(min(count, end - first), step.parts + <usize>group * stride + offset, out);
  }
  const next = step.next;
  const last = <usize>(r - 1) << 3;
  for (let q = 0; q < step.pairs; q += 2) {
    const at = step.coefficients + (<usize>q << 4);
    const alone = q + 1 == step.pairs;
    const shift = alone ? 0 : stride;
    const v = step.v + <usize>q * stride;
    const w = step.w + <usize>q * stride;
    const v0 = v + offset;
    const w0 = w + offset;
    const a0 = load<f64>(at);
    const b0 = load<f64>(at, 8);
    const a1 = alone ? 0 : load<f64>(at, 16);
    const b1 = alone ? 0 : load<f64>(at, 24);
    if (next == 0) addPairs(count, v0, w0, v0 + shift, w0 + shift, a0, b0, a1, b1, out);
    else {
      const c1 = alone ? 0 : -load<f64>(w + stride + last);
      const d1 = alone ? 0 : -load<f64>(v + stride + last);
      addPairsTwice(
        count, v0, w0, v0 + shift, w0 + shift, a0, b0, a1, b1, out, -load<f64>(w + last), -load<f64>(v + last), c1, d1, next + offset,
      );
    }
  }
  store<f64>(step.shares + (<usize>s << 3), dot(count, out, step.x + offset));
}

export function companionSumChunk(chunk: i32): void {
  companionSum(changetype<Step>(argument(0)), chunk);
}

// y = tau·(A x − Σ_q V_q (W_q·x) + W_q (V_q·x)) made orthogonal enough that A − x yᵀ − y xᵀ = H A H, for A of r×r. With `next`, row
// r−1 of A gets what it lacks of the pairs and of (x, y).
export function companion(
  a: usize, lda: usize, r: i32, tau: f64, x: usize, y: usize, pairs: i32, v: usize, w: usize, stride: usize, next: bool, work: usize,
): void {
  const step = changetype<Step>(work);
  step.r = r;
  step.pairs = pairs;
  step.a = a;
  step.lda = lda;
  step.x = x;
  step.y = y;
  step.v = v;
  step.w = w;
  step.stride = stride;
  step.next = next ? a + <usize>(r - 1) * lda : 0;
  step.parts = work + 128;
  step.coefficients = step.parts + 8 * stride;
  step.shares = step.coefficients + (<usize>(pairs + 1) << 4);
  const chunks = symvGroups(r) + (step.pairs + DOTS - 1) / DOTS;
  const count = segments(r);
  if (!mayFork() || r < FORK_WORTH) {
    for (let c = 0; c < chunks; c++) companionPart(step, c);
    for (let s = 0; s < count; s++) companionSum(step, s);
  } else {
    setArgument(0, work);
    fork(COMPANION, chunks);
    fork(COMPANION_SUM, count);
  }
  let product: f64 = 0;
  for (let s = 0; s < count; s++) product += load<f64>(step.shares + (<usize>s << 3));
  scale(r, tau, y);
  axpy(r, -0.5 * tau * tau * product, x, y);
  // x ends in 1.
  if (next) axpy2(r, -1, y, -load<f64>(y + (<usize>(r - 1) << 3)), x, step.next);
}
