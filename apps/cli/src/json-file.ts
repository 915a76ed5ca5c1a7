import { readFile } from 'node:fs/promises';
import { UsageError } from './exit.js';

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The JSON in a file that `argument` names, yet to be checked. Missing files and broken JSON are one line: what was `expected`, what came. */
export async function readJsonFile(argument: string, file: string, expected: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${argument}: expected ${expected}, got ${file} (${reason(error)})`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${argument}: expected valid JSON in ${file}, got ${reason(error)}`);
  }
}
