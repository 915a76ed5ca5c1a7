import { checkLength } from '@saddlepoint/core';
import { linearAxis, linearTicks, logAxis } from './axis.js';
import { checkPlottable, checkSeries } from './check.js';
import { panelRow } from './compose.js';
import { ink } from './theme.js';
import type { FigureOptions, FigureSpec, Series } from './types.js';

/** What {@link evidenceFigure} draws: the course of evidence maximisation. */
export interface EvidenceData {
  /** Log evidence at each step. */
  readonly values: ArrayLike<number>;
  /** Parameters at each step; drawn on a log axis. */
  readonly parameters?: readonly { readonly name: string; readonly values: ArrayLike<number> }[];
}

/**
 * The trace of evidence maximisation: log evidence by step and, beside it, the parameters on a log axis.
 *
 * @throws SaddlepointRangeError when empty, lengths differ, or a parameter is not positive.
 * @example
 * import { evidenceFigure } from '@saddlepoint/figures';
 * const spec = evidenceFigure({ values: [-120, -80, -75], parameters: [{ name: 'ridge', values: [1, 0.2, 0.1] }] });
 * 'hconcat' in spec && spec.hconcat.length; // => 2
 */
export function evidenceFigure({ values, parameters = [] }: EvidenceData, options: FigureOptions = {}): FigureSpec {
  checkPlottable('values', values);
  const steps = Array.from({ length: values.length }, (_, i) => i);
  parameters.forEach((p, i) => {
    checkLength(`parameters[${i}].values`, p.values.length, values.length);
    checkPlottable(`parameters[${i}].values`, p.values, true);
  });
  const last = Math.max(1, values.length - 1);
  const x = () => linearAxis('step', [], { domain: [-0.02 * last, 1.02 * last], ticks: linearTicks(0, last).filter(Number.isInteger) });
  const curves: Series[] = parameters.map((p) => ({ name: p.name, x: steps, y: p.values }));
  checkSeries('parameters', curves, { x: false, y: true });
  const panels = [
    { curves: [{ name: 'log marginal likelihood', x: steps, y: values, color: ink.text }], x: x(), y: linearAxis('log evidence', Array.from(values)) },
    ...(curves.length === 0 ? [] : [{ curves, x: x(), y: logAxis('parameter', curves.flatMap((c) => Array.from(c.y)), { pad: 0.08 }) }]),
  ];
  return panelRow(panels, { width: 270, height: 230, ...options }, `Course of evidence maximisation over ${values.length} steps: log evidence from ${Number(values[0].toPrecision(5))} to ${Number(values[values.length - 1].toPrecision(5))}.`);
}
