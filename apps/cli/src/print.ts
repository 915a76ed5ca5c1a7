import Table from 'cli-table3';

/** The version of every JSON document that `saddle --json` prints. */
const schemaVersion = 1;

/** Prints one JSON document on stdout, typed arrays as plain arrays. */
export function printJson(document: Readonly<Record<string, unknown>>): void {
  const plain = JSON.stringify({ schemaVersion, ...document }, (_, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value), 2);
  process.stdout.write(`${plain}\n`);
}

const bare = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' };

/** Prints rows under a head, columns aligned right, without colour: fit for a terminal and for a pipe. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], chars: bare, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }, colAligns: head.map(() => 'right') });
  table.push(...rows.map((row) => [...row]));
  process.stdout.write(`${table.toString()}\n`);
}

/** Four significant digits, in plain or exponent form. */
export function show(value: number | undefined): string {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

/** `0.2314 ± 0.0042`: the error to two digits, the mean to the same place. */
export function showEstimate({ mean, standardError }: { readonly mean: number; readonly standardError: number }): string {
  if (!(standardError > 0)) return show(mean);
  const places = Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(standardError))));
  return `${mean.toFixed(places)} ± ${standardError.toFixed(places)}`;
}

/** `+1.2%`. */
export const showPercent = (ratio: number): string => `${ratio >= 0 ? '+' : '−'}${(100 * Math.abs(ratio)).toFixed(1)}%`;
