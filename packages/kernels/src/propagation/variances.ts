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

/** Appends what this batch of inputs has to the record of this visit. */
function record(context: Context, state: State): void {
  const { records, from } = context.rows;
  const { fields, visit } = context;
  const p = positionsOf(state.grid);
  const entry = (records.variances[visit] ??= {
    q: new Float64Array(records.inputs * p),
    dq: Array.from({ length: fields.parameters }, () => new Float64Array(records.inputs * p)),
  });
  entry.q.set(diagonalOf(context, state, 0), from * p);
  entry.dq.forEach((array, j) => array.set(diagonalOf(context, state, fields.dc(j)), from * p));
}

/** One side's numbers, inputs × positions in the record, as planes want them: positions first unless all positions are paired. */
function gather(values: Float64Array, { from, count }: Side, p: number, full: boolean, target: Float64Array, at: number): void {
  if (full || p === 1) {
    target.set(values.subarray(from * p, (from + count) * p), at);
    return;
  }
  for (let i = 0; i < count; i++) for (let a = 0; a < p; a++) target[at + a * count + i] = values[(from + i) * p + a];
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
    for (let k = 0; k < length; k++) {
      const variance = Math.max(0, engine.heap[q / 8 + k]);
      engine.heap[q / 8 + k] = variance;
      engine.heap[r / 8 + k] = Math.sqrt(variance);
    }
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
}

/** All planes of a state that are wanted. */
export function planesOf(context: Context, state: State): Plane[] {
  const { rows, cols, self, lower } = context;
  const p = positionsOf(state.grid);
  const planes: Plane[] = [];
  if (state.grid.full) {
    for (let i = 0; i < rows.count; i++) {
      if (self) planes.push({ offset: i * p * p, rows: p, cols: p, row: i * p, col: i * p, lower: -1 });
      else
        for (let j = 0; j < cols.count; j++)
          if (lower < 0 || j <= i + lower) planes.push({ offset: (i * cols.count + j) * p * p, rows: p, cols: p, row: i * p, col: j * p, lower: -1 });
    }
    return planes;
  }
  for (let a = 0; a < p; a++) {
    if (self) for (let i = 0; i < rows.count; i++) planes.push({ offset: a * rows.count + i, rows: 1, cols: 1, row: a * rows.count + i, col: a * rows.count + i, lower: -1 });
    else planes.push({ offset: a * rows.count * cols.count, rows: rows.count, cols: cols.count, row: a * rows.count, col: a * cols.count, lower });
  }
  return planes;
}

/** Calls `visit(entry, row, col)` for every pair of a plane that is wanted. */
export function eachPair({ offset, rows, cols, row, col, lower }: Plane, visit: (entry: number, row: number, col: number) => void): void {
  for (let i = 0; i < rows; i++) {
    const end = lower < 0 ? cols : Math.min(cols, i + lower + 1);
    for (let j = 0; j < end; j++) visit(offset + i * cols + j, row + i, col + j);
  }
}
