import type { ExperimentInput } from '../experiment/schema.js';

/**
 * The bundled experiment: odd against even digits of MNIST with a fully connected erf network of two hidden layers, from 16 to 1024
 * training images.
 */
export const mnistOddEven = {
  version: 1,
  name: 'MNIST, odd against even digits',
  description: 'How the test error of a fully connected network falls with data, width and time: theory and experiment side by side.',
  dataset: { type: 'mnist', labels: 'odd-even', normalize: 'sphere' },
  network: 'erf 2 w=1.5 b=0.1 ntk',
  pool: 2048,
  test: 2000,
  ridge: 0.5,
  samples: [16, 32, 64, 128, 256, 512, 1024],
  draws: 8,
  kernels: ['ntk', 'nngp'],
  training: {
    widths: [
      { width: 64, sets: 3, members: 1, samples: [16, 32, 64, 128, 256] },
      { width: 256, sets: 3, members: 1, samples: [16, 32, 64, 128, 256, 512] },
      { width: 256, sets: 2, members: 1, samples: [1024] },
      { width: 1024, sets: 2, members: 1, samples: [16, 32, 64, 128] },
    ],
  },
  featureLearning: { samples: 64, width: 200, activation: 'erf', weightVariance: 1, readoutVariance: 1, ridge: 1, meanFieldScale: 20, steps: 2000, burnIn: 600 },
  dynamics: { samples: 32, activation: 'erf', richness: [0.1, 1, 3], width: 2000, members: 4, learningRate: 0.5, steps: 150, particles: 4096 },
  targetError: 0.25,
  seed: 1,
} satisfies ExperimentInput;
