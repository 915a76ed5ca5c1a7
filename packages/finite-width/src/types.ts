import type { Network } from '@saddlepoint/architecture';
import type { Progress, Status } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import type { BackendChoice } from './backend.js';
import type { NetworkParameters } from './parameters.js';

/**
 * Full-batch gradient descent, with the learning-rate conventions of the parameterization.
 *
 * `ntk`, `standard`: θ ← θ − η ∂_θ ℓ. `mean-field`: θ ← θ − ηγ²N ∂_θ ℓ, N the last hidden width, so that curves compare with DMFT at the
 * same η and step count (2205.09653). ℓ = (1/2n)Σ(f−y)² for `loss: 'mean'`, ½Σ(f−y)² for `'sum'`.
 * With `weightDecayToInit` = σ² the objective is ½Σ(f_c−y)² + ½σ²|θ−θ₀|², f_c = f−f₀: its wide limit is NTK regression with ridge σ².
 */
export interface GradientDescent {
  readonly type: 'gradient-descent';
  /**
   * η, kept through the run. Default: stable and fast for the largest eigenvalue of the empirical NTK at initialisation; with momentum 'auto'
   * it follows the curvature met later, member by member.
   */
  readonly learningRate?: number;
  /** Most steps to take. */
  readonly steps: number;
  /** Nesterov momentum β in [0, 1), 'auto' for one that grows to fit the condition number (with adaptive restart). Default: 'auto' with a ridge, else 0. */
  readonly momentum?: number | 'auto';
  /** σ² of the decay ½σ²|θ−θ₀|². Makes `loss` 'sum'. */
  readonly weightDecayToInit?: number;
  /** Train f−f₀ in place of f. Default: true with a ridge or in `mean-field`, else false. */
  readonly centred?: boolean;
  /** ℓ. Default 'sum' with a ridge, else 'mean'. */
  readonly loss?: 'mean' | 'sum';
  /** Stop when |∇| ≤ tolerance·|∇ at start|. Default 1e-4 with a ridge; without one, all the steps are taken. */
  readonly tolerance?: number;
  /** Largest eigenvalue of the NTK at initialisation when it is known; else found by power iteration. */
  readonly largestEigenvalue?: number;
}

/**
 * Gauss–Newton with line search on the same objective as gradient descent with a ridge, ½Σ(f_c−y)² + ½σ²|θ−θ₀|². The first step is
 * θ₀ + Jᵀ(JJᵀ+σ²)⁻¹(y − f_c), exact for a lazy network; later ones come from an L-BFGS memory with (JᵀJ+σ²)⁻¹ as its initial metric.
 * About ten times fewer iterations than gradient descent takes.
 */
export interface GaussNewton {
  readonly type: 'gauss-newton';
  /** σ² > 0. */
  readonly ridge: number;
  /** Most iterations. Default 50. */
  readonly steps?: number;
  /** Stop when |∇| ≤ tolerance·|∇ at start|. Default 1e-4. */
  readonly tolerance?: number;
}

/**
 * Underdamped Langevin dynamics (BAOAB) of the posterior ∝ prior(θ)·exp(−½Σ(f−y)²/σ²), the prior being the network's initial law, in coordinates
 * whitened by the prior. BAOAB has no step-size bias in configurations for Gaussian posteriors, and O(h²) otherwise.
 */
export interface Langevin {
  readonly type: 'langevin';
  /** σ² = temperature. */
  readonly ridge: number;
  /** Steps kept, after burn-in. */
  readonly steps: number;
  /** h in whitened units. Default: `stepFactor` over √(1 + λ_max(Θ)/σ²), Θ the NTK in whitened coordinates after a descent to typical weights. */
  readonly stepSize?: number;
  /** Default 0.5; stable below 2 for a Gaussian posterior. */
  readonly stepFactor?: number;
  /** Friction γ_L in whitened units of time. Default 1. */
  readonly friction?: number;
  /** Steps thrown away. Default a quarter of `steps`. */
  readonly burnIn?: number;
  /** Steps between measurements. Default 5. */
  readonly thin?: number;
  /** Sample once more, independently, at half the step size (three times the work), and report the differences. Default false. */
  readonly stepCheck?: boolean;
}

export type Method = GradientDescent | GaussNewton | Langevin;

/** What to write down, and when. */
export interface RecordOptions {
  /** Number of log-spaced record times between step 1 and the last (0 and the last are always there). Default 40. Ignored with `steps`. */
  readonly count?: number;
  /** Explicit record steps. */
  readonly steps?: readonly number[];
  /** Steps at which hidden feature kernels are measured; 'final' for the end. Default none. */
  readonly kernels?: readonly (number | 'final')[];
  /** Inputs for the feature kernels. Default: the training inputs. */
  readonly kernelInputs?: Matrix;
  /** Any scalars of a member's parameters, in the network's own parameterization, at each record step (Langevin: each measurement). */
  readonly observe?: (parameters: NetworkParameters, member: number, step: number) => Readonly<Record<string, number>>;
  /** Also keep train and test outputs at each record step. Default false. */
  readonly outputs?: boolean;
}

/** An ensemble of independently initialised networks to train or sample. */
export interface EnsembleRequest {
  readonly network: Network;
  /** n×d. */
  readonly inputs: Matrix;
  /** n×c. */
  readonly targets: Matrix;
  /** m×d. */
  readonly testInputs?: Matrix;
  /** m×c. */
  readonly testTargets?: Matrix;
  /** Hidden width where the network leaves it open. */
  readonly width?: number;
  readonly members: number;
  readonly method: Method;
  readonly record?: RecordOptions;
  readonly backend?: BackendChoice;
}

export interface EnsembleOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly seed?: number | string;
}

/** One observable of every member at the record steps, with mean and standard error over members. */
export interface Series {
  /** members × times. */
  readonly members: Matrix;
  readonly mean: Float64Array;
  /** Over members; NaN-free: 0 for one member. */
  readonly standardError: Float64Array;
}

/** Hidden feature kernels Φ^l = φ(h^l)φ(h^l)ᵀ/N_l, averaged over members. */
export interface FeatureKernels {
  readonly step: number;
  /** One per hidden layer, m×m. */
  readonly layers: readonly Matrix[];
  /** The same of every member: members × layers. */
  readonly members: readonly (readonly Matrix[])[];
  /** Standard errors over members, entrywise. */
  readonly standardErrors: readonly Matrix[];
}

/** Convergence diagnostics of a sampled quantity over all chains. */
export interface ChainDiagnostic {
  readonly mean: number;
  readonly standardError: number;
  readonly splitRhat: number;
  readonly effectiveSampleSize: number;
}

/** What only sampling yields. */
export interface SamplingReport {
  readonly stepSize: number;
  readonly friction: number;
  readonly measurements: number;
  /** Train loss, potential energy and projections of the output. */
  readonly diagnostics: Readonly<Record<string, ChainDiagnostic>>;
  readonly maxRhat: number;
  readonly minEffectiveSampleSize: number;
  /** With `stepCheck`: per diagnostic, the difference from the run at half the step size in units of its standard error. */
  readonly stepCheck?: Readonly<Record<string, number>>;
  /** Mean kinetic energy per degree of freedom over ½: 1 at the right step size. */
  readonly kineticTemperature: number;
}

export interface Timings {
  readonly setupMs: number;
  readonly totalMs: number;
  /** Mean over the steps, all members together. */
  readonly msPerStep: number;
}

export interface EnsembleResult {
  readonly status: Status;
  readonly memberStatus: readonly Status[];
  /** Steps taken (the largest over members). */
  readonly steps: number;
  readonly memberSteps: readonly number[];
  /** |∇| over its start, largest over members (0 where nobody looked: no tolerance, and no momentum 'auto'). */
  readonly residual: number;
  /** Record steps. */
  readonly recordSteps: readonly number[];
  /** η·step (h·step for Langevin); nominal where η adapts. */
  readonly times: Float64Array;
  /** η of the last step, smallest over members. */
  readonly learningRate: number;
  /** Largest β used. */
  readonly momentum: number;
  /** (1/2n)Σ(f−y)², without decay. */
  readonly trainLoss: Series;
  /** (1/m)Σ(f−y)² summed over outputs. */
  readonly testError?: Series;
  /** Share of test points whose sign (c=1) or largest output (c>1) is wrong. */
  readonly classificationError?: Series;
  /** What `record.observe` measured. */
  readonly observed?: Readonly<Record<string, Series>>;
  /** members × (n·c); of f−f₀ when centred; posterior mean per chain for Langevin. */
  readonly trainOutputs: Matrix;
  /** members × (m·c). */
  readonly testOutputs?: Matrix;
  /** Test error of the ensemble's mean predictor. */
  readonly meanPredictorTestError?: number;
  /** recordSteps × members of outputs, if asked for. */
  readonly outputHistory?: { readonly train: readonly Matrix[]; readonly test?: readonly Matrix[] };
  readonly featureKernels: readonly FeatureKernels[];
  readonly sampling?: SamplingReport;
  readonly timings: Timings;
  readonly backend: string;
  readonly seed: number | string;
  /** Warnings about precision that hold for this run. */
  readonly notes: readonly string[];
}
