import { fieldAt, positionsOf, type Context, type Side, type State, type Variances } from './context.js';

/** The diagonal (input with itself, position with itself) of a field, inputs × positions. */
export function diagonalOf(context: Context, state: State, field: number): Float64Array {
  const { heap } = context.engine;
  const inputs = context.rows.count;
  const p = positionsOf(state.grid);
  const at = fieldAt(state, field);
  const result = new Float64Array(inputs * p);
  for (let i = 0; i < inputs; i++)
    for (let a = 0; a < p; a++) result[i * p + a] = state.grid.full ? heap[at + (i * p + a) * p + a] : heap[at + a * inputs + i];
  return result;
}

/** Puts one batch's numbers (inputs × positions) where the record keeps them. */
function keep(values: Float64Array, target: Float64Array, inputs: number, { from, count }: Side, p: number, full: boolean): void {
  if (full || p === 1) target.set(values, from * p);
  else for (let i = 0; i < count; i++) for (let a = 0; a < p; a++) target[a * inputs + from + i] = values[i * p + a];
}

/** Appends what this batch of inputs has to the record of this visit. */
function record(context: Context, state: State): void {
  const { rows, fields, visit } = context;
  const { inputs, variances } = rows.records;
  const { full } = state.grid;
  const p = positionsOf(state.grid);
  const fresh = (): Float64Array => new Float64Array(inputs * p);
  const entry = (variances[visit] ??= { q: fresh(), r: fresh(), dq: Array.from({ length: fields.parameters }, fresh) });
  const q = diagonalOf(context, state, 0).map((value) => Math.max(0, value));
  keep(q, entry.q, inputs, rows, p, full);
  keep(q.map(Math.sqrt), entry.r, inputs, rows, p, full);
  entry.dq.forEach((array, j) => keep(diagonalOf(context, state, fields.dc(j)), array, inputs, rows, p, full));
}

/** One side's numbers from the record, as planes want them. */
function gather(values: Float64Array, { from, count, records }: Side, p: number, full: boolean, target: Float64Array, at: number): void {
  if (full || p === 1) target.set(values.subarray(from * p, (from + count) * p), at);
  else for (let a = 0; a < p; a++) for (let i = 0, k = a * records.inputs + from, goal = at + a * count; i < count; i++) target[goal + i] = values[k + i];
}

/**
 * The variances of the state's rows and columns. Where inputs meet themselves they are read off the state and recorded; tiles of pairs read
 * the record of the same visit. Valid until the third next call.
 */
export function variancesOf(context: Context, state: State): Variances {
  const { engine, rows, cols, fields } = context;
  if (context.self) record(context, state);
  const p = positionsOf(state.grid);
  const start = context.scratch + context.nextSet * context.scratchSet;
  context.nextSet = (context.nextSet + 1) % 3;
  const [n, m] = [rows.count * p, cols.count * p];
  const q1 = start;
  const r1 = q1 + 8 * n;
  const q2 = context.self ? q1 : r1 + 8 * n;
  const r2 = context.self ? r1 : q2 + 8 * m;
  const side = (who: Side, length: number, q: number, r: number): Float64Array[] => {
    const entry = who.records.variances[context.visit];
    gather(entry.q, who, p, state.grid.full, engine.heap, q / 8);
    gather(entry.r, who, p, state.grid.full, engine.heap, r / 8);
    return Array.from({ length: fields.parameters }, (_, j) => {
      const derivative = new Float64Array(length);
      gather(entry.dq[j], who, p, state.grid.full, derivative, 0);
      return derivative;
    });
  };
  const dq1 = side(rows, n, q1, r1);
  const dq2 = context.self ? dq1 : side(cols, m, q2, r2);
  context.visit += 1;
  return { q1, r1, q2, r2, dq1, dq2 };
}

/** A block of pairs that share one row of variances each way: entry (i, j) at offset + i·cols + j, variances at row + i and col + j. */
export interface Plane {
  readonly offset: number;
  readonly rows: number;
  readonly cols: number;
  readonly row: number;
  readonly col: number;
  readonly lower: number;
  /** Rows of each of several planes one under the other, for the compiled loops that know of them; 0: one plane. */
  readonly stacked: number;
}

/** All planes of a state that are wanted. */
export function planesOf(context: Context, state: State): Plane[] {
  const { rows, cols, self, lower } = context;
  const p = positionsOf(state.grid);
  const planes: Plane[] = [];
  if (state.grid.full) {
    for (let i = 0; i < rows.count; i++) {
      if (self) planes.push({ offset: i * p * p, rows: p, cols: p, row: i * p, col: i * p, lower: -1, stacked: 0 });
      else
        for (let j = 0; j < cols.count; j++)
          if (lower < 0 || j <= i + lower) planes.push({ offset: (i * cols.count + j) * p * p, rows: p, cols: p, row: i * p, col: j * p, lower: -1, stacked: 0 });
    }
    return planes;
  }
  for (let a = 0; a < p; a++) {
    if (self) for (let i = 0; i < rows.count; i++) planes.push({ offset: a * rows.count + i, rows: 1, cols: 1, row: a * rows.count + i, col: a * rows.count + i, lower: -1, stacked: 0 });
    else planes.push({ offset: a * rows.count * cols.count, rows: rows.count, cols: cols.count, row: a * rows.count, col: a * cols.count, lower, stacked: 0 });
  }
  return planes;
}

/** The same as few planes as the loops that know of stacked ones can take. */
export function stackedPlanes(context: Context, state: State): Plane[] {
  const { rows, cols, self, lower } = context;
  const p = positionsOf(state.grid);
  if (self || state.grid.full || p === 1) return planesOf(context, state);
  return [{ offset: 0, rows: p * rows.count, cols: cols.count, row: 0, col: 0, lower, stacked: rows.count }];
}

/** Calls `visit(entry, row, col)` for every pair of a plane that is wanted. */
export function eachPair({ offset, rows, cols, row, col, lower }: Plane, visit: (entry: number, row: number, col: number) => void): void {
  for (let i = 0; i < rows; i++) {
    const end = lower < 0 ? cols : Math.min(cols, i + lower + 1);
    for (let j = 0; j < end; j++) visit(offset + i * cols + j, row + i, col + j);
  }
}
