import { checkNumber } from '@saddlepoint/core';
import { findRoot } from '../solve/find-root.js';
import { incompleteBeta } from './beta.js';
import { normalQuantile } from './normal.js';

/** P(T > t) for t ≥ 0. */
const upperTail = (t: number, dof: number): number => {
  const total = dof + t * t;
  return 0.5 * incompleteBeta(dof / total, dof / 2, 0.5, (t * t) / total);
};

/**
 * The distribution function of Student's t with `dof` degrees of freedom, P(T ≤ t) = 1 − ½ I_{ν/(ν+t²)}(ν/2, ½) for t ≥ 0.
 *
 * @example
 * import { studentTCdf } from '@saddlepoint/numerics';
 * studentTCdf(1, 1); // => 0.75
 */
export function studentTCdf(t: number, dof: number): number {
  checkNumber('dof', dof, { min: 0, exclusiveMin: true });
  if (Number.isNaN(t)) return NaN;
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  return t < 0 ? upperTail(-t, dof) : 1 - upperTail(t, dof);
}

/**
 * The quantile of Student's t with `dof` degrees of freedom (need not be an integer): the t with P(T ≤ t) = p, 0 < p < 1.
 *
 * @example
 * import { studentTQuantile } from '@saddlepoint/numerics';
 * studentTQuantile(0.975, 10); // => 2.22813885
 */
export function studentTQuantile(p: number, dof: number): number {
  checkNumber('p', p, { min: 0, max: 1, exclusiveMin: true });
  checkNumber('dof', dof, { min: 0, exclusiveMin: true });
  if (p === 1) return Infinity;
  if (p > 0.5) return -studentTQuantile(1 - p, dof);
  if (p === 0.5) return 0;
  if (dof > 1e10) return normalQuantile(p);
  let high = 1;
  while (upperTail(high, dof) > p && high < 1e300) high *= 4;
  // ln t as the unknown when t spans decades: the tail is then nearly linear in it.
  if (high > 16) {
    const log = findRoot((s) => Math.log(upperTail(Math.exp(s), dof) / p), [Math.log(high / 4), Math.log(high)]);
    return -Math.exp(log.value);
  }
  return -findRoot((t) => Math.log(upperTail(t, dof) / p), [high === 1 ? 0 : high / 4, high]).value;
}
