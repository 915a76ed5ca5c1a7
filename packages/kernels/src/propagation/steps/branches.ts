import type { Steps } from '../../pace.js';
import { above, copied, fieldAt, type Context, type State } from '../context.js';
import type { Step } from '../plan.js';
import { planesOf, variancesOf } from '../variances.js';
import { addedErrors, multipliedErrors } from './errors.js';
import { narrowed } from './sines.js';

type BranchStep = Extract<Step, { kind: 'branches' }>;

/** Adds `other` to `total`, whose sine norm becomes that of the sum. */
function add(context: Context, total: State, other: State, sine: boolean): void {
  const { engine, fields } = context;
  const { kernels } = engine;
  if (sine && fields.s >= 0) {
    const v = variancesOf(context, total);
    const w = variancesOf(context, other);
    const [c, s] = [fieldAt(total, 0), fieldAt(total, fields.s)];
    const [d, e] = [fieldAt(other, 0), fieldAt(other, fields.s)];
    for (const { offset, rows, cols, row, col, lower } of planesOf(context, total))
      kernels.combineSines(
        rows, cols, cols, lower, v.r1 + 8 * row, v.r2 + 8 * col, 8 * (c + offset), 8 * (s + offset),
        w.r1 + 8 * row, w.r2 + 8 * col, 8 * (d + offset), 8 * (e + offset),
      );
  }
  for (const f of fields.linear) {
    const { size } = total;
    kernels.accumulatePlane(1, size, 8 * fieldAt(other, f), size, 8 * fieldAt(total, f), size, 1);
  }
}

/** Multiplies `total` by `other`: K ← K·K′, Θ ← ΘK′ + KΘ′. */
function multiply(context: Context, total: State, other: State, sine: boolean): void {
  const { engine, fields } = context;
  const { heap } = engine;
  const at = (state: State, f: number): number => fieldAt(state, f);
  const w = sine && fields.s >= 0 ? variancesOf(context, other) : null;
  if (w !== null)
    for (const { offset, rows, cols, row, col } of planesOf(context, total))
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          const entry = offset + i * cols + j;
          const s = at(total, fields.s) + entry;
          // q1q2·q1′q2′ − c²c′² = s²·q1′q2′ + c²s′²
          heap[s] = Math.hypot(heap[s] * heap[w.r1 / 8 + row + i] * heap[w.r2 / 8 + col + j], heap[at(total, 0) + entry] * heap[at(other, fields.s) + entry]);
        }
  for (let k = 0; k < total.size; k++) {
    const [c, d] = [heap[at(total, 0) + k], heap[at(other, 0) + k]];
    const [t, u] = fields.t < 0 ? [0, 0] : [heap[at(total, fields.t) + k], heap[at(other, fields.t) + k]];
    for (let p = 0; p < fields.parameters; p++) {
      const [dc, dd] = [heap[at(total, fields.dc(p)) + k], heap[at(other, fields.dc(p)) + k]];
      heap[at(total, fields.dc(p)) + k] = dc * d + c * dd;
      if (fields.t < 0) continue;
      const [dt, du] = [heap[at(total, fields.dt(p)) + k], heap[at(other, fields.dt(p)) + k]];
      heap[at(total, fields.dt(p)) + k] = dt * d + t * dd + dc * u + c * du;
    }
    if (fields.t >= 0) heap[at(total, fields.t) + k] = t * d + c * u;
    heap[at(total, 0) + k] = c * d;
  }
}

function scale(context: Context, state: State, factor: number): void {
  const numbers = context.fields.count * state.size;
  context.engine.kernels.scalePlane(1, numbers, state.base, numbers, factor);
}

/** The branches' results combined; `run` takes a state through steps, `inJob` runs work on the engine. */
export function* branchStep(
  context: Context,
  start: State,
  step: BranchStep,
  run: (steps: readonly Step[], state: State) => Steps<State>,
  inJob: <T>(work: () => T) => T,
): Steps<State> {
  const masks = [context.rows.mask, context.cols.mask] as const;
  const { error } = context;
  let total: State | undefined;
  let joint: Context['error'] = { nngp: 0, ntk: 0 };
  for (let b = 0; b < step.branches.length; b++) {
    [context.rows.mask, context.cols.mask] = masks;
    context.error = error;
    const free = total === undefined ? above(context, start) : above(context, total);
    const entry = inJob(() => copied(context, start, free));
    const ended = yield* run(step.branches[b], entry);
    total = inJob(() => {
      const result = step.to.full ? ended : narrowed(context, ended);
      if (step.shares[b] !== 1) scale(context, result, step.shares[b]);
      if (context.self)
        joint = step.combine === 'product' && total !== undefined ? multipliedErrors(context, total, result, joint, context.error) : addedErrors(joint, context.error, step.shares[b]);
      if (total === undefined) return result;
      if (step.combine === 'product') multiply(context, total, result, step.sine);
      else add(context, total, result, step.sine);
      return total;
    });
  }
  if (total !== undefined) context.error = joint;
  const result = total ?? start;
  return inJob(() => copied(context, result, start.base));
}
