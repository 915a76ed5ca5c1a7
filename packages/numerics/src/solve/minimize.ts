import { SaddlepointRangeError, checkInteger, checkNumber, throwIfAborted, type Iterated, type RunOptions, type Status } from '@saddlepoint/core';
import { lineSearch } from './line-search.js';

export interface Objective {
  readonly value: number;
  readonly gradient: ArrayLike<number>;
}

export interface MinimizeOptions {
  /** Stop when max|∂f| ≤ tolerance. Default 1e-8. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Pairs kept by L-BFGS. Default 10. */
  readonly memory?: number;
}

/** Where the minimisation ended, with the objective there. */
export interface Minimum extends Iterated<Float64Array> {
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly evaluations: number;
}

const dot = (u: Float64Array, v: Float64Array): number => u.reduce((s, ui, i) => s + ui * v[i], 0);
const largest = (v: Float64Array): number => v.reduce((m, vi) => Math.max(m, Math.abs(vi)), 0);

/** −H·g by the two-loop recursion. */
function direction(gradient: Float64Array, pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[]): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y, rho } = pairs[k];
    alphas[k] = rho * dot(s, q);
    for (let i = 0; i < q.length; i++) q[i] -= alphas[k] * y[i];
  }
  const newest = pairs.at(-1);
  if (newest) {
    const scale = 1 / (newest.rho * dot(newest.y, newest.y));
    for (let i = 0; i < q.length; i++) q[i] *= scale;
  }
  pairs.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] += (alphas[k] - beta) * s[i];
  });
  return q;
}

/** A minimisation that asks for the objective at some points, one after the other, whoever evaluates it. */
function* search(x0: ArrayLike<number>, options: MinimizeOptions): Generator<Float64Array, Minimum, Objective> {
  const tolerance = checkNumber('tolerance', options.tolerance ?? 1e-8, { min: 0 });
  const maxIterations = checkInteger('maxIterations', options.maxIterations ?? 1000, { min: 0 });
  const memory = checkInteger('memory', options.memory ?? 10, { min: 1 });
  let evaluations = 0;
  const taken = ({ value, gradient }: Objective): { value: number; gradient: Float64Array } => {
    evaluations++;
    if (gradient.length !== x0.length)
      throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'gradient', expected: `length ${x0.length}`, got: `${gradient.length}` });
    const copy = Float64Array.from(gradient);
    return { value: Number.isFinite(value) && copy.every(Number.isFinite) ? value : Infinity, gradient: copy };
  };
  let x: Float64Array = Float64Array.from(x0);
  let { value, gradient } = taken(yield x);
  let pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const result = (status: Status, iterations: number): Minimum => ({
    value: x, status, iterations, residual: largest(gradient), objective: value, gradient, evaluations,
  });
  if (!Number.isFinite(value)) return result('diverged', 0);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return result('converged', iteration);
    let d = direction(gradient, pairs);
    if (!(dot(d, gradient) < 0)) [d, pairs] = [gradient.map((g) => -g), []];
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / largest(gradient));
    const line = lineSearch({ t: 0, value, slope: dot(d, gradient), x, gradient }, first);
    let step = line.next();
    while (step.done !== true) {
      const t = step.value;
      const point = x.map((v, i) => v + t * d[i]);
      const there = taken(yield point);
      step = line.next({ t, ...there, slope: dot(there.gradient, d), x: point });
    }
    const found = step.value;
    if (!found) {
      if (pairs.length === 0) return result('stalled', iteration + 1);
      pairs = [];
      continue;
    }
    const s = found.x.map((v, i) => v - x[i]);
    const before = gradient;
    const y = found.gradient.map((g, i) => g - before[i]);
    const sy = dot(s, y);
    if (sy > 1e-14 * Math.sqrt(dot(s, s) * dot(y, y))) pairs = [...pairs, { s, y, rho: 1 / sy }].slice(-memory);
    ({ x, value, gradient } = found);
  }
  return result(largest(gradient) <= tolerance ? 'converged' : 'max-iterations', maxIterations);
}

/**
 * A local minimum of a smooth function of ℝᵈ from its value and gradient, by L-BFGS with a strong Wolfe line search.
 *
 * `residual` is max|∂f| at the end. A value of +∞ or NaN marks a point outside the domain: the search steps back from it. `status`:
 * `stalled` when no lower point can be found along the search direction though the gradient is above tolerance (rounding, or a wrong
 * gradient); `diverged` when f or its gradient is not finite at x0.
 *
 * Source: Nocedal & Wright, Numerical Optimization, algorithms 7.4, 7.5, 3.5, 3.6.
 *
 * @example
 * import { minimize } from '@saddlepoint/numerics';
 * const bowl = (x: Float64Array) => ({ value: (x[0] - 1) ** 2 + 10 * (x[1] + 2) ** 2, gradient: [2 * (x[0] - 1), 20 * (x[1] + 2)] });
 * const { value, status } = minimize(bowl, [0, 0]);
 * Array.from(value); // => [1.0000, -2.0000]
 * status; // => 'converged'
 */
export function minimize(fAndGrad: (x: Float64Array) => Objective, x0: ArrayLike<number>, options: MinimizeOptions = {}): Minimum {
  const run = search(x0, options);
  let step = run.next();
  while (step.done !== true) step = run.next(fAndGrad(step.value));
  return step.value;
}

/**
 * As {@link minimize}, for an objective that is itself asynchronous, such as one on a kernel that takes seconds. Checks `signal` before every
 * evaluation; an abort rejects with the signal's reason.
 *
 * @example
 * import { minimizeAsync } from '@saddlepoint/numerics';
 * const bowl = (x: Float64Array) => Promise.resolve({ value: (x[0] - 1) ** 2, gradient: [2 * (x[0] - 1)] });
 * (await minimizeAsync(bowl, [0])).value[0]; // => 1.0000
 */
export async function minimizeAsync(
  fAndGrad: (x: Float64Array) => Promise<Objective>,
  x0: ArrayLike<number>,
  { signal, ...options }: MinimizeOptions & Pick<RunOptions, 'signal'> = {},
): Promise<Minimum> {
  const run = search(x0, options);
  let step = run.next();
  while (step.done !== true) {
    throwIfAborted(signal);
    step = run.next(await fAndGrad(step.value));
  }
  return step.value;
}
