import { formatNetwork, type Network } from '@saddlepoint/architecture';
import type { Dataset } from '@saddlepoint/datasets';
import { createNpyWriter, type NpyWriter } from '@saddlepoint/datasets/node';
import { featureKernelFigure, renderSvg } from '@saddlepoint/figures';
import { computeKernels, kernelSpectrum, streamKernels } from '@saddlepoint/kernels';
import { rowsOf, trace, type Matrix } from '@saddlepoint/linalg';
import type { JobOptions } from './options.js';
import { readProblem, type Problem } from './problem.js';

type Name = 'nngp' | 'ntk';

export interface KernelInput extends Problem {
  readonly samples?: number;
  readonly outputs: Name | 'both';
  /** Files that kernels are written to as they are computed, band by band: memory is bounded for any number of samples. */
  readonly stream?: Readonly<Partial<Record<Name, string>>>;
  /** Draw the kernels on some samples. */
  readonly figure: boolean;
}

/** What a kernel matrix on data looks like; what needs eigenvalues is null for a kernel that was streamed. */
interface KernelSummary {
  readonly kernel: Name;
  readonly samples: number;
  readonly meanDiagonal: number;
  readonly meanOffDiagonal: number;
  /** Largest and smallest eigenvalue of K/n. */
  readonly largestEigenvalue: number | null;
  readonly smallestEigenvalue: number | null;
  /** (Tr K)²/Tr K²: how many modes carry the trace. */
  readonly participationRatio: number;
  /** Modes that carry 90% of the target's power. */
  readonly modesForTarget: number | null;
}

export interface KernelResult {
  readonly data: string;
  readonly network: string;
  readonly summaries: readonly KernelSummary[];
  /** Empty when streamed. */
  readonly matrices: Readonly<Partial<Record<Name, Matrix>>>;
  readonly figure: string | null;
}

/** Means over bands of rows as they come. */
interface Sums {
  diagonal: number;
  all: number;
  squares: number;
}

function add(sums: Sums, { rows, cols, data }: Matrix, from: number): void {
  for (let i = 0; i < rows; i++) sums.diagonal += data[i * cols + from + i];
  for (const v of data) {
    sums.all += v;
    sums.squares += v * v;
  }
}

const meansOf = (kernel: Name, n: number, { diagonal, all, squares }: Sums) => ({
  kernel,
  samples: n,
  meanDiagonal: diagonal / n,
  meanOffDiagonal: n > 1 ? (all - diagonal) / (n * (n - 1)) : 0,
  participationRatio: squares > 0 ? diagonal ** 2 / squares : 0,
});

function summarize(kernel: Name, matrix: Matrix, targets: Matrix): KernelSummary {
  const n = matrix.rows;
  const { eigenvalues, targetPowers } = kernelSpectrum(matrix, targets);
  const sums = { diagonal: 0, all: 0, squares: 0 };
  add(sums, matrix, 0);
  const power = targetPowers.reduce((a, b) => a + b, 0);
  let modes = 0;
  for (let carried = 0; modes < n && carried < 0.9 * power; modes++) carried += targetPowers[modes] ?? 0;
  return { ...meansOf(kernel, n, { ...sums, diagonal: trace(matrix) }), largestEigenvalue: eigenvalues[0] ?? 0, smallestEigenvalue: eigenvalues[n - 1] ?? 0, modesForTarget: modes };
}

/** Writes kernels band by band; a file appears when it is whole. */
async function streamed(network: Network, data: Dataset, files: Readonly<Partial<Record<Name, string>>>, { onProgress }: JobOptions): Promise<KernelSummary[]> {
  const n = data.inputs.rows;
  const open: { readonly name: Name; readonly writer: NpyWriter; readonly sums: Sums }[] = [];
  try {
    for (const [name, path] of Object.entries(files) as [Name, string][]) open.push({ name, writer: await createNpyWriter(path, { rows: n, cols: n }), sums: { diagonal: 0, all: 0, squares: 0 } });
    await streamKernels(
      network,
      data.inputs,
      undefined,
      async ({ from, nngp, ntk }) => {
        for (const { name, writer, sums } of open) {
          const band = name === 'nngp' ? nngp : ntk;
          if (band === undefined) continue;
          add(sums, band, from);
          await writer.write(band);
        }
      },
      { outputs: files.ntk === undefined ? 'nngp' : 'both', onProgress },
    );
    for (const { writer } of open) await writer.close();
  } catch (error) {
    await Promise.allSettled(open.map(({ writer }) => writer.abort()));
    throw error;
  }
  return open.map(({ name, sums }) => ({ ...meansOf(name, n, sums), largestEigenvalue: null, smallestEigenvalue: null, modesForTarget: null }));
}

/** Kernels on some samples, in the order of their targets, as heat maps. */
async function heatMap(network: Network, data: Dataset, outputs: Name | 'both'): Promise<string> {
  const count = Math.min(48, data.inputs.rows);
  const first = (i: number): number => data.targets.data[i * data.targets.cols];
  const chosen = Array.from({ length: count }, (_, i) => i).sort((a, b) => first(a) - first(b));
  const { nngp, ntk } = await computeKernels(network, rowsOf(data.inputs, chosen), undefined, { outputs });
  const kernels = [...(outputs === 'ntk' ? [] : [{ name: 'NNGP', matrix: nngp }]), ...(ntk === undefined || outputs === 'nngp' ? [] : [{ name: 'NTK', matrix: ntk }])];
  // Each over its mean diagonal: one colour scale fits both.
  const relative = kernels.map(({ name, matrix: k }) => ({ name, matrix: { ...k, data: k.data.map((v) => (v * k.rows) / trace(k)) } }));
  return renderSvg(featureKernelFigure({ kernels: relative, maximumRows: 48, colorTitle: 'kernel / mean diagonal' }, { width: 240 }));
}

/** NNGP and NTK of a network on data, with a summary of their spectra. */
export async function kernelJob(input: KernelInput, { onProgress }: JobOptions): Promise<KernelResult> {
  onProgress({ stage: 'data', fraction: 0 });
  const { data, network } = await readProblem(input, input.samples);
  const shared = { data: data.provenance, network: formatNetwork(network), figure: input.figure ? await heatMap(network, data, input.outputs) : null };
  if (input.stream !== undefined) return { ...shared, summaries: await streamed(network, data, input.stream, { onProgress }), matrices: {} };
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
  const summaries = (Object.entries(matrices) as [Name, Matrix][]).map(([name, matrix]) => summarize(name, matrix, data.targets));
  onProgress({ stage: 'done', fraction: 1 });
  return { ...shared, summaries, matrices };
}
