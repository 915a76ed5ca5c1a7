import { SaddlepointRangeError } from '@saddlepoint/core';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import type { FigureSpec } from './types.js';

type VegaSpec = Parameters<typeof parse>[0];

/** A compiled figure and whatever the compiler had to say about it. */
export interface CompiledFigure {
  readonly vega: VegaSpec;
  readonly warnings: readonly string[];
}

/**
 * Compiles a Vega-Lite specification to Vega, collecting the compiler's warnings instead of printing them.
 *
 * @throws SaddlepointRangeError `ERR_ARGUMENT_RANGE` when the specification is not valid Vega-Lite.
 */
export function compileFigure(spec: FigureSpec): CompiledFigure {
  const warnings: string[] = [];
  const logger = {
    level: () => logger,
    error: (...args: readonly unknown[]) => (warnings.push(args.join(' ')), logger),
    warn: (...args: readonly unknown[]) => (warnings.push(args.join(' ')), logger),
    info: () => logger,
    debug: () => logger,
  };
  try {
    const { spec: vega } = compile(spec, { logger: logger });
    return { vega, warnings };
  } catch (cause) {
    throw new SaddlepointRangeError(
      'ERR_ARGUMENT_RANGE',
      { argument: 'spec', expected: 'a valid Vega-Lite specification', got: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}

/**
 * Draws a specification as an SVG document, without a DOM and without a canvas. Two drawings on one HTML page need different
 * `idPrefix`es, because clip paths and gradients are found by id.
 *
 * @example
 * import { learningCurveFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = learningCurveFigure({ curves: [{ name: 'theory', x: [16, 64, 256], y: [0.8, 0.5, 0.3] }] });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export async function renderSvg(spec: FigureSpec, { idPrefix = 'figure' }: { readonly idPrefix?: string } = {}): Promise<string> {
  const { vega } = compileFigure(spec);
  const view = new View(parse(vega), { renderer: 'none' });
  try {
    return renameIds(await view.toSVG(), idPrefix);
  } finally {
    view.finalize();
  }
}

/** Cells of heat maps without seams. Vega numbers clip paths through the life of the process: counted from one in each drawing, the same figure gives the same text. */
function renameIds(svg: string, prefix: string): string {
  const names = new Map<string, string>();
  const renamed = (id: string): string => {
    const known = names.get(id) ?? `${prefix}-${names.size + 1}`;
    names.set(id, known);
    return known;
  };
  return svg
    .replaceAll(/<g class="mark-rect role-mark[^"]*"/g, '$& shape-rendering="crispEdges"')
    .replaceAll(/\bid="([^"]+)"/g, (_, id: string) => `id="${renamed(id)}"`)
    .replaceAll(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${renamed(id)})`);
}
