import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';

export const gaussianInputs = (seed: number, n: number, d: number): Matrix => matrix(n, d, randomStream(seed, 'inputs').normals(n * d));

export const rowsAsArrays = (A: Matrix): number[][] => Array.from({ length: A.rows }, (_, i) => Array.from(A.data.subarray(i * A.cols, (i + 1) * A.cols)));

export const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** α = f·y/|y|². */
export const overlap = (f: ArrayLike<number>, y: ArrayLike<number>): number => inner(f, y) / inner(y, y);

/** Gauss–Jordan inverse of a small matrix: deliberately unrelated to the library's Cholesky. */
export function inverseOf(A: readonly (readonly number[])[]): number[][] {
  const n = A.length;
  const work = A.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(work[i][k]) > Math.abs(work[pivot][k])) pivot = i;
    [work[k], work[pivot]] = [work[pivot], work[k]];
    const scale = work[k][k];
    work[k] = work[k].map((value) => value / scale);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = work[i][k];
      work[i] = work[i].map((value, j) => value - factor * work[k][j]);
    }
  }
  return work.map((row) => row.slice(n));
}

export function logDeterminantOf(A: readonly (readonly number[])[]): number {
  const work = A.map((row) => [...row]);
  let sum = 0;
  for (let k = 0; k < work.length; k++) {
    sum += Math.log(work[k][k]);
    for (let i = k + 1; i < work.length; i++) {
      const factor = work[i][k] / work[k][k];
      for (let j = k; j < work.length; j++) work[i][j] -= factor * work[k][j];
    }
  }
  return sum;
}

export interface LinearPosterior {
  /** E[f] on the training set. */
  readonly mean: number[];
  /** E[WᵀW/N], d×d. */
  readonly weightCovariance: number[][];
  /** E|a|². */
  readonly readoutNorm: number;
}

/**
 * The exact posterior of a finite two-layer linear network, by one integral over s = |a|².
 *
 * v = Wᵀa given s is N(0, sσ_w²/d), s = (σ_a²/N)χ²_N; given v and a, W is the prior apart from its component along a, so
 * E[WᵀW/N] = E[vvᵀ/s]/N + (1−1/N)(σ_w²/d)I. Trapezoidal rule in ln s.
 */
export function linearPosterior(X: readonly (readonly number[])[], y: ArrayLike<number>, width: number, readoutVariance: number, ridge: number, weightVariance = 1): LinearPosterior {
  const n = X.length;
  const d = X[0].length;
  const XtX = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => X.reduce((sum, row) => sum + row[i] * row[j], 0)));
  const Xty = Array.from({ length: d }, (_, i) => X.reduce((sum, row, mu) => sum + row[i] * y[mu], 0));
  /** v given s: covariance C, mean, and the log density of y and ln s up to a constant, all by Woodbury in d dimensions. */
  const given = (log: number) => {
    const s = readoutVariance * Math.exp(log);
    const prior = (s * weightVariance) / d;
    const C = inverseOf(XtX.map((row, i) => row.map((value, j) => value / ridge + (i === j ? 1 / prior : 0))));
    const v = C.map((row) => inner(row, Xty) / ridge);
    const fit = (inner(y, y) - inner(Xty, v)) / ridge;
    const logDeterminant = logDeterminantOf(XtX.map((row, i) => row.map((value, j) => (prior * value) / ridge + (i === j ? 1 : 0))));
    return { logWeight: (width / 2) * (log - Math.exp(log)) - fit / 2 - logDeterminant / 2, s, v, C };
  };
  let centre = 0;
  for (let log = -3; log <= 5; log += 0.1) if (given(log).logWeight > given(centre).logWeight) centre = log;
  // ln s has a posterior width of order √(2/N): ±9 of them, three points each.
  const points = Array.from({ length: 55 }, (_, k) => given(centre + ((k - 27) / 3) * Math.sqrt(2 / width)));
  const top = Math.max(...points.map((point) => point.logWeight));
  const total = points.reduce((sum, point) => sum + Math.exp(point.logWeight - top), 0);
  const ends = Math.exp(points[0].logWeight - top) + Math.exp(points[points.length - 1].logWeight - top);
  if (ends > 1e-8) throw new Error(`the integration range is too short: ${ends}`);
  const mean = new Array<number>(n).fill(0);
  const weightCovariance = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? (1 - 1 / width) * (weightVariance / d) : 0)));
  let readoutNorm = 0;
  for (const { logWeight, s, v, C } of points) {
    const weight = Math.exp(logWeight - top) / total;
    readoutNorm += weight * s;
    for (let mu = 0; mu < n; mu++) mean[mu] += weight * inner(X[mu], v);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) weightCovariance[i][j] += (weight * (v[i] * v[j] + C[i][j])) / (s * width);
  }
  return { mean, weightCovariance, readoutNorm };
}
