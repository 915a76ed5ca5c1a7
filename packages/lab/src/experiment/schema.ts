import { networkSchema } from '@saddlepoint/architecture';
import { z } from 'zod';

const integer = (min: number, what: string) => {
  const error = `an integer ≥ ${min}, ${what}`;
  return z.int({ error }).min(min, { error }).meta({ description: what });
};
const positive = (what: string) => {
  const error = `a number > 0, ${what}`;
  return z.number({ error }).gt(0, { error }).meta({ description: what });
};
const nonNegative = (what: string) => {
  const error = `a number ≥ 0, ${what}`;
  return z.number({ error }).min(0, { error }).meta({ description: what });
};
const sizes = (what: string) => {
  const error = `a non-empty, increasing list of integers ≥ 1, ${what}`;
  return z
    .array(integer(1, what), { error })
    .min(1, { error })
    .refine((list) => list.every((n, i) => i === 0 || n > list[i - 1]), { error })
    .meta({ description: what });
};

/** What an object should be, for what is none; unknown fields keep their own message. */
const objectError = (what: string) => (issue: { readonly code?: string | undefined }) => (issue.code === 'invalid_type' ? what : undefined);

const trainedWidth = z.strictObject({
  width: integer(1, 'hidden width of the networks that are trained'),
  samples: sizes('training-set sizes at which this width is trained').optional(),
  sets: integer(1, 'training sets per size, the first ones of the regression; sizes below 64 get up to four times as many').default(2),
  members: integer(1, 'networks per training set, each with its own initialisation').default(3),
}, { error: objectError('{ width, samples, sets, members }') });

const training = z
  .strictObject({
    widths: z.array(trainedWidth, { error: 'a list of { width, samples, sets, members }' }).min(1, { error: 'at least one { width, samples, sets, members }' }),
    tolerance: positive('gradient norm relative to its start at which training stops').default(1e-3),
    maximumSteps: integer(1, 'most Gauss–Newton iterations').default(30),
  }, { error: objectError('an object with "widths", or leave it out') })
  .meta({ description: 'Networks trained to the minimum of ½Σ(f−y)² + ½σ²|θ−θ₀|², whose wide limit is NTK regression at ridge σ²' });

const featureLearning = z
  .strictObject({
    samples: integer(4, 'training samples'),
    width: integer(2, 'hidden units of the two-layer network'),
    activation: z.string({ error: 'the name of an activation' }).min(1).default('erf'),
    weightVariance: positive('σ_w² of the first layer').default(1),
    readoutVariance: positive('σ_a² before the mean-field division').default(1),
    ridge: positive('σ² before the mean-field division'),
    meanFieldScale: positive('χ: σ_a² → σ_a²/χ and σ² → σ²/χ; 1 is the standard scaling, the width the mean-field one'),
    chains: integer(2, 'independent Langevin chains').default(4),
    steps: integer(10, 'Langevin steps kept').default(3000),
    burnIn: integer(1, 'Langevin steps thrown away first').default(1000),
  }, { error: objectError('an object with "samples", "width", "ridge", …, or leave it out') })
  .meta({ description: 'A two-layer network small enough to adapt: theory against posterior sampling' });

const dynamics = z
  .strictObject({
    samples: integer(2, 'training samples'),
    activation: z.string({ error: 'the name of an activation' }).min(1).default('erf'),
    richness: z.array(positive('richness γ'), { error: 'a non-empty list of numbers > 0' }).min(1, { error: 'a non-empty list of numbers > 0' }),
    width: integer(2, 'hidden width of the trained networks'),
    members: integer(1, 'trained networks').default(4),
    learningRate: positive('η'),
    steps: integer(1, 'gradient-descent steps'),
    particles: integer(10, 'neurons of the mean-field population').default(2000),
  }, { error: objectError('an object with "samples", "richness", "width", …, or leave it out') })
  .meta({ description: 'Training-loss curves of two-layer networks in mean-field scaling' });

/**
 * The zod schema of an experiment: everything `runExperiment` needs, as JSON. Unknown fields are refused.
 */
export const experimentSchema = z
  .strictObject({
    $schema: z.string({ error: 'the address of a JSON Schema' }).optional(),
    version: z.literal(1, { error: '1, the version of the experiment format' }).default(1),
    name: z.string({ error: 'a short name' }).min(1, { error: 'a short name' }),
    description: z.string({ error: 'text' }).optional(),
    dataset: z.looseObject({ type: z.string({ error: 'the name of a data set, such as "mnist"' }) }, { error: 'an object with a "type", such as { "type": "mnist" }' }),
    network: z.union([z.string(), networkSchema], { error: 'a network: text such as "erf 2 w=1.5 b=0.1", or { version, parameterization, layers }' }),
    pool: integer(8, 'samples in the pool that the theory reads and training sets are drawn from'),
    test: integer(1, 'held-out samples'),
    ridge: positive('the ridge σ² of K + σ²I, absolute'),
    labelNoise: nonNegative('known variance of the noise on the labels').optional(),
    samples: sizes('training-set sizes'),
    draws: integer(2, 'random training sets per size for brute-force regression, at least; sets of n < 256 get 256/n times as many, up to 64').default(6),
    kernels: z
      .array(z.enum(['ntk', 'nngp'], { error: '"ntk" or "nngp"' }), { error: 'a list of "ntk" and "nngp"' })
      .min(1, { error: 'at least one of "ntk" and "nngp"' })
      .refine((list) => new Set(list).size === list.length, { error: 'each kernel once' })
      .default(['ntk'])
      .meta({ description: 'Kernels to compare; the first is the one that the report is about' }),
    training: training.optional(),
    featureLearning: featureLearning.optional(),
    dynamics: dynamics.optional(),
    targetError: positive('mean squared test error whose price in data is asked').optional(),
    seed: integer(0, 'seed of every random choice').default(0),
  }, { error: objectError('an object with "name", "dataset", "network", … (see --schema)') })
  .meta({ title: 'Saddlepoint experiment', description: 'What `saddle report` runs' });

/** An experiment as written: defaults may be left out, the network may be text. */
export type ExperimentInput = z.input<typeof experimentSchema>;

/** The parts of an experiment, complete. */
export type TrainingSpec = z.output<typeof training>;
export type FeatureLearningSpec = z.output<typeof featureLearning>;
export type DynamicsSpec = z.output<typeof dynamics>;
