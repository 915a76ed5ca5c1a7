/** A mean over repetitions with its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
  /** Number of repetitions. */
  readonly count: number;
}

/** A fitted power law value ≈ prefactor·x^(−exponent) over `window`, with a confidence interval of the exponent. */
export interface TailFit {
  readonly exponent: number;
  readonly interval: readonly [number, number];
  readonly prefactor: number;
  /** First and last mode, counted from one. */
  readonly window: readonly [number, number];
}

/** Kernel spectrum on the pool; modes by falling eigenvalue. */
export interface SpectrumSection {
  readonly kernel: KernelName;
  /** Of K/M. */
  readonly eigenvalues: readonly number[];
  /** (v_k·y)²/M; they sum to the mean square of the targets. */
  readonly targetPowers: readonly number[];
  readonly trace: number;
  /** (Σλ)²/Σλ²: how many modes carry the trace. */
  readonly participationRatio: number;
  /** Modes that hold 90% of the target's power. */
  readonly modesForTarget: number;
  /** λ_k ~ k^{−(1+a)}. */
  readonly eigenvalueTail: TailFit | null;
  /** y_k² ~ k^{−(1+b)}; null when too few modes carry power. */
  readonly powerTail: TailFit | null;
}

export type KernelName = 'ntk' | 'nngp';

/** A theory's prediction along the curve; entries that it does not give are null. */
export interface TheoryCurve {
  readonly theory: string;
  readonly label: string;
  readonly source: string;
  readonly testError: readonly number[];
  readonly trainError: readonly (number | null)[];
  readonly effectiveRidge: readonly (number | null)[];
}

/** Kernel regression on random training sets from the pool, tested on held-out samples and on the rest of the pool. */
export interface RegressionPoint {
  readonly samples: number;
  /** On the held-out samples; the standard error is over training sets. */
  readonly testError: Estimate;
  /** By training set. */
  readonly testErrors: readonly number[];
  /** On the samples of the pool outside of the training set: the ones that the theory judges by. Null when none are left. */
  readonly poolTestError: Estimate | null;
  /** Standard errors of the mean over test samples that come from there being finitely many: held out, and in the whole pool. */
  readonly testSamplingError: number;
  readonly poolSamplingError: number;
  readonly trainError: Estimate;
  /** Share of test samples with the wrong sign; null when targets are not ±1. */
  readonly signError: Estimate | null;
}

/** Theory against brute force for one kernel. */
export interface KernelCurve {
  readonly kernel: KernelName;
  readonly theories: readonly TheoryCurve[];
  readonly regression: readonly RegressionPoint[];
  /** First theory over regression minus one by sample size, on the pool's own samples (held-out ones where none are left). */
  readonly difference: readonly number[];
  /** Relative standard error of that difference, over training sets. */
  readonly differenceStandardError: readonly number[];
  /** First theory over regression minus one on held-out samples. */
  readonly heldOutDifference: readonly number[];
  /** Its relative standard error: training sets, and which samples happen to be in the pool and in the test set. */
  readonly heldOutStandardError: readonly number[];
}

export interface LearningCurveSection {
  readonly samples: readonly number[];
  readonly ridge: number;
  readonly curves: readonly KernelCurve[];
}

/** Networks of one width trained on random sets of one size. */
export interface TrainedPoint {
  readonly samples: number;
  readonly testError: Estimate;
  readonly trainError: Estimate;
  readonly signError: Estimate | null;
  /** Test error over the NTK theory's, minus one. */
  readonly differenceFromTheory: number | null;
  /** Test error over that of NTK regression on the same training sets, minus one, over sets. */
  readonly differenceFromRegression: Estimate | null;
  /** Largest norm of the gradient at the end, relative to its start. */
  readonly residual: number;
  /** Networks that reached the tolerance. */
  readonly converged: number;
}

export interface TrainingSection {
  readonly backend: string;
  readonly widths: readonly { readonly width: number; readonly points: readonly TrainedPoint[] }[];
  readonly notes: readonly string[];
}

export interface LearnabilitySection {
  readonly kernel: KernelName;
  readonly samples: readonly number[];
  readonly effectiveRidge: readonly number[];
  /** Row i: L_k at samples[i]. */
  readonly learnabilities: readonly (readonly number[])[];
  /** Modes with L_k > ½ at each size. */
  readonly learnedModes: readonly number[];
}

export interface RidgeFlowSection {
  readonly kernel: KernelName;
  readonly samples: number;
  readonly ridge: number;
  /** Modes on the pool. */
  readonly modes: number;
  readonly cutoff: readonly number[];
  readonly flowingRidge: readonly number[];
  readonly bareRidge: readonly number[];
  /** κ of the pool's own M modes, where the flow ends. */
  readonly effectiveRidge: number;
  /** κ transferred to the population, as the learning curve uses it. */
  readonly populationEffectiveRidge: number;
  readonly boundary: number;
}

export interface ExponentSection {
  readonly kernel: KernelName;
  /** b. */
  readonly sourceExponent: { readonly value: number; readonly interval: readonly [number, number] } | null;
  /** a. */
  readonly capacityExponent: { readonly value: number; readonly interval: readonly [number, number] } | null;
  readonly predicted: readonly { readonly regime: string; readonly label: string; readonly exponent: number }[];
  /** Local exponents −d ln E/d ln n at these sizes. */
  readonly samples: readonly number[];
  readonly theory: readonly number[];
  readonly regression: readonly Estimate[];
  readonly dataNeeded: DataNeeded | null;
}

export interface DataNeeded {
  readonly targetError: number;
  /** Null when no amount of data reaches it. */
  readonly samples: number | null;
  readonly interval: readonly [number | null, number | null];
  readonly extrapolated: boolean;
}

/** One kernel and the predictor that it makes. */
export interface FeaturePrediction {
  readonly name: string;
  readonly label: string;
  readonly kind: 'theory' | 'experiment';
  readonly alignment: number;
  readonly alignmentStandardError: number | null;
  /** Mean predictor on held-out samples. */
  readonly testError: number;
  readonly trainError: number;
  /** |K − K_trained|_F/|K_trained − K_lazy|_F: 0 is a perfect prediction of the change, 1 no better than the lazy kernel. Null for rescaling. */
  readonly kernelDistance: number | null;
  /** |f − f_trained| over |f_trained| on the training set. */
  readonly outputDistance: number | null;
}

export interface FeatureLearningSection {
  readonly samples: number;
  readonly width: number;
  readonly ridge: number;
  readonly meanFieldScale: number;
  readonly activation: string;
  readonly targets: readonly number[];
  /** n×n row-major, readout variance included. */
  readonly kernels: readonly { readonly name: string; readonly label: string; readonly data: readonly number[] }[];
  readonly predictions: readonly FeaturePrediction[];
  readonly rescalingFactor: number;
  readonly adaptiveStatus: string;
  readonly sampling: { readonly chains: number; readonly maxRhat: number; readonly minEffectiveSampleSize: number; readonly kineticTemperature: number };
}

export interface DynamicsCurve {
  readonly richness: number;
  readonly times: readonly number[];
  readonly ntkFlow: readonly number[];
  readonly dmft: readonly number[];
  readonly dmftStandardError: readonly number[];
  readonly trainedTimes: readonly number[];
  /** Mean of the members' losses. */
  readonly trained: readonly number[];
  readonly trainedStandardError: readonly number[];
  /** Largest over times of |ln DMFT − ln trained|, and the same for NTK flow. */
  readonly dmftDeviation: number;
  readonly ntkDeviation: number;
  readonly status: string;
}

export interface DynamicsSection {
  readonly samples: number;
  readonly width: number;
  readonly members: number;
  readonly learningRate: number;
  readonly activation: string;
  readonly curves: readonly DynamicsCurve[];
}

/** What the report concludes: sentences that the numbers imply, and those numbers. */
export interface VerdictSection {
  readonly limitedBy: 'data' | 'ridge' | 'noise' | 'width' | 'nothing';
  readonly effects: readonly { readonly name: string; readonly relativeChange: number; readonly description: string }[];
  readonly limits: readonly string[];
  readonly shortcomings: readonly string[];
}

/** Sections by name. Those that the experiment does not ask for are absent. */
export interface Sections {
  readonly spectrum: SpectrumSection;
  readonly learningCurve: LearningCurveSection;
  readonly training: TrainingSection;
  readonly learnability: LearnabilitySection;
  readonly ridgeFlow: RidgeFlowSection;
  readonly exponent: ExponentSection;
  readonly featureLearning: FeatureLearningSection;
  readonly dynamics: DynamicsSection;
  readonly verdict: VerdictSection;
}
