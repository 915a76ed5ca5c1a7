import { eigh } from '../eigh.js';
import type { Matrix } from '../matrix.js';
import { certify } from './certify.js';
import type { Order } from './krylov.js';
import type { Eigenpairs } from './largest-eigenpairs.js';
import { checkSymmetricForm } from './operator.js';
import type { Prepared } from './operator.js';

const BLOCK = 16;

/** The entries of an operator, by applying it to the unit vectors. */
async function entries(operator: Prepared, turn: () => Promise<void>): Promise<Matrix> {
  const n = operator.size;
  const data = new Float64Array(n * n);
  for (let from = 0; from < n; from += BLOCK) {
    const cols = Math.min(BLOCK, n - from);
    const unit = new Float64Array(n * cols);
    for (let c = 0; c < cols; c++) unit[(from + c) * cols + c] = 1;
    const image = await operator.apply({ rows: n, cols, data: unit });
    await turn();
    for (let i = 0; i < n; i++) data.set(image.data.subarray(i * cols, (i + 1) * cols), i * n + from);
  }
  return { rows: n, cols: n, data };
}

/** The leading k pairs from the whole decomposition: for k so large, or n so small, that a subspace gains nothing. */
export async function denseEigenpairs(
  operator: Prepared,
  k: number,
  { order, tolerance, turn, iterations }: {
    readonly order: Order;
    readonly tolerance: number;
    readonly turn: () => Promise<void>;
    readonly iterations: number;
  },
): Promise<Eigenpairs> {
  const n = operator.size;
  const A = await entries(operator, turn);
  const largest = A.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  checkSymmetricForm('A', (i, j) => A.data[i * n + j], n, largest);
  const { values, vectors } = eigh(A);
  await turn();
  const norm = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const indices = order(values);
  const leading = new Float64Array(n * k);
  for (let i = 0; i < n; i++) for (let c = 0; c < k; c++) leading[i * k + c] = vectors.data[i * n + indices[c]];
  return certify(operator, { rows: n, cols: k, data: leading }, { order, tolerance, norm, iterations, exhausted: false, turn });
}
