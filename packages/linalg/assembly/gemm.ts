import { KC, MC, NC, PACK_A, PACK_B, TILE } from './layout';
import { microkernel } from './microkernel';
import { packPanel } from './pack';

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
  memory.fill(TILE, 0, 128);
  microkernel(k, a, b, TILE, 32);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const target = c + <usize>i * ldc + (<usize>j << 3);
      store<f64>(target, load<f64>(target) + load<f64>(TILE + <usize>((i << 2) + j) * 8));
    }
  }
}

// The packed mc×nc block of C. With `lower`, tiles wholly above the diagonal of C are left out; block column 0 is column `diagonal` of
// the matrix whose column 0 is block row 0.
function macrokernel(mc: i32, nc: i32, k: i32, c: usize, ldc: usize, lower: bool, diagonal: i32): void {
  const even = (k + 1) & ~1;
  const panel = <usize>even << 5;
  for (let j = 0; j < nc; j += 4) {
    const b = PACK_B + <usize>(j >> 2) * panel;
    const cols = min(4, nc - j);
    // The first tile row with an entry on or below the diagonal: i + 3 ≥ j + diagonal.
    const first = lower ? max(0, (j + diagonal) & ~3) : 0;
    for (let i = first; i < mc; i += 4) {
      const a = PACK_A + <usize>(i >> 2) * panel;
      const target = c + <usize>i * ldc + (<usize>j << 3);
      const rows = min(4, mc - i);
      if (rows == 4 && cols == 4) microkernel(even, a, b, target, ldc);
      else borderTile(even, a, b, target, ldc, rows, cols);
    }
  }
}

// C += alpha·A·B for A m×k, B k×n with any row and column strides (in doubles) and row-major C. With `lower`, only tiles of 4×4 that
// meet the lower triangle (row ≥ column) of C are computed. Loops and packing after Goto & van de Geijn (2008) and BLIS (2015).
export function gemm(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32,
  c: usize, ldc: i32, lower: bool,
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
      packBlock(PACK_B, b + <usize>pc * br + <usize>jc * bc, bc, br, nc, kc, 1);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        if (lower && ic + mc <= jc) continue;
        packBlock(PACK_A, a + <usize>ic * ar + <usize>pc * ac, ar, ac, mc, kc, alpha);
        const width = lower ? min(nc, ic + mc - jc) : nc;
        macrokernel(mc, width, kc, c + <usize>ic * cStride + (<usize>jc << 3), cStride, lower, jc - ic);
      }
    }
  }
}
