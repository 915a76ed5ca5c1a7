import { explain, explainText, type Explanation } from '@saddlepoint/kernels';
import { formatNetwork } from '@saddlepoint/architecture';
import type { JobOptions } from './options.js';
import { readProblem, type Problem } from './problem.js';

export interface ExplainInput extends Problem {
  readonly samples: number;
  readonly outputs: 'nngp' | 'ntk' | 'both';
}

export interface ExplainResult {
  readonly network: string;
  readonly explanation: Explanation;
  readonly text: string;
}

/** How the kernels of a network on data would be computed, read off one sample. */
export async function explainJob(input: ExplainInput, { onProgress }: JobOptions): Promise<ExplainResult> {
  onProgress({ stage: 'data', fraction: 0 });
  const { data, network } = await readProblem(input, 1);
  const explanation = explain(network, { samples: input.samples, outputs: input.outputs, ...(network.input === undefined ? { dimension: data.inputs.cols } : {}) });
  return { network: formatNetwork(network), explanation, text: explainText(explanation) };
}
