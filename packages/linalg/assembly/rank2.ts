import { microkernel } from './microkernel';
import { packPanel } from './pack';
import { argument, fork, integer, mayFork, setArgument } from './parallel';
import { PACK_PAIRS, RANK2_STRIP } from './tasks';
import { tile } from './layout';

// A −= V Wᵀ + W Vᵀ for the leading block after a panel of the tridiagonalisation: shallow products over a large triangle, so that A must
// flow. Rows of A go in strips from left to right, and A comes from memory as a few streams. Four rows of V and W are packed as
// [−V, W, −V], each [pair][4]: the first two are the left factor of a tile, the last two the right factor.
const STRIP: i32 = 16;
const PACKED: i32 = 64;
const FORK_WORTH: i32 = 128;

// Doubles of workspace for `rank2Update` of n×n by `pairs` pairs.
export function rank2Work(n: i32, pairs: i32): i32 {
  return 3 * pairs * (n + 3);
}

// Panels of rows [from, to).
function packPairs(from: i32, to: i32, n: i32, pairs: i32, v: usize, w: usize, stride: usize, packed: usize): void {
  const third = <usize>pairs << 5;
  for (let i = from; i < to; i += 4) {
    const offset = <usize>i << 3;
    const target = packed + <usize>(i >> 2) * (3 * third);
    const rows = min(4, n - i);
    packPanel(target, v + offset, 8, stride, rows, pairs, -1);
    packPanel(target + third, w + offset, 8, stride, rows, pairs, 1);
    memory.copy(target + 2 * third, target, third);
  }
}

export function packPairsChunk(chunk: i32): void {
  const n = integer(0);
  packPairs(chunk * PACKED, min(n, (chunk + 1) * PACKED), n, integer(1), argument(2), argument(3), argument(4), argument(5));
}

// Rows [from, to) of the lower triangle; tiles on the diagonal are full.
function updateStrip(from: i32, to: i32, pairs: i32, packed: usize, a: usize, lda: usize): void {
  const third = <usize>pairs << 5;
  const panel = 3 * third;
  const depth = 2 * pairs;
  const whole = to & ~3;
  for (let j = 0; j < to; j += 4) {
    const right = packed + <usize>(j >> 2) * panel + third;
    const column = a + (<usize>j << 3);
    const first = max(from, j);
    if (j + 4 <= to)
      for (let i = first; i < whole; i += 4) microkernel(depth, packed + <usize>(i >> 2) * panel, right, column + <usize>i * lda, lda);
    if (whole < to) {
      // The last rows, fewer than four.
      const aside = tile();
      memory.fill(aside, 0, 128);
      microkernel(depth, packed + <usize>(whole >> 2) * panel, right, aside, 32);
      for (let i = whole; i < to; i++)
        for (let k = 0, end = min(4, to - j); k < end; k++) {
          const target = column + <usize>i * lda + (<usize>k << 3);
          store<f64>(target, load<f64>(target) + load<f64>(aside + <usize>(((i - whole) << 2) + k) * 8));
        }
    }
  }
}

export function rank2StripChunk(chunk: i32): void {
  // The longest first.
  const n = integer(0);
  const from = ((n - 1) / STRIP - chunk) * STRIP;
  updateStrip(from, min(n, from + STRIP), integer(1), argument(5), argument(6), argument(7));
}

// A (n×n, lower triangle, lda in bytes) −= Σ_q V_q W_qᵀ + W_q V_qᵀ over `pairs` (even) rows of v and w, `stride` bytes apart.
export function rank2Update(n: i32, pairs: i32, v: usize, w: usize, stride: usize, a: usize, lda: usize, work: usize): void {
  const strips = (n + STRIP - 1) / STRIP;
  if (!mayFork() || n < FORK_WORTH) {
    packPairs(0, n, n, pairs, v, w, stride, work);
    for (let s = 0; s < strips; s++) updateStrip(s * STRIP, min(n, (s + 1) * STRIP), pairs, work, a, lda);
    return;
  }
  setArgument(0, n);
  setArgument(1, pairs);
  setArgument(2, v);
  setArgument(3, w);
  setArgument(4, stride);
  setArgument(5, work);
  setArgument(6, a);
  setArgument(7, lda);
  fork(PACK_PAIRS, (n + PACKED - 1) / PACKED);
  fork(RANK2_STRIP, strips);
}
