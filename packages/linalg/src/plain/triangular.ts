/** Solves op(T) X = B in place in `X` (n×m), by substitution row by row. */
export function solveTriangularPlain(
  T: Float64Array,
  n: number,
  X: Float64Array,
  m: number,
  lower: boolean,
  transpose: boolean,
): void {
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const row = i * m;
    if (!transpose) {
      const from = lower ? 0 : i + 1;
      const to = lower ? i : n;
      for (let k = from; k < to; k++) {
        const factor = T[i * n + k];
        for (let j = 0; j < m; j++) X[row + j] -= factor * X[k * m + j];
      }
    }
    const pivot = T[i * n + i];
    for (let j = 0; j < m; j++) X[row + j] /= pivot;
    if (transpose) {
      const from = lower ? 0 : i + 1;
      const to = lower ? i : n;
      for (let k = from; k < to; k++) {
        const factor = T[i * n + k];
        for (let j = 0; j < m; j++) X[k * m + j] -= factor * X[row + j];
      }
    }
  }
}
