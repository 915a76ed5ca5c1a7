/** Where the non-zeros of an eigenvector row lie before the merge. */
export const TOP = 0;
export const BOTH = 1;
export const BOTTOM = 2;

/** Which rows take part in the secular equation (ascending eigenvalues) and which are eigenvectors already. */
export interface Deflation {
  readonly survivors: number[];
  readonly deflated: number[];
}
