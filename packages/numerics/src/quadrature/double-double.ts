/** An unevaluated sum high + low of two doubles, about 32 digits. For setting up tables: nothing here is fast. */
export type DoubleDouble = readonly [high: number, low: number];

const SPLIT = 134217729;

/**
 * What rounding took from the product p = fl(a·b): a·b − p, exactly (|a|, |b|, |p| below 2⁹⁹⁶, and no underflow).
 *
 * Source: Dekker, Numer. Math. 18 (1971) 224.
 *
 * @example
 * import { productError } from '@saddlepoint/numerics';
 * productError(0.1, 10, 0.1 * 10); // => 5.551115123125783e-17
 */
export function productError(a: number, b: number, p: number): number {
  const s = SPLIT * a;
  const t = SPLIT * b;
  const ah = s - (s - a);
  const bh = t - (t - b);
  const al = a - ah;
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** a + b exactly (Knuth). */
export function exactSum(a: number, b: number): DoubleDouble {
  const s = a + b;
  const v = s - a;
  return [s, a - (s - v) + (b - v)];
}

export function times([a, al]: DoubleDouble, [b, bl]: DoubleDouble): DoubleDouble {
  const p = a * b;
  return exactSum(p, productError(a, b, p) + (a * bl + al * b));
}

export function over(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const q = a[0] / b[0];
  const [p, pl] = times([q, 0], b);
  return exactSum(q, (a[0] - p - pl + a[1]) / b[0]);
}

export function squareRoot(a: DoubleDouble): DoubleDouble {
  if (a[0] === 0) return [0, 0];
  const r = Math.sqrt(a[0]);
  const p = r * r;
  return exactSum(r, (a[0] - p - productError(r, r, p) + a[1]) / (2 * r));
}
