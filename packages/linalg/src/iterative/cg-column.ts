import { eigh } from '../eigh.js';
import type { Matrix } from '../matrix.js';

/** One right-hand side on its way: b/‖b‖ is solved for, with A/unit. */
export interface Column {
  readonly b: Float64Array;
  /** ‖b‖ before it was divided out. */
  readonly norm: number;
  readonly x: Float64Array;
  readonly r: Float64Array;
  readonly p: Float64Array;
  /** rᵀz of the last direction. */
  rho: number;
  /** The next direction starts anew. */
  fresh: boolean;
  /** ‖r‖ as the recursion has it. */
  recursive: number;
  /** ‖b − A x‖ as last computed; infinite before. */
  residual: number;
  /** `claims`: the recursion says done. `stuck`: the true residual no longer falls. */
  state: 'active' | 'claims' | 'done' | 'stuck';
  /** α and the β after it, for the Lanczos matrix, until the first restart. */
  readonly coefficients: { readonly alpha: number; beta: number }[];
  restarted: boolean;
}

/** Steps that the condition estimate looks at. */
const REMEMBERED = 200;

/** The largest of some non-negative numbers; 0 of none. */
export const largestOf = (values: Iterable<number>): number => {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
};

function lengthOf(x: Float64Array): number {
  const largest = largestOf(x.map(Math.abs));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

export function startColumn(b: Float64Array): Column {
  const norm = lengthOf(b);
  const unit = norm === 0 ? b : b.map((value) => value / norm);
  const zeros = new Float64Array(b.length);
  const state = norm === 0 ? 'done' : 'active';
  return {
    b: unit, norm, x: zeros, r: unit.slice(), p: zeros.slice(), rho: 1, fresh: true,
    recursive: norm === 0 ? 0 : 1, residual: norm === 0 ? 0 : Infinity, state, coefficients: [], restarted: false,
  };
}

/** Columns as one n×m matrix. */
export function gather(columns: readonly Float64Array[], n: number): Matrix {
  const m = columns.length;
  if (m === 1) return { rows: n, cols: 1, data: columns[0] };
  const data = new Float64Array(n * m);
  columns.forEach((column, c) => {
    for (let i = 0; i < n; i++) data[i * m + c] = column[i];
  });
  return { rows: n, cols: m, data };
}

/** The columns of a matrix, copied. */
export const scatter = ({ rows, cols, data }: Matrix): Float64Array[] =>
  Array.from({ length: cols }, (_, c) => Float64Array.from({ length: rows }, (__, i) => data[i * cols + c]));

/** One step along p given q = A p. Returns null, or pᵀA p/pᵀp when it is not positive beyond what rounding explains. */
export function step(column: Column, q: Float64Array, tolerance: number): number | null {
  const { x, r, p } = column;
  let curvature = 0;
  let pp = 0;
  let qq = 0;
  for (let i = 0; i < p.length; i++) {
    curvature += p[i] * q[i];
    pp += p[i] * p[i];
    qq += q[i] * q[i];
  }
  if (!(curvature > 0)) {
    if (!(Math.abs(curvature) < 10 * Math.sqrt(p.length) * Number.EPSILON * Math.sqrt(pp * qq))) return curvature / pp;
    column.state = 'claims';
    return null;
  }
  const alpha = column.rho / curvature;
  let square = 0;
  for (let i = 0; i < p.length; i++) {
    x[i] += alpha * p[i];
    r[i] -= alpha * q[i];
    square += r[i] * r[i];
  }
  if (!column.restarted && column.coefficients.length < REMEMBERED) column.coefficients.push({ alpha, beta: 0 });
  column.recursive = Math.sqrt(square);
  // A little below what is asked for, so that the true residual passes too.
  if (column.recursive <= 0.9 * tolerance) column.state = 'claims';
  return null;
}

/** Makes b − image the residual, image = A x, and starts the directions anew. */
export function turnTo(column: Column, image: Float64Array): void {
  const { b, r } = column;
  for (let i = 0; i < r.length; i++) r[i] = b[i] - image[i];
  column.residual = lengthOf(r);
  column.recursive = column.residual;
  column.fresh = true;
  column.restarted = true;
}

/** Extreme eigenvalues of the Lanczos matrix that conjugate gradients build implicitly (Golub & Van Loan, §11.3), as a ratio. */
export function conditionEstimate({ coefficients }: Column): number {
  const m = coefficients.length;
  if (m === 0) return 1;
  const data = new Float64Array(m * m);
  coefficients.forEach(({ alpha, beta }, j) => {
    data[j * m + j] += 1 / alpha;
    if (j + 1 === m) return;
    data[(j + 1) * m + j + 1] += beta / alpha;
    data[(j + 1) * m + j] = Math.sqrt(beta) / alpha;
  });
  const { values } = eigh({ rows: m, cols: m, data }, { vectors: false });
  return values[m - 1] > 0 ? values[0] / values[m - 1] : Infinity;
}
