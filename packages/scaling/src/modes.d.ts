import type { EigenvalueSpectrum, ModeSpectrum } from '@saddlepoint/replica';
/** A spectrum sorted by falling eigenvalue, with defaults filled in. */
export interface SortedModes {
    readonly lambda: Float64Array;
    readonly multiplicity: Float64Array;
    /** Power of each level, Σ y² over the multiplet (zeros when none was given). */
    readonly power: Float64Array;
    readonly tailTrace: number;
    readonly tailPower: number;
}
/** Checks and sorts a spectrum; rounding-size negative eigenvalues (≥ −10⁻¹⁰ of the largest) become zero. */
export declare function sortedModes(spectrum: EigenvalueSpectrum & Partial<Pick<ModeSpectrum, 'targetPowers' | 'tailPower'>>): SortedModes;
