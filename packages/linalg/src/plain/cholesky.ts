/**
 * Overwrites the lower triangle of the n×n `A` with its Cholesky factor, reading only that triangle.
 * Returns −1, or the index of the first pivot that is not positive.
 */
export function choleskyPlain(A: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = A[i * n + j];
      for (let k = 0; k < j; k++) sum -= A[i * n + k] * A[j * n + k];
      A[i * n + j] = sum / A[j * n + j];
    }
    let pivot = A[i * n + i];
    for (let k = 0; k < i; k++) pivot -= A[i * n + k] ** 2;
    if (!(pivot > 0)) {
      A[i * n + i] = pivot;
      return i;
    }
    A[i * n + i] = Math.sqrt(pivot);
  }
  return -1;
}
