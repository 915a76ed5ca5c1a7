import { mlp, resolveActivation } from '@saddlepoint/architecture';
import { kernelRescaling, kernelTargetAlignment, solveGaussianAdaptiveKernel } from '@saddlepoint/adaptive';
import { trainEnsemble } from '@saddlepoint/finite-width';
import { computeKernels, gpPosterior } from '@saddlepoint/kernels';
import { rowsOf, scaled, type Matrix } from '@saddlepoint/linalg';
import { take } from '@saddlepoint/datasets';
import { randomStream } from '@saddlepoint/numerics';
import type { FeatureLearningSpec } from '../experiment/schema.js';
import type { Stage, StageContext, StageOptions } from '../registry/stage.js';
import type { FeatureLearningSection, FeaturePrediction } from '../report/sections.js';
import { rowSpaceInputs } from './row-space.js';
import { distance, estimate, meanSquaredError } from './statistics.js';

/** A kernel with its predictor on training and test samples. */
interface Candidate {
  readonly name: string;
  readonly label: string;
  readonly kind: 'theory' | 'experiment';
  readonly kernel: Matrix;
  readonly alignmentStandardError: number | null;
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

async function sample(spec: FeatureLearningSpec, inputs: Matrix, targets: Matrix, testInputs: Matrix, seed: number, { signal, onProgress }: StageOptions) {
  const { width, activation, weightVariance, readoutVariance, ridge, meanFieldScale, chains, steps, burnIn } = spec;
  const variance = readoutVariance / meanFieldScale;
  const network = mlp({ depth: 1, activation, width, weightVariance, readoutVariance: variance });
  // The posterior of the weights outside the span of the data is their prior: n+1 coordinates say it all.
  const reduced = rowSpaceInputs(inputs, testInputs);
  const result = await trainEnsemble(
    {
      network,
      inputs: reduced.train,
      targets,
      testInputs: reduced.test,
      members: chains,
      method: { type: 'langevin', ridge: ridge / meanFieldScale, steps, burnIn, thin: 10 },
      record: { count: 2, kernels: ['final'] },
    },
    { signal, seed, onProgress: ({ stage, fraction }) => onProgress({ stage: `Langevin sampling: ${stage}`, fraction: 0.1 + 0.9 * fraction }) },
  );
  const [features] = result.featureKernels;
  const members = features.members.map(([layer]) => kernelTargetAlignment(layer, targets));
  return { result, kernel: scaled(features.layers[0], variance), alignmentStandardError: members.length > 1 ? estimate(members).standardError : null };
}

/** Mean over chains of outputs, chains×m. */
const chainMean = ({ rows, cols, data }: Matrix): Float64Array =>
  Float64Array.from({ length: cols }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * cols + j];
    return sum / rows;
  });

async function run({ experiment, problem, lab, seed }: StageContext, options: StageOptions): Promise<FeatureLearningSection> {
  const spec = experiment.featureLearning;
  if (spec === undefined) throw new Error('the stage has weight 0 without featureLearning');
  const { samples, width, activation, weightVariance, readoutVariance, ridge, meanFieldScale } = spec;
  const { signal, onProgress } = options;
  const chosen = randomStream(seed, 'feature-learning').permutation(problem.pool.inputs.rows).slice(0, samples);
  const { inputs, targets } = take(problem.pool, chosen);
  const testInputs = rowsOf(problem.test.inputs, Int32Array.from({ length: Math.min(500, problem.test.inputs.rows) }, (_, i) => i));
  const testTargets = problem.test.targets.data.subarray(0, testInputs.rows);
  const small = ridge / meanFieldScale;
  const variance = readoutVariance / meanFieldScale;

  onProgress({ stage: 'adaptive kernel', fraction: 0 });
  const resolved = resolveActivation(activation, { activations: lab.activations });
  const adaptive = await solveGaussianAdaptiveKernel({ inputs, targets, activation: resolved, width, weightVariance, readoutVariance, ridge, meanFieldScale }, { signal });
  const { value } = adaptive;
  const infinite = mlp({ depth: 1, activation, weightVariance, readoutVariance: variance });
  const { nngp: cross } = await computeKernels(infinite, testInputs, inputs, { outputs: 'nngp', extensions: { activations: lab.activations }, signal });
  const { value: rescaled } = kernelRescaling({ kernel: value.lazyKernel, targets, ridge: small, widths: [width], ...(resolved.homogeneity !== undefined && { homogeneity: resolved.homogeneity }) });
  const lazy = gpPosterior({ kernel: value.lazyKernel, crossKernel: cross, targets, ridge: small });
  const sampled = await sample(spec, inputs, targets, testInputs, seed, options);
  const testOutputs = sampled.result.testOutputs;
  if (testOutputs === undefined) throw new Error('test outputs were asked for and not recorded');

  const candidates: Candidate[] = [
    { name: 'lazy', label: 'lazy: infinite width', kind: 'theory', kernel: value.lazyKernel, alignmentStandardError: null, train: value.lazyMean, test: lazy.mean.data },
    { name: 'rescaled', label: 'kernel rescaling', kind: 'theory', kernel: scaled(value.lazyKernel, rescaled.factor), alignmentStandardError: null, train: rescaled.mean, test: rescaled.predict(cross) },
    { name: 'adaptive', label: 'adaptive kernel', kind: 'theory', kernel: value.kernel, alignmentStandardError: null, train: value.mean, test: value.predict(testInputs) },
    {
      name: 'trained',
      label: `trained network, N = ${width}`,
      kind: 'experiment',
      kernel: sampled.kernel,
      alignmentStandardError: sampled.alignmentStandardError,
      train: chainMean(sampled.result.trainOutputs),
      test: chainMean(testOutputs),
    },
  ];
  const trained = candidates[3];
  const change = distance(trained.kernel.data, value.lazyKernel.data);
  const size = distance(trained.train, new Float64Array(samples));
  const predictions = candidates.map(
    (one): FeaturePrediction => ({
      name: one.name,
      label: one.label,
      kind: one.kind,
      alignment: kernelTargetAlignment(one.kernel, targets),
      alignmentStandardError: one.alignmentStandardError,
      testError: meanSquaredError(one.test, testTargets),
      trainError: meanSquaredError(one.train, targets.data),
      // the rescaled kernel is an effective one, with the readout in it: not the hidden kernel that the network shows
      kernelDistance: one === trained || one.name === 'rescaled' || change === 0 ? null : distance(one.kernel.data, trained.kernel.data) / change,
      outputDistance: one === trained || size === 0 ? null : distance(one.train, trained.train) / size,
    }),
  );
  const report = sampled.result.sampling;
  return {
    samples,
    width,
    ridge,
    meanFieldScale,
    activation,
    targets: Array.from(targets.data),
    kernels: candidates.map(({ name, label, kernel }) => ({ name, label, data: Array.from(kernel.data) })),
    predictions,
    rescalingFactor: rescaled.factor,
    adaptiveStatus: adaptive.status,
    sampling: {
      chains: spec.chains,
      maxRhat: report?.maxRhat ?? Number.MAX_VALUE,
      minEffectiveSampleSize: report?.minEffectiveSampleSize ?? 0,
      kineticTemperature: report?.kineticTemperature ?? 0,
    },
  };
}

/** A network small enough to learn features: adaptive kernel, kernel rescaling and posterior sampling. */
export const featureLearningStage: Stage = {
  name: 'featureLearning',
  title: 'feature learning',
  weight: ({ featureLearning: spec }) => (spec === undefined ? 0 : 1 + (spec.chains * (spec.steps + spec.burnIn) * spec.width * spec.samples) / 5e6),
  run,
};
