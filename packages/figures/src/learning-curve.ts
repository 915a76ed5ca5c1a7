import { linearAxis, logAxis, sampleTicks } from './axis.js';
import { checkNotEmpty, checkSeries } from './check.js';
import { singlePanel } from './compose.js';
import type { FigureOptions, FigureSpec, Reference, Series } from './types.js';

/** What {@link learningCurveFigure} draws: x is the number of training samples, y an error. */
export interface LearningCurveData {
  /** Predictions, drawn as lines (with a band where they carry bounds). */
  readonly curves?: readonly Series[];
  /** Measurements, drawn as points (with error bars where they carry bounds). */
  readonly points?: readonly Series[];
  /** Levels worth a line, such as the noise floor or a target error. */
  readonly levels?: readonly Reference[];
  /** Sample sizes worth a line. */
  readonly marks?: readonly Reference[];
  /** Axis ranges, where the data's own are not wanted (a figure that is redrawn as its data move). */
  readonly domain?: { readonly samples?: readonly [number, number]; readonly error?: readonly [number, number] };
  /** Sample sizes with a tick. Default: those of the data. */
  readonly ticks?: readonly number[];
  /** Spread point series that share a sample size sideways. Default true. */
  readonly dodge?: boolean;
  readonly yTitle?: string;
  /** Default `log`. */
  readonly yScale?: 'log' | 'linear';
}

const valuesOf = (series: readonly Series[], field: 'x' | 'y'): number[] => series.flatMap((s) => Array.from(s[field]));

/** Error-bar ends that a log axis can show. */
export const boundsOf = (series: readonly Series[]): number[] =>
  series.flatMap((s) => [...Array.from(s.lower ?? []), ...Array.from(s.upper ?? [])]).filter((v) => v > 0);

/**
 * Error against the number of training samples: theory as lines, experiments as points with error bars. Every array has one entry
 * per sample size.
 *
 * @throws SaddlepointRangeError when there is no series, lengths differ, or a value has no place on the axis.
 * @example
 * import { learningCurveFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = learningCurveFigure({
 *   curves: [{ name: 'replica theory', x: [16, 64], y: [0.8, 0.5] }],
 *   points: [{ name: 'GP regression', x: [16, 64], y: [0.82, 0.49], lower: [0.8, 0.48], upper: [0.84, 0.5] }],
 * });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function learningCurveFigure(data: LearningCurveData, options: FigureOptions = {}): FigureSpec {
  const { curves = [], points = [], levels = [], marks = [], domain = {}, ticks, dodge = true, yTitle = 'test error (mean squared)', yScale = 'log' } = data;
  const all = [...curves, ...points];
  checkNotEmpty('curves and points', all);
  const log = { x: true, y: yScale === 'log' };
  checkSeries('curves', curves, log);
  checkSeries('points', points, log);
  const samples = valuesOf(all, 'x');
  const values = [...valuesOf(all, 'y'), ...boundsOf(points)];
  return singlePanel(
    {
      curves,
      points,
      horizontal: levels,
      vertical: marks,
      dodge,
      x: logAxis('training samples n', samples, {
        ticks: ticks ?? sampleTicks(valuesOf(points.length > 0 ? points : curves, 'x')),
        ...(domain.samples ? { domain: [...domain.samples] } : {}),
      }),
      y: (yScale === 'log' ? logAxis : linearAxis)(yTitle, [...values, ...levels.map((l) => l.value)], domain.error ? { domain: [...domain.error] } : {}),
    },
    options,
    `Learning curve: ${yTitle} against the number of training samples for ${all.map((s) => s.name).join(', ')}.`,
  );
}
