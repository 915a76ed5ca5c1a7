import { checkFinite, checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import { matrix, multiplyVector } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { meanLoss } from './alignment.js';

/** Gradient descent with a kernel that does not move. */
export interface LazyProblem {
  /** Θ on the training points, n×n. */
  readonly ntk: Matrix;
  readonly targets: ArrayLike<number>;
  /** η, for the mean loss (1/2n)Σ(y−f)². */
  readonly learningRate: number;
  readonly steps: number;
  /** Θ(x_*, X), m×n, to follow test outputs too. */
  readonly crossNtk?: Matrix;
}

export interface LazyDynamics {
  readonly times: Float64Array;
  readonly loss: Float64Array;
  /** f on the training points, (steps+1)×n; f(0) = 0. */
  readonly outputs: Matrix;
  readonly testOutputs?: Matrix;
}

/**
 * The γ → 0 limit: discrete gradient descent under a fixed NTK from f = 0, with the learning-rate convention of the DMFT functions.
 *
 *   f(t+1) = f(t) + (η/n)Θ(y − f(t)),  f_*(t+1) = f_*(t) + (η/n)Θ_*(y − f(t)).
 *
 * Source: Jacot et al., 1806.07572.
 *
 * @example
 * import { identity } from '@saddlepoint/linalg';
 * import { lazyDynamics } from '@saddlepoint/dynamics';
 * Array.from(lazyDynamics({ ntk: identity(1), targets: [1], learningRate: 0.5, steps: 2 }).loss); // => [0.5, 0.125, 0.03125]
 */
export function lazyDynamics({ ntk, targets, learningRate, steps, crossNtk }: LazyProblem): LazyDynamics {
  const y = Float64Array.from(targets);
  const n = y.length;
  checkFinite('targets', y);
  checkLength('ntk', ntk.rows, n, 'rows');
  checkLength('ntk', ntk.cols, n, 'columns');
  checkNumber('learningRate', learningRate, { min: 0, exclusiveMin: true });
  checkInteger('steps', steps, { min: 0 });
  if (crossNtk !== undefined) checkLength('crossNtk', crossNtk.cols, n, 'columns');
  const outputs = matrix(steps + 1, n);
  const m = crossNtk?.rows ?? 0;
  const testOutputs = matrix(steps + 1, m);
  for (let t = 0; t < steps; t++) {
    const delta = y.map((value, i) => ((value - outputs.data[t * n + i]) * learningRate) / n);
    const push = multiplyVector(ntk, delta);
    for (let i = 0; i < n; i++) outputs.data[(t + 1) * n + i] = outputs.data[t * n + i] + push[i];
    if (crossNtk === undefined) continue;
    const testPush = multiplyVector(crossNtk, delta);
    for (let i = 0; i < m; i++) testOutputs.data[(t + 1) * m + i] = testOutputs.data[t * m + i] + testPush[i];
  }
  return {
    times: Float64Array.from({ length: steps + 1 }, (_, t) => t * learningRate),
    loss: Float64Array.from({ length: steps + 1 }, (_, t) => meanLoss(y, outputs.data.subarray(t * n, t * n + n))),
    outputs,
    ...(crossNtk !== undefined && { testOutputs }),
  };
}
