import { checkInteger, checkNumber, type RunOptions, type Status } from '@saddlepoint/core';
import {
  conjugateGradient, lowRankPreconditioner, matrix, multiplyTiled, stochasticTrace, symmetricOperator, tiledFrom, dot,
  type Matrix, type Preconditioner, type Solution, type SymmetricOperator,
} from '@saddlepoint/linalg';
import { checkTargets } from '../checks.js';
import { factorMatrix, landmarkFactor } from './landmarks.js';
import { pauses } from '../../pace.js';
import { applySource, sourceOf, type KernelInput, type KernelSource } from './source.js';
import { predictInBatches, type LargePoints, type LargePrediction, type LargePredictOptions } from './tiled.js';

/** Regression by conjugate gradients. */
export interface IterativeFitOptions extends RunOptions {
  /** y: n×c. */
  readonly targets: Matrix;
  /** σ² > 0, absolute. */
  readonly ridge: number;
  /** ‖y − (K+σ²)α‖ ≤ tolerance·‖y‖ for every output. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Landmarks of the preconditioner. Default 2√n. */
  readonly rank?: number;
  /** Rows and columns of the blocks that are asked for. Default 960. */
  readonly tile?: number;
  /** Whether blocks are kept (4n² bytes) or computed anew for every product. Default: kept up to n = 20 000. */
  readonly store?: boolean;
  /** Random vectors for an estimate of ln det(K+σ²) and with it the evidence. Default 0: none. */
  readonly evidenceProbes?: number;
}

/** A regression solved to a residual. It holds the operator and the preconditioner, for variances. */
export interface IterativeFit {
  readonly status: Status;
  /** ‖y − (K+σ²)α‖/‖y‖, computed from α, the largest over outputs. Errors of means are at most ‖k_*‖/σ² times ‖y‖ times this. */
  readonly residual: number;
  readonly iterations: number;
  readonly ridge: number;
  readonly targets: Matrix;
  /** α: n×c. */
  readonly coefficients: Matrix;
  /** Landmarks of the preconditioner. */
  readonly rank: number;
  /** tr(K − LLᵀ): the preconditioned condition number is at most 1 + traceError/σ². */
  readonly traceError: number;
  /** With `evidenceProbes`: ln p(y), and the standard error of its determinant's part. */
  readonly logMarginalLikelihood?: { readonly value: number; readonly standardError: number };
  /** Solves (K+σ²)X = B to the same tolerance. */
  readonly solve: (B: Matrix, run?: Pick<RunOptions, 'signal'>) => Promise<Solution>;
}

const STORED = 20_000;

/** K as an operator: in memory, in tiles that are kept, or computed anew. */
async function operatorOf(kernel: KernelInput, source: KernelSource, tile: number | undefined, store: boolean, run: RunOptions): Promise<SymmetricOperator> {
  if ('data' in kernel) return symmetricOperator(kernel);
  if (store) {
    const tiles = await tiledFrom(source.size, source.block, { ...run, ...(tile !== undefined && { tile }) });
    return { size: source.size, apply: (X) => multiplyTiled(tiles, X) };
  }
  return { size: source.size, apply: (X) => applySource(source, X, tile ?? 960, pauses('product', run)) };
}

/**
 * GP regression on many samples by conjugate gradients: (K+σ²)α = y to a certified residual, preconditioned by a pivoted Cholesky factor of K with `rank` columns.
 *
 * `kernel`: n×n, or `{ size, block }`, whose blocks are kept in tiles or (`store: false`) computed anew for every product, in O(n·rank) memory. Needs about
 * √(1 + tr(K − LLᵀ)/σ²) products; small ridges need many. With `evidenceProbes` ln det is estimated by stochastic Lanczos quadrature. Abortable.
 * Sources: Gardner, Pleiss, Bindel, Weinberger & Wilson, 1809.11165; Ubaru, Chen & Saad (2017).
 *
 * @example
 * import { gpFitIterative, gpPredictIterative } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const fit = await gpFitIterative(matrix(2, 2, [1, 0.5, 0.5, 1]), { targets: matrix(2, 1, [2, 4]), ridge: 1 });
 * Array.from(fit.coefficients.data); // => [0.53333333, 1.86666667]
 * const { variance } = await gpPredictIterative(fit, { tests: 1, cross: matrix(1, 2, [1, 0.5]), testDiagonal: [1] });
 * variance?.[0]; // => 0.46666667
 */
export async function gpFitIterative(kernel: KernelInput, options: IterativeFitOptions): Promise<IterativeFit> {
  const { targets, ridge, tolerance = 1e-8, maxIterations, rank, tile, evidenceProbes = 0, seed = 1, signal, onProgress } = options;
  const run = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const source = sourceOf(kernel);
  const n = source.size;
  checkTargets('targets', targets, n);
  checkNumber('ridge', ridge, { min: 0, exclusiveMin: true });
  checkInteger('evidenceProbes', evidenceProbes, { min: 0 });
  const factor = await landmarkFactor(source, 'greedy', checkInteger('rank', rank ?? Math.ceil(2 * Math.sqrt(n)), { min: 0 }), seed, pauses('preconditioner', run));
  const preconditioner = lowRankPreconditioner(factorMatrix(factor), ridge);
  const K = await operatorOf(kernel, source, tile, options.store ?? n <= STORED, run);
  const shifted: SymmetricOperator = { ...K, apply: async (X) => {
    const Y = await K.apply(X);
    return matrix(Y.rows, Y.cols, Y.data.map((v, i) => v + ridge * X.data[i]));
  } };
  const solve = (B: Matrix, own: Pick<RunOptions, 'signal' | 'onProgress'> = {}): Promise<Solution> =>
    conjugateGradient(shifted, B, { preconditioner: preconditioner satisfies Preconditioner, tolerance, ...(maxIterations !== undefined && { maxIterations }), ...own });
  const { value: coefficients, status, residual, iterations } = await solve(targets, run);
  const evidence = evidenceProbes === 0 ? undefined : await stochasticTrace(shifted, Math.log, { probes: evidenceProbes, seed, ...run });
  return {
    status, residual, iterations, ridge, targets, coefficients, rank: factor.rows.length, traceError: factor.traceError, solve,
    ...(evidence && {
      logMarginalLikelihood: {
        value: -0.5 * (dot(targets.data, coefficients.data) + targets.cols * (evidence.value + n * Math.log(2 * Math.PI))),
        standardError: 0.5 * targets.cols * evidence.standardError,
      },
    }),
  };
}

/** A prediction with the residual that its variances were solved to. */
export interface IterativePrediction extends LargePrediction {
  /** The largest ‖k_* − (K+σ²)x‖/‖k_*‖; 0 when no variance was asked for. */
  readonly residual: number;
  readonly status: Status;
}

/**
 * Predictions of a regression that was solved iteratively, in batches of test points; variances solve one system for every point, all of a batch together.
 *
 * @example
 * import { gpFitIterative, gpPredictIterative } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const fit = await gpFitIterative(matrix(1, 1, [1]), { targets: matrix(1, 1, [2]), ridge: 1 });
 * (await gpPredictIterative(fit, { tests: 1, cross: matrix(1, 1, [0.5]) })).mean.data[0]; // => 0.5
 */
export async function gpPredictIterative(fit: IterativeFit, points: LargePoints, options: LargePredictOptions = {}): Promise<IterativePrediction> {
  let residual = 0;
  let status: Status = fit.status;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const prediction = await predictInBatches(fit.coefficients, points, { batch: 64, ...options }, async (B) => {
    const solution = await fit.solve(B, signal);
    residual = Math.max(residual, solution.residual);
    if (solution.status !== 'converged') status = solution.status;
    return solution.value;
  });
  return { ...prediction, residual, status };
}
