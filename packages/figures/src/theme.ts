import type { Config } from 'vega-lite';

/** Okabe–Ito colours, in the order series take them; distinguishable with every common colour blindness (Okabe & Ito 2008). */
export const palette = Object.freeze(['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#5A5A5A'] as const);

/** `count` colours from dark to light along viridis, for an ordered family of curves. */
export function sequential(count: number): string[] {
  const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [223, 210, 40]] as const;
  return Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? 0 : (i / (count - 1)) * (stops.length - 1);
    const from = stops[Math.min(Math.floor(at), stops.length - 2)];
    const to = stops[Math.min(Math.floor(at), stops.length - 2) + 1];
    const part = at - Math.min(Math.floor(at), stops.length - 2);
    return `#${from.map((c, j) => Math.round(c + (to[j] - c) * part).toString(16).padStart(2, '0')).join('')}`;
  });
}

/** Marks of point series, in the order series take them. */
export const shapes = Object.freeze(['circle', 'square', 'diamond', 'triangle-up', 'triangle-down', 'cross'] as const);

/** Ink of text, axes and reference lines. */
export const ink = Object.freeze({ text: '#222222', muted: '#5F5F5F', axis: '#8A8A8A', grid: '#E9E9E9' });

const font = 'Inter, "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif';

/**
 * The one theme of every figure: thin lines, a light grid, no frame, Okabe–Ito colours, legends in rows above the plot
 * where they cannot cover data.
 *
 * @example
 * import { theme } from '@saddlepoint/figures';
 * theme.background; // => 'transparent'
 */
export const theme: Config = Object.freeze({
  background: 'transparent',
  font,
  padding: 6,
  view: { stroke: null, continuousWidth: 560, continuousHeight: 320 },
  axis: {
    domainColor: ink.axis,
    gridColor: ink.grid,
    gridWidth: 0.8,
    labelColor: ink.text,
    labelFontSize: 11.5,
    labelOverlap: false,
    labelPadding: 4,
    tickColor: ink.axis,
    tickSize: 4,
    titleColor: ink.text,
    titleFontSize: 12.5,
    titleFontWeight: 'normal' as const,
    titlePadding: 8,
  },
  legend: {
    labelColor: ink.text,
    labelFontSize: 11.5,
    labelLimit: 320,
    titleColor: ink.text,
    titleFontSize: 11.5,
    titleFontWeight: 'normal' as const,
  },
  header: { labelColor: ink.text, labelFontSize: 12.5, labelFontWeight: 'normal' as const, titleFontSize: 12.5 },
  title: { color: ink.text, fontSize: 12.5, fontWeight: 'normal' as const, anchor: 'start' as const, offset: 8 },
  line: { strokeWidth: 1.8, strokeCap: 'round' as const, strokeJoin: 'round' as const },
  point: { size: 42, filled: true },
  text: { color: ink.muted, fontSize: 11.5 },
});
