import {
  alignmentFigure,
  dynamicsFigure,
  exponentFigure,
  featureKernelFigure,
  learnabilityFigure,
  learningCurveFigure,
  ridgeFlowFigure,
  spectrumFigure,
  type FigureSpec,
  type Series,
} from '@saddlepoint/figures';
import { setting } from './format.js';
import type { Report } from './report.js';
import type { Estimate, FeatureLearningSection, TailFit } from './sections.js';

const bars = (values: readonly Estimate[]) => ({
  y: values.map((v) => v.mean),
  lower: values.map((v) => v.mean - v.standardError),
  upper: values.map((v) => v.mean + v.standardError),
});

const tail = ({ exponent, interval, prefactor, window }: TailFit) => ({
  exponent,
  prefactor,
  window,
  label: `fitted tail, exponent ${exponent.toFixed(2)} [${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`,
});

function learningCurve({ sections, experiment }: Report): FigureSpec | undefined {
  const section = sections.learningCurve;
  if (section === undefined) return undefined;
  const x = section.samples;
  const [main] = section.curves;
  const curves: Series[] = section.curves.flatMap(({ kernel, theories, regression }) =>
    theories
      // the first theory for every kernel, the others for the main one only
      .filter((_, i) => i === 0 || kernel === main.kernel)
      .map(({ label, testError }, i) => ({ name: `${label}, ${kernel.toUpperCase()}`,
        group: kernel,
        x,
        y: testError,
        dashed: i > 0,
        ...(i === 0 && {
          lower: testError.map((e, j) => e * (1 - regression[j].poolSamplingError / regression[j].testError.mean)),
          upper: testError.map((e, j) => e * (1 + regression[j].poolSamplingError / regression[j].testError.mean)),
        }),
      })),
  );
  const points: Series[] = [
    ...section.curves.map(({ kernel, regression }) => ({ name: `regression, ${kernel.toUpperCase()}`, group: kernel, x, ...bars(regression.map((r) => ({ ...r.testError, standardError: Math.hypot(r.testError.standardError, r.testSamplingError) }))) })),
    ...(sections.training?.widths ?? []).map(({ width, points: trained }) => ({
      name: `trained networks, width ${width}`,
      x: trained.map((p) => p.samples),
      ...bars(trained.map((p) => p.testError)),
    })),
  ];
  const inView = curves.flatMap((c) => Array.from(c.y));
  const target = experiment.targetError;
  const shown = target !== undefined && target > Math.min(...inView) * 0.7 && target < Math.max(...inView);
  return learningCurveFigure({ curves, points, levels: shown ? [{ value: target, label: `error asked for, ${setting(target)}`, anchor: 'start' }] : [] }, { height: 340, width: 620 });
}

function trainingError({ sections }: Report): FigureSpec | undefined {
  const section = sections.learningCurve;
  if (section === undefined) return undefined;
  const x = section.samples;
  const curves = section.curves.flatMap(({ kernel, theories: [main] }) => {
    const known = main.trainError.filter((e) => e !== null);
    return known.length === x.length ? [{ name: `replica theory, ${kernel.toUpperCase()}`, group: kernel, x, y: known }] : [];
  });
  const points = section.curves.map(({ kernel, regression }) => ({ name: `regression, ${kernel.toUpperCase()}`, group: kernel, x, ...bars(regression.map((r) => r.trainError)) }));
  return learningCurveFigure({ curves, points, yTitle: 'training error (mean squared)' }, { height: 240, width: 620 });
}

function exponent({ sections }: Report): FigureSpec | undefined {
  const section = sections.exponent;
  if (section === undefined || section.samples.length < 2) return undefined;
  return exponentFigure(
    {
      curves: [{ name: 'theory', group: 'theory', x: section.samples, y: section.theory }],
      points: [{ name: 'regression', group: 'theory', x: section.samples, ...bars(section.regression) }],
      // lines whose labels would cover each other are drawn once
      predicted: section.predicted.filter(({ exponent: value }, i, all) => i === 0 || Math.abs(value - all[0].exponent) > 0.08).map(({ exponent: value, label }) => ({ value, label })),
    },
    { width: 620 },
  );
}

/** Samples sorted by target, so that a kernel that knows the target shows blocks. */
const byTarget = (targets: readonly number[]): number[] => targets.map((_, i) => i).sort((a, b) => targets[b] - targets[a] || a - b);

function featureKernels({ kernels, samples, targets, meanFieldScale }: FeatureLearningSection): FigureSpec {
  return featureKernelFigure(
    {
      kernels: kernels.filter((k) => k.name !== 'rescaled').map(({ label, data }) => ({ name: label, matrix: { rows: samples, cols: samples, data: data.map((k) => k * meanFieldScale) } })),
      order: byTarget(targets),
      colorTitle: 'χ·kernel',
    },
    { width: 200 },
  );
}

function dynamics({ sections }: Report): FigureSpec | undefined {
  const section = sections.dynamics;
  if (section === undefined) return undefined;
  return dynamicsFigure(
    {
      panels: section.curves.map((curve) => ({
        title: `richness γ = ${setting(curve.richness)}`,
        curves: [
          { name: 'fixed kernel (NTK)', x: curve.times, y: curve.ntkFlow, dashed: true },
          { name: 'DMFT', x: curve.times, y: curve.dmft, lower: curve.dmft.map((v, i) => v - curve.dmftStandardError[i]), upper: curve.dmft.map((v, i) => v + curve.dmftStandardError[i]) },
        ],
        points: [
          {
            name: `trained networks, width ${section.width}`,
            x: curve.trainedTimes,
            y: curve.trained,
            lower: curve.trained.map((v, i) => v - curve.trainedStandardError[i]),
            upper: curve.trained.map((v, i) => v + curve.trainedStandardError[i]),
          },
        ],
      })),
      xTitle: 'training time η·steps',
      yTitle: 'training loss (1/2n)Σ(f−y)²',
    },
    {},
  );
}

/** The specifications of the figures that a report's sections allow, by name. */
export function figureSpecs(report: Report): Readonly<Record<string, FigureSpec>> {
  const { spectrum, learnability, ridgeFlow, featureLearning } = report.sections;
  const specs: Record<string, FigureSpec | undefined> = {
    spectrum:
      spectrum &&
      spectrumFigure({ eigenvalues: spectrum.eigenvalues, targetPowers: spectrum.targetPowers, ...(spectrum.eigenvalueTail && { tail: tail(spectrum.eigenvalueTail) }), ...(spectrum.powerTail && { powerTail: tail(spectrum.powerTail) }) }),
    'learning-curve': learningCurve(report),
    'training-error': trainingError(report),
    learnability: learnability && learnabilityFigure(learnability, { width: 620 }),
    'ridge-flow': ridgeFlow && ridgeFlowFigure(ridgeFlow, { width: 620 }),
    exponent: exponent(report),
    'feature-kernels': featureLearning && featureKernels(featureLearning),
    alignment:
      featureLearning &&
      alignmentFigure({
        values: featureLearning.predictions.map(({ label, kind, alignment, alignmentStandardError }) => ({
          name: label,
          kind,
          value: alignment,
          ...(alignmentStandardError === null ? {} : { standardError: alignmentStandardError }),
        })),
        xTitle: 'alignment of the kernel with the target',
      }),
    dynamics: dynamics(report),
  };
  return Object.fromEntries(Object.entries(specs).filter((entry): entry is [string, FigureSpec] => entry[1] !== undefined));
}
