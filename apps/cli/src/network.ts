import type { ExperimentInput } from '@saddlepoint/lab';
import { readJsonFile } from './json-file.js';

/** What `--network` says, yet to be checked: its text, or the JSON in the file that it names. */
export const readNetwork = async (network: string): Promise<ExperimentInput['network']> =>
  network.endsWith('.json') ? ((await readJsonFile('--network', network, 'a readable file (check the path)')) as ExperimentInput['network']) : network;
