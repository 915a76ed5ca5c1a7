/** P·A = L·U of a small dense matrix, with what its determinant needs. */
export interface Factored {
  readonly size: number;
  /** Row-major; the unit diagonal of L is left out. */
  readonly lu: Float64Array;
  readonly pivots: Int32Array;
  /** Sign of the determinant; 0 when a pivot vanished or was not finite. */
  readonly sign: number;
  /** |det A|^(1/n): does not overflow, and changes continuously with A. */
  readonly scale: number;
}

/** Gaussian elimination with partial pivoting of a row-major n×n matrix, which is overwritten. For a few hundred unknowns at most. */
export function factor(lu: Float64Array, size: number): Factored {
  const pivots = new Int32Array(size);
  let sign = 1;
  let log = 0;
  for (let k = 0; k < size; k++) {
    let row = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(lu[i * size + k]) > Math.abs(lu[row * size + k])) row = i;
    pivots[k] = row;
    if (row !== k) {
      sign = -sign;
      for (let j = 0; j < size; j++) {
        const held = lu[k * size + j];
        lu[k * size + j] = lu[row * size + j];
        lu[row * size + j] = held;
      }
    }
    const pivot = lu[k * size + k];
    if (pivot === 0 || !Number.isFinite(pivot)) return { size, lu, pivots, sign: 0, scale: 0 };
    if (pivot < 0) sign = -sign;
    log += Math.log(Math.abs(pivot));
    for (let i = k + 1; i < size; i++) {
      const c = (lu[i * size + k] /= pivot);
      if (c !== 0) for (let j = k + 1; j < size; j++) lu[i * size + j] -= c * lu[k * size + j];
    }
  }
  return { size, lu, pivots, sign, scale: Math.exp(log / size) };
}

/** The solution of A·x = b. */
export function solveFactored({ size, lu, pivots }: Factored, b: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(b);
  for (let k = 0; k < size; k++) {
    const held = x[k];
    x[k] = x[pivots[k]];
    x[pivots[k]] = held;
  }
  for (let k = 0; k < size; k++) for (let j = 0; j < k; j++) x[k] -= lu[k * size + j] * x[j];
  for (let k = size - 1; k >= 0; k--) {
    for (let j = k + 1; j < size; j++) x[k] -= lu[k * size + j] * x[j];
    x[k] /= lu[k * size + k];
  }
  return x;
}
