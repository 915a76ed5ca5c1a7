import { dynamicsFigure, learnabilityFigure, learningCurveFigure, type FigureSpec, type Series } from '@saddlepoint/figures';
import { poolSize } from '../state/fields.js';
import { formatNumber } from '../state/format.js';
import { curveSizes } from '../theory/sizes.js';
import type { LossCurves } from '../theory/dynamics.js';
import type { Prediction } from '../theory/predict.js';
import type { TrainedPoint } from '../training/request.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Networks trained at one width. */
export interface TrainedSeries {
  readonly width: number;
  readonly points: readonly TrainedPoint[];
}

/** The whole drawing, axes and legend included, in the box: Vega-Lite sizes the plotting area otherwise. */
const fit = (spec: FigureSpec, size: Size): FigureSpec =>
  ({ ...spec, ...size, autosize: { type: 'fit', contains: 'padding' }, padding: { left: 2, right: 10, top: 2, bottom: 2 } }) as FigureSpec;

/** The next of 1, 2, 5 × a power of ten: an axis that stands still while a curve moves. */
function roundOut(value: number, direction: 'down' | 'up'): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10].map((m) => m * power);
  return direction === 'down' ? steps.filter((s) => s <= value * (1 + 1e-9)).at(-1)! : steps.find((s) => s >= value * (1 - 1e-9))!;
}

/** Sizes with a tick: powers of two. */
const sampleTicks = [8, 16, 32, 64, 128, 256, 512, 1024];

/** Theory as a line, the chosen n and the target error as dotted lines, trained networks as points with error bars. */
export function curveSpec({ curve, chosen }: Prediction, target: number, trained: readonly TrainedSeries[], size: Size): FigureSpec {
  const points = trained
    .filter((series) => series.points.length > 0)
    .map(({ width, points: measured }): Series => ({
      name: `trained here, width ${width}`,
      x: measured.map((p) => p.samples),
      y: measured.map((p) => p.testError),
      lower: measured.map((p) => p.testError - p.standardError),
      upper: measured.map((p) => p.testError + p.standardError),
    }));
  const errors = [...curve.testError, target, ...points.flatMap((s) => [...Array.from(s.y), ...Array.from(s.upper!), ...Array.from(s.lower!).filter((v) => v > 0)])];
  return fit(
    learningCurveFigure(
      {
        curves: [{ name: 'theory, wide networks', group: 'theory', x: curve.samples, y: curve.testError }],
        points: [{ name: 'at the chosen n', group: 'theory', x: [chosen.samples], y: [chosen.testError] }, ...points],
        dodge: false,
        levels: [{ value: target, label: 'target E*', anchor: 'start' }],
        marks: [{ value: chosen.samples, label: 'n' }],
        domain: { samples: [7.4, curveSizes.at(-1)! * 1.08], error: [roundOut(Math.min(...errors) * 0.9, 'down'), roundOut(Math.max(...errors) * 1.05, 'up')] },
        ticks: sampleTicks,
      },
      size,
    ),
    size,
  );
}

/** Modes shown: the eigenvalues at the end of a pool's spectrum say more about the pool than about the data. */
const shownModes = poolSize / 2;

/** Learnability by mode at the chosen n, an eighth of it and eight times it. */
export const learnabilitySpec = ({ bySize }: Prediction, size: Size): FigureSpec =>
  fit(learnabilityFigure({ samples: bySize.map((one) => one.samples), learnabilities: bySize.map((one) => one.learnabilities.subarray(0, shownModes)) }, size), size);

/** Training loss in time: rich two-layer network, lazy limit, and the lazy network of the chosen depth where that is another. */
export function dynamicsSpec({ times, curves, richness }: LossCurves, size: Size): FigureSpec {
  const named = curves.map(({ name, loss }, i): Series => ({ name: i === 0 ? `${name}, γ = ${formatNumber(richness)}` : name, x: times.slice(0, loss.length), y: loss, dashed: i > 0 }));
  const spec = dynamicsFigure(
    { panels: [{ title: '', curves: named }], xTitle: 'training time ηt', yTitle: 'training loss' },
    size,
  );
  const { hconcat, spacing: _, resolve: __, ...frame } = spec as FigureSpec & { hconcat: readonly [{ title?: string }]; spacing: number; resolve: unknown };
  const { title: ___, ...panel } = hconcat[0];
  return fit({ ...frame, ...panel } as unknown as FigureSpec, size);
}
