/** y ← y + T·x and z ← z + Tᵀ·w for a tile of rows×cols, read once, four rows at a time: x and z have `cols` entries, w and y `rows`. */
export function applyTile(
  tile: Float64Array, rows: number, cols: number, x: Float64Array, y: Float64Array, w: Float64Array, z: Float64Array,
): void {
  let r = 0;
  for (; r + 4 <= rows; r += 4) {
    const p0 = r * cols;
    const p1 = p0 + cols;
    const p2 = p1 + cols;
    const p3 = p2 + cols;
    const w0 = w[r];
    const w1 = w[r + 1];
    const w2 = w[r + 2];
    const w3 = w[r + 3];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let c = 0; c < cols; c++) {
      const t0 = tile[p0 + c];
      const t1 = tile[p1 + c];
      const t2 = tile[p2 + c];
      const t3 = tile[p3 + c];
      const xc = x[c];
      s0 += t0 * xc;
      s1 += t1 * xc;
      s2 += t2 * xc;
      s3 += t3 * xc;
      z[c] += t0 * w0 + t1 * w1 + t2 * w2 + t3 * w3;
    }
    y[r] += s0;
    y[r + 1] += s1;
    y[r + 2] += s2;
    y[r + 3] += s3;
  }
  for (; r < rows; r++) {
    const start = r * cols;
    const factor = w[r];
    let sum = 0;
    for (let c = 0; c < cols; c++) {
      const entry = tile[start + c];
      sum += entry * x[c];
      z[c] += entry * factor;
    }
    y[r] += sum;
  }
}

/** y ← y + T·x for a symmetric tile, of which the lower triangle is read. */
export function applyDiagonalTile(tile: Float64Array, n: number, x: Float64Array, y: Float64Array): void {
  for (let r = 0; r < n; r++) {
    const start = r * n;
    const factor = x[r];
    let sum = tile[start + r] * factor;
    for (let c = 0; c < r; c++) {
      const entry = tile[start + c];
      sum += entry * x[c];
      y[c] += entry * factor;
    }
    y[r] += sum;
  }
}
