import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import type { RunOptions } from '@saddlepoint/core';
import { resolveActivation } from '@saddlepoint/architecture';
import type { Activation, ActivationSpec } from '@saddlepoint/architecture';
import { submatrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { gramFactor, jointGram } from './gram-factor.js';
import { runBatch } from './particle-system.js';
import type { BatchResult, ParticleRun } from './particle-system.js';
import { canMatchMoments } from './particles.js';
import { pointwise } from './pointwise.js';
import { summarise } from './two-layer-summary.js';
import type { TwoLayerDynamics } from './two-layer-summary.js';

/** A two-layer network in the mean-field (μP) limit, its data and how it is trained. */
export interface TwoLayerProblem {
  /** K^x = XXᵀ/d on the training points, n×n; may be rank deficient. */
  readonly inputGram: Matrix;
  /** y: n numbers. */
  readonly targets: ArrayLike<number>;
  readonly activation: Activation | ActivationSpec;
  /** γ > 0. */
  readonly richness: number;
  /** η > 0, the step of the time that `times` counts. */
  readonly learningRate: number;
  readonly steps: number;
  /** Particles over all batches, mirror images included. Default 8192. */
  readonly particles?: number;
  /** Independent batches, each a closed system of its own, for the standard errors. Default 4. */
  readonly batches?: number;
  /** Default 0; `options.seed` overrides it. */
  readonly seed?: number;
  /** K^x of m test points among themselves (m×m) and with the training points (m×n): both or neither. */
  readonly testGram?: Matrix;
  readonly crossGram?: Matrix;
  /** σ²: adds weight decay and Langevin noise at λ = ηγ²σ²/n a step, whose stationary law is the Bayesian posterior. Default none. */
  readonly ridge?: number;
  /** Keep every k-th step in `times`, `loss`, `outputs`. Default 1. */
  readonly recordEvery?: number;
  /** Steps at which to keep kernels. Default eleven, from first to last. */
  readonly snapshotSteps?: readonly number[];
}

/**
 * Training of an infinitely wide two-layer network that learns features, exactly in N → ∞ up to the sampling of its particles.
 *
 * f(x) = (1/γN)Σ zᵢφ(hᵢ(x)), h = Wx/√d, all parameters N(0,1), θ ← θ − ηγ²N∂_θ(1/2n)ΣΔ², Δ = y − f. At N → ∞ the units are
 * independent draws of one process coupled through their mean:
 *
 *   h_μ ← h_μ + (ηγ/n) z Σ_ν K^x_{μν}φ′(h_ν)Δ_ν,  z ← z + (ηγ/n) Σ_ν φ(h_ν)Δ_ν,  f = ⟨zφ(h)⟩/γ,  h ~ N(0,K^x), z ~ N(0,1).
 *
 * Mirror particles (h, −z) make f(0) = 0 exactly. Exact at finite η; as gradient flow in time t = η·step the error is O(η). Each batch
 * has sampling bias O(batches/particles) and the standard errors are those of the mean over batches. `status` is `diverged`, and the
 * records end early, when the outputs blow up. Throws `ERR_UNSUPPORTED` for an activation without derivative.
 * With `ridge`, an exact Ornstein–Uhlenbeck step of the weights at rate λ = ηγ²σ²/n follows each gradient step.
 * Sources: Mei, Montanari & Nguyen, 1804.06561; Bordelon & Pehlevan, 2205.09653.
 *
 * @example
 * import { identity } from '@saddlepoint/linalg';
 * import { twoLayerDmft } from '@saddlepoint/dynamics';
 * const { loss, status } = await twoLayerDmft({
 *   inputGram: identity(2), targets: [1, -1], activation: 'tanh', richness: 1, learningRate: 0.1, steps: 50, particles: 512, seed: 1,
 * });
 * loss[0]; // => 0.5
 * status; // => 'completed'
 */
export async function twoLayerDmft(problem: TwoLayerProblem, options: RunOptions = {}): Promise<TwoLayerDynamics> {
  const { run, batches, seed } = prepare(problem, options);
  const results: BatchResult[] = [];
  for (let b = 0; b < batches; b++) {
    const report = (step: number): void => {
      if (step % 16 === 0 || step === run.steps)
        options.onProgress?.({ stage: 'particle system', fraction: (b + step / Math.max(1, run.steps)) / batches, detail: `batch ${b + 1} of ${batches}, step ${step}` });
    };
    results.push(await runBatch(run, randomStream(seed, 'two-layer-dmft', b), report, options.signal));
  }
  return summarise(run, results);
}

function prepare(problem: TwoLayerProblem, options: RunOptions): { readonly run: ParticleRun; readonly batches: number; readonly seed: number } {
  const { inputGram, testGram, crossGram, particles = 8192, batches = 4, recordEvery = 1, ridge = 0 } = problem;
  const n = inputGram.rows;
  const targets = Float64Array.from(problem.targets);
  checkLength('targets', targets.length, n);
  checkFinite('targets', targets);
  const richness = checkNumber('richness', problem.richness, { min: 0, exclusiveMin: true });
  const learningRate = checkNumber('learningRate', problem.learningRate, { min: 0, exclusiveMin: true });
  const steps = checkInteger('steps', problem.steps, { min: 0 });
  checkInteger('batches', batches, { min: 2 });
  checkInteger('particles', particles, { min: 2 * batches });
  checkInteger('recordEvery', recordEvery, { min: 1 });
  checkNumber('ridge', ridge, { min: 0 });
  if ((testGram === undefined) !== (crossGram === undefined))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'testGram, crossGram', expected: 'both or neither', got: 'one of them' });
  const gram = testGram === undefined || crossGram === undefined ? inputGram : jointGram(inputGram, crossGram, testGram);
  const { factor } = gramFactor('inputGram', gram);
  const activation = isActivation(problem.activation) ? problem.activation : resolveActivation(problem.activation);
  const pairs = Math.ceil(particles / (2 * batches));
  const range = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
  const run: ParticleRun = {
    factor,
    pull: submatrix(gram, range(n), range(gram.rows)),
    targets,
    evaluate: pointwise(activation),
    richness,
    learningRate,
    decay: (learningRate * richness * richness * ridge) / n,
    steps,
    recordEvery,
    snapshotSteps: snapshotGrid(problem.snapshotSteps, steps),
    pairs,
    matchMoments: canMatchMoments(pairs, factor.cols),
  };
  return { run, batches, seed: checkInteger('seed', options.seed ?? problem.seed ?? 0) };
}

/** The steps at which kernels are kept: as asked, else eleven evenly spaced. */
export function snapshotGrid(asked: readonly number[] | undefined, steps: number): number[] {
  const wanted = asked ?? Array.from({ length: 11 }, (_, k) => Math.round((steps * k) / 10));
  for (const [k, step] of wanted.entries()) checkInteger(`snapshotSteps[${k}]`, step, { min: 0, max: steps });
  return [...new Set(wanted)].sort((a, b) => a - b);
}

const isActivation = (value: Activation | ActivationSpec): value is Activation =>
  typeof value === 'object' && 'value' in value && typeof value.value === 'function';
