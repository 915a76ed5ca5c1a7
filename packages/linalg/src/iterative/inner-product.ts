/** Σ xᵢyᵢ of two vectors of one length, in two partial sums. */
export function dot(x: Float64Array, y: Float64Array): number {
  let a = 0;
  let b = 0;
  const even = x.length & ~1;
  for (let i = 0; i < even; i += 2) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
  }
  return even < x.length ? a + b + x[even] * y[even] : a + b;
}
