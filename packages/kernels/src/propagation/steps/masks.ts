import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Grid, Sliding } from '../plan.js';
import { fieldAt, positionsOf, type Context, type Side, type State } from '../context.js';

/** Zeroes everything that meets a position that does not exist. */
export function applyMasks(context: Context, state: State): void {
  const { rows, cols, self, fields, engine } = context;
  if (rows.mask === null && cols.mask === null) return;
  const { heap } = engine;
  const p = positionsOf(state.grid);
  const out = (side: Side, i: number, a: number): boolean => side.mask?.[i * p + a] === 0;
  for (let f = 0; f < fields.count; f++) {
    const at = fieldAt(state, f);
    for (let i = 0; i < rows.count; i++)
      for (let j = self ? i : 0; j < (self ? i + 1 : cols.count); j++) {
        const pair = self ? i : i * cols.count + j;
        const pairs = self ? rows.count : rows.count * cols.count;
        for (let a = 0; a < p; a++) {
          if (!state.grid.full) {
            if (out(rows, i, a) || out(cols, j, a)) heap[at + a * pairs + pair] = 0;
            continue;
          }
          for (let b = 0; b < p; b++) if (out(rows, i, a) || out(cols, j, b)) heap[at + (pair * p + a) * p + b] = 0;
        }
      }
  }
}

/** An output of a window exists when the input under the middle of the window does. */
function slidMask(mask: Uint8Array, inputs: number, { strides, before, taps }: Sliding, from: Grid, to: Grid): Uint8Array {
  let current = mask;
  const sizes = [...from.positions];
  from.positions.forEach((size, dimension) => {
    const outputs = to.positions[dimension];
    const outer = inputs * sizes.slice(0, dimension).reduce((a, b) => a * b, 1);
    const inner = sizes.slice(dimension + 1).reduce((a, b) => a * b, 1);
    const next = new Uint8Array(outer * outputs * inner);
    for (let x = 0; x < outer; x++)
      for (let o = 0; o < outputs; o++) {
        const middle = o * strides[dimension] - before[dimension] + Math.floor((taps[dimension] - 1) / 2);
        for (let y = 0; y < inner; y++) next[(x * outputs + o) * inner + y] = current[(x * size + middle) * inner + y];
      }
    sizes[dimension] = outputs;
    current = next;
  });
  return current;
}

export function slideMasks({ rows, cols }: Context, sliding: Sliding, from: Grid, to: Grid): void {
  const shared = rows === cols;
  if (sliding.transposed && (rows.mask !== null || cols.mask !== null))
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'masks', expected: 'no transposed convolution in a network with masks', got: 'one' });
  if (rows.mask !== null) rows.mask = slidMask(rows.mask, rows.count, sliding, from, to);
  if (!shared && cols.mask !== null) cols.mask = slidMask(cols.mask, cols.count, sliding, from, to);
}

/** How many positions of each input exist. */
export const presentPositions = ({ mask, count }: Side, p: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => (mask === null ? p : mask.subarray(i * p, (i + 1) * p).reduce((sum, one) => sum + one, 0)));
