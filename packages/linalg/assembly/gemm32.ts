import { product } from './blocked';
import { argument, fork, integer, mayFork, setArgument, threadCount } from './parallel';
import { GEMM32 } from './tasks';

// Work below this many multiply-adds is not worth a fork.
const FORK_WORTH: f64 = 500000;

// Part `chunk` of every product of the batch: whole products when there are enough of them, else strips of rows of each.
export function gemm32Chunk(chunk: i32): void {
  const strips = integer(14);
  const index = chunk / strips;
  const part = chunk % strips;
  const m = integer(0);
  const i0 = part == 0 ? 0 : <i32>((<i64>m * part) / strips) & ~3;
  const i1 = part + 1 == strips ? m : <i32>((<i64>m * (part + 1)) / strips) & ~3;
  if (i0 == i1) return;
  const aRow = integer(5);
  const ldc = integer(13);
  product<f32>(
    i1 - i0, integer(1), integer(2), 1,
    argument(3) + (<usize>index * argument(4) + <usize>i0 * <usize>aRow << 2), aRow, integer(6),
    argument(7) + (<usize>index * argument(8) << 2), integer(9), integer(10),
    argument(11) + (<usize>index * argument(12) + <usize>i0 * <usize>ldc << 2), ldc, false, 0,
  );
}

// C_q += A_q·B_q for q = 0…batch−1 in single precision, A_q m×k and B_q k×n with any strides (in floats), row-major C_q. `aBatch`,
// `bBatch`, `cBatch`: floats from one matrix of the batch to the next (0: the same for all).
export function gemm32(
  batch: i32, m: i32, n: i32, k: i32,
  a: usize, aBatch: i32, aRow: i32, aCol: i32,
  b: usize, bBatch: i32, bRow: i32, bCol: i32,
  c: usize, cBatch: i32, ldc: i32,
): void {
  if (!mayFork() || <f64>batch * <f64>m * <f64>n * <f64>k < FORK_WORTH) {
    for (let q = 0; q < batch; q++) {
      product<f32>(
        m, n, k, 1,
        a + (<usize>q * <usize>aBatch << 2), aRow, aCol,
        b + (<usize>q * <usize>bBatch << 2), bRow, bCol,
        c + (<usize>q * <usize>cBatch << 2), ldc, false, 0,
      );
    }
    return;
  }
  setArgument(0, m);
  setArgument(1, n);
  setArgument(2, k);
  setArgument(3, a);
  setArgument(4, aBatch);
  setArgument(5, aRow);
  setArgument(6, aCol);
  setArgument(7, b);
  setArgument(8, bBatch);
  setArgument(9, bRow);
  setArgument(10, bCol);
  setArgument(11, c);
  setArgument(12, cBatch);
  setArgument(13, ldc);
  const strips = batch >= 2 * threadCount() ? 1 : max(1, min(threadCount(), m / 16));
  setArgument(14, strips);
  fork(GEMM32, batch * strips);
}
