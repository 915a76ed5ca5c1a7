import { madd, splat, sum } from './simd';
import { axpy, dot } from './vector';

// y = A x for A m×n, row-major (stride in bytes): four rows at a time, so that x is read once for the four.
export function rowsTimesVector(m: i32, n: i32, a: usize, stride: usize, x: usize, y: usize): void {
  const end = <usize>(n & ~1) << 3;
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    const a0 = a + <usize>r * stride;
    const a1 = a0 + stride;
    const a2 = a1 + stride;
    const a3 = a2 + stride;
    let s0 = splat(0);
    let s1 = splat(0);
    let s2 = splat(0);
    let s3 = splat(0);
    for (let at: usize = 0; at < end; at += 16) {
      const xj = v128.load(x + at);
      s0 = madd(v128.load(a0 + at), xj, s0);
      s1 = madd(v128.load(a1 + at), xj, s1);
      s2 = madd(v128.load(a2 + at), xj, s2);
      s3 = madd(v128.load(a3 + at), xj, s3);
    }
    const last = n & 1 ? load<f64>(x + end) : 0;
    const out = y + (<usize>r << 3);
    store<f64>(out, sum(s0) + (n & 1 ? load<f64>(a0 + end) * last : 0));
    store<f64>(out, sum(s1) + (n & 1 ? load<f64>(a1 + end) * last : 0), 8);
    store<f64>(out, sum(s2) + (n & 1 ? load<f64>(a2 + end) * last : 0), 16);
    store<f64>(out, sum(s3) + (n & 1 ? load<f64>(a3 + end) * last : 0), 24);
  }
  for (; r < m; r++) store<f64>(y + (<usize>r << 3), dot(n, a + <usize>r * stride, x));
}

// y += Aᵀ x for A m×n, row-major (stride in bytes): four rows at a time, so that y is read and written once for the four.
export function addVectorTimesRows(m: i32, n: i32, a: usize, stride: usize, x: usize, y: usize): void {
  const end = <usize>(n & ~1) << 3;
  let r = 0;
  for (; r + 4 <= m; r += 4) {
    const a0 = a + <usize>r * stride;
    const a1 = a0 + stride;
    const a2 = a1 + stride;
    const a3 = a2 + stride;
    const own = x + (<usize>r << 3);
    const x0 = v128.load_splat<f64>(own);
    const x1 = v128.load_splat<f64>(own, 8);
    const x2 = v128.load_splat<f64>(own, 16);
    const x3 = v128.load_splat<f64>(own, 24);
    for (let at: usize = 0; at < end; at += 16) {
      const left = madd(v128.load(a0 + at), x0, f64x2.mul(v128.load(a1 + at), x1));
      const right = madd(v128.load(a2 + at), x2, f64x2.mul(v128.load(a3 + at), x3));
      v128.store(y + at, f64x2.add(v128.load(y + at), f64x2.add(left, right)));
    }
    if (n & 1) {
      const left = load<f64>(a0 + end) * load<f64>(own) + load<f64>(a1 + end) * load<f64>(own, 8);
      const right = load<f64>(a2 + end) * load<f64>(own, 16) + load<f64>(a3 + end) * load<f64>(own, 24);
      store<f64>(y + end, load<f64>(y + end) + (left + right));
    }
  }
  for (; r < m; r++) axpy(n, load<f64>(x + (<usize>r << 3)), a + <usize>r * stride, y);
}
