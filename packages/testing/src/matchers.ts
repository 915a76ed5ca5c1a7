import { expect } from 'vitest';

type Numeric = number | ArrayLike<number>;

const toArray = (value: unknown): ArrayLike<number> | null => {
  if (typeof value === 'number') return [value];
  if (typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number') return value as ArrayLike<number>;
  return null;
};

interface Worst {
  readonly index: number;
  readonly error: number;
}

/** The largest of |received − expected| / max(|expected|, floor) over the entries; Infinity where either is NaN or the lengths differ. */
export function worstRelativeError(received: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): Worst {
  if (received.length !== expected.length) return { index: -1, error: Infinity };
  let worst: Worst = { index: 0, error: 0 };
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(received[i] - expected[i]);
    const scale = Math.max(Math.abs(expected[i]), floor);
    const same = Object.is(received[i], expected[i]) || difference === 0;
    const error = same ? 0 : Number.isFinite(difference) && scale > 0 ? difference / scale : Infinity;
    if (error > worst.error) worst = { index: i, error };
  }
  return worst;
}

expect.extend({
  toBeRelativelyClose(received: unknown, expected: Numeric, relativeTolerance: number, { floor = 0 }: { floor?: number } = {}) {
    const got = toArray(received);
    const want = toArray(expected);
    if (got === null || want === null)
      return { pass: false, message: () => `expected a number or an array of numbers, got ${String(received)}` };
    if (got.length !== want.length)
      return { pass: false, message: () => `expected ${want.length} numbers, got ${got.length}` };
    const { index, error } = worstRelativeError(got, want, floor);
    const pass = Number.isFinite(error) && error <= relativeTolerance;
    const where = want.length > 1 ? `at index ${index}: ` : '';
    return {
      pass,
      message: () =>
        `${where}expected ${got[index]} ${pass ? 'not ' : ''}to be ${want[index]} within a relative ${relativeTolerance}; the error is ${error.toExponential(3)}`,
    };
  },
  toAgreeWithin(received: unknown, mean: number, standardError: number, sigmas = 4) {
    if (typeof received !== 'number') return { pass: false, message: () => `expected a number, got ${String(received)}` };
    const distance = Math.abs(received - mean) / standardError;
    const pass = standardError > 0 && distance <= sigmas;
    return {
      pass,
      message: () => `expected ${received} ${pass ? 'not ' : ''}to agree with ${mean} ± ${standardError} within ${sigmas} standard errors; it is ${distance.toFixed(2)} away`,
    };
  },
});

/** What an assertion returns: a promise when the received value is one (`expect(…).resolves`). */
type Asserted<T> = T extends Promise<unknown> ? Promise<void> : void;

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Every entry is within `relativeTolerance` of the expected one, relative to max(|expected|, floor). With `floor` 0 (the
     * default) an expected zero must be met exactly. NaN never passes.
     */
    toBeRelativelyClose(expected: Numeric, relativeTolerance: number, options?: { floor?: number }): Asserted<T>;
    /** The number lies within `sigmas` (default 4) standard errors of a sampled mean. */
    toAgreeWithin(mean: number, standardError: number, sigmas?: number): Asserted<T>;
  }
}
