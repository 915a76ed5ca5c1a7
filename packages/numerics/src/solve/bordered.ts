import { SaddlepointRangeError } from '@saddlepoint/core';
import { factor, solveFactored, type Factored } from './dense-solve.js';

/** The equations F(x, p) = 0 of a branch: n equations, n+1 unknowns. */
export type BranchEquations = (x: Float64Array, parameter: number) => ArrayLike<number>;

/** ∂F/∂x (n×n, row-major) and ∂F/∂p. */
export interface BranchJacobian {
  readonly state: ArrayLike<number>;
  readonly parameter: ArrayLike<number>;
}

/** F on u = (x, p), and its n×(n+1) Jacobian completed by a border row to a square matrix. */
export interface BranchSystem {
  readonly unknowns: number;
  evaluations: number;
  residual(u: Float64Array): Float64Array;
  bordered(u: Float64Array, border: Float64Array): Factored;
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0));

export function branchSystem(f: BranchEquations, n: number, jacobian?: (x: Float64Array, parameter: number) => BranchJacobian): BranchSystem {
  const m = n + 1;
  const check = (argument: string, got: number, expected: number): void => {
    if (got !== expected) throw new SaddlepointRangeError('ERR_SHAPE', { argument, expected: `length ${expected}`, got: `${got}` });
  };
  const residual = (u: Float64Array): Float64Array => {
    system.evaluations++;
    const values = Float64Array.from(f(u.slice(0, n), u[n]));
    check('F(x, p)', values.length, n);
    return values;
  };
  const analytic = (u: Float64Array, a: Float64Array): void => {
    const { state, parameter } = jacobian!(u.slice(0, n), u[n]);
    check('jacobian.state', state.length, n * n);
    check('jacobian.parameter', parameter.length, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) a[i * m + j] = state[i * n + j];
      a[i * m + n] = parameter[i];
    }
  };
  const differences = (u: Float64Array, a: Float64Array): void => {
    for (let j = 0; j < m; j++) {
      // Central: rounding ε/h against truncation h², balanced at ε^{1/3}.
      const h = 6e-6 * Math.max(1, Math.abs(u[j]));
      const [right, left] = [u.slice(), u.slice()];
      right[j] += h;
      left[j] -= h;
      const [above, below] = [residual(right), residual(left)];
      for (let i = 0; i < n; i++) a[i * m + j] = (above[i] - below[i]) / (right[j] - left[j]);
    }
  };
  const system: BranchSystem = {
    unknowns: m,
    evaluations: 0,
    residual,
    bordered: (u, border) => {
      const a = new Float64Array(m * m);
      (jacobian ? analytic : differences)(u, a);
      a.set(border, n * m);
      return factor(a, m);
    },
  };
  return system;
}

/** Newton for F(u) = 0 and border·(u − start) = 0; undefined when it does not settle. */
export function correct(system: BranchSystem, start: Float64Array, border: Float64Array, tolerance: number): { u: Float64Array; iterations: number; residual: number } | undefined {
  let u = start;
  let last = Infinity;
  for (let iteration = 0; iteration < 12; iteration++) {
    const values = system.residual(u);
    const size = norm(values);
    if (!Number.isFinite(size)) return undefined;
    if (size === 0) return { u, iterations: iteration, residual: 0 };
    const matrix = system.bordered(u, border);
    if (matrix.sign === 0) return undefined;
    const right = new Float64Array(system.unknowns);
    for (let i = 0; i < values.length; i++) right[i] = -values[i];
    for (let i = 0; i < u.length; i++) right[values.length] -= border[i] * (u[i] - start[i]);
    const d = solveFactored(matrix, right);
    u = u.map((v, i) => v + d[i]);
    const step = norm(d);
    if (!(step < 1e3 * (1 + norm(start))) || (iteration > 3 && step > 0.5 * last)) return undefined;
    // The error left after a Newton step is of the order of its square.
    if (step <= tolerance * (1 + norm(u))) return { u, iterations: iteration + 1, residual: norm(system.residual(u)) };
    last = step;
  }
  return undefined;
}

/** The unit tangent τ of the branch at u with border·τ > 0, the sign of det ∂F/∂x, and the bordered determinant (zero at a branch point). */
export function tangentAt(system: BranchSystem, u: Float64Array, border: Float64Array): { tangent: Float64Array; determinantSign: number; bordered: number } | undefined {
  const matrix = system.bordered(u, border);
  if (matrix.sign === 0) return undefined;
  const right = new Float64Array(system.unknowns);
  right[system.unknowns - 1] = 1;
  const direction = solveFactored(matrix, right);
  const length = norm(direction);
  if (!Number.isFinite(length)) return undefined;
  const tangent = direction.map((v) => v / length);
  // Cramer: the last component of the direction is det(∂F/∂x) / det(bordered).
  return { tangent, determinantSign: Math.sign(tangent[system.unknowns - 1]) * matrix.sign, bordered: matrix.sign * matrix.scale };
}
