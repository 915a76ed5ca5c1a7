import { readFileSync } from 'node:fs';
import type { ModeSpectrum } from '@saddlepoint/replica';
import { extendSpectrum } from '@saddlepoint/scaling';

/** Reads test/golden/<name>.json. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

export const relative = (got: number, expected: number): number => Math.abs(got - expected) / Math.abs(expected);

/** λ_k = k^{−(1+a)}, y_k² = k^{−(1+b)} for k = 1 … modes. */
export function powerLaw(a: number, b: number, modes: number): ModeSpectrum {
  const k = Float64Array.from({ length: modes }, (_, i) => i + 1);
  return { eigenvalues: k.map((i) => i ** -(1 + a)), targetPowers: k.map((i) => i ** -(1 + b)) };
}

/** The same to k = ∞: 1000 single modes, then logarithmic multiplets to 10¹², then a tail. */
export const infinitePowerLaw = (a: number, b: number): ModeSpectrum =>
  extendSpectrum(powerLaw(a, b, 1000), { a, b, eigenvalueScale: 1, powerScale: 1 }, 1e12);
