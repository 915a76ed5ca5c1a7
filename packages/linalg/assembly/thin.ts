import { packPanel } from './pack';
import { argument, fork, integer, mayFork, setArgument } from './parallel';
import { madd, splat } from './simd';
import { THIN } from './tasks';

// Columns of A and rows of X that are swept at once: four rows of A and four columns of X fill half of L1.
const DEPTH: i32 = 512;

// @ts-ignore: decorator
@inline
function add(c: usize, low: v128, high: v128): void {
  v128.store(c, f64x2.add(v128.load(c), low));
  v128.store(c, f64x2.add(v128.load(c, 16), high), 16);
}

// The 4×4 tile C += A·X of four unpacked rows of A (stride in bytes) and a panel X[k][4]. Each entry of A is loaded once for four columns, so
// packing A would only add traffic.
function fourRows(k: i32, a: usize, stride: usize, x: usize, c: usize, ldc: usize): void {
  let c00 = splat(0);
  let c01 = splat(0);
  let c10 = splat(0);
  let c11 = splat(0);
  let c20 = splat(0);
  let c21 = splat(0);
  let c30 = splat(0);
  let c31 = splat(0);
  let a1 = a + stride;
  let a2 = a1 + stride;
  let a3 = a2 + stride;
  for (const end = a + (<usize>k << 3); a < end; a += 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const e0 = v128.load_splat<f64>(a);
    c00 = madd(e0, x0, c00);
    c01 = madd(e0, x1, c01);
    const e1 = v128.load_splat<f64>(a1);
    c10 = madd(e1, x0, c10);
    c11 = madd(e1, x1, c11);
    const e2 = v128.load_splat<f64>(a2);
    c20 = madd(e2, x0, c20);
    c21 = madd(e2, x1, c21);
    const e3 = v128.load_splat<f64>(a3);
    c30 = madd(e3, x0, c30);
    c31 = madd(e3, x1, c31);
    a1 += 8;
    a2 += 8;
    a3 += 8;
    x += 32;
  }
  add(c, c00, c01);
  add(c + ldc, c10, c11);
  add(c + 2 * ldc, c20, c21);
  add(c + 3 * ldc, c30, c31);
}

function oneRow(k: i32, a: usize, x: usize, c: usize): void {
  let low = splat(0);
  let high = splat(0);
  for (const end = a + (<usize>k << 3); a < end; a += 8) {
    const entry = v128.load_splat<f64>(a);
    low = madd(entry, v128.load(x), low);
    high = madd(entry, v128.load(x, 16), high);
    x += 32;
  }
  add(c, low, high);
}

// X (k×b, row-major) as panels of four columns, the last filled up with zeros: ⌈b/4⌉·4·(k + k mod 2) doubles at `out`.
export function packThin(k: i32, b: i32, x: usize, out: usize): void {
  const panel = <usize>((k + 1) & ~1) << 5;
  for (let j = 0; j < b; j += 4) {
    packPanel(out, x + (<usize>j << 3), 8, <usize>b << 3, min(4, b - j), k, 1);
    out += panel;
  }
}

// Rows of A in one chunk, and multiply-adds below which a fork is not worth it.
const CHUNK: i32 = 32;
const FORK_WORTH: f64 = 100000;

function productRows(m: i32, k: i32, b: i32, a: usize, stride: usize, x: usize, c: usize): void {
  const panel = <usize>((k + 1) & ~1) << 5;
  const panels = (b + 3) >> 2;
  const ldc = <usize>panels << 5;
  for (let p = 0; p < k; p += DEPTH) {
    const depth = min(DEPTH, k - p);
    const xp = x + (<usize>p << 5);
    const ap = a + (<usize>p << 3);
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      const rows = ap + <usize>i * stride;
      const target = c + <usize>i * ldc;
      for (let j = 0; j < panels; j++) fourRows(depth, rows, stride, xp + <usize>j * panel, target + (<usize>j << 5), ldc);
    }
    for (; i < m; i++) {
      const target = c + <usize>i * ldc;
      for (let j = 0; j < panels; j++) oneRow(depth, ap + <usize>i * stride, xp + <usize>j * panel, target + (<usize>j << 5));
    }
  }
}

function chunkOf(chunk: i32, m: i32, k: i32, b: i32, a: usize, stride: usize, x: usize, c: usize): void {
  const first = chunk * CHUNK;
  const ldc = <usize>((b + 3) >> 2) << 5;
  productRows(min(CHUNK, m - first), k, b, a + <usize>first * stride, stride, x, c + <usize>first * ldc);
}

export function thinChunk(chunk: i32): void {
  chunkOf(chunk, integer(0), integer(1), integer(2), argument(3), argument(4), argument(5), argument(6));
}

// C += A·X for A m×k (row-major, lda doubles apart), X k×b packed by packThin, C m×4⌈b/4⌉ row-major: few columns b, so that A, read once and
// never packed, is all the traffic there is. Rows are shared among threads.
export function thinProduct(m: i32, k: i32, b: i32, a: usize, lda: i32, x: usize, c: usize): void {
  const stride = <usize>lda << 3;
  const chunks = (m + CHUNK - 1) / CHUNK;
  if (mayFork() && <f64>m * <f64>k * <f64>b > FORK_WORTH) {
    setArgument(0, m);
    setArgument(1, k);
    setArgument(2, b);
    setArgument(3, a);
    setArgument(4, stride);
    setArgument(5, x);
    setArgument(6, c);
    fork(THIN, chunks);
    return;
  }
  for (let chunk = 0; chunk < chunks; chunk++) chunkOf(chunk, m, k, b, a, stride, x, c);
}
