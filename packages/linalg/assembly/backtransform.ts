import { KC, NC, packedA, packedB } from './layout';
import { microkernel } from './microkernel';
import { packPanel } from './pack';
import { argument, fork, integer, mayFork, setArgument } from './parallel';
import { triangularFactor } from './reflectors';
import { PACK_REFLECTORS, TRANSFORM_STRIP } from './tasks';

// Eigenvectors of the tridiagonal matrix to those of A: Z ← Z H_1 H_2…H_{n−1}, in blocks of reflectors of compact WY form I − Yᵀ T Y
// (Schreiber & Van Loan 1989). Every block is packed once, as Y and as −T Y; then strips of rows of Z, which fit a cache, go through all
// blocks. A strip is held as panels of four rows, [column][4], so that nothing is packed again, and leaves transposed: as columns.
const NB: i32 = 32;
const DEPTH: i32 = 512;
const LEAST: i32 = 32;
const MOST: i32 = 128;
const FORK_WORTH: i32 = 48;

// @ts-ignore: decorator
@inline
function padded(n: i32): i32 {
  return (n + 3) & ~3;
}

// @ts-ignore: decorator
@inline
function blockCount(n: i32): i32 {
  return (n - 1 + NB - 1) / NB;
}

// Block t holds reflectors of length ≤ (t + 1)·NB: Y takes so many times NB doubles, T Y as many.
// @ts-ignore: decorator
@inline
function blockAt(t: i32): usize {
  return <usize>(NB * NB) * <usize>t * <usize>(t + 1) << 3;
}

// Doubles of workspace that backTransform needs.
export function backTransformWork(n: i32): i32 {
  return n < 2 ? 0 : <i32>(blockAt(blockCount(n)) >> 3);
}

// Four reflectors from row r, of lengths r…r+3 (those from row `end` on are zero), interleaved to `length` entries.
function packReflectors(dst: usize, a: usize, lda: usize, r: i32, end: i32, length: i32): void {
  let k = 0;
  if (r + 4 <= end) {
    k = r & ~1;
    packPanel(dst, a + <usize>r * lda, lda, 8, 4, k, 1);
  }
  for (; k < length; k++)
    for (let lane = 0; lane < 4; lane++) {
      const row = r + lane;
      store<f64>(dst + <usize>((k << 2) + lane) * 8, row < end && k < row ? load<f64>(a + <usize>row * lda + (<usize>k << 3)) : 0);
    }
}

// Columns j…j+3 of reflectors r…end−1, as [reflector][4], zero-filled to `count` reflectors.
function packColumns(dst: usize, a: usize, lda: usize, r: i32, end: i32, j: i32, count: i32): void {
  for (let q = 0; q < count; q++) {
    const row = r + q;
    const source = a + <usize>row * lda + (<usize>j << 3);
    const target = dst + (<usize>q << 5);
    if (row < end && j + 4 <= row) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
    } else
      for (let lane = 0; lane < 4; lane++)
        store<f64>(target + (<usize>lane << 3), row < end && j + lane < row ? load<f64>(source + (<usize>lane << 3)) : 0);
  }
}

// Y and −T Y of block t.
function packBlock(t: i32, n: i32, a: usize, lda: usize, tau: usize, packed: usize): void {
  const first = 1 + t * NB;
  const b = min(NB, n - first);
  const count = padded(b);
  const length = padded(first + b - 1);
  const y = packed + blockAt(t);
  const ty = y + <usize>count * <usize>length * 8;
  const panel = <usize>length << 5;
  for (let q = 0; q < count; q += 4) packReflectors(y + <usize>(q >> 2) * panel, a, lda, first + q, n, length);
  const square = <usize>(count * count) << 3;
  const g = packedA();
  const factor = g + square;
  const rows = factor + square;
  const columns = rows + square;
  const taus = columns + (<usize>count << 5);
  memory.fill(g, 0, 2 * square);
  memory.fill(taus, 0, <usize>count << 3);
  memory.copy(taus, tau + (<usize>first << 3), <usize>b << 3);
  const stride = <usize>count << 3;
  for (let p = 0; p < count; p += 4)
    for (let q = p; q < count; q += 4)
      microkernel(length, y + <usize>(p >> 2) * panel, y + <usize>(q >> 2) * panel, g + <usize>p * stride + (<usize>q << 3), stride);
  triangularFactor(count, g, taus, factor);
  for (let q = 0; q < count; q += 4) packPanel(rows + <usize>q * stride, factor + <usize>q * stride, stride, 8, 4, count, -1);
  const bytes = <usize>count << 5;
  memory.fill(ty, 0, <usize>count * <usize>length * 8);
  for (let j = 0; j < length; j += 4) {
    packColumns(columns, a, lda, first, n, j, count);
    const target = ty + <usize>(j >> 2) * bytes;
    // Row q of the triangular T begins at entry q.
    for (let q = 0; q < count; q += 4) {
      const skipped = <usize>q << 5;
      microkernel(count - q, rows + <usize>q * stride + skipped, columns + skipped, target + skipped, 32);
    }
  }
}

export function packReflectorsChunk(chunk: i32): void {
  // The longest first.
  const n = integer(0);
  packBlock(blockCount(n) - 1 - chunk, n, argument(1), argument(2), argument(3), argument(4));
}

// Four rows of Z as [column][4], zero-filled to `width` columns.
function interleave(dst: usize, n: i32, width: i32, r0: usize, r1: usize, r2: usize, r3: usize): void {
  const even = n & ~1;
  for (let offset: usize = 0, end = <usize>even << 3; offset < end; offset += 16) {
    const a = v128.load(r0 + offset);
    const b = v128.load(r1 + offset);
    const c = v128.load(r2 + offset);
    const d = v128.load(r3 + offset);
    v128.store(dst, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(dst, v128.shuffle<f64>(c, d, 0, 2), 16);
    v128.store(dst, v128.shuffle<f64>(a, b, 1, 3), 32);
    v128.store(dst, v128.shuffle<f64>(c, d, 1, 3), 48);
    dst += 64;
  }
  if (even < n) {
    const offset = <usize>even << 3;
    store<f64>(dst, load<f64>(r0 + offset));
    store<f64>(dst, load<f64>(r1 + offset), 8);
    store<f64>(dst, load<f64>(r2 + offset), 16);
    store<f64>(dst, load<f64>(r3 + offset), 24);
    dst += 32;
  }
  memory.fill(dst, 0, <usize>(width - n) << 5);
}

// How many rows of Z a strip has: about n/24, no more than one thread's scratch holds.
// @ts-ignore: decorator
@inline
function stripRows(n: i32): i32 {
  return max(4, min(min(MOST, KC * NC / padded(n)), max(LEAST, n / 24)) & ~3);
}

// Rows order[n−1−k] of Z for k in a strip, transformed, to columns k of `out`.
function transformStrip(strip: i32, n: i32, z: usize, ldz: usize, order: usize, packed: usize, out: usize, ldo: usize): void {
  const rows = stripRows(n);
  const from = strip * rows;
  const to = min(n, from + rows);
  const width = padded(n);
  const panels = (to - from + 3) >> 2;
  const panel = <usize>width << 5;
  const held = packedB();
  const product = packedA();
  for (let p = 0; p < panels; p++) {
    const k = from + (p << 2);
    const r0 = z + <usize>load<i32>(order + (<usize>(n - 1 - k) << 2)) * ldz;
    const r1 = z + <usize>load<i32>(order + (<usize>(n - 1 - min(k + 1, to - 1)) << 2)) * ldz;
    const r2 = z + <usize>load<i32>(order + (<usize>(n - 1 - min(k + 2, to - 1)) << 2)) * ldz;
    const r3 = z + <usize>load<i32>(order + (<usize>(n - 1 - min(k + 3, to - 1)) << 2)) * ldz;
    interleave(held + <usize>p * panel, n, width, r0, r1, r2, r3);
  }
  const blocks = blockCount(n);
  for (let t = 0; t < blocks; t++) {
    const first = 1 + t * NB;
    const b = min(NB, n - first);
    const count = padded(b);
    const length = padded(first + b - 1);
    const y = packed + blockAt(t);
    const ty = y + <usize>count * <usize>length * 8;
    const bytes = <usize>count << 5;
    memory.fill(product, 0, <usize>panels * bytes);
    for (let k = 0; k < length; k += DEPTH) {
      const depth = min(DEPTH, length - k);
      const skipped = <usize>k << 5;
      for (let p = 0; p < panels; p++)
        for (let q = 0; q < count; q += 4)
          microkernel(
            depth, y + <usize>(q >> 2) * (<usize>length << 5) + skipped, held + <usize>p * panel + skipped,
            product + <usize>p * bytes + (<usize>q << 5), 32,
          );
    }
    for (let j = 0; j < length; j += 4)
      for (let p = 0; p < panels; p++)
        microkernel(count, ty + <usize>(j >> 2) * bytes, product + <usize>p * bytes, held + <usize>p * panel + (<usize>j << 5), 32);
  }
  const full = (to - from) >> 2;
  for (let i = 0; i < n; i++) {
    let target = out + <usize>i * ldo + (<usize>from << 3);
    let source = held + (<usize>i << 5);
    for (let p = 0; p < full; p++) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
      target += 32;
      source += panel;
    }
    for (let k = from + (full << 2); k < to; k++) {
      store<f64>(target, load<f64>(source));
      target += 8;
      source += 8;
    }
  }
}

export function transformStripChunk(chunk: i32): void {
  transformStrip(chunk, integer(0), argument(5), argument(6), argument(7), argument(4), argument(8), argument(9));
}

// Columns k of `out` (n×n) ← row order[n−1−k] of Z times H_1 H_2…H_{n−1}, where reflector r is row r of A left of its diagonal, as
// `tridiagonalize` leaves it. Strides in doubles.
export function backTransform(n: i32, a: usize, lda: i32, tau: usize, z: usize, ldz: i32, order: usize, out: usize, ldo: i32, work: usize): void {
  if (n == 0) return;
  const blocks = blockCount(n);
  const strips = (n + stripRows(n) - 1) / stripRows(n);
  const aStride = <usize>lda << 3;
  const zStride = <usize>ldz << 3;
  const outStride = <usize>ldo << 3;
  if (!mayFork() || n < FORK_WORTH) {
    for (let t = 0; t < blocks; t++) packBlock(t, n, a, aStride, tau, work);
    for (let s = 0; s < strips; s++) transformStrip(s, n, z, zStride, order, work, out, outStride);
    return;
  }
  setArgument(0, n);
  setArgument(1, a);
  setArgument(2, aStride);
  setArgument(3, tau);
  setArgument(4, work);
  setArgument(5, z);
  setArgument(6, zStride);
  setArgument(7, order);
  setArgument(8, out);
  setArgument(9, outStride);
  fork(PACK_REFLECTORS, blocks);
  fork(TRANSFORM_STRIP, strips);
}
