import { linearAxis, logAxis } from './axis.js';
import { checkNotEmpty, checkSeries } from './check.js';
import { panelRow } from './compose.js';
import { colorsOf } from './panel.js';
import type { FigureOptions, FigureSpec, Series } from './types.js';

/** What {@link dynamicsFigure} draws: one panel per setting (such as a richness), x a time, y a loss. */
export interface DynamicsData {
  readonly panels: readonly {
    /** Default: none. */
    readonly title?: string;
    readonly curves?: readonly Series[];
    readonly points?: readonly Series[];
  }[];
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** Default `log`. */
  readonly yScale?: 'log' | 'linear';
}

/**
 * Loss against training time, one panel per setting, all on one loss axis. A series keeps its colour in every panel, and the legend
 * stands once, above the first panel.
 *
 * @throws SaddlepointRangeError when there is no panel or no series, lengths differ, or a value has no place on the axis.
 * @example
 * import { dynamicsFigure } from '@saddlepoint/figures';
 * const spec = dynamicsFigure({ panels: [{ title: 'γ = 1', curves: [{ name: 'DMFT', x: [0, 1, 2], y: [0.5, 0.3, 0.2] }] }] });
 * 'hconcat' in spec && spec.hconcat.length; // => 1
 */
export function dynamicsFigure(data: DynamicsData, options: FigureOptions = {}): FigureSpec {
  const { panels, xTitle = 'training time', yTitle = 'training loss', yScale = 'log' } = data;
  checkNotEmpty('panels', panels);
  panels.forEach((panel, i) => {
    checkNotEmpty(`panels[${i}]`, [...(panel.curves ?? []), ...(panel.points ?? [])]);
    for (const kind of ['curves', 'points'] as const) checkSeries(`panels[${i}].${kind}`, panel[kind] ?? [], { x: false, y: yScale === 'log' });
  });
  const all = panels.flatMap((panel) => [...(panel.curves ?? []), ...(panel.points ?? [])]);
  const colors = colorsOf(all);
  const values = all.flatMap((s) => [...Array.from(s.y), ...Array.from(s.upper ?? [])]);
  const count = panels.length;
  return panelRow(
    panels.map(({ title, curves = [], points = [] }) => ({
      ...(title === undefined ? {} : { title }),
      curves,
      points,
      colors,
      pointSize: 30,
      dodge: false,
      x: linearAxis(xTitle, [...curves, ...points].flatMap((s) => Array.from(s.x)), { pad: 0.01 }),
      y: (yScale === 'log' ? logAxis : linearAxis)(yTitle, values),
    })),
    { width: Math.round((640 - 24 * (count - 1)) / count), height: 230, ...options },
    `${yTitle} against ${xTitle}: ${panels.map((p) => p.title ?? (p.curves ?? []).map((c) => c.name).join(', ')).join('; ')}.`,
    { shared: true },
  );
}
