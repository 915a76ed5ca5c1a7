import { above, copied, fieldAt, pairsOf, positionsOf, stateAt, type Context, type State } from '../context.js';
import type { Step } from '../plan.js';
import { applyMasks } from './masks.js';
import { formSines } from './sines.js';

type AttentionStep = Extract<Step, { kind: 'attention' }>;

/** Weights with which the positions of one input attend to each other, from the covariance of its own positions: p × p. */
function attentionWeights(own: Float64Array, p: number, { mechanism, logits }: AttentionStep, present: (a: number) => boolean): Float64Array {
  const weights = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    let most = -Infinity;
    for (let b = 0; b < p; b++) if (present(b)) most = Math.max(most, logits * own[a * p + b]);
    let sum = 0;
    for (let b = 0; b < p; b++) {
      if (!present(b)) continue;
      const z = logits * own[a * p + b];
      const weight = mechanism === 'softmax' ? Math.exp(z - most) : mechanism === 'relu' ? Math.max(0, z) : mechanism === 'abs' ? Math.abs(z) : z;
      weights[a * p + b] = weight;
      sum += weight;
    }
    if (mechanism === 'softmax') for (let b = 0; b < p; b++) weights[a * p + b] /= sum;
  }
  return weights;
}

/** Records the weights of these inputs at this visit. */
function recordWeights(context: Context, state: State, step: AttentionStep): void {
  const { rows, engine } = context;
  const p = positionsOf(state.grid);
  const entry = (rows.records.mixing[context.mixingVisit] ??= new Float64Array(rows.records.inputs * p * p));
  for (let i = 0; i < rows.count; i++) {
    const at = fieldAt(state, 0) + i * p * p;
    entry.set(attentionWeights(engine.heap.slice(at, at + p * p), p, step, (b) => rows.mask?.[i * p + b] !== 0), (rows.from + i) * p * p);
  }
}

/** F ← G_i F G_jᵀ for every field and every pair, G of the rows' and of the columns' inputs (offset in doubles of input i's). */
function mixed(context: Context, state: State, rowWeights: (i: number) => Float64Array, colWeights: (j: number) => Float64Array): State {
  const { engine, fields, rows, cols, self } = context;
  const { kernels, heap } = engine;
  const p = positionsOf(state.grid);
  const next = stateAt(context, above(context, state), state.grid);
  // Above the result: two matrices of weights and one product.
  const left = above(context, next);
  const [right, half] = [left + 8 * p * p, left + 16 * p * p];
  heap.fill(0, next.base / 8, next.base / 8 + fields.count * next.size);
  for (let k = 0; k < pairsOf(context); k++) {
    const [i, j] = self ? [k, k] : [Math.floor(k / cols.count), k % cols.count];
    if (!self && context.lower >= 0 && j > i + context.lower) continue;
    heap.set(rowWeights(rows.from + i), left / 8);
    heap.set(colWeights(cols.from + j), right / 8);
    for (let f = 0; f < fields.count; f++) {
      const [from, to] = [8 * (fieldAt(state, f) + k * p * p), 8 * (fieldAt(next, f) + k * p * p)];
      heap.fill(0, half / 8, half / 8 + p * p);
      kernels.gemm(p, p, p, 1, left, p, 1, from, p, 1, half, p, 0);
      kernels.gemm(p, p, p, 1, half, p, 1, right, 1, p, to, p, 0);
    }
  }
  return copied(context, next, state.base);
}

/** Global self-attention: K ← w·G K G′ᵀ + b, Θ ← w·G Θ G′ᵀ + 2w·G K G′ᵀ + b. */
export function attentionStep(context: Context, start: State, step: AttentionStep): State {
  applyMasks(context, start);
  if (context.self) recordWeights(context, start, step);
  const p = positionsOf(start.grid);
  const visit = context.mixingVisit;
  context.mixingVisit += 1;
  const weightsOf = (side: Context['rows']) => (i: number): Float64Array => side.records.mixing[visit].subarray(i * p * p, (i + 1) * p * p);
  const state = mixed(context, start, weightsOf(context.rows), weightsOf(context.cols));
  const { heap } = context.engine;
  const { fields } = context;
  const c = fieldAt(state, 0);
  const t = fields.t < 0 ? -1 : fieldAt(state, fields.t);
  for (let k = 0; k < state.size; k++) {
    const own = step.weight * heap[c + k];
    if (t >= 0) heap[t + k] = step.weight * heap[t + k] + 2 * own + step.bias;
    heap[c + k] = own + step.bias;
  }
  if (step.sine && fields.s >= 0) formSines(context, state);
  return state;
}

/** Sums over the neighbours in a graph. */
export function aggregateStep(context: Context, start: State, { adjacency, sine }: Extract<Step, { kind: 'aggregate' }>): State {
  applyMasks(context, start);
  const state = mixed(context, start, () => adjacency, () => adjacency);
  if (sine && context.fields.s >= 0) formSines(context, state);
  return state;
}
