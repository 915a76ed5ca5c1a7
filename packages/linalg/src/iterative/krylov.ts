import { eigh } from '../eigh.js';
import type { Matrix } from '../matrix.js';
import { transpose } from '../matrix.js';
import { multiply } from '../multiply.js';
import type { Prepared } from './operator.js';
import { checkSymmetricForm } from './operator.js';
import { splitRows } from './orthonormal.js';

/**
 * A block Krylov decomposition A V = V T + Q C with orthonormal [V, Q]: V has `filled` rows (vectors are rows), Q the next b, which are rows
 * `filled … filled + b` of `basis`. T is kept whole, not assumed block tridiagonal, so that restarts need no special case.
 */
export interface Krylov {
  readonly n: number;
  readonly b: number;
  /** Room for `capacity + b` vectors of length n. */
  readonly basis: Float64Array;
  readonly capacity: number;
  filled: number;
  /** capacity×capacity, of which the first `filled` rows and columns count. */
  readonly T: Float64Array;
  /** C: b×filled, row-major with row length `capacity`. */
  readonly coupling: Float64Array;
  /** The largest |entry| of T met so far: a lower bound on ‖A‖ up to a factor of b, and the scale of what is negligible. */
  scale: number;
  readonly random: (out: Float64Array) => Float64Array;
}

const view = (data: Float64Array, rows: number, n: number, from = 0): Matrix => ({ rows, cols: n, data: data.subarray(from * n, (from + rows) * n) });

/** The vectors V as rows (a view). */
const vectorsOf = ({ basis, filled, n }: Krylov): Matrix => view(basis, filled, n);

/** An empty decomposition whose Q is random. */
export function emptyKrylov(n: number, b: number, capacity: number, random: (out: Float64Array) => Float64Array): Krylov {
  const krylov: Krylov = {
    n,
    b,
    basis: new Float64Array((capacity + b) * n),
    capacity,
    filled: 0,
    T: new Float64Array(capacity * capacity),
    coupling: new Float64Array(b * capacity),
    scale: 0,
    random,
  };
  randomFrontier(krylov);
  return krylov;
}

/** Replaces Q by random orthonormal vectors orthogonal to V, and forgets the coupling. */
export function randomFrontier({ n, b, basis, filled, coupling, random }: Krylov): void {
  const start = { rows: b, cols: n, data: random(new Float64Array(b * n)) };
  basis.set(splitRows(view(basis, filled, n), start, 0, random).Q.data, filled * n);
  coupling.fill(0);
}

/** One block step: applies A to Q, moves Q into V and finds the next Q by full orthogonalisation. */
export async function extend(krylov: Krylov, operator: Prepared): Promise<void> {
  const { n, b, basis, capacity, T, coupling, random } = krylov;
  const from = krylov.filled;
  const image = transpose(await operator.apply(transpose(view(basis, b, n, from))));
  const before = krylov.scale;
  const count = from + b;
  // The remainder of a vector in an invariant subspace is rounding of A·q.
  const negligible = 8 * Number.EPSILON * Math.max(before, rowNorm(image));
  const { H, R, Q } = splitRows(view(basis, count, n), image, negligible, random);
  for (let i = 0; i < H.length; i++) krylov.scale = Math.max(krylov.scale, Math.abs(H[i]));
  checkSymmetricForm('A', (i, j) => H[(from + i) * b + j], b, Math.max(krylov.scale, ...R.map(Math.abs)));
  for (let i = 0; i < count; i++)
    for (let c = 0; c < b; c++) {
      const mirrored = i < from ? H[i * b + c] : (H[i * b + c] + H[(from + c) * b + (i - from)]) / 2;
      T[i * capacity + from + c] = mirrored;
      T[(from + c) * capacity + i] = mirrored;
    }
  coupling.fill(0);
  for (let r = 0; r < b; r++) for (let c = 0; c < b; c++) coupling[r * capacity + from + c] = R[r * b + c];
  krylov.filled = count;
  basis.set(Q.data, count * n);
}

/** The largest norm of a row. */
function rowNorm({ rows, cols, data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = i * cols; k < (i + 1) * cols; k++) square += data[k] ** 2;
    largest = Math.max(largest, square);
  }
  return Math.sqrt(largest);
}

/** Ritz pairs of T restricted to rows and columns `from … filled`, the most wanted first. */
export interface Ritz {
  readonly values: Float64Array;
  /** Column i: coefficients of Ritz vector i; (filled − from) × count. */
  readonly coefficients: Matrix;
  /** ‖A y − θ y‖ as the decomposition has it: ‖C s‖. */
  readonly residuals: Float64Array;
}

export type Order = (values: Float64Array) => Int32Array;

export function ritzPairs({ T, capacity, filled, coupling, b }: Krylov, order: Order, from = 0): Ritz {
  const size = filled - from;
  const projected = new Float64Array(size * size);
  for (let i = 0; i < size; i++) projected.set(T.subarray((from + i) * capacity + from, (from + i) * capacity + filled), i * size);
  const { values, vectors } = eigh({ rows: size, cols: size, data: projected });
  const indices = order(values);
  const sorted = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let k = 0; k < size; k++) sorted[i * size + k] = vectors.data[i * size + indices[k]];
  const residuals = new Float64Array(size);
  for (let r = 0; r < b; r++) {
    const row = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const factor = coupling[r * capacity + from + i];
      if (factor !== 0) for (let k = 0; k < size; k++) row[k] += factor * sorted[i * size + k];
    }
    for (let k = 0; k < size; k++) residuals[k] += row[k] * row[k];
  }
  return {
    values: Float64Array.from(indices, (k) => values[k]),
    coefficients: { rows: size, cols: size, data: sorted },
    residuals: residuals.map(Math.sqrt),
  };
}

/** The first `count` Ritz vectors as rows. */
export function ritzVectors(krylov: Krylov, { coefficients }: Ritz, count: number): Matrix {
  const size = coefficients.rows;
  const leading = new Float64Array(count * size);
  for (let k = 0; k < count; k++) for (let i = 0; i < size; i++) leading[k * size + i] = coefficients.data[i * size + k];
  return multiply({ rows: count, cols: size, data: leading }, vectorsOf(krylov));
}

/** Thick restart (Wu & Simon 2000): V ← the first `count` Ritz vectors, T ← their values, Q kept, C ← C S. */
export function restart(krylov: Krylov, ritz: Ritz, count: number): void {
  const { n, b, basis, capacity, T, coupling, filled } = krylov;
  const { values, coefficients } = ritz;
  const size = coefficients.rows;
  const Y = ritzVectors(krylov, ritz, count);
  const projected = new Float64Array(b * count);
  for (let r = 0; r < b; r++)
    for (let i = 0; i < size; i++) {
      const factor = coupling[r * capacity + i];
      if (factor !== 0) for (let k = 0; k < count; k++) projected[r * count + k] += factor * coefficients.data[i * size + k];
    }
  basis.copyWithin(count * n, filled * n, (filled + b) * n);
  basis.set(Y.data, 0);
  coupling.fill(0);
  for (let r = 0; r < b; r++) coupling.set(projected.subarray(r * count, (r + 1) * count), r * capacity);
  T.fill(0);
  for (let k = 0; k < count; k++) T[k * capacity + k] = values[k];
  krylov.filled = count;
}
