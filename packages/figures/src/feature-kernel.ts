import { checkLength } from '@saddlepoint/core';
import { extent } from './axis.js';
import { checkNotEmpty, checkPlottable } from './check.js';
import { frame } from './compose.js';
import type { FigureOptions, FigureSpec, MatrixData } from './types.js';

/** What {@link featureKernelFigure} draws: n×n kernels on the same samples. */
export interface FeatureKernelData {
  readonly kernels: readonly { readonly name: string; readonly matrix: MatrixData }[];
  /** Order of rows and columns, such as samples sorted by label. Default: as given. */
  readonly order?: ArrayLike<number>;
  /** Most rows drawn; more are thinned evenly. Default 40. */
  readonly maximumRows?: number;
  readonly colorTitle?: string;
}

/**
 * Kernels as heat maps side by side on one colour scale: sequential (viridis), or diverging about zero (blue–orange) when entries of
 * both signs matter.
 *
 * @throws SaddlepointRangeError when there is no kernel, one is not square or of another size, or an entry is not finite.
 * @example
 * import { featureKernelFigure } from '@saddlepoint/figures';
 * const spec = featureKernelFigure({ kernels: [{ name: 'lazy', matrix: { rows: 2, cols: 2, data: [1, 0.2, 0.2, 1] } }] });
 * 'hconcat' in spec && spec.hconcat.length; // => 1
 */
export function featureKernelFigure(data: FeatureKernelData, options: FigureOptions = {}): FigureSpec {
  const { kernels, maximumRows = 40, colorTitle = 'kernel entry' } = data;
  checkNotEmpty('kernels', kernels);
  const n = kernels[0].matrix.rows;
  kernels.forEach(({ matrix }, i) => {
    checkLength(`kernels[${i}].matrix`, matrix.rows, n, 'rows');
    checkLength(`kernels[${i}].matrix`, matrix.cols, n, 'columns');
    checkLength(`kernels[${i}].matrix.data`, matrix.data.length, n * n);
    checkPlottable(`kernels[${i}].matrix.data`, matrix.data);
  });
  const order = Array.from(data.order ?? Array.from({ length: n }, (_, i) => i));
  checkLength('order', order.length, n);
  const rows = Math.min(n, maximumRows);
  const shown = Array.from({ length: rows }, (_, i) => order[Math.floor((i * n) / rows)]);
  const cells = kernels.map(({ matrix }) =>
    shown.flatMap((a, i) => shown.map((b, j) => ({ i, j, i2: i + 1, j2: j + 1, value: Number(matrix.data[a * n + b].toPrecision(4)) }))),
  );
  const [lo, hi] = extent(cells.flat().map((c) => c.value));
  const diverging = lo < -0.2 * hi;
  const reach = Math.max(Math.abs(lo), Math.abs(hi));
  const domain = diverging ? [-reach, reach] : [lo, hi > lo ? hi : lo + 1];
  const cell = Math.max(2, Math.floor((options.width ?? 190) / rows));
  const position = (field: string) => ({ field, type: 'quantitative' as const, axis: null, scale: { domain: [0, rows], nice: false as const, zero: false } });
  return {
    ...frame(options.description ?? `Kernels as heat maps: ${kernels.map((k) => k.name).join(', ')}.`),
    spacing: 16,
    bounds: 'flush',
    hconcat: kernels.map(({ name }, k) => ({
      title: { text: name, anchor: 'middle' as const },
      width: cell * rows,
      height: cell * rows,
      data: { values: cells[k] },
      mark: { type: 'rect' as const, aria: false, strokeWidth: 0 },
      encoding: {
        x: position('j'),
        x2: { field: 'j2' },
        y: { ...position('i'), scale: { ...position('i').scale, reverse: true } },
        y2: { field: 'i2' },
        color: {
          field: 'value',
          type: 'quantitative' as const,
          scale: { domain, scheme: diverging ? ('blueorange' as const) : ('viridis' as const) },
          legend: { title: colorTitle, orient: 'right' as const, direction: 'vertical' as const, gradientLength: Math.min(cell * rows, 160), gradientThickness: 10, format: '.2~f', tickCount: 4 },
        },
      },
    })),
  };
}
