import { linearAxis } from './axis.js';
import { checkNotEmpty, checkSeries } from './check.js';
import { singlePanel } from './compose.js';
import type { FigureOptions, FigureSpec, Series } from './types.js';

/** What {@link kernelAngleFigure} draws: x in degrees from 0 to 180. */
export interface KernelAngleData {
  readonly curves: readonly Series[];
  /** Measured values, such as Monte-Carlo kernels of finite networks. */
  readonly points?: readonly Series[];
  /** Default `kernel relative to angle 0`. */
  readonly yTitle?: string;
}

/**
 * Kernels as functions of the angle between two inputs of equal norm.
 *
 * @throws SaddlepointRangeError when there is no curve, lengths differ, or a value is not finite.
 * @example
 * import { kernelAngleFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = kernelAngleFigure({ curves: [{ name: 'NNGP', x: [0, 90, 180], y: [1, 0.32, 0] }] });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function kernelAngleFigure({ curves, points = [], yTitle = 'kernel relative to angle 0' }: KernelAngleData, options: FigureOptions = {}): FigureSpec {
  checkNotEmpty('curves', curves);
  checkSeries('curves', curves, { x: false, y: false });
  checkSeries('points', points, { x: false, y: false });
  const all = [...curves, ...points];
  const values = all.flatMap((s) => [...Array.from(s.y), ...Array.from(s.lower ?? []), ...Array.from(s.upper ?? [])]);
  return singlePanel(
    {
      curves,
      points,
      dodge: false,
      x: linearAxis('angle between the inputs (degrees)', [], { domain: [0, 180], ticks: [0, 30, 60, 90, 120, 150, 180] }),
      y: linearAxis(yTitle, [...values, 0]),
    },
    { height: 280, ...options },
    `${yTitle} against the angle between the inputs: ${all.map((s) => s.name).join(', ')}.`,
  );
}
