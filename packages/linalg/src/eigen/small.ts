import { implicitQl } from '../plain/implicit-ql.js';
import { tridiagonalizePlain } from '../plain/tridiagonalize.js';

/** Eigenvalues (unsorted) and eigenvectors in the columns of `vectors` (n×n), or null when the QL iteration failed. */
export interface Spectrum {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Householder and implicit QL in plain TypeScript, for matrices too small for the engine. Overwrites `a`. */
export function eighSmall(a: Float64Array, n: number, vectors: boolean): Spectrum | null {
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalizePlain(a, n, d, e, vectors);
  const rotate = (i: number, c: number, s: number): void => {
    for (let k = i; k < n * n; k += n) {
      const next = a[k + 1];
      a[k + 1] = s * a[k] + c * next;
      a[k] = c * a[k] - s * next;
    }
  };
  return implicitQl(d, e, 0, n, vectors ? rotate : null) ? { values: d, vectors: a } : null;
}
