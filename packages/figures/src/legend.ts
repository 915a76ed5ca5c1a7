import { ink } from './theme.js';
import { textWidth } from './text-width.js';
import type { Layer } from './types.js';

/** One entry of a legend: a swatch and its name. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  /** A dash pattern for a line; a shape for points. */
  readonly swatch: { readonly line: readonly number[] } | { readonly shape: string };
}

const fontSize = 11.5;
const rowHeight = 17;
const swatchWidth = (entry: LegendEntry): number => ('line' in entry.swatch ? 22 : 10);

interface Placed {
  readonly entry: LegendEntry;
  readonly x: number;
  readonly row: number;
}

function place(entries: readonly LegendEntry[], width: number, indent: number): { placed: Placed[]; rows: number } {
  const placed: Placed[] = [];
  let x = indent;
  let row = 0;
  for (const entry of entries) {
    const needed = swatchWidth(entry) + 6 + textWidth(entry.name, fontSize);
    if (x > indent && x + needed > width) {
      x = indent;
      row++;
    }
    placed.push({ entry, x, row });
    x += needed + 16;
  }
  return { placed, rows: row + 1 };
}

/**
 * A legend drawn as marks above the plotting area, in rows no wider than `width`, where it can cover neither data nor title. `above` is
 * the gap in pixels between its last row and the plot.
 */
export function legendLayers(entries: readonly LegendEntry[], { width, above, title }: { width: number; above: number; title?: string }): Layer[] {
  if (entries.length === 0) return [];
  const indent = title === undefined ? 0 : textWidth(title, fontSize) + 14;
  const { placed, rows } = place(entries, width, indent);
  const y = (row: number): number => -above - (rows - 1 - row) * rowHeight;
  const one = { values: [{}] };
  const label = (text: string, x: number, row: number): Layer => ({
    data: one,
    mark: { type: 'text', text, x, y: y(row), align: 'left', baseline: 'middle', fontSize, color: ink.text },
    encoding: {},
  });
  return [
    ...(title === undefined ? [] : [label(title, 0, 0)]),
    ...placed.flatMap(({ entry, x, row }): Layer[] => {
      const swatch: Layer =
        'line' in entry.swatch
          ? { data: one, mark: { type: 'rule', color: entry.color, strokeWidth: 2, strokeDash: [...entry.swatch.line] }, encoding: { x: { value: x }, x2: { value: x + 22 }, y: { value: y(row) } } }
          : {
              data: one,
              mark: { type: 'point', x: x + 5, y: y(row), shape: entry.swatch.shape, color: entry.color, filled: true, opacity: 1, size: 48 },
              encoding: {},
            };
      return [swatch, label(entry.name, x + swatchWidth(entry) + 6, row)];
    }),
  ];
}

/** A title drawn as a mark just above the plotting area. */
export const titleLayer = (text: string): Layer => ({
  data: { values: [{}] },
  mark: { type: 'text', text, x: 0, y: -11, align: 'left', baseline: 'middle', fontSize: 12.5, color: ink.text },
  encoding: {},
});
