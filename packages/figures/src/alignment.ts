import { checkNumber } from '@saddlepoint/core';
import { linearAxis } from './axis.js';
import { checkNotEmpty } from './check.js';
import { frame } from './compose.js';
import { ink, palette } from './theme.js';
import type { FigureOptions, FigureSpec, Layer } from './types.js';

/** One number with its standard error. */
export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly standardError?: number;
  /** Experiments are drawn in another colour than theories. */
  readonly kind?: 'theory' | 'experiment';
}

/** What {@link alignmentFigure} draws. */
export interface AlignmentData {
  readonly values: readonly Measured[];
  readonly xTitle?: string;
}

/**
 * A few numbers to compare, one row each: dots with ± one standard error, and the number written beside each dot.
 *
 * @throws SaddlepointRangeError when empty or a value is not finite.
 * @example
 * import { alignmentFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = alignmentFigure({ values: [{ name: 'lazy kernel', value: 0.21 }, { name: 'trained', value: 0.34, standardError: 0.01 }] });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function alignmentFigure({ values, xTitle = 'alignment with the target' }: AlignmentData, options: FigureOptions = {}): FigureSpec {
  checkNotEmpty('values', values);
  values.forEach((one, i) => {
    checkNumber(`values[${i}].value`, one.value);
    checkNumber(`values[${i}].standardError`, one.standardError ?? 0, { min: 0 });
  });
  const written = (v: number): string => Number(v.toPrecision(3)).toString();
  /** Both to the first digit of the error. */
  const withError = (v: number, error: number): string => {
    const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(error))));
    return `${v.toFixed(decimals)} ± ${error.toFixed(decimals)}`;
  };
  const rows = values.map(({ name, value, standardError = 0, kind = 'theory' }) => ({
    name,
    value,
    low: value - standardError,
    high: value + standardError,
    kind,
    label: standardError > 0 ? withError(value, standardError) : written(value),
  }));
  const x = linearAxis(xTitle, [0, ...rows.flatMap((r) => [r.low, r.high])], { pad: 0.12 });
  const [lo, hi] = x.scale.domain;
  const scale = { ...x.scale, domain: [Math.min(...rows.map((r) => r.low)) < 0 ? lo : 0, hi] };
  const encX = { field: 'value', type: 'quantitative' as const, scale, axis: x.axis };
  const encY = { field: 'name', type: 'nominal' as const, sort: rows.map((r) => r.name), title: null, axis: { ticks: false, domain: false, labelLimit: 260, grid: false } };
  const color = { field: 'kind', type: 'nominal' as const, scale: { domain: ['theory', 'experiment'], range: [palette[0], palette[1]] }, legend: null };
  const bars = rows.filter((r) => r.high > r.low);
  const layer: Layer[] = [
    { mark: { type: 'point', filled: true, opacity: 1, size: 58 }, encoding: { x: encX, y: encY, color } },
    { mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 6, dy: -3, color: ink.text }, encoding: { x: encX, y: encY, text: { field: 'label' } } },
  ];
  if (bars.length > 0)
    layer.unshift({ data: { values: bars }, mark: { type: 'rule', strokeWidth: 1.4 }, encoding: { x: { ...encX, field: 'low' }, x2: { field: 'high' }, y: encY, color } });
  return {
    ...frame(options.description ?? `${xTitle}: ${rows.map((r) => `${r.name} ${r.label}`).join('; ')}.`),
    width: options.width ?? 420,
    height: options.height ?? 30 * values.length,
    data: { values: rows },
    layer,
  };
}
