/** Solves op(T) X = B in place in `X` (n×m), by substitution row by row; with `unit` the diagonal of T is taken as 1 and not read. */
export function solveTriangularPlain(
  T: Float64Array,
  n: number,
  X: Float64Array,
  m: number,
  lower: boolean,
  transpose: boolean,
  unit = false,
): void {
  const forward = lower !== transpose;
  for (let step = 0; step < n; step++) {
    const i = forward ? step : n - 1 - step;
    const row = i * m;
    const from = lower ? 0 : i + 1;
    const to = lower ? i : n;
    if (!transpose) {
      for (let k = from; k < to; k++) {
        const factor = T[i * n + k];
        for (let j = 0; j < m; j++) X[row + j] -= factor * X[k * m + j];
      }
    }
    const pivot = unit ? 1 : T[i * n + i];
    for (let j = 0; j < m; j++) X[row + j] /= pivot;
    if (transpose) {
      for (let k = from; k < to; k++) {
        const factor = T[i * n + k];
        for (let j = 0; j < m; j++) X[k * m + j] -= factor * X[row + j];
      }
    }
  }
}
