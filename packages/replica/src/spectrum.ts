import { SaddlepointRangeError, checkLength, checkNumber } from '@saddlepoint/core';

/** Eigenvalues of the population kernel operator, with exact multiplicities and the trace of the modes that are not listed. */
export interface EigenvalueSpectrum {
  /** λ_k ≥ 0, in any order. Rounding-size negatives (≥ −10⁻¹⁰ max λ) count as zero. */
  readonly eigenvalues: ArrayLike<number>;
  /** Degeneracy of each λ_k; default 1. Need not be integers. */
  readonly multiplicities?: ArrayLike<number>;
  /** Σλ over the modes beyond those listed; they act as extra ridge. */
  readonly tailTrace?: number;
}

/** A spectrum with the power that the target has in it. */
export interface ModeSpectrum extends EigenvalueSpectrum {
  /** Σ y_k² over the multiplet of each eigenvalue. */
  readonly targetPowers: ArrayLike<number>;
  /** Σ y_k² over the modes beyond those listed; they are never learned. */
  readonly tailPower?: number;
}

/** A checked spectrum in the form that the sums run over. */
export interface Modes {
  readonly lambda: Float64Array;
  readonly multiplicity: Float64Array;
  readonly tailTrace: number;
  /** Number of modes with λ > 0, counted with multiplicity. */
  readonly rank: number;
  /** Σ mλ over the listed modes. */
  readonly trace: number;
}

/** Modes with their target powers. */
export interface TargetModes extends Modes {
  readonly power: Float64Array;
  readonly tailPower: number;
}

/** Eigenvalues with rounding-size negatives set to zero; larger negatives and non-finite values throw, naming the entry. */
export function nonNegativeEigenvalues(values: ArrayLike<number>): Float64Array {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, checkNumber(`eigenvalues[${k}]`, values[k]));
  return Float64Array.from(values, (value, k) => {
    if (value < -1e-10 * largest)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
        argument: `eigenvalues[${k}]`,
        expected: 'a number ≥ 0 (kernels are positive semidefinite; only rounding is forgiven)',
        got: String(value),
      });
    return Math.max(value, 0);
  });
}

/** Checks a spectrum once, so that the sums need not. */
export function modesOf({ eigenvalues, multiplicities, tailTrace = 0 }: EigenvalueSpectrum): Modes {
  const lambda = nonNegativeEigenvalues(eigenvalues);
  checkNumber('tailTrace', tailTrace, { min: 0 });
  if (multiplicities !== undefined) checkLength('multiplicities', multiplicities.length, lambda.length);
  const multiplicity = Float64Array.from(lambda, (_, k) =>
    multiplicities === undefined ? 1 : checkNumber(`multiplicities[${k}]`, multiplicities[k], { min: 0 }),
  );
  let rank = 0;
  let trace = 0;
  for (let k = 0; k < lambda.length; k++) {
    if (lambda[k] > 0) rank += multiplicity[k];
    trace += multiplicity[k] * lambda[k];
  }
  return { lambda, multiplicity, tailTrace, rank, trace };
}

/** As {@link modesOf}, with target powers. */
export function targetModesOf(spectrum: ModeSpectrum): TargetModes {
  const modes = modesOf(spectrum);
  const { targetPowers, tailPower = 0 } = spectrum;
  checkLength('targetPowers', targetPowers.length, modes.lambda.length);
  checkNumber('tailPower', tailPower, { min: 0 });
  const power = Float64Array.from(targetPowers, (value, k) => checkNumber(`targetPowers[${k}]`, value, { min: 0 }));
  return { ...modes, power, tailPower };
}
