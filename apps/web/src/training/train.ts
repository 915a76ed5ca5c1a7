import { split, type Dataset } from '@saddlepoint/datasets';
import { trainEnsemble, type BackendChoice } from '@saddlepoint/finite-width';
import { networkOf } from '../theory/spectrum.js';
import { poolSize } from '../state/fields.js';
import { ensemble, trainingSizes, type TrainedPoint, type TrainingRequest } from './request.js';

/** How far the training is, 0 … 1, and what is being trained. */
export interface TrainingProgress {
  readonly fraction: number;
  readonly doing: string;
}

export interface TrainingOptions {
  readonly signal: AbortSignal;
  readonly backend: BackendChoice;
  readonly onPoint: (point: TrainedPoint) => void;
  readonly onProgress: (progress: TrainingProgress) => void;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function standardErrorOf(values: readonly number[]): number {
  const centre = mean(values);
  const square = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(square / (values.length - 1) / values.length);
}

/**
 * Trains networks of the request at each size, by gradient descent on ½Σ(f−f₀−y)² + ½σ²|θ−θ₀|², on several random training sets from
 * the pool, tested on the rest of it. Points come one draw after another, each with what is known so far.
 */
export async function trainOnPool(pool: Dataset, request: TrainingRequest, { signal, backend, onPoint, onProgress }: TrainingOptions): Promise<void> {
  const sizes = trainingSizes(request.samples);
  const costs = sizes.map((size) => size + 64);
  const total = costs.reduce((sum, cost) => sum + cost, 0) * ensemble.draws;
  let done = 0;
  for (const [i, size] of sizes.entries()) {
    const errors: number[] = [];
    let converged = true;
    for (let draw = 0; draw < ensemble.draws; draw++) {
      const { train, test } = split(pool, { train: size, test: Math.min(512, poolSize - size), seed: `web-${draw}` });
      const doing = `n = ${size}, training set ${draw + 1} of ${ensemble.draws}`;
      onProgress({ fraction: done / total, doing });
      const result = await trainEnsemble(
        {
          network: networkOf(request),
          width: request.width,
          inputs: train.inputs,
          targets: train.targets,
          testInputs: test.inputs,
          testTargets: test.targets,
          members: ensemble.members,
          method: { type: 'gradient-descent', weightDecayToInit: request.ridge, steps: 1500 },
          record: { count: 2 },
          backend,
        },
        { signal, seed: `web-${size}-${draw}`, onProgress: ({ fraction }) => onProgress({ fraction: (done + fraction * costs[i]!) / total, doing }) },
      );
      errors.push(mean(Array.from(result.testError!.members.data).filter((_, k) => (k + 1) % result.testError!.members.cols === 0)));
      converged &&= result.status === 'converged';
      done += costs[i]!;
      onPoint({ samples: size, testError: mean(errors), standardError: standardErrorOf(errors), draws: errors.length, converged });
    }
  }
  onProgress({ fraction: 1, doing: '' });
}
