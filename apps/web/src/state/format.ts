const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Three digits, with a power of ten where that reads better: 0.0123, 1.2×10⁻⁵, 12 400. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string];
    const power = [...String(Number(exponent))].map((c) => (c === '-' ? '⁻' : superscripts[Number(c)])).join('');
    const short = String(Number(mantissa));
    return short === '1' ? `10${power}` : `${short}×10${power}`;
  }
  if (size >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return String(Number(value.toPrecision(digits)));
}

/** Milliseconds as `12 ms` or `1.4 s`. */
export const formatDuration = (ms: number): string => (ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`);

/** What went wrong, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
