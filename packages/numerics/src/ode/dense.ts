import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import type { AcceptedStep } from './march.js';
import { DENSE } from './tableau.js';

/** A solution at every time of its range, as plain data: on step i a polynomial of degree 4 in θ = (t − starts[i])/widths[i]. See {@link stateAt}. */
export interface DenseOutput {
  readonly dimension: number;
  readonly starts: Float64Array;
  /** Negative when time runs backwards. */
  readonly widths: Float64Array;
  /** Last time of the range. */
  readonly end: number;
  /** Five vectors of length `dimension` a step. */
  readonly segments: readonly Float64Array[];
}

/** The coefficients of a step's continuous extension. */
export function segmentOf({ from, to, width, slopes }: AcceptedStep): Float64Array {
  const n = from.length;
  const segment = new Float64Array(5 * n);
  for (let i = 0; i < n; i++) {
    const difference = to[i] - from[i];
    const bump = width * slopes[0][i] - difference;
    let dense = 0;
    for (let j = 0; j < 7; j++) dense += DENSE[j] * slopes[j][i];
    segment[i] = from[i];
    segment[n + i] = difference;
    segment[2 * n + i] = bump;
    segment[3 * n + i] = difference - width * slopes[6][i] - bump;
    segment[4 * n + i] = width * dense;
  }
  return segment;
}

/** The state at fraction θ of a step (fourth order). */
export function onSegment(segment: Float64Array, theta: number): Float64Array {
  const n = segment.length / 5;
  const rest = 1 - theta;
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++)
    y[i] = segment[i] + theta * (segment[n + i] + rest * (segment[2 * n + i] + theta * (segment[3 * n + i] + rest * segment[4 * n + i])));
  return y;
}

/**
 * The state at any time of a dense solution's range: uniformly fourth-order accurate, continuous with its first derivative.
 *
 * @example
 * import { integrateOde, stateAt } from '@saddlepoint/numerics';
 * const { dense } = integrateOde((_t, y) => [-y[0]], [1], [0, 2], { dense: true });
 * stateAt(dense, 0.5)[0]; // => 0.6065307
 */
export function stateAt(dense: DenseOutput, time: number): Float64Array {
  checkNumber('time', time);
  const { starts, widths, end, segments } = dense;
  const direction = widths.length > 0 ? Math.sign(widths[0]) : 1;
  if (starts.length === 0 || (time - starts[0]) * direction < 0 || (time - end) * direction > 0)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'time', expected: `a time from ${starts[0]} to ${end}`, got: `${time}` });
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((time - starts[middle]) * direction >= 0) low = middle;
    else high = middle - 1;
  }
  return onSegment(segments[low], (time - starts[low]) / widths[low]);
}
