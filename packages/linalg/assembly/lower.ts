import { argument, fork, integer, mayFork, number, setArgument, setNumber, threadCount } from './parallel';
import { COPY_LOWER } from './tasks';
import { largest } from './vector';

const FORK_WORTH: i32 = 256;
const MOST_STRIPS: i32 = 64;
// Where chunks leave their maxima among the arguments.
const MAXIMA: i32 = 16;

function copyRows(n: i32, from: i32, to: i32, a: usize, lda: usize, b: usize, ldb: usize): f64 {
  let most: f64 = 0;
  for (let i = from; i < to; i++) {
    const bytes = <usize>(i + 1) << 3;
    const source = a + <usize>i * lda;
    const target = b + <usize>i * ldb;
    most = Math.max(most, largest(i + 1, source));
    if (source != target) memory.copy(target, source, bytes);
    memory.fill(target + bytes, 0, (<usize>n << 3) - bytes);
  }
  return most;
}

export function copyLowerChunk(chunk: i32): void {
  const n = integer(0);
  const strips = integer(5);
  const from = <i32>((<i64>n * chunk) / strips);
  const to = <i32>((<i64>n * (chunk + 1)) / strips);
  setNumber(MAXIMA + chunk, copyRows(n, from, to, argument(1), argument(2), argument(3), argument(4)));
}

// B ← the lower triangle of A with zeros above (B may be A). Returns max |aᵢⱼ| over it, NaN if any entry there is.
export function copyLower(n: i32, a: usize, lda: i32, b: usize, ldb: i32): f64 {
  const stride = <usize>lda << 3;
  const target = <usize>ldb << 3;
  if (!mayFork() || n < FORK_WORTH) return copyRows(n, 0, n, a, stride, b, target);
  const strips = min(MOST_STRIPS, 2 * threadCount());
  setArgument(0, n);
  setArgument(1, a);
  setArgument(2, stride);
  setArgument(3, b);
  setArgument(4, target);
  setArgument(5, strips);
  fork(COPY_LOWER, strips);
  let most: f64 = 0;
  for (let s = 0; s < strips; s++) most = Math.max(most, number(MAXIMA + s));
  return most;
}
