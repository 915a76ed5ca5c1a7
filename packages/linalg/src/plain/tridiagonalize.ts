/** Squares below this are dropped from a matrix of size about 1. */
const NEGLIGIBLE = 1e-290;

/** The Householder vectors of `z`, stored over the rows left of the diagonal, and u/h in the columns above it, multiplied into Q. */
function accumulate(z: Float64Array, n: number, d: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    if (d[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let g = 0;
        for (let k = 0, at = j; k < i; k++, at += n) g += z[row + k] * z[at];
        for (let at = 0; at < row; at += n) z[at + j] -= g * z[at + i];
      }
    }
    d[i] = z[row + i];
    z[row + i] = 1;
    for (let j = 0; j < i; j++) z[j * n + i] = z[row + j] = 0;
  }
}

/**
 * Householder reduction of the symmetric n×n `z` (row-major, lower triangle read, of size about 1) to tridiagonal form, as EISPACK tred2:
 * fills `d` (diagonal) and `e` (subdiagonal, e[0] = 0) and, with `vectors`, overwrites z by the orthogonal Q with A = Q T Qᵀ.
 */
export function tridiagonalizePlain(z: Float64Array, n: number, d: Float64Array, e: Float64Array, vectors: boolean): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    const f = z[row + i - 1];
    let square = 0;
    for (let k = row; k < row + i - 1; k++) square += z[k] * z[k];
    d[i] = 0;
    e[i] = f;
    if (square < NEGLIGIBLE) continue;
    square += f * f;
    const g = f >= 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const inverse = 1 / (square - f * g);
    e[i] = g;
    d[i] = 1;
    z[row + i - 1] = f - g;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      const own = j * n;
      if (vectors) z[own + i] = z[row + j] * inverse;
      let s = 0;
      for (let k = 0; k <= j; k++) s += z[own + k] * z[row + k];
      for (let k = j + 1, at = own + n + j; k < i; k++, at += n) s += z[at] * z[row + k];
      s *= inverse;
      e[j] = s;
      sum += s * z[row + j];
    }
    const half = (sum * inverse) / 2;
    for (let j = 0; j < i; j++) {
      const own = j * n;
      const u = z[row + j];
      const p = e[j] - half * u;
      e[j] = p;
      for (let k = 0; k <= j; k++) z[own + k] -= u * e[k] + p * z[row + k];
    }
  }
  if (n > 0) e[0] = d[0] = 0;
  if (vectors) accumulate(z, n, d);
  else for (let i = 0; i < n; i++) d[i] = z[i * n + i];
}
