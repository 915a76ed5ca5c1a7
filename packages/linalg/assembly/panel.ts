import { argument, fork, integer, mayFork, setArgument } from './parallel';
import { symvGroups, symvPart, symvPartEnd } from './symv';
import { COMPANION, COMPANION_SUM, UPDATE_ROW } from './tasks';
import { add, axpy, axpy2, dot, scale } from './vector';

// The parts of a panel of the tridiagonalisation that touch whole rows, in chunks for threads. Sums are taken over segments and groups
// that depend on sizes alone, so that one thread and many give the same bits.
const SEGMENT: i32 = 256;
const FORK_WORTH: i32 = 384;

// @ts-ignore: decorator
@inline
function segments(length: i32): i32 {
  return (length + SEGMENT - 1) / SEGMENT;
}

// Doubles of workspace for `companion` with panels of nb rows of length ≤ ld.
export function companionWork(ld: i32, nb: i32): i32 {
  return 8 * ld + 2 * nb + segments(ld) + 2;
}

function updateSegment(s: i32, row: usize, length: i32, at: usize, panels: i32, v: usize, w: usize, stride: usize): void {
  const offset = <usize>(s * SEGMENT) << 3;
  const count = min(SEGMENT, length - s * SEGMENT);
  for (let q = 0; q < panels; q++) {
    const vq = v + <usize>q * stride;
    const wq = w + <usize>q * stride;
    axpy2(count, -load<f64>(vq + at), wq + offset, -load<f64>(wq + at), vq + offset, row + offset);
  }
}

export function updateRowChunk(chunk: i32): void {
  const r = integer(1);
  updateSegment(chunk, argument(0), r + 1, <usize>r << 3, integer(2), argument(3), argument(4), argument(5));
}

// row[0…r] −= Σ_q V_q[r]·W_q + W_q[r]·V_q, the part of the panel's rank-2 updates that row r still lacks.
export function updateRow(row: usize, r: i32, panels: i32, v: usize, w: usize, stride: usize): void {
  if (panels == 0) return;
  const count = segments(r + 1);
  if (!mayFork() || r * panels < 16 * FORK_WORTH) {
    for (let s = 0; s < count; s++) updateSegment(s, row, r + 1, <usize>r << 3, panels, v, w, stride);
    return;
  }
  setArgument(0, row);
  setArgument(1, r);
  setArgument(2, panels);
  setArgument(3, v);
  setArgument(4, w);
  setArgument(5, stride);
  fork(UPDATE_ROW, count);
}

// One group of A x, or the coefficients of one earlier pair of the panel.
function companionPart(
  chunk: i32, r: i32, a: usize, lda: usize, x: usize, parts: usize, stride: usize, coefficients: usize, v: usize, w: usize,
): void {
  const groups = symvGroups(r);
  if (chunk < groups) {
    // The longest first.
    const group = groups - 1 - chunk;
    symvPart(r, group, a, lda, x, parts + <usize>group * stride);
    return;
  }
  const q = chunk - groups;
  const target = coefficients + (<usize>q << 4);
  store<f64>(target, -dot(r, w + <usize>q * stride, x));
  store<f64>(target, -dot(r, v + <usize>q * stride, x), 8);
}

export function companionChunk(chunk: i32): void {
  companionPart(
    chunk, integer(0), argument(1), argument(2), argument(3), argument(4), argument(5), argument(6), argument(7), argument(8),
  );
}

// One segment of y: the groups' parts and the earlier pairs, and its share of y·x.
function companionSum(
  s: i32, r: i32, x: usize, y: usize, parts: usize, stride: usize, coefficients: usize, v: usize, w: usize, panels: i32, shares: usize,
): void {
  const first = s * SEGMENT;
  const offset = <usize>first << 3;
  const count = min(SEGMENT, r - first);
  const groups = symvGroups(r);
  const out = y + offset;
  memory.copy(out, parts + <usize>(groups - 1) * stride + offset, <usize>count << 3);
  for (let group = groups - 2; group >= 0; group--) {
    const end = symvPartEnd(r, group);
    if (end > first) add(min(count, end - first), parts + <usize>group * stride + offset, out);
  }
  for (let q = 0; q < panels; q++) {
    const at = coefficients + (<usize>q << 4);
    axpy2(count, load<f64>(at), v + <usize>q * stride + offset, load<f64>(at, 8), w + <usize>q * stride + offset, out);
  }
  store<f64>(shares + (<usize>s << 3), dot(count, out, x + offset));
}

export function companionSumChunk(chunk: i32): void {
  companionSum(
    chunk, integer(0), argument(3), argument(9), argument(4), argument(5), argument(6), argument(7), argument(8), integer(10), argument(11),
  );
}

// y = tau·(A x − Σ_q V_q (W_q·x) + W_q (V_q·x)) made orthogonal enough that A − x yᵀ − y xᵀ = H A H, for A of r×r.
export function companion(
  a: usize, lda: usize, r: i32, tau: f64, x: usize, y: usize, panels: i32, v: usize, w: usize, stride: usize, work: usize,
): void {
  const parts = work;
  const coefficients = parts + 8 * stride;
  const shares = coefficients + (<usize>panels << 4);
  const chunks = symvGroups(r) + panels;
  const count = segments(r);
  if (!mayFork() || r < FORK_WORTH) {
    for (let c = 0; c < chunks; c++) companionPart(c, r, a, lda, x, parts, stride, coefficients, v, w);
    for (let s = 0; s < count; s++) companionSum(s, r, x, y, parts, stride, coefficients, v, w, panels, shares);
  } else {
    setArgument(0, r);
    setArgument(1, a);
    setArgument(2, lda);
    setArgument(3, x);
    setArgument(4, parts);
    setArgument(5, stride);
    setArgument(6, coefficients);
    setArgument(7, v);
    setArgument(8, w);
    setArgument(9, y);
    setArgument(10, panels);
    setArgument(11, shares);
    fork(COMPANION, chunks);
    fork(COMPANION_SUM, count);
  }
  let product: f64 = 0;
  for (let s = 0; s < count; s++) product += load<f64>(shares + (<usize>s << 3));
  scale(r, tau, y);
  axpy(r, -0.5 * tau * tau * product, x, y);
}
