import type { Matrix } from '@saddlepoint/linalg';

/** yᵀKy / (‖K‖_F |y|²), 0 when K or y vanishes. */
export function alignmentWith(kernel: Matrix, y: Float64Array): number {
  let quadratic = 0;
  let norm = 0;
  let square = 0;
  for (let i = 0; i < kernel.rows; i++) {
    square += y[i] * y[i];
    for (let j = 0; j < kernel.cols; j++) {
      const k = kernel.data[i * kernel.cols + j];
      quadratic += y[i] * k * y[j];
      norm += k * k;
    }
  }
  const scale = Math.sqrt(norm) * square;
  return scale > 0 ? quadratic / scale : 0;
}

/** (1/2n)Σ(y−f)². */
export function meanLoss(y: Float64Array, f: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (y[i] - f[i]) ** 2;
  return sum / (2 * y.length);
}
