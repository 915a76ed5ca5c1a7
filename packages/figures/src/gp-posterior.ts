import { checkFinite, checkLength } from '@saddlepoint/core';
import { linearAxis } from './axis.js';
import { checkPlottable } from './check.js';
import { frame } from './compose.js';
import { legendLayers } from './legend.js';
import { panelLayers } from './panel.js';
import { ink, palette } from './theme.js';
import type { FigureOptions, FigureSpec, Layer, Series } from './types.js';

/** What {@link gpPosteriorFigure} draws: a posterior over functions of one input. */
export interface GpPosteriorData {
  /** Ascending places of the prediction. */
  readonly x: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** How the legend calls the band. Default `95% interval`. */
  readonly intervalName?: string;
  /** Functions drawn from the posterior, each over `x`. */
  readonly samples?: readonly ArrayLike<number>[];
  /** The training data. */
  readonly data: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  /** The function that made the data, over `x`. */
  readonly truth?: ArrayLike<number>;
  readonly xTitle?: string;
  readonly yTitle?: string;
}

/**
 * A GP posterior over one input: mean, interval as a band, samples as faint lines, the data as points and, where it is known, the truth.
 *
 * @throws SaddlepointRangeError when empty, lengths differ, or a value is not finite.
 * @example
 * import { gpPosteriorFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = gpPosteriorFigure({ x: [0, 1], mean: [0, 1], lower: [-0.1, 0.5], upper: [0.1, 1.5], data: { x: [0], y: [0] } });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function gpPosteriorFigure(given: GpPosteriorData, options: FigureOptions = {}): FigureSpec {
  const { x, mean, lower, upper, intervalName = '95% interval', samples = [], data, truth, xTitle = 'input', yTitle = 'output' } = given;
  checkPlottable('x', x);
  const over = (name: string, values: ArrayLike<number>): void => {
    checkLength(name, values.length, x.length);
    checkFinite(name, values);
  };
  over('mean', mean);
  over('lower', lower);
  over('upper', upper);
  samples.forEach((sample, i) => over(`samples[${i}]`, sample));
  if (truth !== undefined) over('truth', truth);
  checkPlottable('data.x', data.x);
  checkFinite('data.y', data.y);
  checkLength('data.y', data.y.length, data.x.length);
  const xAxis = linearAxis(xTitle, [...Array.from(x), ...Array.from(data.x)], { pad: 0.01 });
  const yAxis = linearAxis(yTitle, [...[lower, upper, data.y, ...samples, ...(truth ? [truth] : [])].flatMap((v) => Array.from(v))]);
  const encoding = { x: { field: 'x', type: 'quantitative' as const, ...xAxis }, y: { field: 'y', type: 'quantitative' as const, ...yAxis } };
  const drawn = samples.map(
    (sample): Layer => ({ data: { values: Array.from(x, (at, i) => ({ x: at, y: sample[i] })) }, mark: { type: 'line', color: palette[0], strokeWidth: 0.8, opacity: 0.35, clip: true }, encoding }),
  );
  const curves: Series[] = [
    { name: 'mean', x, y: mean, lower, upper, color: palette[0] },
    ...(truth === undefined ? [] : [{ name: 'truth', x, y: truth, color: ink.muted, dashed: true }]),
  ];
  const points: Series[] = [{ name: 'data', x: data.x, y: data.y, color: palette[1] }];
  const width = options.width ?? 560;
  const entries = [
    { name: 'mean', color: palette[0], swatch: { line: [1, 0] } },
    { name: intervalName, color: '#D6E6F1', swatch: { shape: 'square' } },
    ...(samples.length > 0 ? [{ name: 'samples', color: '#9CC4DE', swatch: { line: [1, 0] } }] : []),
    ...(truth === undefined ? [] : [{ name: 'truth', color: ink.muted, swatch: { line: [5, 3] } }]),
    { name: 'data', color: palette[1], swatch: { shape: 'circle' } },
  ];
  return {
    ...frame(options.description ?? `Gaussian-process posterior: mean with ${intervalName} and ${data.x.length} data.`),
    width,
    height: options.height ?? 300,
    layer: [...drawn, ...panelLayers({ curves, points, x: xAxis, y: yAxis, dodge: false, pointSize: data.x.length > 200 ? 14 : 34 }), ...legendLayers(entries, { width, above: 14 })],
  };
}
