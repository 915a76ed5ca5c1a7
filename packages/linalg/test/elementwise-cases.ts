import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { elementwise, elementwiseFunctions, type ElementwiseFunction } from '../src/index.js';

/** x, the nearest double y of f(x), and (f(x) − y)/ulp(y). */
type Row = readonly [number, number, number];

interface Golden {
  readonly provenance: string;
  readonly functions: Readonly<Record<ElementwiseFunction, readonly Row[]>>;
}

export const golden = JSON.parse(readFileSync(new URL('golden/elementwise.json', import.meta.url), 'utf8')) as Golden;

/**
 * Largest errors in ulps that are promised; a search of millions of points found less (README). The square root's is one half, by IEEE 754.
 */
const BOUNDS: Readonly<Record<ElementwiseFunction, number>> = {
  exp: 1,
  expm1: 1.5,
  log: 1,
  log1p: 1,
  erf: 1.5,
  erfc: 4,
  tanh: 1.5,
  asin: 1,
  acos: 1,
  sin: 1,
  cos: 1,
  sqrt: 0.5,
};

/** The spacing of doubles above |y|. */
export function ulp(y: number): number {
  const exponent = (new BigUint64Array(Float64Array.of(Math.abs(y)).buffer)[0] >> 52n) & 0x7ffn;
  return exponent < 2n ? 2 ** -1074 : 2 ** (Number(exponent) - 1075);
}

/** Every function against 50-digit arithmetic, on whichever engine runs in this process. */
export function testAccuracy(build: string): void {
  test.each([...elementwiseFunctions])(`%s keeps its bound on random and hard points, ${build} engine`, (name) => {
    const rows = golden.functions[name];
    const y = elementwise(name, Float64Array.from(rows, ([x]) => x));
    const errors = rows.map(([, nearest, rest], i) => Math.abs((y[i] - nearest) / ulp(nearest) - rest));
    const worst = errors.indexOf(Math.max(...errors));
    // The references are rounded to 1e-4 ulp.
    expect(errors[worst], `at ${rows[worst][0]}`).toBeLessThanOrEqual(BOUNDS[name] + 1e-4);
  });
}
