import type { Estimate } from './sections.js';

const minus = (text: string): string => text.replace('-', '−');

/** A number to `digits` significant digits, without exponent where that is readable. */
export function number(value: number, digits = 3): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
    return minus(`${mantissa}·10`) + [...String(Number(exponent))].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');
  }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(value.toFixed(Math.min(decimals, 10)));
}

/** A setting as it was written, with a proper minus sign. */
export const setting = (value: number): string => minus(String(value));

/** A relative difference as a signed percentage. */
export function percent(value: number): string {
  const size = Math.abs(100 * value);
  return `${value < 0 ? '−' : '+'}${size < 9.95 ? size.toFixed(1) : size.toFixed(0)}%`;
}

/** A share as a percentage. */
export const share = (value: number): string => `${(100 * value).toFixed(1)}%`;

/** mean ± standard error, both to the error's first digit, or its second when the first is 1. */
export function measured({ mean, standardError }: Pick<Estimate, 'mean' | 'standardError'>): string {
  if (!(standardError > 0)) return number(mean);
  if (Math.abs(mean) < 1e-3) return `${number(mean, 2)} ± ${number(standardError, 1)}`;
  const order = Math.floor(Math.log10(standardError));
  const decimals = Math.max(0, Math.min(8, (standardError / 10 ** order < 2 ? 1 : 0) - order));
  return minus(`${mean.toFixed(decimals)} ± ${standardError.toFixed(decimals)}`);
}

/** Milliseconds as seconds. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
