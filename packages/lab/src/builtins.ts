import { activations } from '@saddlepoint/architecture';
import { powerLawFeatures, sphereTeacher, take, type Dataset } from '@saddlepoint/datasets';
import { z } from 'zod';
import { apiVersion, defineDataset, definePlugin } from './registry/plugin.js';
import { dynamicsStage } from './stages/dynamics.js';
import { exponentStage } from './stages/exponent.js';
import { featureLearningStage } from './stages/feature-learning.js';
import { learnabilityStage } from './stages/learnability.js';
import { learningCurveStage } from './stages/learning-curve.js';
import { ridgeFlowStage } from './stages/ridge-flow.js';
import { spectrumStage } from './stages/spectrum.js';
import { trainingStage } from './stages/training.js';
import { verdictStage } from './stages/verdict.js';
import { gcvTheory, replicaTheory } from './theories.js';

/** Pool and test samples of a data set whose rows are in random order: the first and the next, so that the pool does not depend on `test`. */
export function poolAndTest(dataset: Dataset, { pool, test }: { readonly pool: number; readonly test: number }) {
  const rows = (from: number, count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => from + i);
  return { pool: take(dataset, rows(0, pool)), test: take(dataset, rows(pool, test)) };
}

const sphere = defineDataset({
  name: 'sphere',
  summary: 'inputs uniform on |x|² = d, targets Σ_l c_l Y_l(w·x) of one hidden direction, plus noise',
  schema: z.strictObject({
    dimension: z.int({ error: 'an integer ≥ 2, the input dimension' }).min(2, { error: 'an integer ≥ 2, the input dimension' }),
    coefficients: z
      .array(z.number({ error: 'a number' }), { error: 'a list of numbers, one per degree from 0' })
      .min(1, { error: 'a list of numbers, one per degree from 0' })
      .meta({ description: 'Coefficient of each degree, from degree 0' }),
    labelNoise: z.number({ error: 'a number ≥ 0, the noise variance' }).min(0, { error: 'a number ≥ 0, the noise variance' }).default(0),
  }),
  load: ({ dimension, coefficients, labelNoise }, request) =>
    Promise.resolve(poolAndTest(sphereTeacher({ dimension, coefficients, labelNoise, samples: request.pool + request.test, seed: request.seed }), request)),
});

const powerLaw = defineDataset({
  name: 'power-law',
  summary: 'Gaussian features with eigenvalues k^−alpha scaled into the inputs, target coefficients k^−beta/2',
  schema: z.strictObject({
    modes: z.int({ error: 'an integer ≥ 1' }).min(1, { error: 'an integer ≥ 1' }),
    alpha: z.number({ error: 'a number, 1+a' }),
    beta: z.number({ error: 'a number, 1+b' }),
    labelNoise: z.number({ error: 'a number ≥ 0, the noise variance' }).min(0, { error: 'a number ≥ 0, the noise variance' }).default(0),
  }),
  load: (fields, request) => {
    const features = powerLawFeatures({ ...fields, samples: request.pool + request.test, seed: request.seed });
    const data = features.inputs.data.map((value, i) => value * Math.sqrt(features.eigenvalues[i % fields.modes]));
    return Promise.resolve(poolAndTest({ ...features, inputs: { ...features.inputs, data } }, request));
  },
});

/** The activations, synthetic data sets, theories and stages that come with the lab; they run anywhere. */
export const builtins = definePlugin({
  name: 'saddlepoint',
  apiVersion,
  activations: Object.values(activations),
  datasets: [sphere, powerLaw],
  theories: [replicaTheory, gcvTheory],
  stages: [spectrumStage, learningCurveStage, trainingStage, learnabilityStage, ridgeFlowStage, exponentStage, featureLearningStage, dynamicsStage, verdictStage],
});
