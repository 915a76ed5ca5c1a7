import { SaddlepointRangeError, checkFinite, checkInteger, checkNumber, type RunOptions, type Status } from '@saddlepoint/core';
import { onSegment, segmentOf, type DenseOutput } from './dense.js';
import { watch, type OdeEvent, type OdeEventHit } from './events.js';
import { march, type AcceptedStep, type MarchSettings, type OdeField } from './march.js';

export interface OdeOptions extends Pick<RunOptions, 'signal'> {
  /** Default 1e-8. */
  readonly relativeTolerance?: number;
  /** Default 1e-10. */
  readonly absoluteTolerance?: number;
  /** Steps tried, accepted or not. Default 100 000. */
  readonly maxSteps?: number;
  readonly firstStep?: number;
  /** Longest step; default: none. Events that come and go within a quarter of a step are not seen. */
  readonly maxStep?: number;
  readonly events?: readonly OdeEvent[];
  /** Keep the continuous solution, for {@link stateAt}. */
  readonly dense?: boolean;
}

export interface OdeSolution {
  /** `stalled`: the step size fell to rounding (stiffness or a singularity); `diverged`: the right-hand side is not finite. */
  readonly status: Status;
  /** `event`: a terminal event, the last of `events`, came before the last time. */
  readonly ended: 'times' | 'event' | 'early';
  /** The requested times that were reached. */
  readonly times: Float64Array;
  readonly states: Float64Array[];
  /** Zeros of the events, in order. */
  readonly events: OdeEventHit[];
  readonly steps: number;
  readonly rejected: number;
}

function checkedTimes(times: ArrayLike<number>): Float64Array {
  checkFinite('times', times);
  const grid = Float64Array.from(times);
  const direction = Math.sign(grid[grid.length - 1] - grid[0]);
  for (let i = 1; i < grid.length; i++)
    if ((grid[i] - grid[i - 1]) * direction < 0 || (direction === 0 && grid[i] !== grid[0]))
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: `times[${i}]`, expected: 'monotone times', got: `${grid[i]} after ${grid[i - 1]}` });
  return grid;
}

/** Collects the steps of a continuous solution. */
function recorder(dimension: number): { add: (step: AcceptedStep, segment: Float64Array) => void; output: (end: number) => DenseOutput } {
  const starts: number[] = [];
  const widths: number[] = [];
  const segments: Float64Array[] = [];
  return {
    add: ({ time, width }, segment) => {
      starts.push(time);
      widths.push(width);
      segments.push(segment);
    },
    output: (end) => ({ dimension, starts: Float64Array.from(starts), widths: Float64Array.from(widths), end, segments }),
  };
}

/**
 * Solves y′ = f(t, y) from y(times[0]) = y0 and returns the states at all `times` (monotone, either direction; the first is the
 * initial one), with adaptive steps and dense output of order 4. With `dense` the solution can be evaluated at any time
 * ({@link stateAt}); `events` are located by root finding on it.
 *
 * The local error per step is kept below absoluteTolerance + relativeTolerance·|y| in the root mean square. Non-stiff problems.
 *
 * Source: Dormand & Prince (1980), DOPRI5 of Hairer, Nørsett & Wanner, Solving ODEs I, II.4–II.6.
 *
 * @example
 * import { integrateOde } from '@saddlepoint/numerics';
 * // A ball dropped from height 1 under g = 2, until it lands
 * const fall = integrateOde((_t, [, v]) => [v, -2], [1, 0], [0, 0.5, 9], { events: [{ value: (_t, [height]) => height, terminal: true }] });
 * fall.states[1][0]; // => 0.75000000
 * fall.events[0].time; // => 1.00000000
 * fall.ended; // => 'event'
 */
export function integrateOde(f: OdeField, y0: ArrayLike<number>, times: ArrayLike<number>, options: OdeOptions & { readonly dense: true }): OdeSolution & { readonly dense: DenseOutput };
export function integrateOde(f: OdeField, y0: ArrayLike<number>, times: ArrayLike<number>, options?: OdeOptions): OdeSolution & { readonly dense?: DenseOutput };
export function integrateOde(f: OdeField, y0: ArrayLike<number>, times: ArrayLike<number>, options: OdeOptions = {}): OdeSolution & { readonly dense?: DenseOutput } {
  const settings: MarchSettings = {
    relative: checkNumber('relativeTolerance', options.relativeTolerance ?? 1e-8, { min: 0 }),
    absolute: checkNumber('absoluteTolerance', options.absoluteTolerance ?? 1e-10, { min: Number.MIN_VALUE }),
    maxSteps: checkInteger('maxSteps', options.maxSteps ?? 100_000, { min: 1 }),
    maxStep: options.maxStep === undefined ? Infinity : checkNumber('maxStep', options.maxStep, { min: 0, exclusiveMin: true }),
    firstStep: options.firstStep,
    signal: options.signal,
  };
  checkFinite('y0', y0);
  const grid = checkedTimes(times);
  const y = Float64Array.from(y0);
  const watched = options.events ?? [];
  const states: Float64Array[] = [];
  const events: OdeEventHit[] = [];
  const record = options.dense ? recorder(y.length) : undefined;
  const progress: { end: number; ended: OdeSolution['ended'] } = { end: grid[0], ended: 'early' };
  const result = (status: Status, steps: number, rejected: number): OdeSolution & { dense?: DenseOutput } => ({
    status,
    ended: progress.ended,
    times: grid.slice(0, states.length),
    states,
    events,
    steps,
    rejected,
    ...(record ? { dense: record.output(progress.end) } : {}),
  });
  while (states.length < grid.length && grid[states.length] === grid[0]) states.push(y.slice());
  if (states.length === grid.length) {
    progress.ended = 'times';
    return result('converged', 0, 0);
  }
  const last = grid[grid.length - 1];
  const direction = Math.sign(last - grid[0]);
  const search = watched.length > 0 ? watch(watched, grid[0], y) : undefined;
  const visit = (step: AcceptedStep): boolean => {
    const { time, reached, width, to } = step;
    const asked = (grid[states.length] - reached) * direction < 0;
    const segment = search || record || asked ? segmentOf(step) : undefined;
    progress.end = reached;
    for (const hit of search && segment ? search(segment, time, width) : []) {
      events.push(hit);
      if (!watched[hit.event].terminal) continue;
      progress.ended = 'event';
      progress.end = hit.time;
      break;
    }
    if (segment) record?.add(step, segment);
    while (states.length < grid.length && (grid[states.length] - progress.end) * direction <= 0) {
      const t = grid[states.length];
      states.push(t === reached || !segment ? to.slice() : onSegment(segment, (t - time) / width));
    }
    return progress.ended !== 'event';
  };
  const { status, steps, rejected } = march(f, y, [grid[0], last], settings, visit);
  if (status === 'converged' && progress.ended === 'early') progress.ended = 'times';
  return result(status, steps, rejected);
}
