import type { TopLevelSpec } from 'vega-lite';

/** A Vega-Lite specification, plain JSON. */
export type FigureSpec = TopLevelSpec;

/** One layer of a layered specification. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** A named sequence of points (x_i, y_i); `lower`/`upper` bound a band around a curve or an error bar through a point. */
export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly lower?: ArrayLike<number>;
  readonly upper?: ArrayLike<number>;
  /** Series of one group share a colour (a theory and the experiment it predicts). Default: the name. */
  readonly group?: string;
  /** Overrides the colour of the group. */
  readonly color?: string;
  /** Draw the curve dashed. */
  readonly dashed?: boolean;
}

/** A labelled horizontal or vertical line at a value of note. */
export interface Reference {
  readonly value: number;
  readonly label: string;
  /** Where along the line the label sits. Default `end`. */
  readonly anchor?: 'start' | 'end';
}

/** Size of the plotting area in pixels, and what a screen reader says of the figure. */
export interface FigureOptions {
  readonly width?: number;
  readonly height?: number;
  readonly description?: string;
}

/** A dense row-major matrix, structurally the `Matrix` of @saddlepoint/linalg. */
export interface MatrixData {
  readonly rows: number;
  readonly cols: number;
  readonly data: ArrayLike<number>;
}
