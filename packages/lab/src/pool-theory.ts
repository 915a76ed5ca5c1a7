import { poolLearningCurve, type PoolCurvePoint, type PoolStatistics } from '@saddlepoint/replica';
import type { Matrix } from '@saddlepoint/linalg';
import type { Problem } from './problem.js';

/** The learning curve that a pool's own statistics predict. */
export const poolCurve = (pool: PoolStatistics, targets: Matrix, samples: ArrayLike<number>, ridge: number): PoolCurvePoint[] =>
  poolLearningCurve({ ...pool, targets, prepared: pool, samples, ridge });

/** The modes of the main kernel on the pool: eigenvalues of K/M and the power of the targets in them. */
export function poolSpectrum({ kernels: [{ pool }] }: Problem): { readonly eigenvalues: Float64Array; readonly targetPowers: Float64Array } {
  const modes = pool.eigenvalues.length;
  return { eigenvalues: pool.eigenvalues.map((mu) => mu / modes), targetPowers: pool.powers.map((p) => p / modes) };
}
