import { checkInteger, checkNumber } from '@saddlepoint/core';
import type { RunOptions } from '@saddlepoint/core';
import { prepare } from '../iterative/operator.js';
import type { Prepared, SymmetricOperator } from '../iterative/operator.js';
import { pacer } from '../iterative/pace.js';
import { probes } from '../iterative/random.js';
import type { Matrix } from '../matrix.js';
import { multiply } from '../multiply.js';
import { qr } from '../qr.js';

export interface LowRankOptions extends RunOptions {
  /** Random vectors beyond the rank. Default 10. */
  readonly oversampling?: number;
  /** Products with A spent on turning the random vectors towards the leading eigenvectors, before the one that is needed. */
  readonly powerIterations?: number;
  /** Random vectors that the error is measured with. Default 6. */
  readonly errorProbes?: number;
}

/** How far a low-rank approximation is from A, measured after the fact with fresh random vectors. */
export interface ErrorEstimate {
  /** ‖A − Â‖₂ is at most this, except with probability `failureProbability`. */
  readonly bound: number;
  /** 10^−errorProbes. */
  readonly failureProbability: number;
  /** ‖A − Â‖_F, an unbiased estimate of its square under the root. */
  readonly frobenius: number;
}

/** A ≈ U diag(values) Uᵀ. */
export interface LowRank {
  readonly values: Float64Array;
  /** U: n×rank, orthonormal columns. */
  readonly vectors: Matrix;
  readonly error: ErrorEstimate;
  /** Vectors that A was applied to. */
  readonly applications: number;
}

/** A job on a random subspace: A scaled by its unit, an orthonormal basis turned towards its leading eigenvectors. */
export interface Sketch {
  readonly operator: Prepared;
  readonly rank: number;
  /** n×l orthonormal. */
  readonly basis: Matrix;
  readonly turn: () => Promise<void>;
}

const BLOCK = 32;

/** A·X in blocks of columns, with turns of the event loop between them. */
export async function applyInBlocks(operator: Prepared, X: Matrix, turn: () => Promise<void>): Promise<Matrix> {
  const { rows: n, cols } = X;
  const out = new Float64Array(n * cols);
  for (let from = 0; from < cols; from += BLOCK) {
    const width = Math.min(BLOCK, cols - from);
    const part = new Float64Array(n * width);
    for (let i = 0; i < n; i++) part.set(X.data.subarray(i * cols + from, i * cols + from + width), i * width);
    const image = await operator.apply({ rows: n, cols: width, data: part });
    for (let i = 0; i < n; i++) out.set(image.data.subarray(i * width, (i + 1) * width), i * cols + from);
    await turn();
  }
  return { rows: n, cols, data: out };
}

/** The leading `count` columns. */
export function leadingColumns({ rows, cols, data }: Matrix, count: number): Matrix {
  const out = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * cols, i * cols + count), i * count);
  return { rows, cols: count, data: out };
}

/**
 * ‖E‖₂ ≤ α √(2/π) max_i ‖E ω_i‖ for r Gaussian vectors ω independent of E, except with probability α^−r (Halko, Martinsson & Tropp, *SIAM Review* 53,
 * 2011, Lemma 4.1); here α = 10.
 */
async function measure(
  { operator, turn }: Sketch,
  values: Float64Array,
  vectors: Matrix,
  omega: Matrix,
): Promise<ErrorEstimate> {
  const exact = await applyInBlocks(operator, omega, turn);
  const components = multiply(vectors, omega, { transposeA: true });
  const weighted = { ...components, data: components.data.map((x, i) => x * values[Math.floor(i / omega.cols)]) };
  const approximate = multiply(vectors, weighted);
  const squares = new Float64Array(omega.cols);
  exact.data.forEach((x, i) => {
    squares[i % omega.cols] += (x - approximate.data[i]) ** 2;
  });
  const largest = squares.reduce((most, x) => Math.max(most, x), 0);
  return {
    bound: operator.unit * 10 * Math.sqrt((2 / Math.PI) * largest),
    failureProbability: 10 ** -omega.cols,
    frobenius: operator.unit * Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / omega.cols),
  };
}

/** Draws a random subspace, turns it by `powerIterations` products with A, lets `project` make the approximation, and measures its error. */
export async function lowRank(
  A: Matrix | SymmetricOperator,
  rank: number,
  options: LowRankOptions & { readonly powerIterations: number },
  project: (sketch: Sketch) => Promise<{ readonly values: Float64Array; readonly vectors: Matrix }>,
): Promise<LowRank> {
  const { signal, onProgress, seed = 1, oversampling = 10, errorProbes = 6, powerIterations } = options;
  checkInteger('oversampling', oversampling, { min: 0 });
  checkInteger('powerIterations', powerIterations, { min: 0 });
  checkInteger('errorProbes', errorProbes, { min: 1 });
  checkNumber('seed', seed);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    checkInteger('rank', rank, { min: 0, max: n });
    const turn = pacer(signal);
    const random = probes(seed);
    const gaussian = (cols: number): Matrix => ({ rows: n, cols, data: random.normals(new Float64Array(n * cols)) });
    let basis = qr(gaussian(rank === 0 ? 0 : Math.min(n, rank + oversampling))).Q;
    for (let q = 0; q < powerIterations; q++) {
      await turn();
      basis = qr(await applyInBlocks(operator, basis, turn)).Q;
      onProgress?.({ stage: 'subspace', fraction: (q + 1) / (powerIterations + 2) });
    }
    const sketch = { operator, rank, basis, turn };
    const { values, vectors } = await project(sketch);
    onProgress?.({ stage: 'subspace', fraction: (powerIterations + 1) / (powerIterations + 2) });
    const error = await measure(sketch, values, vectors, gaussian(errorProbes));
    onProgress?.({ stage: 'error', fraction: 1 });
    return { values: values.map((x) => operator.unit * x), vectors, error, applications: operator.applied() };
  } finally {
    operator.dispose();
  }
}
