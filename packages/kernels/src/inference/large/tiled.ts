import { checkInteger, checkNumber, type RunOptions } from '@saddlepoint/core';
import { dot, matrix, multiply, solveTiledCholesky, tiledCholesky, tiledFrom, transpose, type BlockOf, type Matrix, type TiledCholesky } from '@saddlepoint/linalg';
import { checkDiagonal, checkShape, checkTargets } from '../checks.js';
import { pauses } from '../../pace.js';
import { rowResidual, slice, sourceOf, type KernelInput } from './source.js';

/** Exact regression on many samples. */
export interface TiledFitOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** y: n×c. */
  readonly targets: Matrix;
  /** σ² ≥ 0, absolute. */
  readonly ridge: number;
  /** Rows and columns of a tile. Default 960. */
  readonly tile?: number;
  /** Bytes of engine memory beside the tiles. Default 512 MiB. */
  readonly workspace?: number;
  /** Rows on which the residual is measured afterwards, with the kernel computed anew. Default 64; 0 to skip it. */
  readonly checkRows?: number;
}

/** An exact regression whose factor is kept in tiles. Plain data. */
export interface TiledFit {
  readonly ridge: number;
  readonly targets: Matrix;
  /** α = (K+σ²I)⁻¹y: n×c. */
  readonly coefficients: Matrix;
  readonly logMarginalLikelihood: number;
  /** −½ Σ yᵀα. */
  readonly dataFit: number;
  /** −(c/2) ln det(K+σ²). */
  readonly complexity: number;
  /** ‖(K+σ²)α − y‖/‖y‖ over the rows that were checked; 0 where none was. */
  readonly residual: number;
  readonly cholesky: TiledCholesky;
}

/**
 * Exact GP regression on up to some tens of thousands of samples in bounded memory: the kernel is computed tile by tile, factored where it lies
 * (4n² bytes in all, 1.6 GB at n = 20 000, and the workspace), never held as one array.
 *
 * `kernel`: n×n, or `{ size, block }` giving its blocks. n³/3 operations on all threads of `startThreads`. Afterwards some rows of K are computed anew for the residual that is
 * reported. Abortable, reports progress (stages `tiles`, `cholesky`, `solve`). Throws `ERR_NOT_POSITIVE_DEFINITE` when K+σ² is singular.
 *
 * @example
 * import { gpFitTiled, gpPredictTiled } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const kernelOf = (i: number, j: number) => Math.exp(-((i - j) ** 2) / 100);
 * const block = (rows: { from: number; to: number }, cols: { from: number; to: number }) =>
 *   matrix(rows.to - rows.from, cols.to - cols.from, Float64Array.from({ length: (rows.to - rows.from) * (cols.to - cols.from) }, (_, k) =>
 *     kernelOf(rows.from + Math.floor(k / (cols.to - cols.from)), cols.from + (k % (cols.to - cols.from)))));
 * const targets = matrix(100, 1, Float64Array.from({ length: 100 }, (_, i) => Math.sin(i / 10)));
 * const fit = await gpFitTiled({ size: 100, block }, { targets, ridge: 1e-4, tile: 32 });
 * fit.residual < 1e-12; // => true
 * const { mean } = await gpPredictTiled(fit, { tests: 1, cross: (_rows, cols) => matrix(1, cols.to - cols.from, Float64Array.from({ length: cols.to - cols.from }, (_, j) => kernelOf(50.5, cols.from + j))) });
 * mean.data[0] - Math.sin(5.05) < 1e-3; // => true
 */
export async function gpFitTiled(kernel: KernelInput, { targets, ridge, tile, workspace, checkRows = 64, ...run }: TiledFitOptions): Promise<TiledFit> {
  const source = sourceOf(kernel);
  const n = source.size;
  checkTargets('targets', targets, n);
  checkNumber('ridge', ridge, { min: 0 });
  checkInteger('checkRows', checkRows, { min: 0 });
  const engine = { ...run, ...(workspace !== undefined && { workspace }) };
  const tiles = await tiledFrom(n, source.block, { ...run, ...(tile !== undefined && { tile }) });
  const cholesky = await tiledCholesky(tiles, { ...engine, jitter: ridge, overwrite: true });
  const coefficients = await solveTiledCholesky(cholesky, targets, engine);
  const residual = checkRows > 0 ? await rowResidual(source, ridge, coefficients, targets, checkRows) : 0;
  const dataFit = -0.5 * dot(targets.data, coefficients.data);
  const complexity = -0.5 * targets.cols * cholesky.logDeterminant;
  return { ridge, targets, coefficients, logMarginalLikelihood: dataFit + complexity - 0.5 * n * targets.cols * Math.log(2 * Math.PI), dataFit, complexity, residual, cholesky };
}

/** Test points of a large problem. */
export interface LargePoints {
  /** m. */
  readonly tests: number;
  /** K(x*, X) at rows of test points and columns of training points: the matrix itself (m×n), or its blocks. */
  readonly cross: Matrix | BlockOf;
  /** K(x*, x*): m numbers, for variances. */
  readonly testDiagonal?: ArrayLike<number>;
}

/** Test points at once, and reports. */
export interface LargePredictOptions extends Pick<RunOptions, 'signal' | 'onProgress'> {
  /** Test points whose row of the cross kernel is held at once. Default 512. */
  readonly batch?: number;
}

/** A prediction at m points. */
export interface LargePrediction {
  /** m×c. */
  readonly mean: Matrix;
  /** m numbers, of f without label noise; with `testDiagonal`. */
  readonly variance?: Float64Array;
}

/** Solves (K+σ²)X = B for a batch of cross kernels, B: n×b. */
export type BatchSolver = (B: Matrix) => Promise<Matrix>;

/** Means Kα and variances K_** − k·(K+σ²)⁻¹k of test points, in batches. */
export async function predictInBatches(coefficients: Matrix, { tests, cross, testDiagonal }: LargePoints, { batch = 512, ...run }: LargePredictOptions, solve: BatchSolver): Promise<LargePrediction> {
  checkInteger('tests', tests, { min: 0 });
  checkInteger('batch', batch, { min: 1 });
  if (testDiagonal !== undefined) checkDiagonal('testDiagonal', testDiagonal, tests);
  const { rows: n, cols: c } = coefficients;
  if (typeof cross !== 'function') checkShape('cross', cross, tests, n);
  const block: BlockOf = typeof cross === 'function' ? cross : (rows, cols) => slice(cross, rows, cols);
  const mean = matrix(tests, c);
  const variance = testDiagonal === undefined ? undefined : Float64Array.from(testDiagonal);
  const pause = pauses('predict', run);
  for (let from = 0; from < tests; from += batch) {
    const rows = { from, to: Math.min(tests, from + batch) };
    const K = await block(rows, { from: 0, to: n });
    if (typeof cross === 'function') checkShape('cross', K, rows.to - from, n);
    mean.data.set(multiply(K, coefficients).data, from * c);
    if (variance !== undefined) {
      const solved = transpose(await solve(transpose(K)));
      for (let i = 0; i < K.rows; i++) variance[from + i] = Math.max(0, variance[from + i] - dot(K.data.subarray(i * n, (i + 1) * n), solved.data.subarray(i * n, (i + 1) * n)));
    }
    await pause(rows.to / Math.max(1, tests));
  }
  run.onProgress?.({ stage: 'predict', fraction: 1 });
  return { mean, ...(variance && { variance }) };
}

/**
 * Predictions of an exact regression on many samples, in batches of test points: mean K_*α, variance K_** − K_*(K+σ²)⁻¹K_*ᵀ.
 *
 * A mean costs n per output and point, a variance 2n² and the reading of the factor per batch. Abortable.
 *
 * @example
 * import { gpFitTiled, gpPredictTiled } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const fit = await gpFitTiled(matrix(1, 1, [1]), { targets: matrix(1, 1, [2]), ridge: 1 });
 * const { mean, variance } = await gpPredictTiled(fit, { tests: 1, cross: matrix(1, 1, [0.5]), testDiagonal: [1] });
 * [mean.data[0], variance?.[0]]; // => [0.5, 0.875]
 */
export function gpPredictTiled(fit: TiledFit, points: LargePoints, options: LargePredictOptions & { readonly workspace?: number } = {}): Promise<LargePrediction> {
  const { workspace, ...run } = options;
  const signal = run.signal === undefined ? {} : { signal: run.signal };
  return predictInBatches(fit.coefficients, points, run, (B) => solveTiledCholesky(fit.cholesky, B, { ...signal, ...(workspace !== undefined && { workspace }) }));
}
