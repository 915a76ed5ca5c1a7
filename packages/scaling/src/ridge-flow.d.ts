import { type Status } from '@saddlepoint/core';
import { type EigenvalueSpectrum, type ModeSpectrum } from '@saddlepoint/replica';
export interface RidgeFlowOptions {
    readonly samples: number;
    /** σ², absolute. */
    readonly ridge: number;
    readonly labelNoise?: number;
    /** Numbers of levels kept (0 … number of eigenvalues), any order; default: all of them up to 200, then logarithmically spaced. */
    readonly cutoffs?: ArrayLike<number>;
}
/** The renormalisation of the ridge as modes are integrated out from the smallest eigenvalue up; arrays run from UV to IR. */
export interface RidgeFlow {
    /** Λ: levels kept (largest eigenvalues first), falling. */
    readonly cutoff: Float64Array;
    /** Modes kept, multiplicities counted. */
    readonly modesKept: Float64Array;
    /** λ_Λ, the smallest eigenvalue kept (Infinity when none is). */
    readonly cutoffEigenvalue: Float64Array;
    /** κ_Λ = σ² + Σ_{k>Λ} λ_kκ_Λ/(κ_Λ+nλ_k), self-consistent in the removed modes alone; ends at κ. */
    readonly flowingRidge: Float64Array;
    /** σ²_Λ = σ² + Σ_{k>Λ} λ_kκ/(κ+nλ_k) with the final κ: the ridge of the theory of the modes that remain. */
    readonly bareRidge: Float64Array;
    /** σ² + Σ_{k>Λ} λ_k: what both become where nλ_Λ ≪ κ. */
    readonly leadingRidge: Float64Array;
    /** σ_ε² + Σ_{k>Λ} (1−L_k)²y_k²: removed target power acts as label noise. */
    readonly labelNoise: Float64Array;
    /** Σ_{k>Λ} L_k²/n, which the denominator of the test error keeps. */
    readonly removedVariance: Float64Array;
    /** κ. */
    readonly effectiveRidge: number;
    /** Levels with nλ_k ≥ κ: those that the data can resolve (L_k ≥ ½). */
    readonly boundary: number;
    /** The same in modes, multiplicities counted. */
    readonly boundaryModes: number;
    readonly status: Status;
}
/**
 * The Wilsonian flow of GP regression: integrate modes out from the UV and follow the ridge.
 *
 * Two quantities, different away from both ends: κ_Λ solves the self-consistency of the removed modes and flows as
 * −dκ/dΛ = [λ_Λκ/(κ+nλ_Λ)]/[1 − Σ_{k>Λ} nλ_k²/(κ+nλ_k)²]; σ²_Λ is the bare ridge which, given to the modes k ≤ Λ, reproduces κ exactly.
 * With `targetPowers`, the noise that the removed target becomes is returned too, so that
 * E = (Σ_{k≤Λ}(1−L_k)²y_k² + labelNoise_Λ)/(1 − Σ_{k≤Λ}L_k²/n − removedVariance_Λ) for every Λ. An unlisted tail (`tailTrace`,
 * `tailPower`) counts as removed from the start. A multiplet is removed as a whole.
 *
 * Source: 2405.06008; κ as in 2002.02561.
 *
 * @example
 * import { ridgeFlow } from '@saddlepoint/scaling';
 * const flow = ridgeFlow({ eigenvalues: [1], multiplicities: [10] }, { samples: 5, ridge: 0 });
 * flow.effectiveRidge; // => 5
 * Array.from(flow.bareRidge); // => [0, 5]
 */
export declare function ridgeFlow(spectrum: EigenvalueSpectrum & Partial<ModeSpectrum>, options: RidgeFlowOptions): RidgeFlow;
