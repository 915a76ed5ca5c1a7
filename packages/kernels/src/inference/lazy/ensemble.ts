import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import { added, matrix, multiply, scaled, transpose, type Matrix } from '@saddlepoint/linalg';
import { checkChoice, checkCross, checkDiagonal, checkKernel, checkShape, checkTargets } from '../checks.js';
import { variancesOf, type GpPrediction } from '../gp/predict.js';
import { modeDynamics, type TrainingDynamics } from './dynamics.js';
import { modesOf, type LazyModes } from './modes.js';
import { effectiveRate, modeFactors, scaleRows, type LossConvention } from './problem.js';

/** A kernel among training points, between test and training points, and among test points. */
export interface KernelBlocks<K = Matrix> {
  /** n×n. */
  readonly kernel: K;
  /** m×n. */
  readonly crossKernel?: Matrix;
  /** m×m, for covariances and variances of test points. */
  readonly testKernel?: Matrix;
  /** m numbers, for their variances. */
  readonly testDiagonal?: ArrayLike<number>;
}

/** An ensemble of infinitely wide networks, trained from independent initial values. */
export interface EnsembleProblem {
  /**
   * `'deep-ensemble'`: networks as they are, f₀ ~ GP(0, K) with the NNGP kernel. `'ntk-gp'`: f₀ made to have the covariance Θ, and targets with fresh noise
   * for every member, so that the end at ridge σ² is the posterior of the Gaussian process with kernel Θ and noise σ².
   */
  readonly form: 'deep-ensemble' | 'ntk-gp';
  /** Θ; its training block may be given by its modes. Test blocks of Θ beyond `crossKernel` are needed for `'ntk-gp'` only. */
  readonly ntk: KernelBlocks<Matrix | LazyModes>;
  /** K, for `'deep-ensemble'`. */
  readonly nngp?: KernelBlocks;
  /** y: n×c. */
  readonly targets: Matrix;
  /** t ≥ 0 (numbers of steps for descent), `Infinity` allowed for flows. */
  readonly time: readonly number[];
  readonly loss: LossConvention;
  readonly learningRate?: number;
  /** σ² of the decay to the initial parameters. Default 0. */
  readonly ridge?: number;
  /** Variance of the noise that every member's targets get anew. Default: 0 for `'deep-ensemble'`, the ridge for `'ntk-gp'`. */
  readonly targetNoise?: number;
  /** Default gradient flow. */
  readonly dynamics?: TrainingDynamics;
  /** Full covariances, not only variances. Default false. */
  readonly covariance?: boolean;
}

/** The ensemble at one time: Gaussian, outputs independent with one covariance. */
export interface EnsembleState {
  readonly time: number;
  readonly train: GpPrediction & { readonly variance: Float64Array };
  /** With a cross kernel; its variance with the test blocks of the initial kernel. */
  readonly test?: GpPrediction;
}

/** Σ_j a_ij b_ij of each row. */
function rowProducts(A: Matrix, B: Matrix): Float64Array {
  const sums = new Float64Array(A.rows);
  for (let i = 0; i < A.rows; i++) for (let j = i * A.cols; j < (i + 1) * A.cols; j++) sums[i] += A.data[j] * B.data[j];
  return sums;
}

/** Columns of A times factors. */
const scaleColumns = (A: Matrix, factors: Float64Array): Matrix => matrix(A.rows, A.cols, A.data.map((v, i) => v * factors[i % A.cols]));

/** The matrix made exactly symmetric. */
function symmetrised(A: Matrix): Matrix {
  const { rows: n, data } = A;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[j * n + i] = data[i * n + j] = 0.5 * (data[i * n + j] + data[j * n + i]);
  return A;
}

/** `base` (or nothing) + A C Aᵀ − A B − (A B)ᵀ, as a covariance or as its diagonal. */
function quadratic(A: Matrix, C: Matrix, wanted: boolean, base?: { readonly testKernel?: Matrix; readonly testDiagonal?: ArrayLike<number>; readonly B: Matrix }): Pick<GpPrediction, 'covariance'> & { variance: Float64Array } {
  const AC = multiply(A, C);
  const prior = base?.testKernel;
  if (wanted && (base === undefined || prior !== undefined)) {
    let covariance = multiply(AC, transpose(A));
    if (base !== undefined && prior !== undefined) {
      const mixed = multiply(A, base.B);
      covariance = added(added(covariance, prior), scaled(added(mixed, transpose(mixed)), -1));
    }
    symmetrised(covariance);
    return { covariance, variance: variancesOf(covariance) };
  }
  const variance = rowProducts(AC, A);
  if (base !== undefined) {
    const mixed = rowProducts(A, transpose(base.B));
    for (let i = 0; i < variance.length; i++) variance[i] += (prior?.data[i * (A.rows + 1)] ?? base.testDiagonal?.[i] ?? 0) - 2 * mixed[i];
  }
  return { variance: variance.map((v) => Math.max(0, v)) };
}

function initialBlocks({ form, ntk, nngp }: EnsembleProblem, { values, vectors }: LazyModes): { modes: Matrix; blocks: Omit<KernelBlocks, 'kernel'> } {
  if (checkChoice('form', form, ['deep-ensemble', 'ntk-gp']) === 'ntk-gp') {
    const diagonal = matrix(values.length, values.length);
    values.forEach((value, k) => { diagonal.data[k * (values.length + 1)] = Math.max(0, value); });
    return { modes: diagonal, blocks: ntk };
  }
  if (nngp === undefined) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'nngp', expected: 'the NNGP kernel, which the initial outputs of a deep ensemble have', got: 'nothing' });
  checkKernel('nngp.kernel', nngp.kernel);
  checkShape('nngp.kernel', nngp.kernel, values.length, values.length);
  if (ntk.crossKernel !== undefined && nngp.crossKernel === undefined && (nngp.testKernel ?? nngp.testDiagonal) !== undefined)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'nngp.crossKernel', expected: 'the NNGP kernel between test and training points, for the variance', got: 'nothing' });
  return { modes: multiply(multiply(vectors, nngp.kernel, { transposeA: true }), vectors), blocks: nngp };
}

/**
 * Mean and covariance over the initial values of infinitely wide networks trained for a time t: with A = Θ_*(Θ+σ²)⁻¹(1−e^{−η(Θ+σ²)t}), mean A y and covariance
 * K_** + A K Aᵀ − A K_*ᵀ − K_* Aᵀ (+ σ_ε² A Aᵀ for noisy targets); on the training set the same without cancellation, V R VᵀKV R Vᵀ with the residual factors R.
 *
 * Zero initial mean. Singular Θ and t = ∞ are ordinary: what training does not reach keeps its initial spread. `nngp` with Θ's dynamics is the deep ensemble;
 * Θ = K (training the readout alone) or `'ntk-gp'` end in the exact posterior of their kernel.
 * Sources: 1902.06720, eqs. 14–16 (deep ensemble); 2007.05864, section 3 (NTK-GP).
 *
 * @example
 * import { lazyEnsemble } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const [start, end] = lazyEnsemble({
 *   form: 'deep-ensemble',
 *   ntk: { kernel: matrix(1, 1, [2]), crossKernel: matrix(1, 1, [1]) },
 *   nngp: { kernel: matrix(1, 1, [1]), crossKernel: matrix(1, 1, [0.5]), testDiagonal: [1] },
 *   targets: matrix(1, 1, [4]), time: [0, Infinity], loss: 'sum',
 * });
 * [start.train.variance[0], start.test?.variance?.[0]]; // => [1, 1]
 * [end.test?.mean.data[0], end.train.variance[0], end.test?.variance?.[0]]; // => [2, 0, 0.75]
 */
export function lazyEnsemble(problem: EnsembleProblem): EnsembleState[] {
  const { ntk, targets, time, dynamics = { type: 'flow' }, covariance = false } = problem;
  const ridge = checkNumber('ridge', problem.ridge ?? 0, { min: 0 });
  const spectrum = modesOf(ntk.kernel);
  const { values, vectors } = spectrum;
  const n = values.length;
  checkTargets('targets', targets, n);
  const noise = checkNumber('targetNoise', problem.targetNoise ?? (problem.form === 'ntk-gp' ? ridge : 0), { min: 0 });
  const rate = effectiveRate(problem, n);
  const factorOf = modeDynamics(dynamics, time);
  const { modes, blocks } = initialBlocks(problem, spectrum);
  const pulled = multiply(vectors, targets, { transposeA: true });
  const test = testSide(problem, blocks, vectors);

  return time.map((t) => {
    const { residual, gain } = modeFactors(spectrum, ridge, rate, factorOf, t);
    const reached = gain.map((g, k) => g * Math.max(0, values[k]));
    // The initial field is seen through R, the noise through 1 − R, both in the eigenbasis.
    const spread = scaleRows(scaleColumns(modes, residual), residual);
    for (let k = 0; k < n; k++) spread.data[k * (n + 1)] += noise * reached[k] ** 2;
    const train = { mean: multiply(vectors, scaleRows(pulled, reached)), ...quadratic(vectors, spread, covariance) };
    if (test === undefined) return { time: t, train };
    const A = scaleColumns(test.crossModes, gain);
    const mean = multiply(A, pulled);
    if (test.base === undefined) return { time: t, train, test: { mean } };
    const noisy = matrix(n, n, modes.data.slice());
    for (let k = 0; k < n; k++) noisy.data[k * (n + 1)] += noise;
    return { time: t, train, test: { mean, ...quadratic(A, noisy, covariance, test.base) } };
  });
}

type TestSide = { readonly crossModes: Matrix; readonly base?: { readonly testKernel?: Matrix; readonly testDiagonal?: ArrayLike<number>; readonly B: Matrix } } | undefined;

/** Θ_*V, and what the covariance at test points needs: K_** and VᵀK_*ᵀ. */
function testSide({ ntk: { crossKernel } }: EnsembleProblem, { crossKernel: cross, testKernel, testDiagonal }: Omit<KernelBlocks, 'kernel'>, vectors: Matrix): TestSide {
  if (crossKernel === undefined) return undefined;
  const n = vectors.rows;
  checkCross('ntk.crossKernel', crossKernel, n);
  const m = crossKernel.rows;
  if (testKernel !== undefined) checkShape('testKernel', testKernel, m, m);
  if (testDiagonal !== undefined) checkDiagonal('testDiagonal', testDiagonal, m);
  const crossModes = multiply(crossKernel, vectors);
  if (cross === undefined || (testKernel === undefined && testDiagonal === undefined)) return { crossModes };
  checkShape('crossKernel', cross, m, n);
  return { crossModes, base: { ...(testKernel && { testKernel }), ...(testDiagonal && { testDiagonal }), B: multiply(vectors, transpose(cross), { transposeA: true }) } };
}
