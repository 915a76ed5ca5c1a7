import { split, type Dataset } from '@saddlepoint/datasets';
import { trainEnsemble, type BackendChoice } from '@saddlepoint/finite-width';
import { mean, standardError } from '@saddlepoint/numerics';
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

const standardErrorOf = (values: readonly number[]): number => (values.length < 2 ? 0 : standardError(values));

/** Gauss–Newton iterations on one training set, at most, and the share of the starting gradient at which they end. */
const stopping = Object.freeze({ steps: 80, tolerance: 3e-3 });

/** At the kinks of ReLU no gradient vanishes; below this share of its start the test error moves by less than the error bars. */
const goodEnough = 0.05;

/**
 * Trains networks of the request at each size to the minimum of ½Σ(f−f₀−y)² + ½σ²|θ−θ₀|², where gradient descent with weight decay ends
 * too, but in tens of iterations. Each of several random training sets is tested on the rest of the pool; one training set of every size
 * comes first, and each point holds what is known so far.
 */
export async function trainOnPool(pool: Dataset, request: TrainingRequest, { signal, backend, onPoint, onProgress }: TrainingOptions): Promise<void> {
  const sizes = trainingSizes(request.samples);
  const cost = (size: number): number => size + 24;
  const total = sizes.reduce((sum, size) => sum + cost(size), 0) * ensemble.draws;
  const network = networkOf(request);
  const errors = new Map(sizes.map((size): [number, number[]] => [size, []]));
  const unconverged = new Set<number>();
  let done = 0;
  for (let draw = 0; draw < ensemble.draws; draw++)
    for (const size of sizes) {
      const { train, test } = split(pool, { train: size, test: Math.min(512, poolSize - size), seed: `web-${draw}` });
      const doing = `n = ${size}, training set ${draw + 1} of ${ensemble.draws}`;
      onProgress({ fraction: done / total, doing });
      const result = await trainEnsemble(
        {
          network,
          width: request.width,
          inputs: train.inputs,
          targets: train.targets,
          testInputs: test.inputs,
          testTargets: test.targets,
          members: ensemble.members,
          method: { type: 'gauss-newton', ridge: request.ridge, ...stopping },
          record: { count: 2 },
          backend,
        },
        { signal, seed: `web-${size}-${draw}`, onProgress: ({ fraction }) => onProgress({ fraction: (done + fraction * cost(size)) / total, doing }) },
      );
      if (!(result.residual < goodEnough)) unconverged.add(size);
      const measured = errors.get(size)!;
      measured.push(result.testError!.mean.at(-1)!);
      done += cost(size);
      onPoint({ samples: size, testError: mean(measured), standardError: standardErrorOf(measured), draws: measured.length, converged: !unconverged.has(size) });
    }
  onProgress({ fraction: 1, doing: '' });
}
