/**
 * Householder reduction of the symmetric n×n `z` (row-major, lower triangle read) to tridiagonal form, EISPACK tred2:
 * fills `d` (diagonal) and `e` (subdiagonal, e[0] = 0) and, with `vectors`, overwrites z by the orthogonal Q with A = Q T Qᵀ.
 */
export function tridiagonalizePlain(z: Float64Array, n: number, d: Float64Array, e: Float64Array, vectors: boolean): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let h = 0;
    if (i > 1) {
      let scale = 0;
      for (let k = 0; k < i; k++) scale += Math.abs(z[row + k]);
      if (scale === 0) e[i] = z[row + i - 1];
      else {
        for (let k = 0; k < i; k++) {
          z[row + k] /= scale;
          h += z[row + k] * z[row + k];
        }
        const f = z[row + i - 1];
        const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
        e[i] = scale * g;
        h -= f * g;
        z[row + i - 1] = f - g;
        let sum = 0;
        for (let j = 0; j < i; j++) {
          if (vectors) z[j * n + i] = z[row + j] / h;
          let s = 0;
          for (let k = 0; k <= j; k++) s += z[j * n + k] * z[row + k];
          for (let k = j + 1; k < i; k++) s += z[k * n + j] * z[row + k];
          e[j] = s / h;
          sum += e[j] * z[row + j];
        }
        const hh = sum / (h + h);
        for (let j = 0; j < i; j++) {
          const f2 = z[row + j];
          const g2 = (e[j] = e[j] - hh * f2);
          for (let k = 0; k <= j; k++) z[j * n + k] -= f2 * e[k] + g2 * z[row + k];
        }
      }
    } else e[i] = z[row + i - 1];
    d[i] = h;
  }
  if (n > 0) d[0] = 0;
  if (n > 0) e[0] = 0;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    if (vectors) {
      if (d[i] !== 0) {
        for (let j = 0; j < i; j++) {
          let g = 0;
          for (let k = 0; k < i; k++) g += z[row + k] * z[k * n + j];
          for (let k = 0; k < i; k++) z[k * n + j] -= g * z[k * n + i];
        }
      }
      d[i] = z[row + i];
      z[row + i] = 1;
      for (let j = 0; j < i; j++) z[j * n + i] = z[row + j] = 0;
    } else d[i] = z[row + i];
  }
}
