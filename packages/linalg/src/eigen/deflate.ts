/** Where the non-zeros of an eigenvector row lie before the merge. */
export const TOP = 0;
export const BOTH = 1;
export const BOTTOM = 2;

/** Which rows take part in the secular equation (ascending eigenvalues) and which are eigenvectors already. */
export interface Deflation {
  readonly survivors: number[];
  readonly deflated: number[];
}

/**
 * Deflates D + ρ z zᵀ as LAPACK's dlaed2: small zᵢ go, and of two close dᵢ one is rotated out. Changes `d`, `z`, `support` and, through
 * `rotate(i, j, c, s)`: (rowᵢ, rowⱼ) ← (c·rowᵢ + s·rowⱼ, c·rowⱼ − s·rowᵢ), the eigenvectors. `ascending` lists rows by dᵢ.
 */
export function deflate(
  ascending: readonly number[],
  d: Float64Array,
  z: Float64Array,
  rho: number,
  support: Uint8Array,
  rotate: (i: number, j: number, c: number, s: number) => void,
): Deflation {
  let size = 0;
  for (const i of ascending) size = Math.max(size, Math.abs(d[i]), Math.abs(z[i]));
  const tolerance = 4 * Number.EPSILON * size;
  const survivors: number[] = [];
  const deflated: number[] = [];
  let held = -1;
  for (const i of ascending) {
    if (rho * Math.abs(z[i]) <= tolerance) {
      deflated.push(i);
      continue;
    }
    if (held >= 0) {
      const norm = Math.sqrt(z[i] * z[i] + z[held] * z[held]);
      const c = z[i] / norm;
      const s = -z[held] / norm;
      if (Math.abs((d[i] - d[held]) * c * s) <= tolerance) {
        z[i] = norm;
        z[held] = 0;
        if (support[i] !== support[held]) support[i] = support[held] = BOTH;
        rotate(held, i, c, s);
        const upper = d[held] * s * s + d[i] * c * c;
        d[held] = d[held] * c * c + d[i] * s * s;
        d[i] = upper;
        deflated.push(held);
      } else survivors.push(held);
    }
    held = i;
  }
  if (held >= 0) survivors.push(held);
  return { survivors, deflated };
}
