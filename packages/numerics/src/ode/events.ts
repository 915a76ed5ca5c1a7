import { SaddlepointRangeError } from '@saddlepoint/core';
import { findRoot } from '../solve/find-root.js';
import { onSegment } from './dense.js';

/** Something to watch for: a zero of `value` along the solution. */
export interface OdeEvent {
  readonly value: (t: number, y: Float64Array) => number;
  /** 1: only where `value` rises along the integration, −1: only where it falls; 0 (default): both. */
  readonly direction?: 1 | -1 | 0;
  /** Ends the integration there. */
  readonly terminal?: boolean;
}

export interface OdeEventHit {
  /** Which of `events`. */
  readonly event: number;
  readonly time: number;
  readonly state: Float64Array;
}

/** A step is searched in this many pieces, so that two crossings in one step are seen unless they are closer than that. */
const PIECES = 4;

/** Watches `events` from an initial state on; the function returned finds their zeros on a step, in order of time. */
export function watch(events: readonly OdeEvent[], time: number, y: Float64Array): (segment: Float64Array, time: number, width: number) => OdeEventHit[] {
  const evaluate = (e: number, t: number, state: Float64Array): number => {
    const value = events[e].value(t, state);
    if (Number.isNaN(value)) throw new SaddlepointRangeError('ERR_NOT_FINITE', { argument: `events[${e}].value`, expected: 'a number', got: `NaN at t = ${t}` });
    return value;
  };
  // A value of exactly zero at the start of a piece has been counted already, or is the initial state.
  const last = events.map((_, e) => evaluate(e, time, Float64Array.from(y)));
  return (segment, start, width) => {
    const hits: (OdeEventHit & { theta: number })[] = [];
    for (let piece = 1; piece <= PIECES; piece++) {
      const theta = piece / PIECES;
      const state = onSegment(segment, theta);
      for (let e = 0; e < events.length; e++) {
        const before = last[e];
        const after = evaluate(e, start + theta * width, state);
        last[e] = after;
        const crossed = before !== 0 && (before > 0 ? after <= 0 : after >= 0);
        if (!crossed || (events[e].direction ?? 0) * before > 0) continue;
        const root = findRoot((s) => evaluate(e, start + s * width, onSegment(segment, s)), [theta - 1 / PIECES, theta]).value;
        hits.push({ event: e, time: start + root * width, state: onSegment(segment, root), theta: root });
      }
    }
    return hits.sort((a, b) => a.theta - b.theta).map(({ event, time: at, state }) => ({ event, time: at, state }));
  };
}
