import { above, copied, fieldAt, pairsOf, positionsOf, stateAt, type Context, type State } from '../context.js';
import type { Grid, Step } from '../plan.js';
import { variancesOf } from '../variances.js';
import { affineStep } from './affine.js';
import { applyMasks, slideMasks } from './masks.js';
import { paddedDistances } from './padding.js';
import { distancesToSines, narrowed, sinesToDistances } from './sines.js';
import { slideBoth, slideOne, type Pass } from './slide.js';

const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** One dimension of the window on every field, from one state into the next above it. */
function pass(context: Context, state: State, grid: Grid, one: Pass, factor: number, distances: { q1: Float64Array; q2: Float64Array } | null): State {
  const { engine, fields } = context;
  const next = stateAt(context, above(context, state), grid);
  const { dimension } = one;
  const before = count(state.grid.positions.slice(0, dimension));
  const after = count(state.grid.positions.slice(dimension + 1));
  const pairs = pairsOf(context);
  for (let f = 0; f < fields.count; f++) {
    const [src, dst] = [8 * fieldAt(state, f), 8 * fieldAt(next, f)];
    if (state.grid.full) slideBoth(engine, one, pairs * before, after * before, after, src, dst, factor);
    else slideOne(engine, one, before, after * pairs, src, dst, factor);
  }
  if (distances !== null && state.grid.full) paddedDistances(context, next, one, before, after, factor, distances);
  return next;
}

/** Weights of their own at every position: different positions are uncorrelated. */
function spread(context: Context, state: State, grid: Grid): State {
  const { engine, fields } = context;
  const { heap } = engine;
  const p = positionsOf(grid);
  const pairs = pairsOf(context);
  const next = stateAt(context, above(context, state), grid);
  heap.fill(0, next.base / 8, next.base / 8 + fields.count * next.size);
  for (let f = 0; f < fields.count; f++) {
    const [from, to] = [fieldAt(state, f), fieldAt(next, f)];
    for (let k = 0; k < pairs; k++) for (let a = 0; a < p; a++) heap[to + (k * p + a) * p + a] = heap[from + a * pairs + k];
  }
  if (fields.s >= 0) {
    const v = variancesOf(context, next);
    const s = fieldAt(next, fields.s);
    for (let k = 0; k < pairs; k++) {
      const [row, col] = context.self ? [k, k] : [Math.floor(k / context.cols.count), k % context.cols.count];
      for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) if (a !== b) heap[s + (k * p + a) * p + b] = heap[v.r1 / 8 + row * p + a] * heap[v.r2 / 8 + col * p + b];
    }
  }
  return copied(context, next, state.base);
}

/** The mean over taps of covariances between positions moved alike, then the weights: K ← w·mean K + b. */
export function convStep(context: Context, given: State, step: Extract<Step, { kind: 'conv' }>, sine: boolean): State {
  applyMasks(context, given);
  const { sliding, factor, affine, local, to } = step;
  const start = local ? narrowed(context, given) : given;
  const carried = sine && context.fields.s >= 0;
  const { positions } = start.grid;
  let distances: { q1: Float64Array; q2: Float64Array } | null = null;
  if (carried) {
    const v = variancesOf(context, start);
    const p = positionsOf(start.grid);
    const { heap } = context.engine;
    distances = { q1: heap.slice(v.q1 / 8, v.q1 / 8 + context.rows.count * p), q2: heap.slice(v.q2 / 8, v.q2 / 8 + context.cols.count * p) };
    sinesToDistances(context, start, v);
  }
  let state = start;
  const sizes = [...positions];
  positions.forEach((inputs, dimension) => {
    const outputs = to.positions[dimension];
    sizes[dimension] = outputs;
    state = pass(context, state, { positions: [...sizes], full: start.grid.full }, { sliding, dimension, inputs, outputs }, dimension === 0 ? factor : 1, distances);
  });
  state = copied(context, state, start.base);
  slideMasks(context, sliding, step.from, to);
  if (carried) distancesToSines(context, state);
  state = affineStep(context, state, affine, sine);
  return local && to.full ? spread(context, state, to) : state;
}
