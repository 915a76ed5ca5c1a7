import { poolCurve } from '../pool-theory.js';
import type { Stage, StageContext } from '../registry/stage.js';
import type { FeatureLearningSection, VerdictSection } from '../report/sections.js';
import type { Deviation, VerdictFacts } from '../verdict/facts.js';
import { verdictOf } from '../verdict/verdict.js';
import { meanSquaredError } from './statistics.js';

function deviations({ sections }: StageContext, where: 'pool' | 'heldOut'): Deviation[] {
  return (sections.learningCurve?.curves ?? []).flatMap((curve) =>
    curve.regression.map(({ samples }, i) => ({
      kernel: curve.kernel,
      samples,
      difference: (where === 'pool' ? curve.difference : curve.heldOutDifference)[i],
      standardError: (where === 'pool' ? curve.differenceStandardError : curve.heldOutStandardError)[i],
    })),
  );
}

/** Each width where its trained networks deviate most from regression on the same sets. */
function trainedDeviations({ sections }: StageContext): VerdictFacts['trainedDeviations'] {
  return (sections.training?.widths ?? []).flatMap(({ width, points }) => {
    const compared = points.flatMap(({ samples, differenceFromRegression: d }) =>
      d === null ? [] : [{ width, kernel: 'ntk', samples, difference: d.mean, standardError: d.standardError }],
    );
    const [worst] = compared.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
    return worst === undefined ? [] : [worst];
  });
}

function widthFact({ sections }: StageContext): VerdictFacts['width'] {
  const largest = [...(sections.training?.widths ?? [])].sort((a, b) => b.width - a.width).flatMap(({ width, points }) => {
    const point = points.filter((p) => p.differenceFromRegression !== null).at(-1);
    return point?.differenceFromRegression ? [{ width, samples: point.samples, excess: point.differenceFromRegression }] : [];
  });
  // the widest network that was trained on the most data
  return largest.sort((a, b) => b.samples - a.samples || b.width - a.width)[0] ?? null;
}

function featureFacts(section: FeatureLearningSection | undefined): VerdictFacts['featureLearning'] {
  if (section === undefined) return null;
  const of = (name: string) => {
    const found = section.predictions.find((p) => p.name === name);
    if (found === undefined) throw new Error(`no prediction ${name}`);
    return found;
  };
  const [lazy, rescaled, adaptive, trained] = ['lazy', 'rescaled', 'adaptive', 'trained'].map(of);
  return {
    width: section.width,
    samples: section.samples,
    lazyAlignment: lazy.alignment,
    trainedAlignment: trained.alignment,
    alignmentStandardError: trained.alignmentStandardError,
    adaptiveAlignment: adaptive.alignment,
    adaptiveKernelDistance: adaptive.kernelDistance ?? 0,
    lazyOutputDistance: lazy.outputDistance ?? 0,
    rescaledOutputDistance: rescaled.outputDistance ?? 0,
    adaptiveOutputDistance: adaptive.outputDistance ?? 0,
    lazyTestError: lazy.testError,
    adaptiveTestError: adaptive.testError,
    trainedTestError: trained.testError,
    maxRhat: section.sampling.maxRhat,
  };
}

function run(context: StageContext): VerdictSection {
  const { experiment, problem, sections } = context;
  const { ridge } = experiment;
  const [{ name, pool }] = problem.kernels;
  const samples = experiment.samples[experiment.samples.length - 1];
  const errorAt = (n: number, at: number): number => poolCurve(pool, problem.pool.targets, [n], at)[0].testError;
  const scan = Array.from({ length: 33 }, (_, i) => ridge * 10 ** ((i - 16) / 4));
  const scanned = scan.map((at) => ({ ridge: at, error: errorAt(samples, at) }));
  const bestRidge = scanned.reduce((best, one) => (one.error < best.error ? one : best));
  const all = deviations(context, 'pool');
  const double = 2 * samples;
  return verdictOf({
    kernel: name,
    samples,
    ridge,
    targetPower: meanSquaredError(problem.test.targets.data, new Float64Array(problem.test.targets.data.length)),
    error: errorAt(samples, ridge),
    signError: sections.learningCurve?.curves.find((c) => c.kernel === name)?.regression.at(-1)?.signError?.mean ?? null,
    moreData: double <= pool.eigenvalues.length ? { samples: double, error: errorAt(double, ridge) } : null,
    bestRidge: { ...bestRidge, vanishing: bestRidge === scanned[0] },
    ridgeless: scanned[0].error,
    labelNoise: experiment.labelNoise ?? null,
    width: widthFact(context),
    agreement: all.filter((d) => d.samples >= 64),
    heldOutAgreement: deviations(context, 'heldOut').filter((d) => d.samples >= 64),
    smallSampleAgreement: all.filter((d) => d.samples < 64),
    trainedDeviations: trainedDeviations(context),
    featureLearning: featureFacts(sections.featureLearning),
    dynamics: (sections.dynamics?.curves ?? []).map(({ richness, dmftDeviation, ntkDeviation }) => ({ richness, dmftDeviation, ntkDeviation })),
  });
}

/** What limits the network, and what the theory got wrong. */
export const verdictStage: Stage = {
  name: 'verdict',
  title: 'verdict',
  weight: () => 0.5,
  run: (context) => Promise.resolve(run(context)),
};
