import type { Status } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { evaluateState } from './adaptive-state.js';
import type { AdaptiveState, ReducedProblem } from './adaptive-state.js';
import { andersonMemory } from './anderson.js';

export interface DescentOptions {
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface DescentResult {
  readonly state: AdaptiveState;
  readonly status: Status;
  readonly iterations: number;
}

const MEMORY = 11;
const SMALLEST_STEP = 1e-6;

/**
 * Solves P = target(P) by descent of the action, one generator step per trial so that a caller may yield or stop.
 *
 * P → (1−β)P + β·target(P) is a descent direction of the action for every β small enough (its slope is
 * −(N/2)Tr[(T−P)Ŝ(T−P)Ŝ] < 0): halve β until the action falls and P stays positive definite. Before that, try the Anderson
 * extrapolation of the last iterates, with the step that last worked as mixing: it is kept when it lowers the action, or halves
 * the residual without climbing above the action of the start. Ends `converged` at residual ≤ tolerance, `stalled` when no
 * step helps, else `max-iterations`.
 */
export function* descend(problem: ReducedProblem, start: AdaptiveState, { tolerance, maxIterations }: DescentOptions): Generator<AdaptiveState, DescentResult> {
  let state = start;
  let mixing = 1;
  const memory = andersonMemory(MEMORY);
  for (let iteration = 0; ; iteration++) {
    if (state.residual <= tolerance) return { state, status: 'converged', iterations: iteration };
    if (iteration >= maxIterations) return { state, status: 'max-iterations', iterations: iteration };
    memory.push(state.precision.data, difference(state.target.data, state.precision.data));
    const slack = problem.rule.noise * (Math.abs(state.action) + problem.width);
    const lower = (trial: AdaptiveState): boolean => trial.action < state.action - slack || (trial.action <= state.action + slack && trial.residual < state.residual);
    let next: AdaptiveState | null = null;
    const guess = memory.extrapolate(mixing);
    if (guess !== null) {
      const trial = evaluateState(problem, symmetric(guess, state.precision.rows));
      if (trial !== null && (lower(trial) || (trial.residual < 0.5 * state.residual && trial.action < start.action))) next = trial;
      else yield state;
    }
    for (let step = Math.min(1, 2 * mixing); next === null && step >= SMALLEST_STEP; step /= 2) {
      const trial = evaluateState(problem, mixed(state.precision, state.target, step));
      if (trial === null || !lower(trial)) {
        yield state;
        continue;
      }
      next = trial;
      mixing = step;
    }
    if (next === null) return { state, status: 'stalled', iterations: iteration };
    state = next;
    yield state;
  }
}

const symmetric = (data: Float64Array, r: number): Matrix => {
  for (let i = 0; i < r; i++)
    for (let j = 0; j < i; j++) data[i * r + j] = data[j * r + i] = (data[i * r + j] + data[j * r + i]) / 2;
  return matrix(r, r, data);
};

const mixed = (P: Matrix, T: Matrix, step: number): Matrix => matrix(P.rows, P.cols, P.data.map((value, i) => value + step * (T.data[i] - value)));

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]);
