import { SaddlepointRangeError, checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import type { Iterated, RunOptions, Status } from '@saddlepoint/core';
import { checkMatrix } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { conditionEstimate, gather, largestOf, scatter, startColumn, step, turnTo } from './cg-column.js';
import type { Column } from './cg-column.js';
import { prepare } from './operator.js';
import type { Prepared, SymmetricOperator } from './operator.js';
import { pacer } from './pace.js';
import type { Preconditioner } from './preconditioner.js';

export interface ConjugateGradientOptions extends Omit<RunOptions, 'seed'> {
  /** M⁻¹ for an M ≈ A; default none. */
  readonly preconditioner?: Preconditioner;
  /** ‖b − A x‖₂ ≤ tolerance·‖b‖₂ for every column. Default 1e-10. */
  readonly tolerance?: number;
  /** Block steps at most. Default 10 n, at most 5000. */
  readonly maxIterations?: number;
}

/** The solution of A X = B with its residual as computed from it. `residual` is the largest of `residuals`. */
export interface Solution extends Iterated<Matrix> {
  /** ‖b − A x‖₂/‖b‖₂ of each column, computed from the x that is returned: nothing recursive. 0 for b = 0. */
  readonly residuals: Float64Array;
  /** How often a residual was replaced by the true one because the recursion had drifted away. */
  readonly replacements: number;
  /** Ratio of the extreme Ritz values of M⁻¹A met by the first column: its condition number from below. 1 where nothing was iterated. */
  readonly condition: number;
  /** Vectors that A was applied to. */
  readonly applications: number;
}

async function precondition(preconditioner: Preconditioner | undefined, active: readonly Column[], n: number): Promise<Float64Array[]> {
  if (preconditioner === undefined) return active.map(({ r }) => r);
  const Z = await preconditioner.apply(gather(active.map(({ r }) => r), n));
  checkMatrix('preconditioner.apply(R)', Z);
  checkLength('preconditioner.apply(R)', Z.rows, n, 'rows');
  checkLength('preconditioner.apply(R)', Z.cols, active.length, 'columns');
  checkFinite('preconditioner.apply(R)', Z.data);
  return scatter(Z);
}

/** Computes b − A x for these columns; those that do not meet the tolerance go on from it, or are given up where a round has not halved it. */
async function replaceResiduals(columns: readonly Column[], operator: Prepared, tolerance: number): Promise<void> {
  if (columns.length === 0) return;
  const image = scatter(await operator.apply(gather(columns.map(({ x }) => x), operator.size)));
  columns.forEach((column, c) => {
    const { residual: before, state } = column;
    turnTo(column, image[c]);
    const helpless = state === 'claims' && column.residual > before / 2;
    column.state = column.residual <= tolerance ? 'done' : helpless ? 'stuck' : 'active';
  });
}

const statusOf = (columns: readonly Column[]): Status => {
  if (columns.every(({ state }) => state === 'done')) return 'converged';
  return columns.some(({ state }) => state === 'stuck') && !columns.some(({ state }) => state === 'active') ? 'stalled' : 'max-iterations';
};

/**
 * Solves A X = B for a symmetric positive definite matrix or operator A and B of n×m by preconditioned conjugate gradients (Hestenes & Stiefel 1952),
 * all columns together, each with its own coefficients, and a certified residual.
 *
 * The error falls by (√κ − 1)/(√κ + 1) per step, κ the condition number of M⁻¹A. When the recursive residuals say that all columns are done, B − A X is
 * computed; columns that fall short go on from their true residual. `stalled` says that doing so no longer helps: about ε‖A‖‖x‖ is as far as any
 * method gets. Throws `ERR_NOT_POSITIVE_DEFINITE` when a direction with pᵀA p ≤ 0 (or rᵀM⁻¹r ≤ 0) appears, `ERR_NOT_FINITE` on NaN or infinity.
 *
 * @example
 * import { conjugateGradient, matrix } from '@saddlepoint/linalg';
 * const { value, status, residual } = await conjugateGradient(matrix(2, 2, [4, 1, 1, 3]), matrix(2, 1, [1, 2]));
 * status; // => 'converged'
 * Array.from(value.data); // => [0.0909090909, 0.6363636364]
 * residual < 1e-10; // => true
 */
export async function conjugateGradient(A: Matrix | SymmetricOperator, B: Matrix, options: ConjugateGradientOptions = {}): Promise<Solution> {
  const { preconditioner, tolerance = 1e-10, signal, onProgress } = options;
  checkNumber('tolerance', tolerance, { min: 0, exclusiveMin: true });
  checkMatrix('B', B);
  checkFinite('B', B.data);
  const operator = prepare('A', A);
  try {
    const n = operator.size;
    checkLength('B', B.rows, n, 'rows');
    const most = checkInteger('maxIterations', options.maxIterations ?? Math.max(1, Math.min(10 * n, 5000)), { min: 1 });
    const turn = pacer(signal);
    const columns = scatter(B).map(startColumn);
    let iterations = 0;
    let replacements = -1;
    for (;;) {
      for (;;) {
        await turn();
        const active = columns.filter(({ state }) => state === 'active');
        if (active.length === 0 || iterations >= most) break;
        const Z = await precondition(preconditioner, active, n);
        active.forEach((column, c) => aim(column, Z[c]));
        const images = scatter(await operator.apply(gather(active.map(({ p }) => p), n)));
        active.forEach((column, c) => {
          const curvature = step(column, images[c], tolerance);
          if (curvature !== null) throw indefinite(iterations, operator.unit * curvature);
        });
        iterations++;
        const worst = largestOf(columns.map(({ recursive }) => recursive));
        onProgress?.({ stage: 'conjugate gradients', fraction: Math.min(1, Math.log(Math.max(worst, tolerance)) / Math.log(tolerance)) });
      }
      const exhausted = iterations >= most;
      await replaceResiduals(columns.filter(({ state }) => state === 'claims' || (exhausted && state === 'active')), operator, tolerance);
      replacements++;
      if (exhausted || columns.every(({ state }) => state === 'done' || state === 'stuck')) break;
    }
    const residuals = Float64Array.from(columns, ({ residual }) => residual);
    return {
      value: gather(columns.map(({ x, norm }) => x.map((value) => (value * norm) / operator.unit)), n),
      status: statusOf(columns),
      iterations,
      residual: largestOf(residuals),
      residuals,
      replacements,
      condition: columns.length === 0 ? 1 : conditionEstimate(columns[0]),
      applications: operator.applied(),
    };
  } finally {
    operator.dispose();
  }
}

/** The next search direction from the preconditioned residual z: p ← z + β p. */
function aim(column: Column, z: Float64Array): void {
  const { r, p } = column;
  let rho = 0;
  for (let i = 0; i < r.length; i++) rho += r[i] * z[i];
  if (!(rho > 0))
    throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
      argument: 'preconditioner',
      expected: 'rᵀM⁻¹r > 0',
      got: String(rho),
    });
  const beta = column.fresh ? 0 : rho / column.rho;
  for (let i = 0; i < p.length; i++) p[i] = z[i] + beta * p[i];
  if (column.coefficients.length > 0 && !column.fresh) column.coefficients[column.coefficients.length - 1].beta = beta;
  column.rho = rho;
  column.fresh = false;
}

function indefinite(iteration: number, curvature: number): SaddlepointRangeError {
  return new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
    argument: 'A',
    expected: 'a positive definite matrix or operator: pᵀA p > 0',
    got: `pᵀA p/pᵀp = ${curvature} in step ${iteration + 1}`,
  });
}
