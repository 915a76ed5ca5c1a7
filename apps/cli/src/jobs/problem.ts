import { readFile } from 'node:fs/promises';
import { parseNetwork, type Network } from '@saddlepoint/architecture';
import { take, type Dataset } from '@saddlepoint/datasets';
import { loadDataset, type DatasetSpec } from '@saddlepoint/datasets/node';
import { randomStream } from '@saddlepoint/numerics';
import { UsageError } from '../exit.js';

/** Data and network as they come from the command line. */
export interface Problem {
  readonly dataset: DatasetSpec;
  readonly network: string;
  readonly seed: number;
}

async function readNetwork(text: string): Promise<Network> {
  if (!text.endsWith('.json')) return parseNetwork(text);
  let content: string;
  try {
    content = await readFile(text, 'utf8');
  } catch {
    throw new UsageError(`--network: expected a readable file, got ${text}`);
  }
  return parseNetwork(content);
}

/** Loads the data and the network; `count` samples are drawn by the seed, all of them when it is left out. */
export async function readProblem({ dataset, network, seed }: Problem, count?: number): Promise<{ data: Dataset; network: Network }> {
  const description = await readNetwork(network);
  // Image files are large: only the images asked for are read into numbers.
  if (count !== undefined && (dataset.type === 'mnist' || dataset.type === 'idx')) return { data: await loadDataset({ ...dataset, count, seed }), network: description };
  const all = await loadDataset(dataset);
  const samples = all.inputs.rows;
  if (count === undefined) return { data: all, network: description };
  if (count > samples) throw new UsageError(`samples: expected at most the ${samples} samples of ${all.name}, got ${count}`);
  const chosen = randomStream(seed, 'samples').permutation(samples).subarray(0, count);
  return { data: take(all, chosen), network: description };
}
