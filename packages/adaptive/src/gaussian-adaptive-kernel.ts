import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber, nextTurn, throwIfAborted } from '@saddlepoint/core';
import type { Iterated, RunOptions } from '@saddlepoint/core';
import { resolveActivation } from '@saddlepoint/architecture';
import type { Activation, ActivationSpec } from '@saddlepoint/architecture';
import { eigh, identity, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { descend } from './adaptive-solver.js';
import type { DescentResult } from './adaptive-solver.js';
import { evaluateState } from './adaptive-state.js';
import type { AdaptiveState, ReducedProblem } from './adaptive-state.js';
import { assembleSolution } from './adaptive-solution.js';
import type { AdaptiveKernel } from './adaptive-solution.js';
import { momentRule } from './preactivation-moments.js';
import { relativeCovarianceOf, rowSpace } from './row-space.js';
import type { RowSpace } from './row-space.js';
import { targetMatrix } from './targets.js';
import type { Targets } from './targets.js';

/** A two-layer Bayesian network f(x) = Σᵢ aᵢφ(wᵢ·x), a ~ N(0, σ_a²/N), w ~ N(0, σ_w²/d), with its data. */
export interface GaussianAdaptiveProblem {
  /** X: n×d, row-major. */
  readonly inputs: Matrix;
  /** y: n numbers, or n×c for c outputs. */
  readonly targets: Targets;
  readonly activation: Activation | ActivationSpec;
  /** N, number of hidden units. */
  readonly width: number;
  /** σ_w². */
  readonly weightVariance: number;
  /** σ_a². */
  readonly readoutVariance: number;
  /** σ² > 0, absolute: Q + σ²I. */
  readonly ridge: number;
  /** χ: σ_a² → σ_a²/χ and σ² → σ²/χ. 1 (default) is the standard scaling, N the mean-field one. */
  readonly meanFieldScale?: number;
}

export interface GaussianAdaptiveOptions {
  /** Bound on ‖Σ̂⁻¹ − its update‖_F/‖update‖_F. Default 1e-8. */
  readonly tolerance?: number;
  /** Iterations per start. Default 400. */
  readonly maxIterations?: number;
  /** Relative accuracy asked of Hermite series for activations without a closed form. Default 1e-12. */
  readonly seriesTolerance?: number;
  /** Σ (d×d) of a neighbouring solution, to follow a branch by continuation; adds one start. */
  readonly initialWeightCovariance?: Matrix;
  /** Also start from a covariance already specialised along the leading gradient, to find a second branch. Default true. */
  readonly specialisedStart?: boolean;
}

/**
 * The Gaussian kernel-adaptation theory of a finite-width two-layer network: how the hidden weights' covariance, and with it the
 * kernel, adapts to the targets.
 *
 *   Q = σ_a²E_{w~N(0,Σ)}[φ(w·x)φ(w·x′)],  t̄ = (Q+σ²)⁻¹y,  f̄ = Qt̄,
 *   Σ⁻¹ = (d/σ_w²)I − (1/N) ∂_Σ Tr{[t̄t̄ᵀ − (Q+σ²)⁻¹] Q(Σ)},  the bracket held fixed.
 *
 * These are the stationarity conditions of S(Σ) = N(Tr Ŝ − ln det Ŝ − r) + yᵀ(Q+σ²)⁻¹y + ln det(Q+σ²), Ŝ = (d/σ_w²)Σ on the
 * row space of X (rank r): the solver descends S from the lazy point (N = ∞) and from a specialised one, and returns the branch of
 * lowest action with the others in `branches`. Cost per iteration O(n³) whatever d. With c outputs the bracket is t̄t̄ᵀ − c(Q+σ²)⁻¹.
 *
 * Corrections are O(1/N) per observable at fixed n and grow with n/N in the standard scaling: see `validity`. The weights' law is taken
 * to be Gaussian, so specialisation into mixtures is outside it. Throws `ERR_UNSUPPORTED` for activations without derivative.
 * Source: Seroussi, Naveh & Ringel, 2112.15383; the minus sign before (Q+σ²)⁻¹ is checked against exact posteriors (README).
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * import { gaussianAdaptiveKernel } from '@saddlepoint/adaptive';
 * const { value, status } = gaussianAdaptiveKernel({
 *   inputs: fromRows([[1]]), targets: [2], activation: 'identity', width: 1e9, weightVariance: 1, readoutVariance: 1, ridge: 1, meanFieldScale: 1e9,
 * });
 * // one linear unit of data in the mean-field limit: Q solves Q = 1 + 4Q/(1+Q)²
 * status; // => 'converged'
 * value.kernel.data[0] * 1e9; // => 1.9032
 */
export function gaussianAdaptiveKernel(problem: GaussianAdaptiveProblem, options: GaussianAdaptiveOptions = {}): Iterated<AdaptiveKernel> {
  const run = solve(problem, options);
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
  }
}

/**
 * As {@link gaussianAdaptiveKernel}, yielding to the event loop between iterations: it can be aborted and reports progress.
 *
 * @example
 * import { fromRows } from '@saddlepoint/linalg';
 * import { solveGaussianAdaptiveKernel } from '@saddlepoint/adaptive';
 * const { status } = await solveGaussianAdaptiveKernel(
 *   { inputs: fromRows([[1, 0], [0, 1]]), targets: [1, -1], activation: 'erf', width: 50, weightVariance: 1, readoutVariance: 1, ridge: 0.1 },
 *   { signal: AbortSignal.timeout(10_000) },
 * );
 * status; // => 'converged'
 */
export async function solveGaussianAdaptiveKernel(problem: GaussianAdaptiveProblem, options: GaussianAdaptiveOptions & RunOptions = {}): Promise<Iterated<AdaptiveKernel>> {
  const run = solve(problem, options);
  let turn = performance.now();
  for (;;) {
    throwIfAborted(options.signal);
    const step = run.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    if (performance.now() - turn > 30) {
      await nextTurn();
      turn = performance.now();
    }
  }
}

/** Residual at which a later start is compared with the solutions known, and the relative distance within which it is the same. */
const COARSE = 1e-5;
const SAME = 1e-2;

interface SolverProgress {
  readonly stage: string;
  readonly fraction: number;
  readonly detail: string;
}

function* solve(problem: GaussianAdaptiveProblem, options: GaussianAdaptiveOptions): Generator<SolverProgress, Iterated<AdaptiveKernel>> {
  const { tolerance = 1e-8, maxIterations = 400, specialisedStart = true, initialWeightCovariance } = options;
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkInteger('maxIterations', maxIterations, { min: 1 });
  const { reduced, space } = reduceProblem(problem, options.seriesTolerance ?? 1e-12);
  const r = space.basis.cols;
  const lazy = evaluateState(reduced, identity(r));
  if (lazy === null)
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', { argument: 'ridge', expected: 'a ridge that makes the lazy kernel + ridge·I positive definite', got: String(problem.ridge) });
  const starts: { readonly name: string; readonly state: AdaptiveState | null }[] = [{ name: 'lazy', state: lazy }];
  if (initialWeightCovariance !== undefined) {
    checkLength('initialWeightCovariance', initialWeightCovariance.rows, problem.inputs.cols, 'rows');
    starts.push({ name: 'continued', state: evaluateState(reduced, inverse(relativeCovarianceOf(space, initialWeightCovariance))) });
  }
  if (specialisedStart && r > 0) starts.push({ name: 'specialised', state: evaluateState(reduced, specialised(lazy, r)) });
  const found: (DescentResult & { readonly start: string })[] = [];
  let iterations = 0;
  for (const { name, state } of starts) {
    if (state === null) continue;
    // A later start is first followed coarsely, and further only when it is not on its way to a solution already known.
    let descent = descend(reduced, state, { tolerance: found.length > 0 ? Math.max(tolerance, COARSE) : tolerance, maxIterations });
    let coarse = found.length > 0;
    for (let count = 1; ; count++) {
      const step = descent.next();
      if (step.done) {
        iterations += step.value.iterations;
        if (coarse && step.value.status === 'converged') {
          if (found.some((other) => distance(other.state, step.value.state) < SAME)) break;
          descent = descend(reduced, step.value.state, { tolerance, maxIterations });
          coarse = false;
          continue;
        }
        found.push({ ...step.value, start: name });
        break;
      }
      const progress = Math.log(step.value.residual) / Math.log(tolerance);
      yield { stage: `adaptive kernel, ${name} start`, fraction: Math.min(1, Math.max(progress, count / maxIterations, 0)), detail: `residual ${step.value.residual.toExponential(1)}` };
    }
  }
  const branches = distinct(found);
  const best = branches[0];
  return {
    value: assembleSolution(reduced, space, lazy, best.state, branches),
    status: best.status,
    iterations,
    residual: best.state.residual,
  };
}

function reduceProblem(problem: GaussianAdaptiveProblem, seriesTolerance: number): { readonly reduced: ReducedProblem; readonly space: RowSpace } {
  const { inputs, width, weightVariance, readoutVariance, ridge, meanFieldScale = 1 } = problem;
  checkFinite('inputs', inputs.data);
  const targets = targetMatrix(problem.targets, inputs.rows);
  checkNumber('width', width, { min: 1 });
  checkNumber('weightVariance', weightVariance, { min: 0, exclusiveMin: true });
  checkNumber('readoutVariance', readoutVariance, { min: 0, exclusiveMin: true });
  checkNumber('ridge', ridge, { min: 0, exclusiveMin: true });
  checkNumber('meanFieldScale', meanFieldScale, { min: 0, exclusiveMin: true });
  const activation = isActivation(problem.activation) ? problem.activation : resolveActivation(problem.activation);
  const space = rowSpace(inputs, weightVariance);
  const reduced = {
    features: space.features,
    targets,
    rule: momentRule(activation, seriesTolerance),
    width,
    readoutVariance: readoutVariance / meanFieldScale,
    ridge: ridge / meanFieldScale,
  };
  return { reduced, space };
}

const isActivation = (value: Activation | ActivationSpec): value is Activation =>
  typeof value === 'object' && 'value' in value && typeof value.value === 'function';

/** The prior with its variance multiplied by 1 + 30 along the direction in which the action falls fastest at the lazy point. */
function specialised(lazy: AdaptiveState, r: number): Matrix {
  const { values, vectors } = eigh(lazy.target);
  const soft = values.length - 1;
  const v = Float64Array.from({ length: r }, (_, i) => vectors.data[i * r + soft]);
  const gain = 30;
  const precision = identity(r);
  for (let i = 0; i < r; i++) for (let j = 0; j < r; j++) precision.data[i * r + j] -= (gain / (1 + gain)) * v[i] * v[j];
  return precision;
}

function inverse(S: Matrix): Matrix {
  const { values, vectors } = eigh(S);
  const r = values.length;
  const floor = 1e-8 * Math.max(values[0], 1e-300);
  const weighted = { rows: r, cols: r, data: vectors.data.map((value, i) => value / Math.max(values[i % r], floor)) };
  return multiply(weighted, vectors, { transposeB: true });
}

/** Converged branches first, then by action; unconverged ones on top of a known solution are dropped. */
function distinct(found: readonly (DescentResult & { readonly start: string })[]): (DescentResult & { readonly start: string })[] {
  const sorted = [...found].sort((a, b) => Number(b.status === 'converged') - Number(a.status === 'converged') || a.state.action - b.state.action);
  const kept: (DescentResult & { readonly start: string })[] = [];
  for (const candidate of sorted) if (!kept.some((other) => distance(other.state, candidate.state) < SAME)) kept.push(candidate);
  return kept;
}

/** ‖P_a − P_b‖_F / ‖P_a‖_F. */
function distance(a: AdaptiveState, b: AdaptiveState): number {
  let gap = 0;
  let norm = 0;
  for (let i = 0; i < a.precision.data.length; i++) {
    gap += (a.precision.data[i] - b.precision.data[i]) ** 2;
    norm += a.precision.data[i] ** 2;
  }
  return Math.sqrt(gap / norm);
}
