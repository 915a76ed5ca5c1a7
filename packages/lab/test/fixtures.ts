import type { ExperimentInput } from '@saddlepoint/lab';

/** Seconds, not minutes: a teacher on a small sphere. */
export const tiny = {
  name: 'tiny sphere',
  dataset: { type: 'sphere', dimension: 12, coefficients: [0, 1, 0.5], labelNoise: 0.05 },
  network: 'erf 1 w=1.5 b=0.1',
  pool: 320,
  test: 600,
  ridge: 0.2,
  labelNoise: 0.05,
  samples: [16, 32, 64, 128],
  draws: 6,
  kernels: ['ntk', 'nngp'],
  training: { widths: [{ width: 128, samples: [32, 64], sets: 3, members: 2 }] },
  featureLearning: { samples: 10, width: 40, ridge: 1, meanFieldScale: 4, chains: 2, steps: 400, burnIn: 100 },
  dynamics: { samples: 8, richness: [0.2, 1], width: 2000, members: 4, learningRate: 0.5, steps: 30, particles: 2000 },
  targetError: 0.4,
  seed: 3,
} satisfies ExperimentInput;

/** The same with nothing that trains. */
export const theoryOnly = (({ training: _t, featureLearning: _f, dynamics: _d, ...rest }) => rest)(tiny);
