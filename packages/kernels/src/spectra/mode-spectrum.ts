import { SaddlepointRangeError, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import { harmonicDegeneracy } from '@saddlepoint/numerics';
import { angleRule, funkHecke } from './angle-quadrature.js';
import type { SphereSpectrum } from './sphere-spectrum.js';

/** A spectrum with the power of a target in it, as the learning-curve theory of `@saddlepoint/replica` takes it. */
export interface TargetSpectrum {
  readonly eigenvalues: Float64Array;
  readonly multiplicities?: Float64Array;
  readonly targetPowers: Float64Array;
  readonly tailTrace: number;
  readonly tailPower: number;
}

/** Power of a target by degree. */
export interface ZonalPowers {
  /** Σ over the harmonics of degree l of the squared coefficient. */
  readonly powers: Float64Array;
  /** E[g²], all degrees. */
  readonly total: number;
}

/**
 * Power by degree of a target g(x·v/(|x||v|)) that depends on one direction v, on the uniform sphere in ℝ^d: deg_l E[g(X)P_l(X)]².
 * A polynomial g is resolved exactly; `nodes` (default 1024) is rounded up to a multiple of 32.
 *
 * @example
 * import { zonalPowers } from '@saddlepoint/kernels';
 * // The third coordinate of the sphere in ℝ³ squared: t² = 1/3 + (2/3)P_2, of powers 1/9 and (4/9)/5.
 * const { powers, total } = zonalPowers((t) => t * t, { dimension: 3, maxDegree: 4 });
 * [powers[0], powers[2], total]; // => [0.1111111, 0.0888889, 0.2000000]
 */
export function zonalPowers(g: (t: number) => number, { dimension, maxDegree, nodes = 1024 }: { readonly dimension: number; readonly maxDegree: number; readonly nodes?: number }): ZonalPowers {
  checkInteger('dimension', dimension, { min: 2 });
  checkInteger('maxDegree', maxDegree, { min: 0 });
  checkInteger('nodes', nodes, { min: Math.max(32, maxDegree) });
  const rule = angleRule(dimension, Math.ceil(nodes / 32));
  const values = Float64Array.from(rule.cosines, (t, i) => checkNumber(`g(${rule.cosines[i]})`, g(t)));
  const { values: coefficients } = funkHecke(rule, values, dimension, maxDegree);
  return {
    powers: coefficients.map((b, l) => harmonicDegeneracy(dimension, l) * b * b),
    total: values.reduce((sum, v, i) => sum + rule.weights[i] * v * v, 0),
  };
}

/**
 * A spectrum on the sphere with the power of a target in each degree, `powers[l]` (missing degrees have none), as plain data for the learning-curve
 * theory: modes of degree l share λ_l deg_l times, and what lies beyond the last degree is kept as `tailTrace` and `tailPower`.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { sphereSpectrum, targetSpectrum } from '@saddlepoint/kernels';
 * const sphere = sphereSpectrum(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), { dimension: 3, maxDegree: 4 });
 * const { targetPowers, tailTrace } = targetSpectrum(sphere, { powers: [0, 1] });
 * Array.from(targetPowers); // => [0, 1, 0, 0, 0]
 * tailTrace > 0; // => true
 */
export function targetSpectrum(spectrum: SphereSpectrum, { powers, total }: { readonly powers: ArrayLike<number>; readonly total?: number }): TargetSpectrum {
  const { eigenvalues, multiplicities, tailTrace } = spectrum;
  if (powers.length > eigenvalues.length) checkLength('powers', powers.length, eigenvalues.length, 'at most one power per degree,');
  const targetPowers = Float64Array.from(eigenvalues, (_, l) => (l < powers.length ? checkNumber(`powers[${l}]`, powers[l], { min: 0 }) : 0));
  const infinite = multiplicities.findIndex((m) => !Number.isFinite(m));
  if (infinite >= 0) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'spectrum', expected: 'degeneracies below 10³⁰⁸ (a smaller maxDegree)', got: `an infinite one at degree ${infinite}` });
  const listed = targetPowers.reduce((sum, p) => sum + p, 0);
  return { eigenvalues, multiplicities, targetPowers, tailTrace, tailPower: Math.max(0, (total ?? listed) - listed) };
}
