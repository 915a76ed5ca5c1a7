import { dot, frobeniusNorm, multiplyVector } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/** yᵀKy / (‖K‖_F |y|²), 0 when K or y vanishes. */
export function alignmentWith(kernel: Matrix, y: Float64Array): number {
  const scale = frobeniusNorm(kernel) * dot(y, y);
  return scale > 0 ? dot(y, multiplyVector(kernel, y)) / scale : 0;
}

/** (1/2n)Σ(y−f)². */
export function meanLoss(y: Float64Array, f: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (y[i] - f[i]) ** 2;
  return sum / (2 * y.length);
}
