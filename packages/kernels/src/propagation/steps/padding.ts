import { fieldAt, type Context, type State } from '../context.js';
import { linksOf } from './links.js';
import type { Pass } from './slide.js';

/** Along one dimension the variances pass through the window too: outer × inputs × inner numbers. */
function slid(values: Float64Array, { sliding, dimension, inputs, outputs }: Pass, inner: number, factor: number): Float64Array {
  const outer = values.length / inputs / inner;
  const next = new Float64Array(outer * outputs * inner);
  for (let tap = 0; tap < sliding.taps[dimension]; tap++)
    linksOf(sliding, dimension, tap, inputs, outputs).forEach((i, o) => {
      if (i < 0) return;
      for (let x = 0; x < outer; x++) for (let y = 0; y < inner; y++) next[(x * outputs + o) * inner + y] += factor * values[(x * inputs + i) * inner + y];
    });
  return next;
}

/** Variances of rows and columns at every position, which pass through the window too. */
export interface Distances {
  q1: Float64Array;
  q2: Float64Array;
}

/**
 * Where a tap meets padding on one side only, the squared distance there is the variance on the other: adds these to the distances in s
 * after a pass (`before`, `after`: positions of the dimensions around it), and moves the variances on.
 */
export function paddedDistances(context: Context, next: State, pass: Pass, before: number, after: number, factor: number, distances: Distances): void {
  const { rows, cols, self, engine, fields } = context;
  const { heap } = engine;
  const { sliding, dimension, inputs, outputs } = pass;
  const s = fieldAt(next, fields.s);
  const { q1, q2 } = distances;
  for (let tap = 0; tap < sliding.taps[dimension]; tap++) {
    const links = linksOf(sliding, dimension, tap, inputs, outputs);
    if (links.every((i) => i >= 0) || links.every((i) => i < 0)) continue;
    for (let o = 0; o < outputs; o++)
      for (let o2 = 0; o2 < outputs; o2++) {
        const [i, i2] = [links[o], links[o2]];
        if (i >= 0 === i2 >= 0) continue;
        for (let row = 0; row < rows.count; row++)
          for (let col = self ? row : 0; col < (self ? row + 1 : cols.count); col++) {
            const pair = self ? row : row * cols.count + col;
            for (let x = 0; x < before; x++)
              for (let y = 0; y < after; y++) {
                const left = s + (((pair * before + x) * outputs + o) * after + y) * before * outputs * after + o2 * after;
                const own = i >= 0 ? factor * q1[((row * before + x) * inputs + i) * after + y] : 0;
                for (let x2 = 0; x2 < before; x2++) {
                  const at = left + x2 * outputs * after;
                  const other = ((col * before + x2) * inputs + i2) * after;
                  if (i >= 0) for (let y2 = 0; y2 < after; y2++) heap[at + y2] += own;
                  else for (let y2 = 0; y2 < after; y2++) heap[at + y2] += factor * q2[other + y2];
                }
              }
          }
      }
  }
  distances.q1 = slid(q1, pass, after, factor);
  distances.q2 = slid(q2, pass, after, factor);
}
