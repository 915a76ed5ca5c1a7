import { checkFinite, checkLength, checkNumber } from '@saddlepoint/core';
import { added, matrix, multiply, scaled, type Matrix } from '@saddlepoint/linalg';
import { checkChoice, checkCross, checkTargets } from '../checks.js';
import { modesOf, type LazyModes } from './modes.js';
import type { Progress } from './heavy-ball.js';

/** Which loss is descended: ½Σ(f−y)² or (1/2n)Σ(f−y)²; the ridge's ½σ²|θ−θ₀|² is divided by n with it. */
export type LossConvention = 'sum' | 'mean';

/** Training in function space under a constant NTK. */
export interface LazyProblem {
  /** Θ(X, X): n×n, symmetric, positive semidefinite to rounding; or its {@link lazyModes}, computed once. */
  readonly kernel: Matrix | LazyModes;
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
  /** σ² ≥ 0 of the decay towards the initial parameters, loss + ½σ²|θ−θ₀|² (`'mean'`: σ²/2n). Absolute, as everywhere. Default 0. */
  readonly ridge?: number;
}

/** Outputs along the way: one entry per requested time. */
export interface LazyTrajectory {
  /** f_t(X): n×c each. */
  readonly train: Matrix[];
  /** f_t(x*): m×c each; only with a cross kernel. */
  readonly test?: Matrix[];
  /** ½Σ(f−y)² or its n-th part, in the convention that was asked for, summed over outputs, without the ridge's part. */
  readonly loss: number[];
  /** Eigenvalues of Θ, descending; those below n·ε·λ_max count as zero modes, which do not move. */
  readonly eigenvalues: Float64Array;
}

/** What training makes of a mode of rate κ = λ + σ² after some time; `progress` = (1 − decay)/(η κ) with η per unit of `loss`. */
export type ModeDynamics = (rate: number, time: number) => Progress;

/** Factors of all modes at one time: f = f₀ + V λg Vᵀ(y − f₀) and y − f = V r Vᵀ(y − f₀). */
export interface ModeFactors {
  /** r = (σ² + λe)/(λ + σ²). */
  readonly residual: Float64Array;
  /** g = (1 − e)/(λ + σ²). */
  readonly gain: Float64Array;
}

/** η of the loss that is descended: divided by n for the mean loss. */
export const effectiveRate = ({ loss, learningRate = 1 }: Pick<LazyProblem, 'loss' | 'learningRate'>, samples: number): number =>
  (checkChoice('loss', loss, ['sum', 'mean']) === 'mean' ? 1 / samples : 1) * checkNumber('learningRate', learningRate, { min: 0, exclusiveMin: true });

/** The factors of every mode; modes that are zero without a ridge stay. */
export function modeFactors({ values, zero }: LazyModes, ridge: number, rate: number, dynamics: ModeDynamics, time: number): ModeFactors {
  const residual = new Float64Array(values.length);
  const gain = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) {
    const eigenvalue = Math.max(0, values[k]);
    const total = eigenvalue + ridge;
    if (eigenvalue <= zero && ridge === 0) residual[k] = 1;
    else {
      const { decay, progress } = dynamics(rate * total, time);
      residual[k] = ridge === 0 ? decay : (ridge + eigenvalue * decay) / total;
      gain[k] = rate * progress;
    }
  }
  return { residual, gain };
}

/** Rows of `A` times `factors`. */
export const scaleRows = (A: Matrix, factors: Float64Array): Matrix => matrix(A.rows, A.cols, A.data.map((v, i) => v * factors[Math.floor(i / A.cols)]));

/**
 * f_t = y − V r Vᵀ(y−f₀) on the training set and f₀* + Θ_*V g Vᵀ(y−f₀) on test points, for the factors of each mode at each time.
 */
export function evolveModes(problem: LazyProblem, times: readonly number[], dynamics: ModeDynamics): LazyTrajectory {
  const { crossKernel, targets, loss } = problem;
  const ridge = checkNumber('ridge', problem.ridge ?? 0, { min: 0 });
  const spectrum = modesOf(problem.kernel);
  const { values, vectors } = spectrum;
  const n = values.length;
  const rate = effectiveRate(problem, n);
  checkTargets('targets', targets, n);
  const outputs = targets.cols;
  const initial = problem.initial ?? matrix(n, outputs);
  checkTargets('initial', initial, n);
  const modes = multiply(vectors, added(targets, scaled(initial, -1)), { transposeA: true });

  let crossModes: Matrix | undefined;
  let initialTest: Matrix | undefined;
  if (crossKernel !== undefined) {
    checkCross('crossKernel', crossKernel, n);
    crossModes = multiply(crossKernel, vectors);
    initialTest = problem.initialTest ?? matrix(crossKernel.rows, outputs);
    checkTargets('initialTest', initialTest, crossKernel.rows);
    checkLength('initialTest', initialTest.cols, outputs, 'one column per output,');
  }

  const train: Matrix[] = [];
  const test: Matrix[] = [];
  const losses: number[] = [];
  const half = loss === 'mean' ? 0.5 / n : 0.5;
  for (const time of times) {
    const { residual, gain } = modeFactors(spectrum, ridge, rate, dynamics, time);
    const left = scaleRows(modes, residual);
    checkFinite(`loss at time ${time} (the learning rate is above maximalLearningRate)`, left.data);
    losses.push(half * left.data.reduce((sum, v) => sum + v * v, 0));
    train.push(added(targets, scaled(multiply(vectors, left), -1)));
    if (crossModes !== undefined && initialTest !== undefined) test.push(added(initialTest, multiply(crossModes, scaleRows(modes, gain))));
  }
  return { train, ...(crossModes === undefined ? {} : { test }), loss: losses, eigenvalues: values };
}
