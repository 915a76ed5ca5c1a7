/** The power of two that brings `largest` > 0 into [1, 2), as far as exponents allow. */
export const powerOfTwo = (largest: number): number => 2 ** -Math.min(1000, Math.max(-1000, Math.floor(Math.log2(largest))));

/**
 * The power of two that brings the largest |entry| into [1, 2); 1 for zeros alone. Scaling by it is exact, and the squares of what is
 * not negligible beside the largest entry neither overflow nor underflow.
 */
export function unitScale(data: Float64Array): number {
  let largest = 0;
  for (const value of data) {
    const size = Math.abs(value);
    if (size > largest) largest = size;
  }
  return largest === 0 ? 1 : powerOfTwo(largest);
}

/** factor·data as a new array. */
export function scaledCopy(data: Float64Array, factor: number): Float64Array {
  const out = Float64Array.from(data);
  if (factor !== 1) for (let i = 0; i < out.length; i++) out[i] *= factor;
  return out;
}
