import { last } from './table';

// y ← √x, correctly rounded.
export function vectorSqrt(n: i32, x: usize, y: usize): void {
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(y, f64x2.sqrt(v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < n) v128.store64_lane(y, f64x2.sqrt(last(x)), 0);
}
