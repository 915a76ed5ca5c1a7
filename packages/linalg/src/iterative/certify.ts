import type { Matrix } from '../matrix.js';
import type { Order } from './krylov.js';
import type { Eigenpairs } from './largest-eigenpairs.js';
import type { Prepared } from './operator.js';

const BLOCK = 16;

/** Columns `from … to` of A as a matrix of their own. */
function columns({ rows, cols, data }: Matrix, from: number, to: number): Matrix {
  const width = to - from;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * cols + from, i * cols + to), i * width);
  return { rows, cols: width, data: out };
}

/** The pairs of the orthonormal columns of `vectors`: Rayleigh quotients, ordered, with residuals computed from a product with A. */
export async function certify(
  operator: Prepared,
  vectors: Matrix,
  { order, tolerance, norm, iterations, exhausted, turn }: {
    readonly order: Order;
    readonly tolerance: number;
    readonly norm: number;
    readonly iterations: number;
    readonly exhausted: boolean;
    readonly turn: () => Promise<void>;
  },
): Promise<Eigenpairs> {
  const { rows: n, cols: k } = vectors;
  const quotients = new Float64Array(k);
  const residuals = new Float64Array(k);
  for (let from = 0; from < k; from += BLOCK) {
    const V = columns(vectors, from, Math.min(k, from + BLOCK));
    const { data: image } = await operator.apply(V);
    await turn();
    for (let c = 0; c < V.cols; c++) {
      let quotient = 0;
      for (let i = c; i < image.length; i += V.cols) quotient += V.data[i] * image[i];
      let square = 0;
      for (let i = c; i < image.length; i += V.cols) square += (image[i] - quotient * V.data[i]) ** 2;
      quotients[from + c] = quotient;
      residuals[from + c] = Math.sqrt(square);
    }
  }
  const indices = order(quotients);
  const sorted = new Float64Array(n * k);
  for (let i = 0; i < n; i++) for (let c = 0; c < k; c++) sorted[i * k + c] = vectors.data[i * k + indices[c]];
  const size = Math.max(norm, ...quotients.map(Math.abs));
  const exact = residuals.every((residual) => residual <= tolerance * size);
  return {
    values: Float64Array.from(indices, (i) => operator.unit * quotients[i]),
    vectors: { rows: n, cols: k, data: sorted },
    residuals: Float64Array.from(indices, (i) => operator.unit * residuals[i]),
    norm: operator.unit * size,
    status: exact ? 'converged' : exhausted ? 'max-iterations' : 'stalled',
    iterations,
    applications: operator.applied(),
  };
}
