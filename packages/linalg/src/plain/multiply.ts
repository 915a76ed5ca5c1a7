import type { Matrix } from '../matrix.js';

/** A·B by rows (i, k, j order): the path for products too small to be worth packing. */
export function multiplyPlain(A: Matrix, B: Matrix): Matrix {
  const { rows, cols: inner } = A;
  const { cols } = B;
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const row = i * cols;
    for (let k = 0; k < inner; k++) {
      const factor = A.data[i * inner + k];
      const start = k * cols;
      for (let j = 0; j < cols; j++) out[row + j] += factor * B.data[start + j];
    }
  }
  return { rows, cols, data: out };
}
