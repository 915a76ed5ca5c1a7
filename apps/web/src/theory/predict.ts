import { learnabilities, poolLearningCurve, type PoolCurvePoint } from '@saddlepoint/replica';
import { dataNeeded, type DataNeeded } from '@saddlepoint/scaling';
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
  readonly curve: { readonly samples: readonly number[]; readonly testError: readonly number[] };
  readonly chosen: PoolCurvePoint;
  /** L_k of the pool's modes, by falling eigenvalue: at the chosen n, and at an eighth and eight times of it where the pool reaches. */
  readonly bySize: readonly { readonly samples: number; readonly learnabilities: Float64Array }[];
  /** How many samples bring the test error to the target, from the curve and, beyond the pool, its power law. */
  readonly needed: DataNeeded;
}

/** No extrapolation from a pool of a thousand points says anything about more samples than this. */
const farthest = 1e7;

/** One spectrum's predictions, keeping the points of the last ridge, so that the n slider costs only what is new. */
export function predictor({ pool }: PoolSpectrum): (setting: PredictionSetting) => Prediction {
  const population = pool.prepared.eigenvalues.map((value) => value / poolSize);
  const known = new Map<number, PoolCurvePoint>();
  let knownRidge: number | undefined;
  return ({ ridge, samples, target }) => {
    if (ridge !== knownRidge) known.clear();
    knownRidge = ridge;
    const around = [samples / 8, samples, samples * 8].map(Math.round).filter((n) => n >= 4 && n <= poolSize);
    const missing = [...new Set([...curveSizes, ...around])].filter((n) => !known.has(n));
    for (const point of poolLearningCurve({ ...pool, samples: missing, ridge })) known.set(point.samples, point);
    const curve = curveSizes.map((n) => known.get(n)!);
    return {
      curve: { samples: curveSizes, testError: curve.map((point) => point.testError) },
      chosen: known.get(samples)!,
      bySize: around.map((n) => ({ samples: n, learnabilities: learnabilities(population, known.get(n)!) })),
      needed: dataNeeded(
        curve.map((point) => ({ samples: point.samples, testError: point.testError, standardError: point.testErrorStandardError })),
        { targetError: target, maxSamples: farthest },
      ),
    };
  };
}
