import { readFileSync } from 'node:fs';

/** Reads test/golden/<name>.json. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Distance in units of the last place of the expected value. */
export function ulps(got: number, expected: number): number {
  if (got === expected) return 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(expected))), -1022);
  return Math.abs(got - expected) / 2 ** (exponent - 52);
}

export const relative = (got: number, expected: number): number => Math.abs(got - expected) / Math.abs(expected);

/** Largest of f over rows. */
export const worst = <T>(rows: readonly T[], f: (row: T) => number): number => rows.reduce((m, row) => Math.max(m, f(row)), 0);
