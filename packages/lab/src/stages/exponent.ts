import { logspace } from '@saddlepoint/numerics';
import { dataNeeded, localExponent, predictedExponent } from '@saddlepoint/scaling';
import { poolCurve } from '../pool-theory.js';
import type { Stage, StageContext } from '../registry/stage.js';
import type { DataNeeded, Estimate, ExponentSection, KernelCurve, SpectrumSection, TailFit } from '../report/sections.js';
import { estimate } from './statistics.js';

const positive = (x: number): number => Math.max(x, 1e-3);

function predictions({ eigenvalueTail, powerTail }: SpectrumSection): ExponentSection['predicted'] {
  if (eigenvalueTail === null || powerTail === null) return [];
  const a = positive(eigenvalueTail.exponent - 1);
  const b = positive(powerTail.exponent - 1);
  const of = (regime: 'ridgeless' | 'ridge-limited', label: string) => {
    const exponent = -predictedExponent({ a, b, regime }).exponent;
    return { regime: label, label: `tail, ${label}: ${exponent.toFixed(2)}`, exponent };
  };
  return [of('ridgeless', 'no ridge'), of('ridge-limited', 'ridge-limited')];
}

/** Local exponents on each draw's nested training sets: their scatter is the error. */
function measuredExponents(curve: KernelCurve, samples: readonly number[]): Estimate[] {
  const draws = Math.min(...curve.regression.map((r) => r.testErrors.length));
  const byDraw = Array.from({ length: draws }, (_, d) => localExponent(samples, curve.regression.map((r) => r.testErrors[d])));
  return samples.map((_, i) => estimate(byDraw.map((exponents) => -exponents[i])));
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** Samples for the target error from the theory's curve up to the whole pool, its band as wide as theory and regression were apart. */
function needed({ experiment, problem }: StageContext, curve: KernelCurve, targetError: number): DataNeeded {
  const [{ pool }] = problem.kernels;
  const grid = Array.from(new Set(Array.from(logspace(experiment.samples[0], pool.eigenvalues.length, 24), Math.round)));
  const points = poolCurve(pool, problem.pool.targets, grid, experiment.ridge);
  const large = curve.difference.filter((_, i) => curve.regression[i].samples >= 64);
  const apart = large.length === 0 ? curve.difference : large;
  const relative = Math.sqrt(apart.reduce((sum, d) => sum + d * d, 0) / apart.length);
  const result = dataNeeded(
    points.map(({ samples, testError }) => ({ samples, testError, standardError: relative * testError })),
    { targetError, labelNoise: experiment.labelNoise ?? 0 },
  );
  return { targetError, samples: finite(result.samples), interval: [finite(result.interval[0]), finite(result.interval[1])], extrapolated: result.extrapolated };
}

function run(context: StageContext): ExponentSection {
  const { experiment, sections, problem } = context;
  const { spectrum, learningCurve } = sections;
  const curve = learningCurve?.curves[0];
  if (spectrum === undefined || curve === undefined) throw new Error('the exponent needs the spectrum and the learning curve');
  const { samples, targetError } = experiment;
  const several = samples.length > 1;
  const below = (tail: TailFit | null) => tail && { value: tail.exponent - 1, interval: [tail.interval[0] - 1, tail.interval[1] - 1] as const };
  return {
    kernel: problem.kernels[0].name,
    capacityExponent: below(spectrum.eigenvalueTail),
    sourceExponent: below(spectrum.powerTail),
    predicted: predictions(spectrum),
    samples: several ? samples : [],
    theory: several ? localExponent(samples, curve.theories[0].testError).map((e) => -e) : [],
    regression: several ? measuredExponents(curve, samples) : [],
    dataNeeded: targetError === undefined ? null : needed(context, curve, targetError),
  };
}

/** Exponent of the learning curve and the data that a target error needs. */
export const exponentStage: Stage = {
  name: 'exponent',
  title: 'exponent',
  weight: () => 0.5,
  run: (context) => Promise.resolve(run(context)),
};
