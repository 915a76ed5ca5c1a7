import { SaddlepointRangeError, checkFinite, checkNumber, nextTurn, throwIfAborted, type RunOptions, type Status } from '@saddlepoint/core';
import { added, matrix, multiply, symmetricOperator, type Matrix } from '@saddlepoint/linalg';
import { integrateOde } from '@saddlepoint/numerics';
import { checkCross, checkKernel, checkTargets } from '../checks.js';
import { checkProbabilities, lossFunctionOf, type LossFunction, type LossName } from './loss-functions.js';
import { effectiveRate, type LazyProblem } from './problem.js';

/** Training under a constant NTK on any differentiable loss. */
export interface LossFlowProblem extends Omit<LazyProblem, 'kernel'> {
  /** Θ(X, X): n×n, symmetric. */
  readonly kernel: Matrix;
  /** The loss of the outputs; `'mean'` in `loss` divides it by n. Default `'square'`. */
  readonly lossFunction?: LossName | LossFunction;
  /** γ of θ̈ + γθ̇ = −η∇L; without it θ̇ = −η∇L. */
  readonly friction?: number;
  /** Times, ascending from 0 or later, finite. */
  readonly time: readonly number[];
  /** Local error of the integration, relative; a hundredth of it absolute. Default 1e-8. */
  readonly tolerance?: number;
  /** Steps of the integrator. Default 100 000. */
  readonly maxSteps?: number;
}

/** Outputs at the times that were reached. */
export interface LossFlow {
  /** `max-iterations` or `stalled`: the integration ended early, and later times are missing. */
  readonly status: Status;
  readonly times: number[];
  readonly train: Matrix[];
  readonly test?: Matrix[];
  /** In the convention that was asked for, without the ridge's part. */
  readonly loss: number[];
  /** β with f_t(x) = f₀(x) + Θ(x, X)β: n×c each. */
  readonly coefficients: Matrix[];
  /** Steps of the integrator. */
  readonly steps: number;
}

/**
 * Training of an infinitely wide network on any loss, by integrating its equations in function space: f_t(x) = f₀(x) + Θ(x, X)β(t) with
 * β̇ = −η[∇ℓ(f_t(X)) + σ²β], or β̈ + γβ̇ on the left with momentum (`friction`); ℓ is softmax or logistic cross-entropy, squares, or your own. The
 * coefficients β make a singular Θ ordinary.
 *
 * `targets`: n×c; probabilities (one-hot rows, or 0 and 1) for the cross-entropies. `'mean'`: ℓ and σ² divided by n. Explicit adaptive steps: about ηλ_max·t/3 of them when
 * that is large, each one product with Θ. Without ridge cross-entropy never ends: outputs grow like ln t. Abortable between requested times and inside.
 * Sources: 1902.06720, eqs. S78–S80 (cross-entropy); Dormand & Prince (1980).
 *
 * @example
 * import { lossFlow } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * // One sample of class 1: f + e^f = Θt + 1.
 * const { train } = await lossFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), lossFunction: 'logistic', time: [10], loss: 'sum' });
 * const f = train[0].data[0];
 * f + Math.exp(f); // => 21.00000
 */
export async function lossFlow(problem: LossFlowProblem, { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'> = {}): Promise<LossFlow> {
  const { kernel, crossKernel, targets, time, lossFunction = 'square', friction, maxSteps = 100_000 } = problem;
  checkKernel('kernel', kernel);
  const n = kernel.rows;
  checkTargets('targets', targets, n);
  checkProbabilities(lossFunction, targets);
  const c = targets.cols;
  const initial = problem.initial ?? matrix(n, c);
  checkTargets('initial', initial, n);
  const ridge = checkNumber('ridge', problem.ridge ?? 0, { min: 0 });
  const tolerance = checkNumber('tolerance', problem.tolerance ?? 1e-8, { min: 0, exclusiveMin: true });
  if (friction !== undefined) checkNumber('friction', friction, { min: 0 });
  if (crossKernel !== undefined) checkCross('crossKernel', crossKernel, n);
  const initialTest = problem.initialTest ?? matrix(crossKernel?.rows ?? 0, c);
  checkFinite('time', time);
  if (time.some((t, k) => t < (k === 0 ? 0 : time[k - 1]))) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'time', expected: 'ascending numbers ≥ 0', got: time.join(', ') });
  const rate = effectiveRate(problem, n);
  const { value, gradient } = lossFunctionOf(lossFunction);
  throwIfAborted(signal);

  using operator = symmetricOperator(kernel);
  const outputsOf = (beta: Float64Array): Float64Array => added(initial, operator.apply(matrix(n, c, beta))).data;
  const size = n * c;
  const pull = (beta: Float64Array): Float64Array => gradient(outputsOf(beta), targets).map((slope, i) => -rate * (slope + ridge * beta[i]));
  const field = (_t: number, state: Float64Array): Float64Array => {
    const force = pull(state.slice(0, size));
    if (friction === undefined) return force;
    const slope = new Float64Array(2 * size);
    for (let i = 0; i < size; i++) {
      slope[i] = state[size + i];
      slope[size + i] = force[i] - friction * state[size + i];
    }
    return slope;
  };

  const result = { times: [] as number[], train: [] as Matrix[], test: [] as Matrix[], loss: [] as number[], coefficients: [] as Matrix[] };
  let state: Float64Array = new Float64Array(friction === undefined ? size : 2 * size);
  let now = 0;
  let steps = 0;
  let status: Status = 'converged';
  for (const t of time) {
    if (t > now) {
      const leg = integrateOde(field, state, [now, t], { relativeTolerance: tolerance, absoluteTolerance: 0.01 * tolerance, maxSteps: Math.max(1, maxSteps - steps), ...(signal && { signal }) });
      steps += leg.steps;
      status = leg.status;
      if (leg.states.length < 2) break;
      state = leg.states[1];
      now = t;
    }
    const coefficients = matrix(n, c, state.slice(0, size));
    const train = matrix(n, c, outputsOf(coefficients.data));
    result.times.push(t);
    result.coefficients.push(coefficients);
    result.train.push(train);
    result.loss.push(value(train.data, targets) / (problem.loss === 'mean' ? n : 1));
    if (crossKernel !== undefined) result.test.push(added(initialTest, multiply(crossKernel, coefficients)));
    onProgress?.({ stage: 'training', fraction: result.times.length / time.length });
    await nextTurn();
    throwIfAborted(signal);
  }
  const { test, ...rest } = result;
  return { status, ...rest, ...(crossKernel && { test }), steps };
}
