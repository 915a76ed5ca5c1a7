import { formatNetwork } from '@saddlepoint/architecture';
import { computeKernels, kernelSpectrum } from '@saddlepoint/kernels';
import { trace, type Matrix } from '@saddlepoint/linalg';
import type { JobOptions } from './options.js';
import { readProblem, type Problem } from './problem.js';

export interface KernelInput extends Problem {
  readonly samples?: number;
  readonly outputs: 'nngp' | 'ntk' | 'both';
}

/** What a kernel matrix on data looks like. */
interface KernelSummary {
  readonly kernel: 'nngp' | 'ntk';
  readonly samples: number;
  readonly meanDiagonal: number;
  readonly meanOffDiagonal: number;
  /** Largest and smallest eigenvalue of K/n. */
  readonly largestEigenvalue: number;
  readonly smallestEigenvalue: number;
  /** (Tr K)²/Tr K²: how many modes carry the trace. */
  readonly participationRatio: number;
  /** Modes that carry 90% of the target's power. */
  readonly modesForTarget: number;
}

export interface KernelResult {
  readonly data: string;
  readonly network: string;
  readonly summaries: readonly KernelSummary[];
  readonly matrices: Readonly<Partial<Record<'nngp' | 'ntk', Matrix>>>;
}

function summarize(kernel: 'nngp' | 'ntk', matrix: Matrix, targets: Matrix): KernelSummary {
  const n = matrix.rows;
  const { eigenvalues, targetPowers } = kernelSpectrum(matrix, targets);
  const total = trace(matrix);
  const sum = matrix.data.reduce((a, b) => a + b, 0);
  const squares = eigenvalues.reduce((a, value) => a + (n * value) ** 2, 0);
  const power = targetPowers.reduce((a, b) => a + b, 0);
  let modes = 0;
  for (let carried = 0; modes < n && carried < 0.9 * power; modes++) carried += targetPowers[modes] ?? 0;
  return {
    kernel,
    samples: n,
    meanDiagonal: total / n,
    meanOffDiagonal: n > 1 ? (sum - total) / (n * (n - 1)) : 0,
    largestEigenvalue: eigenvalues[0] ?? 0,
    smallestEigenvalue: eigenvalues[n - 1] ?? 0,
    participationRatio: squares > 0 ? total ** 2 / squares : 0,
    modesForTarget: modes,
  };
}

/** NNGP and NTK of a network on data, with a summary of their spectra. */
export async function kernelJob(input: KernelInput, { onProgress }: JobOptions): Promise<KernelResult> {
  onProgress({ stage: 'data', fraction: 0 });
  const { data, network } = await readProblem(input, input.samples);
  const kernels = await computeKernels(network, data.inputs, undefined, {
    outputs: input.outputs,
    onProgress: ({ stage, fraction }) => {
      onProgress({ stage, fraction: 0.05 + 0.45 * fraction });
    },
  });
  onProgress({ stage: 'spectrum', fraction: 0.5 });
  const matrices = {
    ...(input.outputs === 'ntk' ? {} : { nngp: kernels.nngp }),
    ...(kernels.ntk === undefined || input.outputs === 'nngp' ? {} : { ntk: kernels.ntk }),
  };
  const summaries = (Object.entries(matrices) as ['nngp' | 'ntk', Matrix][]).map(([name, matrix]) => summarize(name, matrix, data.targets));
  onProgress({ stage: 'done', fraction: 1 });
  return { data: data.provenance, network: formatNetwork(network), summaries, matrices };
}
