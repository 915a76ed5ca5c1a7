import { madd } from '../simd';
import { angleCoefficients } from './coefficients';

// An angle ψ in [0, π/2] from h = tan(ψ/2) = sine/(norm + |cosine|), one rational function: ψ = 2(h − h³·rest), and
// sin ψ − ψ cos ψ = (1 + cos ψ)·h³·(1 + (1 − h²)·rest), in which nothing cancels.
export const ANGLE_BYTES: usize = 96;

export function angleTable(k: usize): void {
  angleCoefficients(k);
}

// (h − atan h)/h³ at z = h², in short chains: the loops wait for this.
// @ts-ignore: decorator
@inline
export function rest(k: usize, z: v128): v128 {
  const z2 = f64x2.mul(z, z);
  const n0 = madd(v128.load64_splat(k, 32), z, v128.load64_splat(k, 40));
  const n2 = madd(v128.load64_splat(k, 16), z, v128.load64_splat(k, 24));
  const n4 = madd(v128.load64_splat(k), z, v128.load64_splat(k, 8));
  const d0 = madd(v128.load64_splat(k, 80), z, v128.load64_splat(k, 88));
  const d2 = madd(v128.load64_splat(k, 64), z, v128.load64_splat(k, 72));
  const d4 = madd(v128.load64_splat(k, 48), z, v128.load64_splat(k, 56));
  const n = madd(madd(n4, z2, n2), z2, n0);
  const d = madd(madd(f64x2.add(d4, z2), z2, d2), z2, d0);
  return f64x2.div(n, d);
}
