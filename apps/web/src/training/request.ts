import { fields, largestTrained, type Experiment } from '../state/fields.js';

/** What the training worker is asked for. */
export type TrainingRequest = Pick<Experiment, 'data' | 'depth' | 'activation' | 'weightVariance' | 'biasVariance' | 'ridge' | 'samples' | 'width' | 'backend'>;

/** Mean test error of trained networks at one training-set size. */
export interface TrainedPoint {
  readonly samples: number;
  readonly testError: number;
  /** Over training sets. */
  readonly standardError: number;
  readonly draws: number;
  /** False when a network was stopped before its gradient had vanished. */
  readonly converged: boolean;
}

/** Random training sets per size, and networks per training set. */
export const ensemble = Object.freeze({ draws: 3, members: 2 });

/** Up to four sizes in equal ratios that end at the chosen n, or at the largest size trained here. */
export function trainingSizes(samples: number): number[] {
  const top = Math.min(samples, largestTrained);
  const bottom = Math.min(top, Math.max(fields.samples.min, top / 16));
  const sizes = Array.from({ length: 4 }, (_, i) => Math.round(bottom * (top / bottom) ** (i / 3)));
  return [...new Set(sizes)];
}
