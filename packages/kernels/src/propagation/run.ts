import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Matrix } from '@saddlepoint/linalg';
import type { Holder } from '@saddlepoint/linalg/engine';
import { mapped, within, type Steps } from '../pace.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { fieldAt, positionsOf, type Context, type Records, type Side, type State } from './context.js';
import { fieldsOf, type Fields } from './fields.js';
import type { Plan, Step } from './plan.js';
import { needsOf, type Needs } from './room.js';
import { applyStep } from './steps/apply.js';
import { branchStep } from './steps/branches.js';
import { inputState } from './steps/input.js';
import { seriesScratch } from './steps/map-series.js';
import { prepareTables, type SeriesTables } from './steps/series-tables.js';
import { narrowed } from './steps/sines.js';
import { diagonalOf } from './variances.js';
import { createWorkspace, type Workspace } from './workspace.js';

/** One set of inputs, with what passing them alone has left behind. */
export interface InputSet {
  readonly matrix: Matrix;
  /** Inputs × positions, 1 where a position exists. */
  readonly mask: Uint8Array | null;
  readonly records: Records;
}

export const inputSet = (matrix: Matrix, mask: Uint8Array | null): InputSet => ({ matrix, mask, records: { inputs: matrix.rows, variances: [], mixing: [] } });

/** A plan with what does not change from tile to tile. */
export interface Runner {
  readonly plan: Plan;
  readonly needs: Needs;
  readonly fields: Fields;
  readonly series: SeriesOptions;
  readonly tableCache: Map<number, SeriesTables>;
  /** The sets of inputs whose variances the tables of pairs hold, however few of them a tile has. */
  readonly tabulated: readonly Records[];
}

/** The plan with what its options make of it; `sets` are the inputs that pairs will be made of. */
export const runnerOf = (plan: Plan, { tolerance, maxDegree }: SeriesOptions, withNtk: boolean, withGradients: boolean, sets: readonly InputSet[]): Runner => ({
  plan,
  needs: needsOf(plan),
  fields: fieldsOf(plan.sine, withNtk, withGradients ? plan.parameters.length : 0),
  series: { ...(tolerance === undefined ? {} : { tolerance }), ...(maxDegree === undefined ? {} : { maxDegree }) },
  tableCache: new Map(),
  tabulated: sets.map((set) => set.records),
});

/** Whether any step expands an activation in a series. */
const hasSeries = (steps: readonly Step[]): boolean =>
  steps.some((step) => (step.kind === 'map' && (step.activation.dual === undefined || step.activation.dualDerivative === undefined)) || (step.kind === 'branches' && step.branches.some(hasSeries)));

/** Doubles that a tile of `rows` × `cols` inputs takes (`pairs` of them), and where its parts begin. */
function layoutOf({ plan, needs, fields, series }: Runner, rows: number, cols: number, pairs: number, length: number, self = false) {
  const { entries, positions, links } = needs;
  const even = (n: number): number => 2 * Math.ceil(n / 2);
  const scratchSet = even(2 * (rows + cols) * positions);
  const largest = Math.max(rows, cols, positions);
  const tables = hasSeries(plan.steps) ? even(seriesScratch(largest, largest, series.maxDegree ?? 1024)) : 0;
  const inputs = even((rows + (self ? 0 : cols)) * length);
  const state = even(entries * fields.count * pairs + 4 * positions * positions);
  let end = 0;
  const after = (doubles: number): number => (end += doubles) - doubles;
  const places = { scratchSet, scratch: after(3 * scratchSet), tables: after(tables), links: after(even(links)), inputs: after(inputs), state: after(state) };
  return { ...places, total: end };
}

/** Doubles that a tile may take before smaller ones are used. */
const TILE_DOUBLES = 2 ** 20;

/** How many inputs a side of a tile has. */
export function tileSide(runner: Runner, inputs: number): number {
  const pairs = Math.max(1, Math.floor(TILE_DOUBLES / (runner.needs.entries * runner.fields.count)));
  return Math.max(1, Math.min(inputs, Math.floor(Math.sqrt(pairs)), 512));
}

/** Looks at a state after a step. */
export type Visitor = (context: Context, state: State, step: Step) => void;

function* runSteps(context: Context, steps: readonly Step[], start: State, job: <T>(work: () => T) => T, visit?: Visitor): Steps<State> {
  let state = start;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index];
    if (state.grid.full && !step.from.full && step.kind !== 'branches') state = job(() => narrowed(context, state));
    if (step.kind === 'branches') state = yield* branchStep(context, state, step, (inner, from) => mapped(runSteps(context, inner, from, job), () => index / steps.length), job);
    else {
      if (step.kind === 'map') prepareTables(context, step.activation, () => job(() => diagonalOf(context, state, 0)));
      state = job(() => applyStep(context, state, step));
    }
    if (visit !== undefined) job(() => visit(context, state, step));
    yield (index + 1) / steps.length;
  }
  return state;
}

/** A range of inputs of one set. */
export interface Range {
  readonly set: InputSet;
  readonly from: number;
  readonly count: number;
}

const sideOf = ({ set, from, count }: Range, positions: number): Side => ({ from, count, records: set.records, mask: set.mask === null ? null : set.mask.slice(from * positions, (from + count) * positions) });

/** Passes a tile through the plan; `read` looks at the final state. */
function* pass<T>(runner: Runner, workspace: Workspace, rowRange: Range, colRange: Range, self: boolean, lower: number, read: (context: Context, state: State) => T, visit?: Visitor): Steps<{ readonly result: T; readonly context: Context }> {
  const { plan, fields, series, tableCache, tabulated } = runner;
  const length = rowRange.set.matrix.cols;
  const pairs = self ? rowRange.count : rowRange.count * colRange.count;
  const layout = layoutOf(runner, rowRange.count, colRange.count, pairs, length, self);
  const at = (doubles: number): number => workspace.address + 8 * doubles;
  const positions = positionsOf(plan.input);
  const rows = sideOf(rowRange, positions);
  const cols = self ? rows : sideOf(colRange, positions);
  const context = workspace.job(
    (engine): Context => ({
      engine, fields, rows, cols, self, lower, scratch: at(layout.scratch), scratchSet: 8 * layout.scratchSet, nextSet: 0, visit: 0, mixingVisit: 0,
      series, tables: null, tableCache, tabulated, linkScratch: at(layout.links), tableScratch: at(layout.tables), error: { nngp: 0, ntk: 0 },
    }),
  );
  const job = <R>(work: () => R): R =>
    workspace.job((engine) => {
      context.engine = engine;
      return work();
    });
  const start = job(() => {
    const { heap } = context.engine;
    const place = ({ set, from, count }: Range, address: number) => {
      heap.set(set.matrix.data.subarray(from * length, (from + count) * length), address / 8);
      return { matrix: set.matrix, from, address };
    };
    const x = place(rowRange, at(layout.inputs));
    return inputState(context, at(layout.state), plan.input, plan.channels ?? length, x, self ? x : place(colRange, at(layout.inputs + rowRange.count * length)));
  });
  const end = yield* runSteps(context, plan.steps, start, job, visit);
  return { result: job(() => read(context, end)), context };
}

/** K and Θ of every input with itself, and their derivatives: one array per field. */
export interface OwnKernels {
  readonly fields: Float64Array[];
  readonly error: { readonly nngp: number; readonly ntk: number };
}

/** Passes each input with itself, recording what pairs will need. */
export function* passOwn(runner: Runner, set: InputSet): Steps<OwnKernels> {
  const { needs, fields } = runner;
  const inputs = set.matrix.rows;
  const out = Array.from({ length: fields.count }, () => new Float64Array(inputs));
  const perInput = needs.entries * fields.count;
  const batch = Math.max(1, Math.min(inputs, Math.floor(TILE_DOUBLES / perInput), Math.floor(TILE_DOUBLES / set.matrix.cols)));
  const workspace = createWorkspace(layoutOf(runner, batch, batch, batch, set.matrix.cols, true).total);
  let error = { nngp: 0, ntk: 0 };
  try {
    for (let from = 0; from < inputs; from += batch) {
      const range = { set, from, count: Math.min(batch, inputs - from) };
      const { context } = yield* within(pass(runner, workspace, range, range, true, -1, ({ engine }, state) => {
        for (let f = 0; f < fields.count; f++) out[f].set(engine.heap.subarray(fieldAt(state, f), fieldAt(state, f) + range.count), from);
      }), from / inputs, (from + range.count) / inputs);
      error = { nngp: Math.max(error.nngp, context.error.nngp), ntk: Math.max(error.ntk, context.error.ntk) };
    }
  } finally {
    workspace.dispose();
  }
  // Sine norms mean nothing after the last activation with a kink.
  if (!out.every((values, f) => f === fields.s || values.every(Number.isFinite)))
    throw new SaddlepointRangeError('ERR_NOT_FINITE', {
      argument: 'network',
      expected: 'variances that keep the kernels within double range (a smaller weightVariance or depth)',
      got: 'an overflow',
    });
  return { fields: out, error };
}

/** Where the fields of a finished tile are: rows × cols numbers each, from entry `at(field)` of `heap` on. Valid within the job. */
export interface TileView {
  readonly engine: Holder;
  readonly heap: Float64Array;
  readonly at: (field: number) => number;
}

/** Passes a tile of pairs; with `lower` ≥ 0 entries j > i + lower mean nothing. */
export function* passTile<T>(runner: Runner, workspace: Workspace, rows: Range, cols: Range, lower: number, read: (view: TileView) => T, visit?: Visitor): Steps<T> {
  const { result } = yield* pass(runner, workspace, rows, cols, false, lower, ({ engine }, state) => read({ engine, heap: engine.heap, at: (field) => fieldAt(state, field) }), visit);
  return result;
}

/** Doubles of memory for tiles of up to `rows` × `cols` inputs with `length` coordinates. */
export const tileDoubles = (runner: Runner, rows: number, cols: number, length: number): number => layoutOf(runner, rows, cols, rows * cols, length).total;

/** Memory for such tiles. */
export const tileWorkspace = (runner: Runner, rows: number, cols: number, length: number): Workspace => createWorkspace(tileDoubles(runner, rows, cols, length));
