import { splat } from './simd';

// Four rows, contiguous along k, interleaved into dst[k][0..3], times alpha. k is even.
function packInterleaved(dst: usize, src: usize, stride: usize, k: i32, alpha: f64): void {
  const s = splat(alpha);
  const r1 = src + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  for (let offset: usize = 0, end = <usize>k << 3; offset < end; offset += 16) {
    const a = f64x2.mul(s, v128.load(src + offset));
    const b = f64x2.mul(s, v128.load(r1 + offset));
    const c = f64x2.mul(s, v128.load(r2 + offset));
    const d = f64x2.mul(s, v128.load(r3 + offset));
    v128.store(dst, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(dst, v128.shuffle<f64>(c, d, 0, 2), 16);
    v128.store(dst, v128.shuffle<f64>(a, b, 1, 3), 32);
    v128.store(dst, v128.shuffle<f64>(c, d, 1, 3), 48);
    dst += 64;
  }
}

// Four lanes contiguous in memory for each k, copied into dst[k][0..3], times alpha.
function packContiguous(dst: usize, src: usize, stride: usize, k: i32, alpha: f64): void {
  const s = splat(alpha);
  for (let p = 0; p < k; p++) {
    v128.store(dst, f64x2.mul(s, v128.load(src)));
    v128.store(dst, f64x2.mul(s, v128.load(src, 16)), 16);
    dst += 32;
    src += stride;
  }
}

// Any strides, `count` ≤ 4 lanes, missing lanes zero.
function packGeneral(dst: usize, src: usize, laneStride: usize, kStride: usize, count: i32, k: i32, alpha: f64): void {
  for (let p = 0; p < k; p++) {
    for (let lane = 0; lane < 4; lane++) {
      const value = lane < count ? alpha * load<f64>(src + <usize>lane * laneStride) : 0;
      store<f64>(dst + (<usize>lane << 3), value);
    }
    dst += 32;
    src += kStride;
  }
}

// One panel of up to four lanes × k, k padded with zeros to an even number. Strides in bytes.
export function packPanel(dst: usize, src: usize, laneStride: usize, kStride: usize, count: i32, k: i32, alpha: f64): void {
  const even = k & ~1;
  if (count == 4 && laneStride == 8) packContiguous(dst, src, kStride, k, alpha);
  else if (count == 4 && kStride == 8) {
    packInterleaved(dst, src, laneStride, even, alpha);
    if (even < k) packGeneral(dst + (<usize>even << 5), src + (<usize>even << 3), laneStride, 8, 4, 1, alpha);
  } else packGeneral(dst, src, laneStride, kStride, count, k, alpha);
  if (even < k) memory.fill(dst + (<usize>k << 5), 0, 32);
}
