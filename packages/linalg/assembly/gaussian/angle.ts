import { madd } from '../simd';
import { angleCoefficients } from './coefficients';

// An angle ψ in [0, π/2] from h = tan(ψ/2) = sine/(norm + |cosine|), one rational function: ψ = 2(h − h³·rest), and
// sin ψ − ψ cos ψ = (1 + cos ψ)·h³·(1 + (1 − h²)·rest), in which nothing cancels.
export const ANGLE_BYTES: usize = 96;

export function angleTable(k: usize): void {
  angleCoefficients(k);
}

// (h − atan h)/h³ at z = h².
// @ts-ignore: decorator
@inline
export function rest(k: usize, z: v128): v128 {
  let n = madd(v128.load64_splat(k), z, v128.load64_splat(k, 8));
  let d = f64x2.add(z, v128.load64_splat(k, 48));
  n = madd(n, z, v128.load64_splat(k, 16));
  d = madd(d, z, v128.load64_splat(k, 56));
  n = madd(n, z, v128.load64_splat(k, 24));
  d = madd(d, z, v128.load64_splat(k, 64));
  n = madd(n, z, v128.load64_splat(k, 32));
  d = madd(d, z, v128.load64_splat(k, 72));
  n = madd(n, z, v128.load64_splat(k, 40));
  d = madd(d, z, v128.load64_splat(k, 80));
  d = madd(d, z, v128.load64_splat(k, 88));
  return f64x2.div(n, d);
}
