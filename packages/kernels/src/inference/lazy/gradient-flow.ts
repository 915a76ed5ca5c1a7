import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { eigh, type Matrix } from '@saddlepoint/linalg';
import { checkKernel } from '../checks.js';
import { evolveModes, type LazyProblem, type LazyTrajectory, type LossConvention } from './problem.js';

/**
 * Training of an infinitely wide network by gradient flow, in function space:
 * f_t(X) = y + e^{−ηΘs}(f₀−y), f_t(x*) = f₀(x*) + Θ_*Θ⁻¹(1−e^{−ηΘs})(y−f₀(X)), with s = t for the loss ½Σ(f−y)² (`'sum'`) and
 * s = t/n for (1/2n)Σ(f−y)² (`'mean'`).
 *
 * `time`: t ≥ 0, `Infinity` allowed; `learningRate`: η multiplies time. Each mode uses −expm1(−ηλs)/λ, so small λ lose no digits and a
 * singular Θ is ordinary: its zero modes do not move, and no test point sees them. `loss` in the result is in the convention asked for.
 * Sources: 1806.07572; 1902.06720, eqs. 8–11.
 *
 * @example
 * import { gradientFlow } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const flow = gradientFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), time: [0, 0.5, Infinity], loss: 'sum' });
 * flow.train.map((f) => f.data[0]); // => [0, 0.632121, 1]
 * flow.loss[0]; // => 0.5
 */
export function gradientFlow(problem: LazyProblem & { readonly time: readonly number[] }): LazyTrajectory {
  const { time, learningRate = 1, loss } = problem;
  const rate = loss === 'mean' ? learningRate / problem.kernel.rows : learningRate;
  for (const t of time) if (!(t >= 0)) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'time', expected: 'numbers ≥ 0, or Infinity', got: String(t) });
  return evolveModes(problem, time, (eigenvalue, t) => {
    const exponent = rate * eigenvalue * t;
    return { residual: Math.exp(-exponent), gain: -Math.expm1(-exponent) / eigenvalue };
  });
}

/**
 * The same training by full-batch gradient descent in steps of size η: residuals shrink by (1 − ηλ)^t (`'sum'`) or (1 − ηλ/n)^t
 * (`'mean'`), exactly, also where ηλ > 1 makes them alternate.
 *
 * `steps`: integers ≥ 0. Above {@link maximalLearningRate} the residuals grow; an overflow throws `ERR_NOT_FINITE`.
 *
 * @example
 * import { gradientDescent } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const run = gradientDescent({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1, [1]), steps: [0, 1, 2], learningRate: 0.25, loss: 'sum' });
 * run.train.map((f) => f.data[0]); // => [0, 0.5, 0.75]
 */
export function gradientDescent(problem: LazyProblem & { readonly steps: readonly number[] }): LazyTrajectory {
  const { steps, learningRate = 1, loss } = problem;
  const rate = loss === 'mean' ? learningRate / problem.kernel.rows : learningRate;
  for (const step of steps) checkInteger('steps', step, { min: 0 });
  return evolveModes(problem, steps, (eigenvalue, t) => {
    const move = rate * eigenvalue;
    // ln(1−ηλ) keeps the digits of a small step; beyond 1 the factor is negative and has no logarithm.
    if (move < 0.5) {
      const exponent = t * Math.log1p(-move);
      return { residual: Math.exp(exponent), gain: -Math.expm1(exponent) / eigenvalue };
    }
    const residual = (1 - move) ** t;
    return { residual, gain: (1 - residual) / eigenvalue };
  });
}

/**
 * The largest learning rate at which gradient descent under a constant kernel converges: 2(1+μ)/λ_max for the summed loss, n times
 * that for the mean loss, with heavy-ball momentum μ (default 0).
 *
 * `kernel`: Θ, n×n. Infinity for a zero kernel. Sources: 1902.06720 (η < 2/λ_max); Polyak (1964).
 *
 * @example
 * import { maximalLearningRate } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * maximalLearningRate(matrix(2, 2, [2, 0, 0, 4]), { loss: 'mean' }); // => 1
 */
export function maximalLearningRate(kernel: Matrix, { loss, momentum = 0 }: { readonly loss: LossConvention; readonly momentum?: number }): number {
  checkKernel('kernel', kernel);
  checkNumber('momentum', momentum, { min: 0, max: 1 });
  const largest = eigh(kernel, { vectors: false }).values[0] ?? 0;
  return largest > 0 ? ((loss === 'mean' ? kernel.rows : 1) * 2 * (1 + momentum)) / largest : Infinity;
}
