import type { Estimate } from '../report/sections.js';

/** The numbers that the verdict is made of. Every sentence is conditional on them. */
export interface VerdictFacts {
  readonly kernel: string;
  /** Largest training set of the experiment. */
  readonly samples: number;
  readonly ridge: number;
  /** Mean square of the targets: the error of predicting zero. */
  readonly targetPower: number;
  /** Theory's test error at `samples` and `ridge`. */
  readonly error: number;
  /** Share of wrong signs that regression measured there; null when targets are not ±1. */
  readonly signError: number | null;
  /** Theory's error with as much data again; null when the pool is too small to say. */
  readonly moreData: { readonly samples: number; readonly error: number } | null;
  /** The ridge where the theory's error is least over a scan, and that error. */
  readonly bestRidge: {
    readonly ridge: number;
    readonly error: number;
    /** True when it is the smallest that was tried, so that any smaller one may do as well. */
    readonly vanishing: boolean;
  };
  /** Theory's error at (almost) no ridge. */
  readonly ridgeless: number;
  /** Declared noise on the labels; null when the experiment declares none. */
  readonly labelNoise: number | null;
  /** The widest trained networks at the largest common size, over regression minus one. */
  readonly width: { readonly width: number; readonly samples: number; readonly excess: Estimate } | null;
  /** Theory over regression minus one on the pool's own samples, at n ≥ 64 and below; and on held-out samples at n ≥ 64. */
  readonly agreement: readonly Deviation[];
  readonly heldOutAgreement: readonly Deviation[];
  readonly smallSampleAgreement: readonly Deviation[];
  /** Trained networks over NTK regression on the same training sets minus one, each width where it deviates most. */
  readonly trainedDeviations: readonly (Deviation & { readonly width: number })[];
  readonly featureLearning: {
    readonly width: number;
    readonly samples: number;
    readonly lazyAlignment: number;
    readonly trainedAlignment: number;
    readonly alignmentStandardError: number | null;
    readonly adaptiveAlignment: number;
    /** 0 predicts the kernel's change perfectly, 1 is no better than the lazy kernel. */
    readonly adaptiveKernelDistance: number;
      /** |f − f_trained|/|f_trained| on the training samples. */
    readonly lazyOutputDistance: number;
    readonly rescaledOutputDistance: number;
    readonly adaptiveOutputDistance: number;
    readonly lazyTestError: number;
    readonly adaptiveTestError: number;
    readonly trainedTestError: number;
    readonly maxRhat: number;
  } | null;
  readonly dynamics: readonly { readonly richness: number; readonly dmftDeviation: number; readonly ntkDeviation: number }[];
}

/** A relative deviation at a sample size, with the standard error of the measurement relative to it. */
export interface Deviation {
  readonly kernel: string;
  readonly samples: number;
  readonly difference: number;
  readonly standardError: number;
}
