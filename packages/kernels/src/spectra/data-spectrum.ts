import { SaddlepointRangeError, checkInteger, throwIfAborted, type RunOptions, type Status } from '@saddlepoint/core';
import { eigh, largestEigenpairs, multiply, type Matrix } from '@saddlepoint/linalg';
import { checkKernel, checkTargets } from '../inference/checks.js';

export interface DataSpectrumOptions extends RunOptions {
  /** Only the largest so many modes, by Lanczos. Default: all. */
  readonly modes?: number;
}

/** Eigenpairs of a kernel on data, and the target in them: λ_k and y_k² as the learning-curve theory estimates them. */
export interface DataSpectrum {
  readonly samples: number;
  /** λ_k, eigenvalues of K/n, descending; those that rounding makes negative are 0. */
  readonly eigenvalues: Float64Array;
  /** n×k, orthonormal columns; √n·v_k are the eigenfunctions at the samples. */
  readonly vectors: Matrix;
  /** Tr K/n. */
  readonly trace: number;
  /** Tr K/n less the eigenvalues listed, ≥ 0. */
  readonly tailTrace: number;
  /** Σ_c(v_k·y_c)²/n; zeros without targets. */
  readonly targetPowers: Float64Array;
  /** Mean of |y|² less the powers listed, ≥ 0. */
  readonly tailPower: number;
  /** C(k): the part of the target's power in the first k+1 modes. Zeros without targets. */
  readonly cumulativePower: Float64Array;
  /** `stalled` or `max-iterations` when Lanczos left some pair less exact than asked for. */
  readonly status: Status;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0);

/**
 * The spectrum of a kernel on data: eigenpairs of K/n, all of them or the largest `modes`, the power of the targets in each, and what lies beyond.
 *
 * `kernel`: n×n symmetric; `targets`: n×c. Fitted tail exponents with intervals: `tailExponents` of `@saddlepoint/scaling` takes the result. A small
 * n underestimates the tail of the population's spectrum: λ_k for k near n bend down.
 *
 * @example
 * import { dataSpectrum } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const { eigenvalues, cumulativePower } = await dataSpectrum(matrix(2, 2, [2, 1, 1, 2]), matrix(2, 1, [1, 0]));
 * Array.from(eigenvalues); // => [1.5, 0.5]
 * Array.from(cumulativePower); // => [0.5, 1.0]
 */
export async function dataSpectrum(kernel: Matrix, targets?: Matrix, options: DataSpectrumOptions = {}): Promise<DataSpectrum> {
  checkKernel('kernel', kernel);
  const n = kernel.rows;
  if (targets !== undefined) checkTargets('targets', targets, n);
  const modes = options.modes === undefined ? n : checkInteger('modes', options.modes, { min: 1, max: n });
  throwIfAborted(options.signal);
  options.onProgress?.({ stage: 'eigenvalues', fraction: 0 });
  const { values, vectors, status } = modes === n ? { ...eigh(kernel), status: 'converged' as const } : await largestEigenpairs(kernel, modes, options);
  const eigenvalues = Float64Array.from(values, (v) => Math.max(0, v) / n);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernel.data[i * n + i] / n;
  const targetPowers = new Float64Array(modes);
  let power = 0;
  if (targets !== undefined) {
    const { data, cols } = multiply(vectors, targets, { transposeA: true });
    for (let k = 0; k < modes; k++) for (let c = 0; c < cols; c++) targetPowers[k] += data[k * cols + c] ** 2 / n;
    for (const y of targets.data) power += (y * y) / n;
  }
  let sum = 0;
  const cumulativePower = targetPowers.map((p) => (power > 0 ? Math.min(1, (sum += p) / power) : 0));
  options.onProgress?.({ stage: 'eigenvalues', fraction: 1 });
  return {
    samples: n,
    eigenvalues,
    vectors,
    trace,
    tailTrace: modes === n ? 0 : Math.max(0, trace - sumOf(eigenvalues)),
    targetPowers,
    tailPower: modes === n ? 0 : Math.max(0, power - sumOf(targetPowers)),
    cumulativePower,
    status,
  };
}

/**
 * The eigenfunctions of a kernel at new points by Nyström's extension, φ_k(x) = Σ_i k(x, x_i)v_{ik}/(√n λ_k): m×k, normalised to ∫φ_k²p = 1, equal to √n·v_k at
 * the samples. Exact in λ_k φ_k = ∫kφ_k p with the data for p; the smaller λ_k, the noisier.
 *
 * `crossKernel`: m×n, new points against the samples. Throws when an eigenvalue is at rounding level (10⁻¹³ of the largest): ask for fewer modes.
 *
 * @example
 * import { dataSpectrum, eigenfunctions } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const kernel = matrix(2, 2, [2, 1, 1, 2]);
 * const spectrum = await dataSpectrum(kernel);
 * Array.from(eigenfunctions(spectrum, kernel).data, Math.abs); // => [1, 1, 1, 1]
 */
export function eigenfunctions({ samples, eigenvalues, vectors }: Pick<DataSpectrum, 'samples' | 'eigenvalues' | 'vectors'>, crossKernel: Matrix): Matrix {
  if (crossKernel.cols !== samples) throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'crossKernel', expected: `${samples} columns, one per sample`, got: String(crossKernel.cols) });
  const small = eigenvalues.findIndex((value) => !(value > 1e-13 * eigenvalues[0]));
  if (small >= 0) throw new SaddlepointRangeError('ERR_SINGULAR', { argument: 'eigenvalues', expected: `modes above rounding (at most ${small} here)`, got: `λ = ${eigenvalues[small]} in mode ${small + 1}` });
  const product = multiply(crossKernel, vectors);
  const scale = eigenvalues.map((value) => 1 / (Math.sqrt(samples) * value));
  return { ...product, data: product.data.map((v, i) => v * scale[i % product.cols]) };
}
