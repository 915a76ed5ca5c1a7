import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { matrix, pivotedCholesky, pivotedCholeskySteps, solveTriangular, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { Pause } from '../../pace.js';
import { diagonalOf, kernelRows, type KernelSource } from './source.js';

/** K ≈ L Lᵀ = K_nm K_mm⁻¹ K_mn through r landmarks, with the error's diagonal known exactly. */
export interface LandmarkFactor {
  /** Lᵀ: r rows of n. Lᵀ at the landmarks is upper triangular. */
  readonly rows: Float64Array[];
  /** The landmarks, in the order of the columns of L. */
  readonly pivots: Int32Array;
  /** Diagonal of K − LLᵀ, n numbers ≥ 0. */
  readonly remainder: Float64Array;
  /** tr(K − LLᵀ) ≥ ‖K − LLᵀ‖. */
  readonly traceError: number;
  /** tr K. */
  readonly trace: number;
}

/** Which samples become landmarks: the one known worst each time (`'greedy'`), a random subset, or those given. */
export type LandmarkChoice = 'greedy' | 'random' | ArrayLike<number>;

const CHUNK = 4096;
/** Rows of the kernel that are asked for at once. */
const TOGETHER = 128;
const indefinite = (got: string): SaddlepointRangeError => new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', { argument: 'kernel', expected: 'a positive semidefinite kernel', got });
const sumOf = (values: Float64Array): number => values.reduce((total, v) => total + v, 0);

interface Factored {
  readonly rows: Float64Array[];
  readonly pivots: ArrayLike<number>;
  readonly remainder: Float64Array;
}

/** Pivoted Cholesky on rows that may be promised: one row of K per step. */
async function greedy(source: KernelSource, diagonal: Float64Array, rank: number, pause: Pause): Promise<Factored> {
  const steps = pivotedCholeskySteps(diagonal, { rank });
  try {
    let next = steps.next();
    for (let done = 1; next.done !== true; done++) {
      next = steps.next((await kernelRows(source, [next.value])).data);
      await pause(done / rank);
    }
    return next.value;
  } catch (error) {
    if (error instanceof SaddlepointRangeError && error.code === 'ERR_NOT_POSITIVE_DEFINITE') throw indefinite(error.got);
    throw error;
  }
}

/** Lᵀ = L_mm⁻¹ K_mn for landmarks that are given; those that others determine to rounding are left out. */
async function given(source: KernelSource, indices: readonly number[], remainder: Float64Array, pause: Pause): Promise<Factored> {
  const n = source.size;
  const raw = new Map<number, Float64Array>();
  for (let from = 0; from < indices.length; from += TOGETHER) {
    const some = indices.slice(from, from + TOGETHER);
    const { data } = await kernelRows(source, some);
    some.forEach((index, k) => { raw.set(index, data.slice(k * n, (k + 1) * n)); });
    await pause((0.5 * from) / indices.length);
  }
  const rawRow = (index: number): Float64Array => raw.get(index) ?? new Float64Array(n);
  const among = matrix(indices.length, indices.length, Float64Array.from({ length: indices.length ** 2 }, (_, at) => rawRow(indices[Math.floor(at / indices.length)])[indices[at % indices.length]]));
  const { factor, pivots: order } = pivotedCholesky(among);
  const r = factor.cols;
  const pivots = Array.from(order, (k) => indices[k]);
  // Rows of the factor at its own pivots are triangular.
  const lower = matrix(r, r, Float64Array.from({ length: r * r }, (_, at) => factor.data[order[Math.floor(at / r)] * r + (at % r)]));
  const rows = pivots.map(() => new Float64Array(n));
  for (let from = 0; from < n; from += CHUNK) {
    const width = Math.min(CHUNK, n - from);
    const part = matrix(r, width);
    pivots.forEach((p, k) => { part.data.set(rawRow(p).subarray(from, from + width), k * width); });
    const solved = solveTriangular(lower, part);
    rows.forEach((row, k) => { row.set(solved.data.subarray(k * width, (k + 1) * width), from); });
    await pause(0.5 + (0.5 * from) / n);
  }
  for (const row of rows) for (let i = 0; i < n; i++) remainder[i] = Math.max(0, remainder[i] - row[i] * row[i]);
  return { rows, pivots, remainder };
}

/** The factor through landmarks that are chosen or given; at most `rank` of them, fewer where the kernel has no more to rounding. */
export async function landmarkFactor(source: KernelSource, choice: LandmarkChoice, rank: number, seed: number, pause: Pause): Promise<LandmarkFactor> {
  const n = source.size;
  const remainder = await diagonalOf(source, pause);
  remainder.forEach((d, i) => {
    if (d < 0) throw indefinite(`diagonal entry ${i} equal to ${d}`);
  });
  const trace = sumOf(remainder);
  if (choice === 'greedy') return { ...finish(await greedy(source, remainder, Math.min(rank, n), pause)), trace };
  const indices = choice === 'random' ? Array.from(randomStream(seed, 'landmarks').permutation(n).subarray(0, Math.min(rank, n))) : Array.from(choice);
  indices.forEach((index, k) => checkInteger(`landmarks[${k}]`, index, { min: 0, max: n - 1 }));
  return { ...finish(await given(source, [...new Set(indices)], remainder, pause)), trace };
}

const finish = ({ rows, pivots, remainder }: Factored): Omit<LandmarkFactor, 'trace'> => ({
  rows, pivots: Int32Array.from(pivots), remainder, traceError: sumOf(remainder),
});

/** L as one matrix, n×r. */
export function factorMatrix({ rows, remainder }: LandmarkFactor): Matrix {
  const [n, r] = [remainder.length, rows.length];
  const out = matrix(n, r);
  rows.forEach((row, j) => { for (let i = 0; i < n; i++) out.data[i * r + j] = row[i]; });
  return out;
}

/** Columns from, …, to − 1 of Lᵀ as a matrix. */
export const factorColumns = ({ rows }: LandmarkFactor, from: number, to: number): Matrix => {
  const out = matrix(rows.length, to - from);
  rows.forEach((row, k) => { out.data.set(row.subarray(from, to), k * (to - from)); });
  return out;
};

/** L_mm, r×r lower triangular: the rows of L at the landmarks. */
export function landmarkRoot({ rows, pivots }: Pick<LandmarkFactor, 'rows' | 'pivots'>): Matrix {
  const r = rows.length;
  const out = matrix(r, r);
  for (let k = 0; k < r; k++) for (let j = 0; j <= k; j++) out.data[k * r + j] = rows[j][pivots[k]];
  return out;
}
