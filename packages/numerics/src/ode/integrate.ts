import { SaddlepointRangeError, checkFinite, checkInteger, checkNumber, type Status } from '@saddlepoint/core';
import { DENSE, ERROR, NODES, STAGES } from './tableau.js';

export interface OdeOptions {
  /** Default 1e-8. */
  readonly relativeTolerance?: number;
  /** Default 1e-10. */
  readonly absoluteTolerance?: number;
  /** Steps tried, accepted or not. Default 100 000. */
  readonly maxSteps?: number;
  readonly firstStep?: number;
}

export interface OdeSolution {
  /** `stalled`: the step size fell to rounding (stiffness or a singularity); `diverged`: the right-hand side is not finite. */
  readonly status: Status;
  /** The requested times that were reached: all of them when `status` is `converged`. */
  readonly times: Float64Array;
  readonly states: Float64Array[];
  readonly steps: number;
  readonly rejected: number;
}

type Field = (t: number, y: Float64Array) => ArrayLike<number>;

/** y + h Σ_j c_j k_j. */
const combine = (y: Float64Array, h: number, c: readonly number[], k: readonly ArrayLike<number>[]): Float64Array => {
  const out = Float64Array.from(y);
  for (let j = 0; j < c.length; j++) {
    const scale = h * c[j];
    if (scale !== 0) for (let i = 0; i < out.length; i++) out[i] += scale * k[j][i];
  }
  return out;
};

const errorNorm = (error: Float64Array, a: Float64Array, b: Float64Array, relative: number, absolute: number): number => {
  let sum = 0;
  for (let i = 0; i < error.length; i++) sum += (error[i] / (absolute + relative * Math.max(Math.abs(a[i]), Math.abs(b[i])))) ** 2;
  return error.length === 0 ? 0 : Math.sqrt(sum / error.length);
};

/** Hairer's starting step, from the sizes of y, y′ and an estimate of y″. */
function startingStep(f: Field, t: number, y: Float64Array, k: ArrayLike<number>, span: number, relative: number, absolute: number): number {
  const slope = Float64Array.from(k);
  const d0 = errorNorm(y, y, y, relative, absolute);
  const d1 = errorNorm(slope, y, y, relative, absolute);
  const h0 = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, Math.abs(span));
  const h = Math.sign(span) * h0;
  const k1 = f(t + h, combine(y, h, [1], [k]));
  const d2 = errorNorm(slope.map((v, i) => k1[i] - v), y, y, relative, absolute) / h0;
  const h1 = Math.max(d1, d2) <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** 0.2;
  const step = Math.min(100 * h0, h1, Math.abs(span));
  return Math.sign(span) * (Number.isFinite(step) ? step : h0);
}

/** The state at fraction θ of a step (fourth order). */
function interpolate(y0: Float64Array, y1: Float64Array, h: number, k: readonly ArrayLike<number>[], theta: number): Float64Array {
  const complement = 1 - theta;
  return y0.map((a, i) => {
    const difference = y1[i] - a;
    const bump = h * k[0][i] - difference;
    let dense = 0;
    for (let j = 0; j < 7; j++) dense += DENSE[j] * k[j][i];
    return a + theta * (difference + complement * (bump + theta * (difference - h * k[6][i] - bump + complement * h * dense)));
  });
}

/**
 * Solves y′ = f(t, y) from y(times[0]) = y0 and returns the states at all `times` (monotone, either direction; the first is the
 * initial one), with adaptive steps and dense output of order 4.
 *
 * The local error per step is kept below absoluteTolerance + relativeTolerance·|y| in the root mean square. Non-stiff problems.
 *
 * Source: Dormand & Prince (1980), DOPRI5 of Hairer, Nørsett & Wanner, Solving ODEs I, II.4–II.6.
 *
 * @example
 * import { integrateOde } from '@saddlepoint/numerics';
 * const { states, status } = integrateOde((_t, y) => [-y[0]], [1], [0, 1, 2]);
 * states[2][0]; // => 0.1353353
 * status; // => 'converged'
 */
export function integrateOde(f: Field, y0: ArrayLike<number>, times: ArrayLike<number>, options: OdeOptions = {}): OdeSolution {
  const relative = checkNumber('relativeTolerance', options.relativeTolerance ?? 1e-8, { min: 0 });
  const absolute = checkNumber('absoluteTolerance', options.absoluteTolerance ?? 1e-10, { min: Number.MIN_VALUE });
  const maxSteps = checkInteger('maxSteps', options.maxSteps ?? 100_000, { min: 1 });
  checkFinite('times', times);
  checkFinite('y0', y0);
  const grid = Float64Array.from(times);
  const direction = Math.sign(grid[grid.length - 1] - grid[0]);
  for (let i = 1; i < grid.length; i++)
    if ((grid[i] - grid[i - 1]) * direction < 0)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `times[${i}]`, expected: 'monotone times', got: `${grid[i]} after ${grid[i - 1]}` });
  let y: Float64Array = Float64Array.from(y0);
  const states: Float64Array[] = [];
  let steps = 0;
  let rejected = 0;
  const result = (status: Status): OdeSolution => ({ status, times: grid.slice(0, states.length), states, steps, rejected });
  while (states.length < grid.length && grid[states.length] === grid[0]) states.push(Float64Array.from(y));
  if (states.length === grid.length) return result('converged');
  let t = grid[0];
  const end = grid[grid.length - 1];
  let k0: ArrayLike<number> = Float64Array.from(f(t, y));
  if (k0.length !== y.length)
    throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'f', expected: `output of length ${y.length}`, got: `${k0.length}` });
  if (!Array.from(k0).every(Number.isFinite)) return result('diverged');
  let h = options.firstStep ? direction * Math.abs(options.firstStep) : startingStep(f, t, y, k0, end - t, relative, absolute);
  let lastError = 1e-4;
  while (steps + rejected < maxSteps) {
    const final = (t + 1.01 * h - end) * direction >= 0;
    if (final) h = end - t;
    const k: ArrayLike<number>[] = [k0];
    let next = y;
    for (let stage = 1; stage < 7; stage++) {
      next = combine(y, h, STAGES[stage - 1], k);
      k.push(Float64Array.from(f(t + NODES[stage] * h, next)));
    }
    const error = errorNorm(combine(new Float64Array(y.length), h, ERROR, k), y, next, relative, absolute);
    if (error <= 1) {
      steps++;
      const reached = final ? end : t + h;
      while (states.length < grid.length && (grid[states.length] - reached) * direction <= 0) {
        const theta = (grid[states.length] - t) / h;
        states.push(theta === 1 ? Float64Array.from(next) : interpolate(y, next, h, k, theta));
      }
      [t, y, k0] = [reached, next, k[6]];
      if (states.length === grid.length) return result('converged');
      // PI control (Hairer's β = 0.04).
      const growth = 0.9 * error ** -0.17 * lastError ** 0.04;
      h *= Math.min(10, Math.max(0.2, Number.isFinite(growth) ? growth : 10));
      lastError = Math.max(error, 1e-4);
    } else {
      rejected++;
      h *= Number.isFinite(error) ? Math.max(0.1, 0.9 * error ** -0.2) : 0.1;
      if (Math.abs(h) <= 4 * Number.EPSILON * Math.max(Math.abs(t), Number.MIN_VALUE))
        return result(Number.isFinite(error) ? 'stalled' : 'diverged');
      if (Math.abs(h) < 1e-300) return result('diverged');
    }
  }
  return result('max-iterations');
}
