import { productError } from '@saddlepoint/numerics';

/** Σ a_k b_k as an unevaluated sum of two doubles (Ogita, Rump & Oishi 2005). */
function accurateDot(a: (k: number) => number, b: (k: number) => number, length: number): readonly [number, number] {
  let high = 0;
  let low = 0;
  for (let k = 0; k < length; k++) {
    const x = a(k);
    const y = b(k);
    const p = x * y;
    const sum = high + p;
    const z = sum - high;
    low += high - (sum - z) + (p - z) + productError(x, y, p);
    high = sum;
  }
  const total = high + low;
  return [total, low - (total - high)];
}

/** An unevaluated sum with a small term more. */
function withRest([first, tail]: readonly [number, number], extra: number): readonly [number, number] {
  const high = first + (tail + extra);
  return [high, tail + extra - (high - first)];
}

/** Inner products of two inputs, and what tells them apart, each to full relative precision. */
export interface InputPair {
  /** |x|², |x′|² and x·x′ */
  readonly square1: number;
  readonly square2: number;
  readonly product: number;
  /** |x|² − |x′|² */
  readonly difference: number;
  /** |x − x′|² */
  readonly distance: number;
  /** √(|x|²|x′|² − (x·x′)²) */
  readonly sine: number;
}

/**
 * One pair of inputs, from rows of `length` numbers that start at `i` of `a` and `j` of `b`. All from δ = x′ − x (held exactly) in doubled
 * precision: |x′|² − |x|² = 2x·δ + |δ|², and |x|²|x′|² − (x·x′)² = |x|²|δ|² − (x·δ)², so that angles and differences of norms of any size keep
 * their digits.
 */
export function inputPair(a: Float64Array, i: number, b: Float64Array, j: number, length: number): InputPair {
  const x = (k: number): number => a[i + k];
  const y = (k: number): number => b[j + k];
  const [square1] = accurateDot(x, x, length);
  const [square2] = accurateDot(y, y, length);
  const [product] = accurateDot(x, y, length);
  // Antiparallel inputs: the sine is that of x and −x′.
  const sign = product < 0 ? -1 : 1;
  const near = (k: number): number => sign * b[j + k] - a[i + k];
  const rest = (k: number): number => {
    const t = sign * b[j + k];
    const d = t - a[i + k];
    const z = d - t;
    return t - (d - z) - (a[i + k] + z);
  };
  const [h1, l1] = accurateDot(x, x, length);
  // δ is near + rest: both products with it need both, or parallel inputs of different lengths would get an angle of √ε.
  const [h2, l2] = withRest(accurateDot(near, near, length), 2 * accurateDot(near, rest, length)[0]);
  const [h3, l3] = withRest(accurateDot(x, near, length), accurateDot(x, rest, length)[0]);
  const [p, s] = [h1 * h2, h3 * h3];
  const square = p - s + (productError(h1, h2, p) - productError(h3, h3, s) + h1 * l2 + h2 * l1 - 2 * h3 * l3);
  const difference = -(2 * h3 + h2 + (2 * l3 + l2));
  return { square1, square2, product, difference, distance: sign > 0 ? h2 : square1 + square2 - 2 * product, sine: Math.sqrt(Math.max(0, square)) };
}
