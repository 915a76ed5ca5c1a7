import { tile } from '../layout';
import { madd } from '../simd';

// Coefficients live in this thread's scratch while a kernel runs: V8 makes a vector constant in a loop from immediates, in three
// instructions, and loads one from memory in one.
// @ts-ignore: decorator
@inline
export function table(): usize {
  return tile();
}

// The sign bits.
// @ts-ignore: decorator
@inline
export function signOf(x: v128): v128 {
  return v128.and(x, f64x2.splat(-0.0));
}

// The lone last element of an odd array, as both lanes: what is done to it is what is done to any other.
// @ts-ignore: decorator
@inline
export function last(x: usize): v128 {
  return v128.load64_splat(x);
}

// Horner's rule on coefficients at c, highest degree first.
// @ts-ignore: decorator
@inline
export function poly6(c: usize, x: v128): v128 {
  let p = madd(v128.load64_splat(c), x, v128.load64_splat(c, 8));
  p = madd(p, x, v128.load64_splat(c, 16));
  p = madd(p, x, v128.load64_splat(c, 24));
  p = madd(p, x, v128.load64_splat(c, 32));
  return madd(p, x, v128.load64_splat(c, 40));
}

// @ts-ignore: decorator
@inline
export function poly7(c: usize, x: v128): v128 {
  return madd(poly6(c, x), x, v128.load64_splat(c, 48));
}

// @ts-ignore: decorator
@inline
export function poly9(c: usize, x: v128): v128 {
  return madd(madd(poly7(c, x), x, v128.load64_splat(c, 56)), x, v128.load64_splat(c, 64));
}

// @ts-ignore: decorator
@inline
export function poly11(c: usize, x: v128): v128 {
  return madd(madd(poly9(c, x), x, v128.load64_splat(c, 72)), x, v128.load64_splat(c, 80));
}

// @ts-ignore: decorator
@inline
export function poly13(c: usize, x: v128): v128 {
  return madd(madd(poly11(c, x), x, v128.load64_splat(c, 88)), x, v128.load64_splat(c, 96));
}

// @ts-ignore: decorator
@inline
export function poly22(c: usize, x: v128): v128 {
  let p = madd(poly13(c, x), x, v128.load64_splat(c, 104));
  p = madd(p, x, v128.load64_splat(c, 112));
  p = madd(p, x, v128.load64_splat(c, 120));
  p = madd(p, x, v128.load64_splat(c, 128));
  p = madd(p, x, v128.load64_splat(c, 136));
  p = madd(p, x, v128.load64_splat(c, 144));
  p = madd(p, x, v128.load64_splat(c, 152));
  p = madd(p, x, v128.load64_splat(c, 160));
  return madd(p, x, v128.load64_splat(c, 168));
}
