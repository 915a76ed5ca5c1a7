import type { NumericField } from './fields.js';
import { formatNumber } from './format.js';

/** A value, or what is wrong with it in words. */
export type Parsed = { readonly value: number } | { readonly problem: string };

/** Reads a number typed by hand or found in the address. */
export function parseNumber(field: NumericField, text: string): Parsed {
  const range = `${field.integer ? 'a whole number' : 'a number'} from ${formatNumber(field.min)} to ${formatNumber(field.max)}`;
  const trimmed = text.replace(/\s/g, '').replace(',', '.');
  const value = trimmed === '' ? NaN : Number(trimmed);
  if (!Number.isFinite(value) || value < field.min || value > field.max || (field.integer && !Number.isInteger(value)))
    return { problem: `${field.label} must be ${range}; “${text}” is not.` };
  return { value };
}

/** The slider's position, 0 … steps (fractional between two steps). */
export function positionOf({ scale, min, max, steps }: NumericField, value: number): number {
  const share = scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return share * steps;
}

/** The value at a slider position, rounded to what a reader would type. */
export function valueAt({ scale, min, max, steps, integer }: NumericField, position: number): number {
  const share = position / steps;
  if (share <= 0) return min;
  if (share >= 1) return max;
  const raw = scale === 'log' ? min * (max / min) ** share : min + (max - min) * share;
  return integer ? Math.round(raw) : Number(raw.toPrecision(2));
}
