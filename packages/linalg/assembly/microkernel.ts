import { madd } from './simd';

// @ts-ignore: decorator
@inline
function accumulate(c: usize, low: v128, high: v128): void {
  v128.store(c, f64x2.add(v128.load(c), low));
  v128.store(c, f64x2.add(v128.load(c, 16), high), 16);
}

// The 4×4 tile C += A·B of packed panels A[k][4], B[k][4]; k even, ldc in bytes. Eight accumulators hide the latency of the adds. Not
// unrolled over k: V8 gathers the loads of a step at its beginning, and those of two steps would push accumulators out of the registers.
export function microkernel(k: i32, a: usize, b: usize, c: usize, ldc: usize): void {
  let c00 = splat0();
  let c01 = splat0();
  let c10 = splat0();
  let c11 = splat0();
  let c20 = splat0();
  let c21 = splat0();
  let c30 = splat0();
  let c31 = splat0();
  for (const end = a + (<usize>k << 5); a < end; a += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f64>(a);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load_splat<f64>(a, 8);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load_splat<f64>(a, 16);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load_splat<f64>(a, 24);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    b += 32;
  }
  accumulate(c, c00, c01);
  accumulate(c + ldc, c10, c11);
  accumulate(c + 2 * ldc, c20, c21);
  accumulate(c + 3 * ldc, c30, c31);
}

// @ts-ignore: decorator
@inline
function splat0(): v128 {
  return f64x2.splat(0);
}
