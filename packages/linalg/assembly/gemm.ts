import { product } from './blocked';
import { argument, fork, integer, mayFork, number, setArgument, setNumber, threadCount } from './parallel';
import { GEMM } from './tasks';

// Work below this many multiply-adds is not worth a fork.
const FORK_WORTH: f64 = 250000;

// Splits n into `parts`, part boundaries at multiples of 4.
// @ts-ignore: decorator
@inline
function boundary(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : <i32>((<i64>n * part) / parts) & ~3;
}

// Row strips of a lower triangle with equal areas.
function strip(n: i32, part: i32, parts: i32): i32 {
  return part == parts ? n : <i32>(<f64>n * Math.sqrt(<f64>part / <f64>parts)) & ~3;
}

// Block (chunk / columns, chunk % columns) of C: entries are summed over k in the same order whatever the blocks.
export function gemmChunk(chunk: i32): void {
  const m = integer(0);
  const n = integer(1);
  const columns = integer(14);
  const lower = integer(12) != 0;
  const p = chunk / columns;
  const q = chunk % columns;
  const rows = integer(13);
  const i0 = lower ? strip(m, p, rows) : boundary(m, p, rows);
  const i1 = lower ? strip(m, p + 1, rows) : boundary(m, p + 1, rows);
  const width = lower ? min(n, i1) : n;
  const j0 = boundary(width, q, columns);
  const j1 = boundary(width, q + 1, columns);
  if (i1 == i0 || j1 == j0) return;
  const aRow = integer(5);
  const bCol = integer(9);
  const ldc = integer(11);
  product<f64>(
    i1 - i0, j1 - j0, integer(2), number(3),
    argument(4) + (<usize>(i0 * aRow) << 3), aRow, integer(6),
    argument(7) + (<usize>(j0 * bCol) << 3), integer(8), bCol,
    argument(10) + (<usize>i0 * <usize>ldc + <usize>j0 << 3), ldc, lower, i0 - j0,
  );
}

// C += alpha·A·B for A m×k, B k×n with any row and column strides (in doubles) and row-major C. With `lower`, only tiles of 4×4 that
// meet the lower triangle (row ≥ column) of C are computed.
export function gemm(
  m: i32, n: i32, k: i32, alpha: f64,
  a: usize, aRow: i32, aCol: i32,
  b: usize, bRow: i32, bCol: i32,
  c: usize, ldc: i32, lower: bool,
): void {
  if (!mayFork() || <f64>m * <f64>n * <f64>k < FORK_WORTH) {
    product<f64>(m, n, k, alpha, a, aRow, aCol, b, bRow, bCol, c, ldc, lower, 0);
    return;
  }
  setArgument(0, m);
  setArgument(1, n);
  setArgument(2, k);
  setNumber(3, alpha);
  setArgument(4, a);
  setArgument(5, aRow);
  setArgument(6, aCol);
  setArgument(7, b);
  setArgument(8, bRow);
  setArgument(9, bCol);
  setArgument(10, c);
  setArgument(11, ldc);
  setArgument(12, lower ? 1 : 0);
  // Blocks as square as can be, about two for each thread.
  const blocks = (lower ? 1 : 2) * threadCount();
  let rows = lower ? blocks : max(1, min(blocks, <i32>Math.round(Math.sqrt(<f64>blocks * <f64>m / <f64>n))));
  rows = min(rows, max(1, m / 16));
  const columns = lower ? 1 : max(1, min((blocks + rows - 1) / rows, n / 16));
  setArgument(13, rows);
  setArgument(14, columns);
  fork(GEMM, rows * columns);
}
