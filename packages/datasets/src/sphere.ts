import { SaddlepointRangeError, checkFinite, checkInteger, checkNumber } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import { harmonicDegeneracy, randomStream, zonalPolynomials } from '@saddlepoint/numerics';
import type { Dataset } from './dataset.js';

/**
 * The zonal harmonic of degree l in R^d with unit second moment on the sphere: √deg · P_l(t), P_l(1) = 1, t = cos of the angle to the axis.
 *
 * The Gegenbauer polynomial C_l^{(d/2−1)}, normalised. `dimension` ≥ 2, |t| ≤ 1.
 *
 * @example
 * import { zonalHarmonic } from '@saddlepoint/datasets';
 * zonalHarmonic(3, 1, 0.5); // => 0.866025404
 */
export function zonalHarmonic(dimension: number, degree: number, t: number): number {
  return Math.sqrt(harmonicDegeneracy(dimension, degree)) * zonalPolynomials(dimension, degree, t)[degree];
}

/**
 * Probabilists' Hermite polynomial with unit variance under N(0,1): He_l(h)/√l!.
 *
 * @example
 * import { normalizedHermite } from '@saddlepoint/datasets';
 * normalizedHermite(2, 3); // => 5.65685425
 */
export function normalizedHermite(degree: number, h: number): number {
  let previous = 0;
  let current = 1;
  for (let l = 0; l < degree; l++) {
    const next = (h * current - Math.sqrt(l) * previous) / Math.sqrt(l + 1);
    previous = current;
    current = next;
  }
  return current;
}

/** What a teacher on the sphere is. */
export interface SphereTeacherOptions {
  readonly dimension: number;
  readonly samples: number;
  /** A single component of this degree with coefficient 1; or give `coefficients`. */
  readonly degree?: number;
  /** Coefficient of each degree: an array by degree, or a record such as `{ 1: 1, 3: 0.5 }`. */
  readonly coefficients?: readonly number[] | Readonly<Record<number, number>>;
  /** `gegenbauer` (default; exact harmonics of the sphere) or `hermite` (He_l/√l! of h = w·x, its limit for large d). */
  readonly basis?: 'gegenbauer' | 'hermite';
  /** Direction w of the teacher, of any non-zero length; default: drawn from `seed`. */
  readonly direction?: ArrayLike<number>;
  /** Variance of Gaussian noise added to the targets. */
  readonly labelNoise?: number;
  readonly seed: number | string;
}

/** A single-index teacher on the sphere, with what is needed to predict its learning curve. */
export interface SphereTeacher extends Dataset {
  /** Unit vector w. */
  readonly direction: Float64Array;
  readonly degrees: readonly number[];
  /** Degeneracy of each of `degrees`. */
  readonly multiplicities: Float64Array;
  /** Squared coefficient of each of `degrees`: Σ_k y_k² over the multiplet (exact for `gegenbauer`). */
  readonly targetPowers: Float64Array;
  /** n×1 targets before label noise. */
  readonly cleanTargets: Float64Array;
}

/**
 * Inputs uniform on the sphere |x|² = d with a single-index target y(x) = Σ_l c_l Y_l(w·x) + noise.
 *
 * Y_l is the zonal harmonic √deg_l P_l(w·x/√d) of unit second moment (`gegenbauer`) or He_l(w·x)/√l! (`hermite`). Inputs, direction and
 * noise come from separate streams of `seed`: data sets of different sizes agree on their common rows.
 *
 * @example
 * import { sphereTeacher } from '@saddlepoint/datasets';
 * const { inputs, targetPowers } = sphereTeacher({ dimension: 10, samples: 4, coefficients: { 1: 1, 2: 0.5 }, seed: 7 });
 * inputs.cols; // => 10
 * Array.from(targetPowers); // => [1, 0.25]
 */
export function sphereTeacher(options: SphereTeacherOptions): SphereTeacher {
  const { dimension, samples, basis = 'gegenbauer', labelNoise = 0, seed } = options;
  checkInteger('dimension', dimension, { min: 2 });
  checkInteger('samples', samples, { min: 1 });
  checkNumber('labelNoise', labelNoise, { min: 0 });
  const coefficients = coefficientsOf(options);
  const direction = unitDirection(options);

  const inputs = randomStream(seed, 'sphere-inputs').normals(samples * dimension);
  for (let i = 0; i < samples; i++) {
    const row = inputs.subarray(i * dimension, (i + 1) * dimension);
    const factor = Math.sqrt(dimension / row.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < dimension; j++) row[j] *= factor;
  }
  const cleanTargets = new Float64Array(samples);
  // A point along w may have a cosine beyond ±1 by rounding.
  const cosine = (h: number): number => Math.max(-1, Math.min(1, h / Math.sqrt(dimension)));
  const harmonic = (degree: number, h: number): number =>
    basis === 'hermite' ? normalizedHermite(degree, h) : zonalHarmonic(dimension, degree, cosine(h));
  for (let i = 0; i < samples; i++) {
    let h = 0;
    for (let j = 0; j < dimension; j++) h += direction[j] * inputs[i * dimension + j];
    for (const [degree, coefficient] of coefficients) cleanTargets[i] += coefficient * harmonic(degree, h);
  }
  const deviation = Math.sqrt(labelNoise);
  const noise = randomStream(seed, 'sphere-noise').normals(samples);
  const degrees = coefficients.map(([degree]) => degree);
  return {
    name: `sphere teacher, d=${dimension}`,
    inputs: matrix(samples, dimension, inputs),
    targets: matrix(samples, 1, cleanTargets.map((value, i) => value + deviation * noise[i])),
    provenance: `uniform on |x|²=${dimension}, ${basis} target ${coefficients.map(([l, c]) => `${c}·Y_${l}`).join(' + ')}, label noise ${labelNoise}, seed ${seed}`,
    direction,
    degrees,
    multiplicities: Float64Array.from(degrees, (degree) => harmonicDegeneracy(dimension, degree)),
    targetPowers: Float64Array.from(coefficients, ([, coefficient]) => coefficient ** 2),
    cleanTargets,
  };
}

function coefficientsOf({ degree, coefficients }: SphereTeacherOptions): [number, number][] {
  if ((degree === undefined) === (coefficients === undefined))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'coefficients',
      expected: 'exactly one of degree and coefficients',
      got: degree === undefined ? 'neither' : 'both',
    });
  const entries: [number, number][] =
    degree !== undefined ? [[degree, 1]] : Object.entries(coefficients ?? {}).map(([l, c]) => [Number(l), c]);
  for (const [l] of entries) checkInteger('degree', l, { min: 0 });
  checkFinite('coefficients', entries.map(([, c]) => c));
  return entries.filter(([, c]) => c !== 0);
}

function unitDirection({ direction, dimension, seed }: SphereTeacherOptions): Float64Array {
  const vector = direction === undefined ? randomStream(seed, 'sphere-direction').normals(dimension) : Float64Array.from(direction);
  if (vector.length !== dimension)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'direction', expected: `length ${dimension}`, got: String(vector.length) });
  checkFinite('direction', vector);
  const norm = Math.hypot(...vector);
  checkNumber('|direction|', norm, { min: 0, exclusiveMin: true });
  return vector.map((value) => value / norm);
}
