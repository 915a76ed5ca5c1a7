import { KC, MC, NC, packedA, packedB, tile } from './layout';
import { microkernel } from './microkernel';
import { packPanel } from './pack';
import { argument, fork, integer, mayFork, number, setArgument, setNumber, threadCount } from './parallel';
import { GEMM } from './tasks';

// Packs `lanes` × k in panels of four lanes. Strides in bytes.
function packBlock(dst: usize, src: usize, laneStride: usize, kStride: usize, lanes: i32, k: i32, alpha: f64): void {
  const panel = <usize>((k + 1) & ~1) << 5;
  for (let i = 0; i < lanes; i += 4) {
    packPanel(dst, src + <usize>i * laneStride, laneStride, kStride, min(4, lanes - i), k, alpha);
    dst += panel;
  }
}

// A tile that sticks out of C: computed aside, the part inside added.
function borderTile(k: i32, a: usize, b: usize, c: usize, ldc: usize, rows: i32, cols: i32): void {
  const aside = tile();
  memory.fill(aside, 0, 128);
  microkernel(k, a, b, aside, 32);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const target = c + <usize>i * ldc + (<usize>j << 3);
      store<f64>(target, load<f64>(target) + load<f64>(aside + <usize>((i << 2) + j) * 8));
    }
  }
}

// The packed mc×nc block of C. With `lower`, tiles wholly above the diagonal of C are left out; block column 0 is column `diagonal` of
// the matrix whose column 0 is block row 0.
function macrokernel(mc: i32, nc: i32, k: i32, c: usize, ldc: usize, lower: bool, diagonal: i32): void {
  const even = (k + 1) & ~1;
  const panel = <usize>even << 5;
  for (let j = 0; j < nc; j += 4) {
    const b = packedB() + <usize>(j >> 2) * panel;
    const cols = min(4, nc - j);
    // The first tile row with an entry on or below the diagonal: i + 3 ≥ j + diagonal.
    const first = lower ? max(0, (j + diagonal) & ~3) : 0;
    for (let i = first; i < mc; i += 4) {
      const a = packedA() + <usize>(i >> 2) * panel;
      const target = c + <usize>i * ldc + (<usize>j << 3);
      const rows = min(4, mc - i);
      if (rows == 4 && cols == 4) microkernel(even, a, b, target, ldc);
      else borderTile(even, a, b, target, ldc, rows, cols);
    }
  }
}

// The product on this thread. With `lower`, only tiles of 4×4 at or below the diagonal of C are computed, which starts at column
// `diagonal` of row 0. Loops and packing after Goto & van de Geijn (2008) and BLIS (2015).
function product(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32,
  c: usize, ldc: i32, lower: bool, diagonal: i32,
): void {
  const cStride = <usize>ldc << 3;
  const ar = <usize>aRow << 3;
  const ac = <usize>aCol << 3;
  const br = <usize>bRow << 3;
  const bc = <usize>bCol << 3;
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      packBlock(packedB(), b + <usize>pc * br + <usize>jc * bc, bc, br, nc, kc, 1);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        if (lower && ic + mc + diagonal <= jc) continue;
        packBlock(packedA(), a + <usize>ic * ar + <usize>pc * ac, ar, ac, mc, kc, alpha);
        const width = lower ? min(nc, ic + mc + diagonal - jc) : nc;
        macrokernel(mc, width, kc, c + <usize>ic * cStride + (<usize>jc << 3), cStride, lower, jc - ic - diagonal);
      }
    }
  }
}

// Work below this many multiply-adds is not worth a fork.
const FORK_WORTH: f64 = 250000;

// Splits n into `parts`, part boundaries at multiples of 4.
// @ts-ignore: decorator
@inline
function boundary(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : <i32>((<i64>n * part) / parts) & ~3;
}

// Row strips of a lower triangle with equal areas.
function strip(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : <i32>(<f64>n * Math.sqrt(<f64>part / <f64>parts)) & ~3;
}

// Block (chunk / columns, chunk % columns) of C: entries are summed over k in the same order whatever the blocks.
export function gemmChunk(chunk: i32): void {
  const m = integer(0);
  const n = integer(1);
  const columns = integer(14);
  const lower = integer(12) != 0;
  const p = chunk / columns;
  const q = chunk % columns;
  const rows = integer(13);
  const i0 = lower ? strip(m, p, rows) : boundary(m, p, rows);
  const i1 = lower ? strip(m, p + 1, rows) : boundary(m, p + 1, rows);
  const width = lower ? min(n, i1) : n;
  const j0 = boundary(width, q, columns);
  const j1 = boundary(width, q + 1, columns);
  if (i1 == i0 || j1 == j0) return;
  const aRow = integer(5);
  const bCol = integer(9);
  const ldc = integer(11);
  product(
    i1 - i0, j1 - j0, integer(2), number(3),
    argument(4) + (<usize>(i0 * aRow) << 3), aRow, integer(6),
    argument(7) + (<usize>(j0 * bCol) << 3), integer(8), bCol,
    argument(10) + (<usize>i0 * <usize>ldc + <usize>j0 << 3), ldc, lower, i0 - j0,
  );
}

// C += alpha·A·B for A m×k, B k×n with any row and column strides (in doubles) and row-major C. With `lower`, only tiles of 4×4 that
// meet the lower triangle (row ≥ column) of C are computed.
export function gemm(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32,
  c: usize, ldc: i32, lower: bool,
): void {
  if (!mayFork() || <f64>m * <f64>n * <f64>k < FORK_WORTH) {
    product(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, c, ldc, lower, 0);
    return;
  }
  setArgument(0, m);
  setArgument(1, n);
  setArgument(2, k);
  setNumber(3, alpha);
  setArgument(4, a);
  setArgument(5, aRow);
  setArgument(6, aCol);
  setArgument(7, b);
  setArgument(8, bRow);
  setArgument(9, bCol);
  setArgument(10, c);
  setArgument(11, ldc);
  setArgument(12, lower ? 1 : 0);
  // Blocks as square as can be, about two for each thread.
  const blocks = (lower ? 1 : 2) * threadCount();
  let rows = lower ? blocks : max(1, min(blocks, <i32>Math.round(Math.sqrt(<f64>blocks * <f64>m / <f64>n))));
  rows = min(rows, max(1, m / 16));
  const columns = lower ? 1 : max(1, min((blocks + rows - 1) / rows, n / 16));
  setArgument(13, rows);
  setArgument(14, columns);
  fork(GEMM, rows * columns);
}
