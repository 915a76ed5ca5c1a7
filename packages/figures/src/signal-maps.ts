import { linearAxis } from './axis.js';
import { checkNotEmpty, checkSeries } from './check.js';
import { frame } from './compose.js';
import { panelLayers } from './panel.js';
import { ink, palette } from './theme.js';
import type { FigureOptions, FigureSpec, Layer, Series } from './types.js';

/** A fixed point of a map: filled when signals are drawn to it, hollow when they leave it. */
export interface MapFixedPoint {
  readonly value: number;
  readonly stable: boolean;
}

/** One map of a layer, value after against value before. */
export interface LayerMapData {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Curves, such as one per activation or weight variance. */
  readonly curves: readonly Series[];
  readonly fixedPoints?: readonly MapFixedPoint[];
  /** Values at successive layers, drawn as a cobweb. */
  readonly path?: ArrayLike<number>;
}

export interface SignalMapsData {
  readonly maps: readonly LayerMapData[];
}

/** Up to the curve, across to the diagonal, and so on. */
function cobweb(path: ArrayLike<number>): { x: number; y: number; k: number }[] {
  const points = [{ x: path[0], y: path[0] }];
  for (let l = 1; l < path.length; l++) points.push({ x: path[l - 1], y: path[l] }, { x: path[l], y: path[l] });
  return points.map((p, k) => ({ ...p, k }));
}

function mapLayers(map: LayerMapData, width: number): Layer[] {
  const { title, xTitle, yTitle, curves, fixedPoints = [], path } = map;
  const values = curves.flatMap((c) => Array.from(c.x));
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  // One scale for both axes: the diagonal is one.
  const x = linearAxis(xTitle, values, { domain: [lo, hi] });
  const y = linearAxis(yTitle, values, { domain: [lo, hi] });
  const encoding = { x: { field: 'x', type: 'quantitative' as const, ...x }, y: { field: 'y', type: 'quantitative' as const, ...y } };
  const single = curves.length === 1;
  const layers: Layer[] = [{ data: { values: [{ x: lo, y: lo }, { x: hi, y: hi }] }, mark: { type: 'line', color: ink.axis, strokeWidth: 1.1, strokeDash: [2, 3], clip: true }, encoding }];
  layers.push(...panelLayers({ title, curves, x, y, legendWidth: single ? 0 : width }));
  if (path !== undefined && path.length > 1)
    layers.push({ data: { values: cobweb(path) }, mark: { type: 'line', color: palette[1], strokeWidth: 1, opacity: 0.85, clip: true, interpolate: 'linear' }, encoding: { ...encoding, order: { field: 'k', type: 'quantitative' } } });
  for (const stable of [true, false]) {
    const at = fixedPoints.filter((p) => p.stable === stable && p.value >= lo && p.value <= hi).map(({ value }) => ({ x: value, y: value }));
    if (at.length > 0) layers.push({ data: { values: at }, mark: { type: 'point', filled: true, opacity: 1, fill: stable ? ink.text : 'white', stroke: ink.text, strokeWidth: 1.4, size: 62 }, encoding });
  }
  return layers;
}

/**
 * The maps that carry a signal from one layer to the next (variance, correlation) against the diagonal, side by side: fixed points where they meet it,
 * filled when stable and hollow when not, and optionally the way of a signal as a cobweb.
 *
 * @throws SaddlepointRangeError when there is no map, a map has no curve, or lengths differ.
 * @example
 * import { signalMapsFigure } from '@saddlepoint/figures';
 * const c = [0, 0.5, 1];
 * const spec = signalMapsFigure({ maps: [{ title: 'correlation map', xTitle: 'correlation', yTitle: 'after a layer', curves: [{ name: 'relu', x: c, y: [0.32, 0.61, 1] }], fixedPoints: [{ value: 1, stable: true }] }] });
 * 'hconcat' in spec && spec.hconcat.length; // => 1
 */
export function signalMapsFigure({ maps }: SignalMapsData, options: FigureOptions = {}): FigureSpec {
  checkNotEmpty('maps', maps);
  maps.forEach((map, i) => {
    checkNotEmpty(`maps[${i}].curves`, map.curves);
    checkSeries(`maps[${i}].curves`, map.curves, { x: false, y: false });
  });
  const { width = 280, height = width, description } = options;
  return {
    ...frame(description ?? `${maps.map((m) => m.title).join(' and ')}: value after a layer against value before.`),
    spacing: 72,
    bounds: 'flush',
    hconcat: maps.map((map) => ({ width, height, layer: mapLayers(map, width) })),
  };
}
