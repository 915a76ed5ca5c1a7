import { checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import type { Iterated, RunOptions, Status } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';
import { changeSince, isCheckpoint, valuesAt } from './function-values.js';
import type { History } from './function-values.js';
import { diagonalise, startLanczos, stepTogether } from './lanczos.js';
import type { Lanczos } from './lanczos.js';
import { prepare } from './operator.js';
import type { SymmetricOperator } from './operator.js';
import { pacer } from './pace.js';

export interface SpectralFunctionOptions extends Omit<RunOptions, 'seed'> {
  /** Relative to the size of the result. Default 1e-10. */
  readonly tolerance?: number;
  /** Lanczos steps at most, each one product with A and one vector kept. Default min(n, 500). */
  readonly maxIterations?: number;
}

/** A result of Lanczos. `residual` is an estimate of its absolute error. */
export interface SpectralResult<T> extends Iterated<T> {
  /** Vectors that A was applied to. */
  readonly applications: number;
}

interface Look<T> {
  readonly value: T;
  readonly size: number;
  /** What rounding alone may have done to it. */
  readonly rounding: number;
}

/** Steps from v until `look` no longer changes. */
async function run<T>(
  A: Matrix | SymmetricOperator,
  v: ArrayLike<number>,
  { tolerance = 1e-10, maxIterations, signal, onProgress }: SpectralFunctionOptions,
  look: (run: Lanczos, unit: number) => Look<T>,
  distance: (now: T, before: T) => number,
): Promise<{ readonly lanczos: Lanczos; readonly found: Look<T>; readonly outcome: Omit<SpectralResult<T>, 'value'> }> {
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkFinite('v', v);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    checkLength('v', v.length, n);
    const most = checkInteger('maxIterations', maxIterations ?? Math.max(1, Math.min(n, 500)), { min: 1 });
    const turn = pacer(signal);
    const lanczos = startLanczos(Float64Array.from(v));
    const history: History<T> = { entries: [], distance };
    let last = 0;
    for (;;) {
      await turn();
      const size = lanczos.alpha.length;
      const end = lanczos.invariant || size >= most;
      if (end || isCheckpoint(size, last)) {
        last = size;
        const found = look(lanczos, operator.unit);
        const residual = lanczos.invariant ? found.rounding : Math.max(found.rounding, changeSince(history, size, found.value));
        const done = residual <= Math.max(tolerance * found.size, 2 * found.rounding);
        onProgress?.({ stage: 'Lanczos', fraction: done ? 1 : size / most });
        if (end || done) {
          const status: Status = done ? 'converged' : 'max-iterations';
          return { lanczos, found, outcome: { status, iterations: size, residual, applications: operator.applied() } };
        }
      }
      await stepTogether([lanczos], operator);
    }
  } finally {
    operator.dispose();
  }
}

const rounding = (values: Float64Array, weight: number): number =>
  4 * Number.EPSILON * weight * values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * f(A)·v for a symmetric matrix or operator A and a function f of its eigenvalues, without decomposing A:
 * f(A) v ≈ ‖v‖ V f(T) e₁ from a Lanczos decomposition A V = V T + β q eᵀ, v = ‖v‖ V e₁ (Higham, *Functions of Matrices*, 2008, ch. 13).
 *
 * Exact for polynomials of degree below the number of steps m, so the error is at most 2‖v‖ times that of the best such approximation of f on the
 * spectrum; it converges fast for smooth f. All basis vectors are kept (m·n numbers) and orthogonalised in full. `residual` estimates
 * ‖f(A)v − value‖₂ by the change over the last steps (from 0.7 to 0.85 of them on), which overestimates it while the method converges; it is not a bound.
 * f must be finite on the interval of the spectrum, else `ERR_NOT_FINITE` names the point.
 *
 * @example
 * import { matrix, spectralFunction } from '@saddlepoint/linalg';
 * const A = matrix(2, 2, [2, 1, 1, 2]);
 * const { value } = await spectralFunction(A, Math.sqrt, [1, 0]);
 * Array.from(value); // => [1.366025404, 0.3660254038]
 */
export async function spectralFunction(
  A: Matrix | SymmetricOperator,
  f: (eigenvalue: number) => number,
  v: ArrayLike<number>,
  options: SpectralFunctionOptions = {},
): Promise<SpectralResult<Float64Array>> {
  const look = (lanczos: Lanczos, unit: number): Look<Float64Array> => {
    const m = lanczos.alpha.length;
    if (m === 0) return { value: new Float64Array(0), size: 0, rounding: 0 };
    const { nodes, first, vectors } = diagonalise(lanczos);
    const values = valuesAt(f, nodes, unit);
    const coefficients = new Float64Array(m);
    for (let i = 0; i < m; i++)
      for (let k = 0; k < m; k++) coefficients[i] += lanczos.norm * vectors[i * m + k] * values[k] * first[k];
    return { value: coefficients, size: Math.hypot(...coefficients), rounding: rounding(values, lanczos.norm) };
  };
  const distance = (now: Float64Array, before: Float64Array): number =>
    Math.sqrt(now.reduce((sum, x, i) => sum + (x - (i < before.length ? before[i] : 0)) ** 2, 0));
  const { lanczos, found, outcome } = await run(A, v, options, look, distance);
  const value = new Float64Array(v.length);
  found.value.forEach((coefficient, j) => {
    const vector = lanczos.basis[j];
    for (let i = 0; i < value.length; i++) value[i] += coefficient * vector[i];
  });
  return { value, ...outcome };
}

/**
 * The quadratic form vᵀ f(A) v of a symmetric matrix or operator, by Gauss quadrature: ‖v‖² Σ_k τ_k² f(θ_k) over the eigenvalues θ of the Lanczos
 * matrix T and the first components τ of its eigenvectors (Golub & Meurant, *Matrices, Moments and Quadrature*, 2010).
 *
 * Exact for polynomials of degree 2m − 1 after m steps: twice as fast as {@link spectralFunction}. `residual` estimates the absolute error by the
 * change over the last steps; it is not a bound.
 *
 * @example
 * import { matrix, quadraticForm } from '@saddlepoint/linalg';
 * const { value } = await quadraticForm(matrix(2, 2, [2, 1, 1, 2]), (x) => 1 / x, [1, 0]);
 * value; // => 0.6666666667
 */
export async function quadraticForm(
  A: Matrix | SymmetricOperator,
  f: (eigenvalue: number) => number,
  v: ArrayLike<number>,
  options: SpectralFunctionOptions = {},
): Promise<SpectralResult<number>> {
  const { found, outcome } = await run(A, v, options, (lanczos, unit) => gaussLook(lanczos, f, unit), (now, before) => Math.abs(now - before));
  return { value: found.value, ...outcome };
}

/** ‖v‖² Σ τ² f(θ) as it stands. */
export function gaussLook(lanczos: Lanczos, f: (eigenvalue: number) => number, unit: number): Look<number> {
  if (lanczos.alpha.length === 0) return { value: 0, size: 0, rounding: 0 };
  const { nodes, first } = diagonalise(lanczos);
  const values = valuesAt(f, nodes, unit);
  const weight = lanczos.norm ** 2;
  const value = weight * values.reduce((sum, x, k) => sum + first[k] ** 2 * x, 0);
  return { value, size: Math.abs(value), rounding: rounding(values, weight) };
}
