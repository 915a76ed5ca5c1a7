/** Where the non-zeros of a row of singular vectors lie before the merge. */
export const TOP = 0;
export const BOTH = 1;
export const BOTTOM = 2;

/** Which rows take part in the secular equation (ascending values) and which are singular vectors already. */
export interface Deflation {
  readonly survivors: number[];
  readonly deflated: number[];
}

/**
 * Deflates the matrix with first row z and diagonal d (0 at `centre`, the others ascending in the order of `ascending`) as LAPACK's dlasd2:
 * small zᵢ go, and of two close dᵢ one is rotated out. Changes `d`, `z`, `support` and, through `rotate(i, j, c, s)`:
 * (rowᵢ, rowⱼ) ← (c·rowᵢ + s·rowⱼ, c·rowⱼ − s·rowᵢ), the singular vectors on both sides. `centre` always survives, as the first.
 */
export function deflate(
  centre: number,
  ascending: readonly number[],
  d: Float64Array,
  z: Float64Array,
  tolerance: number,
  support: Uint8Array,
  rotate: (i: number, j: number, c: number, s: number) => void,
): Deflation {
  const survivors = [centre];
  const deflated: number[] = [];
  let held = -1;
  for (const i of ascending) {
    if (Math.abs(z[i]) <= tolerance) {
      deflated.push(i);
      continue;
    }
    if (held >= 0) {
      if (d[i] - d[held] <= tolerance) {
        const norm = Math.sqrt(z[i] * z[i] + z[held] * z[held]);
        rotate(held, i, z[i] / norm, -z[held] / norm);
        if (support[i] !== support[held]) support[i] = support[held] = BOTH;
        z[i] = norm;
        z[held] = 0;
        deflated.push(held);
      } else survivors.push(held);
    }
    held = i;
  }
  if (held >= 0) survivors.push(held);
  // No pole may coincide with the zero at the centre; a change within the tolerance.
  if (survivors.length > 1 && d[survivors[1]] < tolerance / 2) d[survivors[1]] = tolerance / 2;
  return { survivors, deflated };
}
