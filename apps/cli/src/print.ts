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

/** `0.231 ± 0.004`. */
export const showWithError = (mean: number, standardError: number): string => `${show(mean)} ± ${show(Number(standardError.toPrecision(2)))}`;

/** `+1.2%`. */
export const showPercent = (ratio: number): string => `${ratio >= 0 ? '+' : '−'}${(100 * Math.abs(ratio)).toFixed(1)}%`;
