import { SaddlepointRangeError, checkInteger, checkNumber, type Iterated, type Status } from '@saddlepoint/core';
import { leastSquares } from './least-squares.js';

export interface FixedPointOptions {
  /** Stop when ‖g(x)−x‖ ≤ tolerance·‖x‖ + absoluteTolerance. Default 1e-10. */
  readonly tolerance?: number;
  /** Default tolerance·1e-6. */
  readonly absoluteTolerance?: number;
  /** Default 500 evaluations of the map. */
  readonly maxIterations?: number;
  /** Mixing β in (0, 1]: x ← x + β(g(x)−x), also inside Anderson steps. Default 1. */
  readonly damping?: number;
  /** Depth of Anderson acceleration; 0 is plain damped iteration. Default 5. */
  readonly anderson?: number;
}

/** ‖x‖₂ without overflow; NaN or infinite when an entry is. */
function norm(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
  if (sum > 1e-280 && sum < 1e300) return Math.sqrt(sum);
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i];
  return out;
}

/** The accelerated step: minimise ‖r − ΔR·c‖, then x + βr − (ΔX + βΔR)c. */
function accelerated(x: Float64Array, r: Float64Array, dx: Float64Array[], dr: Float64Array[], beta: number): Float64Array {
  const next = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = x[i] + beta * r[i];
  if (dr.length === 0) return next;
  leastSquares(dr, r).forEach((c, j) => {
    const [columnX, columnR] = [dx[j], dr[j]];
    for (let i = 0; i < x.length; i++) next[i] -= c * (columnX[i] + beta * columnR[i]);
  });
  return next;
}

/**
 * A fixed point x = g(x) of a map of ℝᵈ by damped iteration with Anderson acceleration.
 *
 * `residual` is ‖g(x)−x‖₂. `status`: `converged`; `max-iterations`; `diverged` when the map leaves the finite numbers or the
 * residual grows beyond 10⁸ of its first value; `stalled` when 50 evaluations bring no lower residual and the residual has stopped
 * above tolerance. The value returned is the iterate of smallest residual. A fixed point found this way is one branch, not
 * necessarily the only one.
 *
 * Source: Walker & Ni, SIAM J. Numer. Anal. 49 (2011) 1715, type-II Anderson with restart when the residual doubles.
 *
 * @example
 * import { fixedPoint } from '@saddlepoint/numerics';
 * const { value, status } = fixedPoint((x) => x.map(Math.cos), Float64Array.of(1));
 * value[0]; // => 0.739085133
 * status; // => 'converged'
 */
export function fixedPoint(map: (x: Float64Array) => Float64Array, x0: ArrayLike<number>, options: FixedPointOptions = {}): Iterated<Float64Array> {
  const tolerance = checkNumber('tolerance', options.tolerance ?? 1e-10, { min: 0 });
  const absolute = checkNumber('absoluteTolerance', options.absoluteTolerance ?? 1e-6 * tolerance, { min: 0 });
  const maxIterations = checkInteger('maxIterations', options.maxIterations ?? 500, { min: 1 });
  const beta = checkNumber('damping', options.damping ?? 1, { min: 0, max: 1, exclusiveMin: true });
  const depth = checkInteger('anderson', options.anderson ?? 5, { min: 0 });
  let x: Float64Array = Float64Array.from(x0);
  let best = x;
  let bestResidual = Infinity;
  let bestAt = 0;
  let first = Infinity;
  let last: { x: Float64Array; r: Float64Array; size: number } | undefined;
  let dx: Float64Array[] = [];
  let dr: Float64Array[] = [];
  const result = (status: Status, iterations: number): Iterated<Float64Array> => ({ value: best, status, iterations, residual: bestResidual });
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const image = map(x);
    if (image.length !== x.length)
      throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'map', expected: `output of length ${x.length}`, got: `${image.length}` });
    if (!Number.isFinite(norm(image))) {
      // An accelerated step may leave the domain of the map: fall back to the plain step from the last good point, once.
      if (!last || dx.length === 0) return result('diverged', iteration);
      const { x: lx, r: lr } = last;
      [dx, dr] = [[], []];
      x = lx.map((v, i) => v + beta * lr[i]);
      last = undefined;
      continue;
    }
    const r = difference(image, x);
    const size = norm(r);
    if (iteration === 1) first = size;
    if (size < bestResidual) [best, bestResidual, bestAt] = [x, size, iteration];
    if (size <= tolerance * norm(x) + absolute) return result('converged', iteration);
    if (size > 1e8 * Math.max(first, norm(best), Number.MIN_VALUE)) return result('diverged', iteration);
    if (iteration - bestAt >= 50 + 10 * depth) return result('stalled', iteration);
    if (last && depth > 0) {
      if (size > 2 * last.size) [dx, dr] = [[], []];
      else {
        const { x: lx, r: lr } = last;
        dx = [...dx, difference(x, lx)].slice(-depth);
        dr = [...dr, difference(r, lr)].slice(-depth);
      }
    }
    last = { x, r, size };
    x = accelerated(x, r, dx, dr, beta);
  }
  return result('max-iterations', maxIterations);
}
