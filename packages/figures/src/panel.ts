import type { AxisPlan } from './axis.js';
import { legendLayers, titleLayer, type LegendEntry } from './legend.js';
import { ink, palette, shapes } from './theme.js';
import type { Layer, Reference, Series } from './types.js';

/** What a plotting area holds. */
export interface PanelContent {
  readonly title?: string;
  readonly curves?: readonly Series[];
  readonly points?: readonly Series[];
  readonly horizontal?: readonly Reference[];
  readonly vertical?: readonly Reference[];
  readonly x: AxisPlan;
  readonly y: AxisPlan;
  /** Spread point series that share an x sideways, so that error bars do not hide each other. Default true. */
  readonly dodge?: boolean;
  /** Pixels the legend may take; 0 draws none. */
  readonly legendWidth?: number;
  readonly legendTitle?: string;
  /** Draw curves over points instead of under them. */
  readonly curvesOnTop?: boolean;
  /** Area of a point in square pixels. */
  readonly pointSize?: number;
  /** Colour of each group; computed from this panel's series when omitted. */
  readonly colors?: ReadonlyMap<string, string>;
}

const groupOf = (series: Series): string => series.group ?? series.name;

/** Colours by group, in order of first appearance. */
export function colorsOf(series: readonly Series[]): Map<string, string> {
  const colors = new Map<string, string>();
  for (const one of series) {
    const taken = colors.size;
    if (!colors.has(groupOf(one))) colors.set(groupOf(one), one.color ?? palette[taken % palette.length]);
  }
  return colors;
}

const clampTo = (axis: AxisPlan, value: number): number => Math.min(Math.max(value, axis.scale.domain[0]), axis.scale.domain[1]);
const dashOf = (series: Series): number[] => (series.dashed ? [5, 3] : [1, 0]);
const encodingX = ({ scale, axis }: AxisPlan) => ({ field: 'x', type: 'quantitative' as const, scale, axis });
const encodingY = ({ scale, axis }: AxisPlan) => ({ field: 'y', type: 'quantitative' as const, scale, axis });

const rowsOf = ({ x, y }: Series) => Array.from(x, (value, i) => ({ x: value, y: y[i] }));
const rangesOf = ({ x, lower, upper }: Series, axis: AxisPlan) =>
  lower && upper ? Array.from(x, (value, i) => ({ x: value, y: clampTo(axis, lower[i]), high: clampTo(axis, upper[i]) })) : [];

function curveLayers(curve: Series, color: string, { x, y }: PanelContent): Layer[] {
  const encoding = { x: encodingX(x), y: encodingY(y) };
  const band = rangesOf(curve, y);
  return [
    ...(band.length > 0
      ? [{ data: { values: band }, mark: { type: 'area' as const, color, opacity: 0.16, clip: true }, encoding: { ...encoding, y2: { field: 'high' } } }]
      : []),
    { data: { values: rowsOf(curve) }, mark: { type: 'line', color, clip: true, strokeDash: dashOf(curve) }, encoding },
  ];
}

/** Series with a curve of their own group stay where they are; the others spread about their x. */
function shifted(points: readonly Series[], { x, curves = [], dodge = true }: PanelContent): readonly Series[] {
  const anchored = new Set(curves.map(groupOf));
  const free = points.filter((p) => !anchored.has(groupOf(p)));
  if (!dodge || points.length < 2) return points;
  const [lo, hi] = x.scale.domain;
  return points.map((series) => {
    const k = free.indexOf(series);
    if (k < 0) return series;
    // right of the anchored points, or centred when there are none
    const step = 0.009 * (free.length < points.length ? k + 1 : k - (free.length - 1) / 2);
    const move = (value: number): number => (x.scale.type === 'log' ? value * (hi / lo) ** step : value + (hi - lo) * step);
    return { ...series, x: Array.from(series.x, move) };
  });
}

function pointLayers(points: Series, color: string, shape: string, { x, y, pointSize = 42 }: PanelContent): Layer[] {
  const encoding = { x: encodingX(x), y: encodingY(y) };
  const bars = rangesOf(points, y);
  const cap = (field: 'y' | 'high'): Layer => ({
    mark: { type: 'tick', orient: 'horizontal', size: 6, thickness: 1.2, opacity: 1, color },
    encoding: { ...encoding, y: { ...encoding.y, field } },
  });
  return [
    ...(bars.length > 0
      ? [
          {
            data: { values: bars },
            layer: [
              { mark: { type: 'rule' as const, strokeWidth: 1.2, color }, encoding: { ...encoding, y2: { field: 'high' } } },
              cap('y'),
              cap('high'),
            ],
          } as Layer,
        ]
      : []),
    {
      data: { values: rowsOf(points) },
      mark: { type: 'point', filled: true, opacity: 1, fill: color, stroke: 'white', strokeWidth: 0.6, shape, size: pointSize },
      encoding,
    },
  ];
}

function referenceLayer({ value, label, anchor = 'end' }: Reference, along: 'x' | 'y', { x, y }: PanelContent): Layer {
  const horizontal = along === 'y';
  const atEnd = anchor === 'end';
  const rule = { type: 'rule' as const, strokeDash: [2, 3], strokeWidth: 1.1, color: ink.muted };
  const edge = (horizontal ? x : y).scale.domain[atEnd ? 1 : 0];
  const place = horizontal
    ? { align: atEnd ? ('right' as const) : ('left' as const), baseline: 'bottom' as const, dy: -3, dx: atEnd ? -2 : 4 }
    : { align: 'left' as const, baseline: 'top' as const, dx: 5, dy: atEnd ? 2 : -16 };
  return {
    data: { values: [horizontal ? { y: value, x: edge } : { x: value, y: edge }] },
    layer: [
      { mark: rule, encoding: horizontal ? { y: encodingY(y) } : { x: encodingX(x) } },
      { mark: { type: 'text', text: label, ...place }, encoding: { x: encodingX(x), y: encodingY(y) } },
    ],
  };
}

const inside = (axis: AxisPlan) => ({ value }: Reference): boolean => value >= axis.scale.domain[0] && value <= axis.scale.domain[1];

/** Layers of a plotting area: reference lines, bands, curves, error bars, points from back to front, then legend and title above it. */
export function panelLayers(content: PanelContent): Layer[] {
  const { title, curves = [], points = [], horizontal = [], vertical = [], legendWidth = 0, legendTitle } = content;
  const colors = content.colors ?? colorsOf([...curves, ...points]);
  const color = (series: Series): string => series.color ?? colors.get(groupOf(series))!;
  const shape = (i: number): string => shapes[i % shapes.length];
  const drawnCurves = curves.flatMap((curve) => curveLayers(curve, color(curve), content));
  const drawnPoints = shifted(points, content).flatMap((series, i) => pointLayers(series, color(series), shape(i), content));
  const entries: LegendEntry[] = [
    ...curves.map((c) => ({ name: c.name, color: color(c), swatch: { line: dashOf(c) } })),
    ...points.map((p, i) => ({ name: p.name, color: color(p), swatch: { shape: shape(i) } })),
  ];
  return [
    ...horizontal.filter(inside(content.y)).map((one) => referenceLayer(one, 'y', content)),
    ...vertical.filter(inside(content.x)).map((one) => referenceLayer(one, 'x', content)),
    ...(content.curvesOnTop ? [...drawnPoints, ...drawnCurves] : [...drawnCurves, ...drawnPoints]),
    ...(legendWidth > 0
      ? legendLayers(entries, { width: legendWidth, above: title === undefined ? 14 : 32, ...(legendTitle === undefined ? {} : { title: legendTitle }) })
      : []),
    ...(title === undefined ? [] : [titleLayer(title)]),
  ];
}
