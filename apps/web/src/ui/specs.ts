import { dynamicsFigure, learnabilityFigure, learningCurveFigure, palette, type FigureSpec, type Series } from '@saddlepoint/figures';
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
  ({ ...spec, ...size, autosize: { type: 'fit', contains: 'padding' }, padding: { left: 2, right: 10, top: 2, bottom: 2 } });

/** About what is left for the plotting area: legends wrap to it. */
const inner = ({ width, height }: Size): Size => ({ width: width - 70, height });

/** The next round number: an axis that stands still while a curve moves. */
function roundOut(value: number, direction: 'down' | 'up'): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.5, 2, 3, 5, 7, 10].map((m) => m * power);
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
      inner(size),
    ),
    size,
  );
}

/** Modes shown: the eigenvalues at the end of a pool's spectrum say more about the pool than about the data. */
const shownModes = poolSize / 2;

/** Blue is the chosen n, as on the learning curve; fewer samples are lighter, more are darker. */
const colorOf = (samples: number, chosen: number): string => (samples < chosen ? palette[5] : samples > chosen ? '#003a5c' : palette[0]);

/** Learnability by mode at the chosen n, an eighth of it and eight times it. */
export const learnabilitySpec = ({ bySize, chosen }: Prediction, size: Size): FigureSpec =>
  fit(
    learnabilityFigure(
      {
        samples: bySize.map((one) => one.samples),
        learnabilities: bySize.map((one) => one.learnabilities.subarray(0, shownModes)),
        colors: bySize.map((one) => colorOf(one.samples, chosen.samples)),
      },
      inner(size),
    ),
    size,
  );

/** Training loss in time: rich two-layer network, lazy limit, and the lazy network of the chosen depth where that is another. */
export function dynamicsSpec({ times, curves, richness }: LossCurves, size: Size): FigureSpec {
  const named = curves.map(({ name, loss }, i): Series => ({ name: i === 0 ? `${name}, γ = ${formatNumber(richness)}` : name, x: times.slice(0, loss.length), y: loss, dashed: i > 0 }));
  const spec = dynamicsFigure({ panels: [{ curves: named }], xTitle: 'training time ηt', yTitle: 'training loss' }, inner(size));
  // One panel stands alone: rows of panels cannot be fitted into a box.
  const { hconcat, spacing: _, bounds: __, ...frame } = spec as FigureSpec & { readonly hconcat: readonly [object]; readonly spacing: number; readonly bounds: string };
  return fit({ ...frame, ...hconcat[0] } as unknown as FigureSpec, size);
}
