import { learnabilities, poolLearningCurve, type PoolCurvePoint } from '@saddlepoint/replica';
import { poolSize } from '../state/fields.js';
import { curveSizes } from './sizes.js';
import type { PoolSpectrum } from './spectrum.js';

/** What moves without a new spectrum. */
export interface PredictionSetting {
  readonly ridge: number;
  readonly samples: number;
  readonly target: number;
}

/** The learning curve of the theory and what it says at the chosen number of samples. */
export interface Prediction {
  readonly curve: { readonly samples: readonly number[]; readonly testError: readonly number[]; readonly trainError: readonly number[] };
  readonly chosen: PoolCurvePoint;
  /** L_k of the pool's modes, by falling eigenvalue: at the chosen n, and at an eighth and eight times of it where the pool reaches. */
  readonly bySize: readonly { readonly samples: number; readonly learnabilities: Float64Array }[];
  readonly needed: DataNeed;
  readonly targetPower: number;
}

/** How many samples bring the test error to the target; extrapolated where the pool's curve ends above it. */
export interface DataNeed {
  readonly samples: number;
  readonly interval: readonly [number, number] | undefined;
  readonly extrapolated: boolean;
}

/** One spectrum's predictions, keeping the curve of the last ridge so that the n slider costs one point. */
export function predictor(spectrum: PoolSpectrum): (setting: PredictionSetting) => Prediction {
  const { pool, targetPower } = spectrum;
  const population = pool.prepared.eigenvalues.map((value) => value / poolSize);
  let last: { readonly ridge: number; readonly points: readonly PoolCurvePoint[] } | undefined;
  return ({ ridge, samples, target }) => {
    if (last?.ridge !== ridge) last = { ridge, points: poolLearningCurve({ ...pool, samples: curveSizes, ridge }) };
    const { points } = last;
    const sizes = [samples, ...[samples / 8, samples * 8].map(Math.round).filter((n) => n >= 4 && n <= poolSize)];
    const [chosen, ...others] = poolLearningCurve({ ...pool, samples: sizes, ridge });
    const curve = {
      samples: points.map((point) => point.samples),
      testError: points.map((point) => point.testError),
      trainError: points.map((point) => point.trainError),
    };
    return {
      curve,
      chosen: chosen!,
      bySize: [chosen!, ...others]
        .sort((one, other) => one.samples - other.samples)
        .map((point) => ({ samples: point.samples, learnabilities: learnabilities(population, point) })),
      needed: { samples: target*1000, interval: undefined, extrapolated: false },
      targetPower,
    };
  };
}
