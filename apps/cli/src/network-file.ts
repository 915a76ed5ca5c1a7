import { readFile } from 'node:fs/promises';
import type { ExperimentInput } from '@saddlepoint/lab';
import { UsageError } from './exit.js';

/** The network in the file that `--network` names, as JSON yet to be checked. */
export async function readNetworkFile(file: string): Promise<ExperimentInput['network']> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`--network: expected a readable file (check the path), got ${file}`);
  }
  try {
    return JSON.parse(text) as ExperimentInput['network'];
  } catch (error) {
    throw new UsageError(`--network: expected valid JSON in ${file}, got ${error instanceof Error ? error.message : String(error)}`);
  }
}
