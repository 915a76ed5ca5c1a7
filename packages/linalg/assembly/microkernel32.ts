import { madd32 } from './simd';

// @ts-ignore: decorator
@inline
function accumulate(c: usize, low: v128, high: v128): void {
  v128.store(c, f32x4.add(v128.load(c), low));
  v128.store(c, f32x4.add(v128.load(c, 16), high), 16);
}

// @ts-ignore: decorator
@inline
function zero(): v128 {
  return f32x4.splat(0);
}

// The 4×8 tile C += A·B in single precision of packed panels A[k][4], B[k][8]; ldc in bytes. Not unrolled
// over k, as its elder brother.
export function microkernel32(k: i32, a: usize, b: usize, c: usize, ldc: usize): void {
  let c00 = zero();
  let c01 = zero();
  let c10 = zero();
  let c11 = zero();
  let c20 = zero();
  let c21 = zero();
  let c30 = zero();
  let c31 = zero();
  for (const end = a + (<usize>k << 4); a < end; a += 16) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    c00 = madd32(a0, b0, c00);
    c01 = madd32(a0, b1, c01);
    const a1 = v128.load_splat<f32>(a, 4);
    c10 = madd32(a1, b0, c10);
    c11 = madd32(a1, b1, c11);
    const a2 = v128.load_splat<f32>(a, 8);
    c20 = madd32(a2, b0, c20);
    c21 = madd32(a2, b1, c21);
    const a3 = v128.load_splat<f32>(a, 12);
    c30 = madd32(a3, b0, c30);
    c31 = madd32(a3, b1, c31);
    b += 32;
  }
  accumulate(c, c00, c01);
  accumulate(c + ldc, c10, c11);
  accumulate(c + 2 * ldc, c20, c21);
  accumulate(c + 3 * ldc, c30, c31);
}
