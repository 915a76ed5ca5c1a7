import type { Engine } from '@saddlepoint/linalg/engine';
import type { Sliding } from '../plan.js';
import { linksOf, runsOf } from './links.js';

/** One dimension of a window: which one, and its sizes before and after. */
export interface Pass {
  readonly sliding: Sliding;
  readonly dimension: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** dst ← factor·Σ over the window, along the middle of outer × inputs × inner numbers (addresses in bytes). */
export function slideOne({ kernels }: Engine, { sliding, dimension, inputs, outputs }: Pass, outer: number, inner: number, src: number, dst: number, factor: number): void {
  kernels.fillPlane(1, outer * outputs * inner, dst, outer * outputs * inner, 0);
  for (let tap = 0; tap < sliding.taps[dimension]; tap++)
    for (const { to, from, count } of runsOf(linksOf(sliding, dimension, tap, inputs, outputs)))
      kernels.accumulatePlane(outer, count * inner, src + 8 * from * inner, inputs * inner, dst + 8 * to * inner, outputs * inner, factor);
}

/**
 * The same window on both sides of a covariance: dst[a][i][b][j][c] ← factor·Σ_taps src[a][i + tap][b][j + tap][c], for the sizes
 * a × inputs × b × inputs × c.
 */
export function slideBoth({ kernels }: Engine, { sliding, dimension, inputs, outputs }: Pass, a: number, b: number, c: number, src: number, dst: number, factor: number): void {
  const [from, to] = [inputs * c, outputs * c];
  kernels.fillPlane(1, a * outputs * b * to, dst, a * outputs * b * to, 0);
  for (let tap = 0; tap < sliding.taps[dimension]; tap++) {
    const links = linksOf(sliding, dimension, tap, inputs, outputs);
    const runs = runsOf(links);
    for (let x = 0; x < a; x++)
      for (let i = 0; i < outputs; i++) {
        if (links[i] < 0) continue;
        const rowFrom = src + 8 * (x * inputs + links[i]) * b * from;
        const rowTo = dst + 8 * (x * outputs + i) * b * to;
        for (const run of runs) kernels.accumulatePlane(b, run.count * c, rowFrom + 8 * run.from * c, from, rowTo + 8 * run.to * c, to, factor);
      }
  }
}
