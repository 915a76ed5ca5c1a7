import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import type { EigenvalueSpectrum, ModeSpectrum } from '@saddlepoint/replica';
import { fitPowerLaw, type FitPowerLawOptions, type PowerLawFit } from './power-law-fit.js';
import { sortedModes } from './modes.js';

export interface TailExponentOptions extends Omit<FitPowerLawOptions, 'bins'> {
  /** Bins in a factor of ten of mode index; default 10. */
  readonly binsPerDecade?: number;
}

/** The exponents of a spectrum: λ_k ~ k^{−(1+a)}, y_k² ~ k^{−(1+b)}. */
export interface TailExponents {
  readonly a: number;
  readonly aInterval: readonly [number, number];
  /** Undefined when the spectrum has no target power. */
  readonly b?: number;
  readonly bInterval?: readonly [number, number];
  /** Fits of the mean eigenvalue and of the mean power per mode, against mode index; their exponents are −(1+a), −(1+b). */
  readonly eigenvalueFit: PowerLawFit;
  readonly powerFit?: PowerLawFit;
}

interface Bin {
  readonly index: number;
  readonly eigenvalue: number;
  readonly power: number;
}

/** Means per mode over whole levels, in bins of ln k; mode k covers [k−½, k+½], a bin sits at the geometric centre of its range. */
function binned({ eigenvalues, powers, multiplicities }: { eigenvalues: Float64Array; powers: Float64Array; multiplicities: Float64Array }, ratio: number): Bin[] {
  const bins: Bin[] = [];
  let start = 0.5;
  let [count, eigenvalue, power] = [0, 0, 0];
  for (let k = 0; k < eigenvalues.length; k++) {
    count += multiplicities[k];
    eigenvalue += multiplicities[k] * eigenvalues[k];
    power += powers[k];
    const end = start + count;
    // A last bin cut short would still be a fair mean: its centre is its own.
    if (end < start * ratio && k < eigenvalues.length - 1) continue;
    if (count > 0) bins.push({ index: Math.sqrt(start * end), eigenvalue: eigenvalue / count, power: power / count });
    start = end;
    [count, eigenvalue, power] = [0, 0, 0];
  }
  return bins;
}

/**
 * Fits the tail exponents of a spectrum: a from the eigenvalues, b from the target power.
 *
 * b is read off differences of the cumulative tail power C(k) = Σ_{j≥k} y_j² ~ k^{−b}: the power between k and rk falls as k^{−b}
 * too, whatever lies beyond the last listed mode cancels (C itself bends down there, by 40% at a tenth of the last mode when b = 0.4),
 * and different bins are independent. So: means of λ and y² per mode in logarithmic bins of k, multiplets spread over the
 * indices they occupy, then {@link fitPowerLaw} with its window and interval. Bins without power are skipped; so are eigenvalues at
 * rounding level (10⁻¹³ of the largest).
 *
 * The interval measures scatter and curvature within the list of modes given. The upper modes of a finite data set are distorted
 * (the eigenvalues of K/n bend down as k → n): give a `window`, or look at `eigenvalueFit.window`.
 *
 * @example
 * import { tailExponents } from '@saddlepoint/scaling';
 * const k = Array.from({ length: 1000 }, (_, i) => i + 1);
 * const { a, b } = tailExponents({ eigenvalues: k.map((i) => i ** -1.5), targetPowers: k.map((i) => i ** -1.8) });
 * [a, b]; // => [0.50, 0.80]
 */
export function tailExponents(spectrum: EigenvalueSpectrum & Partial<ModeSpectrum>, options: TailExponentOptions = {}): TailExponents {
  const perDecade = checkInteger('binsPerDecade', options.binsPerDecade ?? 10, { min: 2, max: 100 });
  const { lambda, multiplicity, power } = sortedModes(spectrum);
  let usable = 0;
  while (usable < lambda.length && lambda[usable] > 1e-13 * checkNumber('eigenvalues[0]', lambda[0])) usable++;
  const bins = binned(
    { eigenvalues: lambda.subarray(0, usable), powers: power.subarray(0, usable), multiplicities: multiplicity.subarray(0, usable) },
    10 ** (1 / perDecade),
  );
  if (bins.length < 4)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'eigenvalues', expected: 'at least 4 levels above rounding', got: `${bins.length}` });
  const fitOptions = { ...options, bins: Math.max(bins.length, 4) };
  const eigenvalueFit = fitPowerLaw(bins.map((bin) => bin.index), bins.map((bin) => bin.eigenvalue), fitOptions);
  const minus1 = ([lo, hi]: readonly [number, number]): readonly [number, number] => [-1 - hi, -1 - lo];
  const result: TailExponents = { a: -1 - eigenvalueFit.exponent, aInterval: minus1(eigenvalueFit.interval), eigenvalueFit };
  const powered = bins.filter((bin) => bin.power > 0);
  if (powered.length < 4) return result;
  const powerFit = fitPowerLaw(powered.map((bin) => bin.index), powered.map((bin) => bin.power), fitOptions);
  return { ...result, b: -1 - powerFit.exponent, bInterval: minus1(powerFit.interval), powerFit };
}
