import type { Config } from 'vega-lite';
import type { AxisPlan } from './axis.js';
import { panelLayers, type PanelContent } from './panel.js';
import { theme } from './theme.js';
import type { FigureOptions, FigureSpec } from './types.js';

const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Fields every specification starts with. */
export const frame = (description: string): { $schema: string; config: Config; description: string } => ({ $schema: schema, config: theme, description });

/** One plotting area as a whole specification. */
export function singlePanel(content: PanelContent, { width = 560, height = 320, description }: FigureOptions, says: string): FigureSpec {
  return { ...frame(description ?? says), width, height, layer: panelLayers({ legendWidth: width, ...content }) };
}

const unlabelled = (plan: AxisPlan): AxisPlan => ({ ...plan, axis: { ...plan.axis, title: '', labelExpr: "''" } });

/** Plotting areas side by side. `shared` ones have one y axis, labelled once, and one legend that stands over all of them. */
export function panelRow(
  panels: readonly PanelContent[],
  { width = 280, height = 240, description }: FigureOptions,
  says: string,
  { shared = false }: { readonly shared?: boolean } = {},
): FigureSpec {
  const spacing = shared ? 24 : 72;
  const whole = panels.length * (width + spacing) - spacing;
  return {
    ...frame(description ?? says),
    spacing,
    bounds: 'flush',
    hconcat: panels.map((content, i) => ({
      width,
      height,
      layer: panelLayers({ ...(shared && i > 0 ? { ...content, y: unlabelled(content.y) } : content), legendWidth: shared ? (i === 0 ? whole : 0) : width }),
    })),
  };
}

/** Indices 0 … count−1 thinned to about `most`, evenly in log(1+i), always with the first and the last. */
export function logIndices(count: number, most = 200): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const kept = new Set<number>([0, count - 1]);
  for (let k = 0; k <= most; k++) kept.add(Math.min(count - 1, Math.round(count ** (k / most)) - 1));
  return [...kept].sort((a, b) => a - b);
}
