import { KC, MC, NC, packedA, packedB, tile } from './layout';
import { microkernel } from './microkernel';
import { microkernel32 } from './microkernel32';
import { packPanel } from './pack';
import { packPanel32 } from './pack32';

// The blocked product in double (T = f64) or single precision (f32): the same loops around tiles of 4×4 doubles or 4×8 floats, 32 bytes
// wide. Blocks hold the same bytes in both, so twice the floats.
const TILE_COLUMN_BYTES: usize = 32;

// @ts-ignore: decorator
@inline
function columnsOf<T>(): i32 {
  return sizeof<T>() == 4 ? 8 : 4;
}

// Packs `lanes` × k in panels of `width` lanes. Strides in bytes.
function packBlock<T>(dst: usize, src: usize, laneStride: usize, kStride: usize, lanes: i32, width: i32, k: i32, alpha: f64): void {
  const panel = <usize>(((k + 1) & ~1) * width) * sizeof<T>();
  for (let i = 0; i < lanes; i += width) {
    const from = src + <usize>i * laneStride;
    if (sizeof<T>() == 4) packPanel32(dst, from, laneStride, kStride, min(width, lanes - i), width, k, <f32>alpha);
    else packPanel(dst, from, laneStride, kStride, min(width, lanes - i), k, alpha);
    dst += panel;
  }
}

// @ts-ignore: decorator
@inline
function kernel<T>(k: i32, a: usize, b: usize, c: usize, ldc: usize): void {
  if (sizeof<T>() == 4) microkernel32(k, a, b, c, ldc);
  else microkernel(k, a, b, c, ldc);
}

// A tile that sticks out of C: computed aside, the part inside added.
function borderTile<T>(k: i32, a: usize, b: usize, c: usize, ldc: usize, rows: i32, cols: i32): void {
  const aside = tile();
  memory.fill(aside, 0, 4 * TILE_COLUMN_BYTES);
  kernel<T>(k, a, b, aside, TILE_COLUMN_BYTES);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const target = c + <usize>i * ldc + <usize>j * sizeof<T>();
      store<T>(target, load<T>(target) + load<T>(aside + <usize>i * TILE_COLUMN_BYTES + <usize>j * sizeof<T>()));
    }
  }
}

// The packed mc×nc block of C. With `lower`, tiles wholly above the diagonal of C are left out; block column 0 is column `diagonal` of
// the matrix whose column 0 is block row 0.
function macrokernel<T>(mc: i32, nc: i32, k: i32, c: usize, ldc: usize, lower: bool, diagonal: i32): void {
  const width = columnsOf<T>();
  const even = (k + 1) & ~1;
  const panelA = <usize>(even * 4) * sizeof<T>();
  const panelB = <usize>even * TILE_COLUMN_BYTES;
  let b = packedB();
  for (let j = 0; j < nc; j += width) {
    const cols = min(width, nc - j);
    // The first tile row with an entry on or below the diagonal: i + 3 ≥ j + diagonal.
    const first = lower ? max(0, (j + diagonal) & ~3) : 0;
    let a = packedA() + <usize>(first >> 2) * panelA;
    for (let i = first; i < mc; i += 4) {
      const target = c + <usize>i * ldc + <usize>j * sizeof<T>();
      const rows = min(4, mc - i);
      if (rows == 4 && cols == width) kernel<T>(even, a, b, target, ldc);
      else borderTile<T>(even, a, b, target, ldc, rows, cols);
      a += panelA;
    }
    b += panelB;
  }
}

// C += alpha·A·B on this thread; strides count entries. With `lower`, only tiles at or below the diagonal of C are computed, which starts
// at column `diagonal` of row 0. Loops and packing after Goto & van de Geijn (2008) and BLIS (2015).
export function product<T>(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32,
  c: usize, ldc: i32, lower: bool, diagonal: i32,
): void {
  const size: usize = sizeof<T>();
  const more: i32 = 8 / <i32>size;
  const cStride = <usize>ldc * size;
  const ar = <usize>aRow * size;
  const ac = <usize>aCol * size;
  const br = <usize>bRow * size;
  const bc = <usize>bCol * size;
  for (let jc = 0; jc < n; jc += NC * more) {
    const nc = min(NC * more, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      packBlock<T>(packedB(), b + <usize>pc * br + <usize>jc * bc, bc, br, nc, columnsOf<T>(), kc, 1);
      for (let ic = 0; ic < m; ic += MC * more) {
        const mc = min(MC * more, m - ic);
        if (lower && ic + mc + diagonal <= jc) continue;
        packBlock<T>(packedA(), a + <usize>ic * ar + <usize>pc * ac, ar, ac, mc, 4, kc, alpha);
        const width = lower ? min(nc, ic + mc + diagonal - jc) : nc;
        macrokernel<T>(mc, width, kc, c + <usize>ic * cStride + <usize>jc * size, cStride, lower, jc - ic - diagonal);
      }
    }
  }
}
