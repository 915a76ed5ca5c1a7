/**
 * The coefficients c minimising ‖b − Σ_j c_j a_j‖₂ over columns a_j, by modified Gram–Schmidt; columns that are numerically
 * dependent on the later (newer) ones get coefficient 0.
 */
export function leastSquares(columns: readonly Float64Array[], b: Float64Array, rankTolerance = 1e-10): Float64Array {
  const m = columns.length;
  const q: Float64Array[] = new Array<Float64Array>(m);
  const r = Array.from({ length: m }, () => new Float64Array(m));
  const residual = Float64Array.from(b);
  const projections = new Float64Array(m);
  const dot = (u: Float64Array, v: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < u.length; i++) sum += u[i] * v[i];
    return sum;
  };
  const subtract = (u: Float64Array, v: Float64Array, c: number): void => {
    for (let i = 0; i < u.length; i++) u[i] -= c * v[i];
  };
  const kept: number[] = [];
  for (let j = m - 1; j >= 0; j--) {
    const v = Float64Array.from(columns[j]);
    const original = Math.sqrt(dot(v, v));
    for (const k of kept) {
      r[k][j] = dot(q[k], v);
      subtract(v, q[k], r[k][j]);
    }
    const length = Math.sqrt(dot(v, v));
    if (!(length > rankTolerance * original) || length === 0) continue;
    r[j][j] = length;
    q[j] = v.map((x) => x / length);
    projections[j] = dot(q[j], residual);
    subtract(residual, q[j], projections[j]);
    kept.push(j);
  }
  const c = new Float64Array(m);
  for (let i = kept.length - 1; i >= 0; i--) {
    const k = kept[i];
    let sum = projections[k];
    for (const j of kept.slice(i + 1)) sum -= r[k][j] * c[j];
    c[k] = sum / r[k][k];
  }
  return c;
}
