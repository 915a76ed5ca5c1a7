import { checkFinite, checkLength } from '@saddlepoint/core';
import { linearAxis } from './axis.js';
import { checkPlottable } from './check.js';
import { frame } from './compose.js';
import { legendLayers } from './legend.js';
import { panelLayers } from './panel.js';
import { ink, palette } from './theme.js';
import type { FigureOptions, FigureSpec, Layer } from './types.js';

/** What {@link predictionFigure} draws: predictions at test points and how often intervals hold. */
export interface PredictionData {
  readonly actual: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** Interval of each prediction. */
  readonly lower?: ArrayLike<number>;
  readonly upper?: ArrayLike<number>;
  readonly intervalName?: string;
  /** Nominal level of intervals against the part of test points that fall into them. */
  readonly calibration?: { readonly nominal: ArrayLike<number>; readonly observed: ArrayLike<number>; readonly standardError?: ArrayLike<number> };
  /** Most points drawn; more are thinned evenly. Default 400. */
  readonly maximumPoints?: number;
}

/**
 * Predicted against true values with their intervals and, beside it, the calibration of the intervals: coverage observed against the level they claim.
 *
 * @throws SaddlepointRangeError when empty, lengths differ, or a value is not finite.
 * @example
 * import { predictionFigure } from '@saddlepoint/figures';
 * const spec = predictionFigure({ actual: [0, 1, 2], predicted: [0.1, 0.9, 2], calibration: { nominal: [0.5, 0.9], observed: [0.33, 1] } });
 * 'hconcat' in spec && spec.hconcat.length; // => 2
 */
export function predictionFigure(data: PredictionData, options: FigureOptions = {}): FigureSpec {
  const { actual, predicted, lower, upper, calibration, intervalName = '95% interval', maximumPoints = 400 } = data;
  checkPlottable('actual', actual);
  checkFinite('predicted', predicted);
  checkLength('predicted', predicted.length, actual.length);
  for (const [name, values] of [['lower', lower], ['upper', upper]] as const) {
    if (values === undefined) continue;
    checkLength(name, values.length, actual.length);
    checkFinite(name, values);
  }
  const stride = Math.max(1, actual.length / maximumPoints);
  const shown = Array.from({ length: Math.min(actual.length, maximumPoints) }, (_, i) => Math.floor(i * stride));
  const pick = (values: ArrayLike<number>): number[] => shown.map((i) => values[i]);
  const bars = lower !== undefined && upper !== undefined;
  const [xs, ys] = [pick(actual), pick(predicted)];
  const ends = bars ? [...pick(lower), ...pick(upper)] : [];
  const x = linearAxis('true value', xs);
  const y = linearAxis('predicted value', [...ys, ...ends]);
  const encoding = { x: { field: 'x' as const, type: 'quantitative' as const, ...x }, y: { field: 'y' as const, type: 'quantitative' as const, ...y } };
  const faint = shown.length > 120;
  const { width = 270, height = 250 } = options;
  const scatter: Layer[] = [
    diagonal(encoding, Math.max(x.scale.domain[0], y.scale.domain[0]), Math.min(x.scale.domain[1], y.scale.domain[1])),
    ...(bars
      ? [{ data: { values: shown.map((i) => ({ x: actual[i], y: lower[i], y2: upper[i] })) }, mark: { type: 'rule' as const, color: palette[0], strokeWidth: 1, opacity: faint ? 0.18 : 0.45 }, encoding: { ...encoding, y2: { field: 'y2' } } }]
      : []),
    { data: { values: shown.map((i) => ({ x: actual[i], y: predicted[i] })) }, mark: { type: 'point', filled: true, opacity: faint ? 0.7 : 1, fill: palette[0], stroke: 'white', strokeWidth: 0.5, size: faint ? 22 : 38 }, encoding },
    ...legendLayers([{ name: bars ? `prediction with ${intervalName}` : 'prediction', color: palette[0], swatch: { shape: 'circle' } }], { width, above: 14 }),
  ];
  const says = options.description ?? `Predicted against true values of ${actual.length} test points${calibration ? ', and calibration of the intervals' : ''}.`;
  if (calibration === undefined) return { ...frame(says), width, height, layer: scatter };
  const { nominal, observed, standardError } = calibration;
  checkPlottable('calibration.nominal', nominal);
  checkFinite('calibration.observed', observed);
  checkLength('calibration.observed', observed.length, nominal.length);
  const unit = { domain: [0, 1] as [number, number], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
  const cx = linearAxis('level of the interval', [], unit);
  const cy = linearAxis('test points inside', [], unit);
  const band = standardError === undefined ? {} : { lower: Array.from(observed, (o, i) => o - standardError[i]), upper: Array.from(observed, (o, i) => o + standardError[i]) };
  const calibrated: Layer[] = [
    diagonal({ x: { field: 'x', type: 'quantitative', ...cx }, y: { field: 'y', type: 'quantitative', ...cy } }, 0, 1),
    ...panelLayers({ curves: [{ name: standardError === undefined ? 'observed' : 'observed ± standard error', x: nominal, y: observed, ...band, color: palette[1] }], x: cx, y: cy, legendWidth: width }),
  ];
  return { ...frame(says), spacing: 72, bounds: 'flush', hconcat: [{ width, height, layer: scatter }, { width, height, layer: calibrated }] };
}

interface Encoding {
  readonly x: { readonly field: 'x'; readonly type: 'quantitative' };
  readonly y: { readonly field: 'y'; readonly type: 'quantitative' };
}

const diagonal = (encoding: Encoding, from: number, to: number): Layer => ({
  data: { values: [{ x: from, y: from }, { x: to, y: to }] },
  mark: { type: 'line', color: ink.axis, strokeWidth: 1.1, strokeDash: [2, 3], clip: true },
  encoding,
});
