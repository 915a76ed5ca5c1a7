import { SaddlepointRangeError, checkNumber, type Iterated, type Status } from '@saddlepoint/core';

export interface FindRootOptions {
  /** Wanted absolute width of the final bracket; 0 (default) asks for full double precision. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/**
 * A root of f in [lo, hi], where f(lo) and f(hi) have opposite signs (f may rise or fall); `residual` is |f(value)|.
 *
 * Method: Brent (1973), inverse quadratic interpolation guarded by bisection. `status` is `diverged` when f returns NaN inside
 * the bracket. Throws `ERR_ARGUMENT_RANGE` when the ends do not bracket a root.
 *
 * @example
 * import { findRoot } from '@saddlepoint/numerics';
 * const { value, status } = findRoot((x) => x * x - 2, [0, 2]);
 * value; // => 1.4142135623730951
 * status; // => 'converged'
 */
export function findRoot(
  f: (x: number) => number,
  bracket: readonly [number, number],
  { tolerance = 0, maxIterations = 200 }: FindRootOptions = {},
): Iterated<number> {
  let a = checkNumber('bracket[0]', bracket[0]);
  let b = checkNumber('bracket[1]', bracket[1]);
  let fa = f(a);
  let fb = f(b);
  const result = (status: Status, iterations: number): Iterated<number> => ({ value: b, status, iterations, residual: Math.abs(fb) });
  if (fb === 0) return result('converged', 0);
  if (fa === 0) [b, fb] = [a, fa];
  if (fb === 0) return result('converged', 0);
  if (!(fa * Math.sign(fb) < 0))
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'bracket',
      expected: 'ends where f has opposite signs',
      got: `f(${a}) = ${fa}, f(${b}) = ${fb}`,
    });
  let [c, fc] = [a, fa];
  let step = b - a;
  let previous = step;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    if (fb > 0 === fc > 0) {
      [c, fc] = [a, fa];
      step = previous = b - a;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const width = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance;
    const middle = 0.5 * (c - b);
    if (Math.abs(middle) <= width || fb === 0) return result('converged', iteration);
    if (Math.abs(previous) >= width && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p: number;
      let q: number;
      if (a === c) {
        p = 2 * middle * s;
        q = 1 - s;
      } else {
        const r = fb / fc;
        const t = fa / fc;
        p = s * (2 * middle * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      const accepted = 2 * p < Math.min(3 * middle * q - Math.abs(width * q), Math.abs(previous * q));
      previous = accepted ? step : middle;
      step = accepted ? p / q : middle;
    } else {
      step = previous = middle;
    }
    [a, fa] = [b, fb];
    b += Math.abs(step) > width ? step : Math.sign(middle) * Math.max(width, Number.MIN_VALUE);
    fb = f(b);
    if (Number.isNaN(fb)) return result('diverged', iteration);
  }
  return result('max-iterations', maxIterations);
}
