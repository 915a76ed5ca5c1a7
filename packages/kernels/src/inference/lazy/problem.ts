import { checkFinite, checkNumber } from '@saddlepoint/core';
import { added, eigh, matrix, multiply, scaled, type Matrix } from '@saddlepoint/linalg';
import { checkCross, checkKernel, checkTargets } from '../checks.js';

/** Which loss is descended: ½Σ(f−y)² or (1/2n)Σ(f−y)². */
export type LossConvention = 'sum' | 'mean';

/** Training in function space under a constant NTK. */
export interface LazyProblem {
  /** Θ(X, X): n×n, symmetric, positive semidefinite to rounding. */
  readonly kernel: Matrix;
  /** Θ(x*, X): m×n. */
  readonly crossKernel?: Matrix;
  /** y: n×c. */
  readonly targets: Matrix;
  /** f₀(X): n×c. Default 0. */
  readonly initial?: Matrix;
  /** f₀(x*): m×c. Default 0. */
  readonly initialTest?: Matrix;
  readonly loss: LossConvention;
  /** η > 0. Default 1. */
  readonly learningRate?: number;
}

/** Outputs along the way: one entry per requested time. */
export interface LazyTrajectory {
  /** f_t(X): n×c each. */
  readonly train: Matrix[];
  /** f_t(x*): m×c each; only with a cross kernel. */
  readonly test?: Matrix[];
  /** The training loss in the convention that was asked for, summed over outputs. */
  readonly loss: number[];
  /** Eigenvalues of Θ, descending; those below n·ε·λ_max count as zero modes, which never move. */
  readonly eigenvalues: Float64Array;
}

/** What a mode of eigenvalue λ has done after some time: residual factor r and gain g = (1−r)/λ. */
export interface ModeFactor {
  readonly residual: number;
  readonly gain: number;
}

/**
 * f_t = f₀ + V(1−r)Vᵀ(y−f₀) on the training set and f₀* + Θ_*V g Vᵀ(y−f₀) on test points, for the factors r and g of each mode
 * at each time.
 */
export function evolveModes(problem: LazyProblem, times: readonly number[], factor: (eigenvalue: number, time: number) => ModeFactor): LazyTrajectory {
  const { kernel, crossKernel, targets, loss } = problem;
  checkKernel('kernel', kernel);
  const n = kernel.rows;
  checkTargets('targets', targets, n);
  checkNumber('learningRate', problem.learningRate ?? 1, { min: 0, exclusiveMin: true });
  const outputs = targets.cols;
  const initial = problem.initial ?? matrix(n, outputs);
  checkTargets('initial', initial, n);
  const { values, vectors } = eigh(kernel);
  const zero = n * Number.EPSILON * Math.max(0, values[0] ?? 0);
  const residual = added(targets, scaled(initial, -1));
  const modes = multiply(vectors, residual, { transposeA: true });

  let crossModes: Matrix | undefined;
  let initialTest: Matrix | undefined;
  if (crossKernel !== undefined) {
    checkCross('crossKernel', crossKernel, n);
    crossModes = multiply(crossKernel, vectors);
    initialTest = problem.initialTest ?? matrix(crossKernel.rows, outputs);
    checkTargets('initialTest', initialTest, crossKernel.rows);
  }

  const train: Matrix[] = [];
  const test: Matrix[] = [];
  const losses: number[] = [];
  const half = loss === 'mean' ? 0.5 / n : 0.5;
  for (const time of times) {
    const left = new Float64Array(n * outputs);
    const gained = new Float64Array(n * outputs);
    for (let k = 0; k < n; k++) {
      const { residual: r, gain: g } = values[k] > zero ? factor(values[k], time) : { residual: 1, gain: 0 };
      for (let c = 0; c < outputs; c++) {
        left[k * outputs + c] = r * modes.data[k * outputs + c];
        gained[k * outputs + c] = g * modes.data[k * outputs + c];
      }
    }
    checkFinite(`loss at time ${time} (the learning rate is above maximalLearningRate)`, left);
    losses.push(half * left.reduce((sum, v) => sum + v * v, 0));
    train.push(added(targets, scaled(multiply(vectors, matrix(n, outputs, left)), -1)));
    if (crossModes !== undefined && initialTest !== undefined) test.push(added(initialTest, multiply(crossModes, matrix(n, outputs, gained))));
  }
  return { train, ...(crossModes === undefined ? {} : { test }), loss: losses, eigenvalues: values };
}
