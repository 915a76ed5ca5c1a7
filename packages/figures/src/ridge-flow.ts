import { checkLength } from '@saddlepoint/core';
import { logAxis } from './axis.js';
import { checkPlottable } from './check.js';
import { logIndices, singlePanel } from './compose.js';
import type { FigureOptions, FigureSpec } from './types.js';

/** What {@link ridgeFlowFigure} draws: the flow of the ridge as modes k > cutoff are integrated out. */
export interface RidgeFlowData {
  /** Number of modes kept, Λ. Zero is drawn at one half, the left end of the log axis. */
  readonly cutoff: ArrayLike<number>;
  /** κ_Λ, which ends at the effective ridge for Λ → 0. */
  readonly flowingRidge: ArrayLike<number>;
  /** σ²_Λ, the ridge of the theory of the modes that remain. */
  readonly bareRidge: ArrayLike<number>;
  readonly effectiveRidge: number;
  /** The mode where nλ_k ≈ κ: learnable to its left, unlearnable to its right. */
  readonly boundary?: number;
}

/**
 * The renormalisation-group flow of the ridge: κ_Λ and σ²_Λ against the number of modes kept, read from right (nothing integrated out)
 * to left.
 *
 * @throws SaddlepointRangeError when empty, lengths differ, or a ridge is not positive.
 * @example
 * import { ridgeFlowFigure, renderSvg } from '@saddlepoint/figures';
 * const spec = ridgeFlowFigure({ cutoff: [0, 1, 2], flowingRidge: [0.4, 0.3, 0.1], bareRidge: [0.4, 0.2, 0.1], effectiveRidge: 0.4 });
 * (await renderSvg(spec)).startsWith('<svg'); // => true
 */
export function ridgeFlowFigure(data: RidgeFlowData, options: FigureOptions = {}): FigureSpec {
  const { cutoff, flowingRidge, bareRidge, effectiveRidge, boundary } = data;
  checkPlottable('cutoff', cutoff);
  checkPlottable('flowingRidge', flowingRidge, true);
  checkPlottable('bareRidge', bareRidge, true);
  checkPlottable('effectiveRidge', [effectiveRidge], true);
  checkLength('flowingRidge', flowingRidge.length, cutoff.length);
  checkLength('bareRidge', bareRidge.length, cutoff.length);
  const order = Array.from(cutoff, (_, i) => i).sort((a, b) => cutoff[a] - cutoff[b]);
  const shown = logIndices(order.length, 160).map((i) => order[i]);
  const x = shown.map((i) => Math.max(cutoff[i], 0.5));
  const flowing = shown.map((i) => flowingRidge[i]);
  const bare = shown.map((i) => bareRidge[i]);
  return singlePanel(
    {
      curves: [
        { name: 'flowing ridge κ(Λ)', x, y: flowing },
        { name: 'ridge of the theory that remains σ²(Λ)', x, y: bare },
      ],
      horizontal: [{ value: effectiveRidge, label: `effective ridge κ = ${Number(effectiveRidge.toPrecision(3))}` }],
      vertical: boundary === undefined ? [] : [{ value: Math.max(boundary, 0.5), label: 'nλ = κ', anchor: 'start' }],
      x: logAxis('modes kept Λ (integrate out from right to left)', x),
      y: logAxis('ridge', [...flowing, ...bare, effectiveRidge], { pad: 0.08 }),
    },
    { height: 260, ...options },
    `Flow of the ridge from the bare value to the effective ridge ${effectiveRidge} as modes are integrated out.`,
  );
}
