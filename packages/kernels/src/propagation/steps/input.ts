import type { Matrix } from '@saddlepoint/linalg';
import { inputPair } from '../../distances/close-inputs.js';
import { fieldAt, positionsOf, stateAt, type Context, type State } from '../context.js';
import type { Grid } from '../plan.js';
import { eachPair, planesOf, stackedPlanes, type Plane } from '../variances.js';

/** Squared cosines above this have their sine formed from the difference of the two inputs. */
const CLOSE = 0.99;

/** Cosines closer to ±1 than this are formed again with the arithmetic of the norms, so that a duplicate has exactly its norm. */
const NEARLY_PARALLEL = (1 - 1e-12) ** 2;

function dotRows(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[i + k] * b[j + k];
  return sum;
}

/** √(|x|²|y|² − (x·y)²) = √(|x|²|δ|² − (x·δ)²), δ = y ∓ x: no digits are lost as the angle becomes small (or close to π). */
function closeSine(a: Float64Array, i: number, b: Float64Array, j: number, length: number, antiparallel: boolean): number {
  const sign = antiparallel ? -1 : 1;
  let xx = 0;
  let dd = 0;
  let xd = 0;
  for (let k = 0; k < length; k++) {
    const x = a[i + k];
    const d = b[j + k] - sign * x;
    xx += x * x;
    dd += d * d;
    xd += x * d;
  }
  if (dd === 0 || xx === 0) return 0;
  const plain = xx * dd - xd * xd;
  // The two may differ in length more than in direction: then all of it to twice the digits.
  return plain > 1e-3 * xx * dd ? Math.sqrt(plain) : inputPair(a, i, b, j, length).sine;
}

/** One set of inputs in engine memory: n rows of `length` numbers, `channels` at each position. */
interface Placed {
  readonly matrix: Matrix;
  readonly from: number;
  readonly address: number;
}

/** Covariance x_p·x′_q/channels of every pair of the tile, with its sine norm; Θ and all derivatives 0. */
export function inputState(context: Context, base: number, grid: Grid, channels: number, x: Placed, y: Placed): State {
  const { engine, fields, rows, cols, self } = context;
  const { kernels, heap } = engine;
  const state = stateAt(context, base, grid);
  const length = x.matrix.cols;
  // Vectors may have fewer coordinates than `channels` divides by: on a plane of a larger space.
  const depth = grid.positions.length === 0 ? length : channels;
  for (const f of fields.linear) kernels.fillPlane(1, state.size, 8 * fieldAt(state, f), state.size, 0);
  const c = fieldAt(state, 0);
  const p = positionsOf(grid);
  const stride = 8 * length;
  const factor = 1 / channels;
  const bytes = 8 * channels;
  const a = x.matrix.data;
  const b = y.matrix.data;
  if (grid.full) {
    for (const { offset, row, col } of planesOf(context, state))
      kernels.gemm(p, p, depth, 1, x.address + (row / p) * stride, depth, 1, y.address + (col / p) * stride, 1, depth, 8 * (c + offset), p, 0);
  } else if (!self) {
    for (let q = 0; q < p; q++)
      kernels.gemm(rows.count, cols.count, depth, 1, x.address + q * bytes, length, 1, y.address + q * bytes, 1, length, 8 * (c + q * rows.count * cols.count), cols.count, 0);
  }
  const start = (from: number, count: number, k: number): number => (grid.full ? (from + Math.floor(k / p)) * length + (k % p) * channels : (from + (k % count)) * length + Math.floor(k / count) * channels);
  const squares = (m: Matrix, from: number, count: number): Float64Array => {
    const norms = new Float64Array(count * p);
    for (let k = 0; k < norms.length; k++) {
      const at = start(from, count, k);
      norms[k] = dotRows(m.data, at, m.data, at, depth);
    }
    return norms;
  };
  const q1 = squares(x.matrix, x.from, rows.count);
  const q2 = self ? q1 : squares(y.matrix, y.from, cols.count);
  const s = fields.s < 0 ? -1 : fieldAt(state, fields.s);
  // Scratch that the first variances will take: squared norms, and whether any pair is close.
  const [n1, n2] = [context.scratch, context.scratch + 8 * q1.length];
  const flag = n2 + 8 * q2.length;
  heap.set(q1, n1 / 8);
  heap.set(q2, n2 / 8);
  const flagAt = new Int32Array(heap.buffer, flag, 1);
  const remake = (plane: Plane): void => {
    eachPair(plane, (entry, i, j) => {
      const norms = q1[i] * q2[j];
      const product = heap[c + entry] / factor;
      const square = product * product;
      if (square <= CLOSE * norms) return;
      const [ia, jb] = [start(x.from, rows.count, i), start(y.from, self ? rows.count : cols.count, j)];
      if (square >= NEARLY_PARALLEL * norms) heap[c + entry] = dotRows(a, ia, b, jb, depth) * factor;
      if (s >= 0) heap[s + entry] = closeSine(a, ia, b, jb, depth, product < 0) * factor;
    });
  };
  if (self && !grid.full) {
    for (let k = 0; k < q1.length; k++) heap[c + k] = q1[k] * factor;
    if (s >= 0) heap.fill(0, s, s + state.size);
    return state;
  }
  let close = false;
  for (const { offset, rows: height, cols: width, row, col, lower, stacked } of stackedPlanes(context, state)) {
    kernels.stackPlanes(stacked);
    kernels.formPairs(height, width, width, lower, n1 + 8 * row, n2 + 8 * col, 8 * (c + offset), s < 0 ? 0 : 8 * (s + offset), factor, CLOSE, flag);
    close ||= flagAt[0] !== 0;
  }
  if (close) planesOf(context, state).forEach(remake);
  return state;
}
