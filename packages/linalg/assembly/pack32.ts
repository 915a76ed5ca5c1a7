// Four lanes contiguous along k, interleaved four steps at a time.
function interleaveFour(dst: usize, dstStride: usize, src: usize, laneStride: usize, k: i32, s: v128): i32 {
  const r1 = src + laneStride;
  const r2 = r1 + laneStride;
  const r3 = r2 + laneStride;
  let p = 0;
  for (let offset: usize = 0; p + 4 <= k; p += 4) {
    const a = f32x4.mul(s, v128.load(src + offset));
    const b = f32x4.mul(s, v128.load(r1 + offset));
    const c = f32x4.mul(s, v128.load(r2 + offset));
    const d = f32x4.mul(s, v128.load(r3 + offset));
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(dst, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(dst + dstStride, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(dst + 2 * dstStride, v128.shuffle<f64>(ef, gh, 0, 2));
    v128.store(dst + 3 * dstStride, v128.shuffle<f64>(ef, gh, 1, 3));
    dst += 4 * dstStride;
    offset += 16;
  }
  return p;
}

// Up to four lanes × k into dst[k][0…3], rows of dst `dstStride` bytes apart, missing lanes zero.
function packFour(
  dst: usize, dstStride: usize, src: usize, laneStride: usize, kStride: usize, count: i32, k: i32, alpha: f32,
): void {
  const s = f32x4.splat(alpha);
  let p = 0;
  if (count == 4 && laneStride == 4) {
    for (; p < k; p++) v128.store(dst + <usize>p * dstStride, f32x4.mul(s, v128.load(src + <usize>p * kStride)));
    return;
  }
  if (count == 4 && kStride == 4) p = interleaveFour(dst, dstStride, src, laneStride, k, s);
  for (; p < k; p++) {
    const target = dst + <usize>p * dstStride;
    for (let lane = 0; lane < 4; lane++) {
      const value: f32 = lane < count ? alpha * load<f32>(src + <usize>lane * laneStride + <usize>p * kStride) : 0;
      store<f32>(target + (<usize>lane << 2), value);
    }
  }
}

// One panel of up to `width` (4 or 8) lanes × k in single precision, k padded with zeros to an even number. Strides in bytes.
export function packPanel32(
  dst: usize, src: usize, laneStride: usize, kStride: usize, count: i32, width: i32, k: i32, alpha: f32,
): void {
  const stride = <usize>width << 2;
  for (let lane = 0; lane < width; lane += 4)
    packFour(
      dst + (<usize>lane << 2), stride, src + <usize>lane * laneStride, laneStride, kStride, max(0, min(4, count - lane)), k, alpha,
    );
  if (k & 1) memory.fill(dst + <usize>k * stride, 0, stride);
}
