import { linearAxis, logAxis, sampleTicks } from './axis.js';
import { checkNotEmpty, checkSeries } from './check.js';
import { singlePanel } from './compose.js';
import { boundsOf } from './learning-curve.js';
import type { FigureOptions, FigureSpec, Reference, Series } from './types.js';

/** What {@link exponentFigure} draws: x is the number of samples, y the local exponent −d ln E / d ln n. */
export interface ExponentData {
  readonly curves?: readonly Series[];
  readonly points?: readonly Series[];
  /** Exponents predicted for n → ∞. */
  readonly predicted?: readonly Reference[];
}

/**
 * The local exponent of a learning curve against n, beside the exponent that the spectrum's tail predicts.
 *
 * @throws SaddlepointRangeError when there is no series, lengths differ, or a value is not finite.
 * @example
 * import { exponentFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = exponentFigure({ curves: [{ name: 'theory', x: [22, 45], y: [0.31, 0.34] }] });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function exponentFigure(data: ExponentData, options: FigureOptions = {}): FigureSpec {
  const { curves = [], points = [], predicted = [] } = data;
  const all = [...curves, ...points];
  checkNotEmpty('curves and points', all);
  checkSeries('curves', curves, { x: true, y: false });
  checkSeries('points', points, { x: true, y: false });
  const samples = all.flatMap((s) => Array.from(s.x));
  const values = [...all.flatMap((s) => Array.from(s.y)), ...boundsOf(points), ...predicted.map((p) => p.value), 0];
  return singlePanel(
    {
      curves,
      points,
      horizontal: predicted,
      x: logAxis('training samples n', samples, { ticks: sampleTicks(all.flatMap((s) => Array.from(s.x))).map((n) => Math.round(n)) }),
      y: linearAxis('local exponent −d ln E / d ln n', values),
    },
    { height: 240, ...options },
    `Local exponent of the learning curve against the number of training samples for ${all.map((s) => s.name).join(', ')}.`,
  );
}
