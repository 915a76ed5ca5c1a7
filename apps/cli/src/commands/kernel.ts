import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { encodeNpy } from '@saddlepoint/datasets';
import { datasetSpec } from '../data.js';
import { UsageError } from '../exit.js';
import type { KernelResult } from '../jobs/kernel.js';
import { number, withProblem, type ProblemOptions } from '../options.js';
import { printJson, printTable, show } from '../print.js';
import { runShown } from '../run.js';
import { checkWritable, writing } from '../writable.js';
import { printFiles } from './output.js';

interface KernelOptions extends ProblemOptions {
  readonly samples?: number;
  readonly kernel: 'nngp' | 'ntk' | 'both';
  readonly out?: string;
  readonly stream?: boolean;
  readonly figure?: string;
  readonly explain?: boolean;
}

/** From this many samples on, kernels go to their files band by band. */
const LARGE = 5000;

const kernelNames = ({ kernel }: KernelOptions) => (kernel === 'both' ? (['nngp', 'ntk'] as const) : [kernel]);

/** One file per kernel. */
const filesFor = (out: string, options: KernelOptions): Partial<Record<'nngp' | 'ntk', string>> =>
  Object.fromEntries(kernelNames(options).map((name) => [name, options.kernel === 'both' ? out.replace(/(\.npy)?$/, `-${name}.npy`) : out]));

/** Removes what an interrupted worker left beside its files. */
async function removeParts(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const names = await readdir(dirname(file)).catch(() => []);
    await Promise.allSettled(names.filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.part')).map((name) => rm(join(dirname(file), name), { force: true })));
  }
}

/** Kernels in memory, or in their files already. */
async function compute(options: KernelOptions): Promise<{ result: KernelResult; files: string[] }> {
  const { out, samples, figure } = options;
  const input = { dataset: datasetSpec(options), network: options.network, seed: options.seed, outputs: options.kernel, figure: figure !== undefined, ...(samples === undefined ? {} : { samples }) };
  if (out === undefined || !(options.stream ?? (samples ?? 0) >= LARGE)) {
    const result = await runShown('kernel', input, options);
    if (out === undefined) return { result, files: [] };
    const { writeFiles } = await import('@saddlepoint/lab/node');
    const names = filesFor(out, options);
    const saved = Object.entries(result.matrices).map(([name, matrix]) => [names[name as 'nngp' | 'ntk'] ?? out, encodeNpy(matrix)] as const);
    await writing(out, () => writeFiles(saved));
    return { result, files: saved.map(([file]) => file) };
  }
  const stream = filesFor(out, options);
  try {
    return { result: await runShown('kernel', { ...input, stream }, options), files: Object.values(stream) };
  } catch (error) {
    await removeParts(Object.values(stream));
    throw error;
  }
}

/** What would be computed, and what it costs. */
async function printExplanation(options: KernelOptions): Promise<void> {
  const { network, explanation, text } = await runShown('explain', { dataset: datasetSpec(options), network: options.network, seed: options.seed, samples: options.samples ?? 1000, outputs: options.kernel }, options);
  if (options.json) printJson({ command: 'kernel', network, explanation });
  else process.stdout.write(`${text.trimEnd()}\n`);
}

/** `saddle kernel`: the infinite-width kernels of a network on data, summarised and saved. */
export const addKernel = (): Command =>
  withProblem(new Command('kernel').description('NNGP and NTK of an infinitely wide network on data'))
    .option('--samples <n>', 'draw this many samples (1000, or all of a smaller set)', number({ min: 1, integer: true }))
    .addOption(new Option('--kernel <kind>', 'which kernel').choices(['nngp', 'ntk', 'both']).default('both'))
    .option('--out <file.npy>', 'save the matrix (with --kernel both: FILE-nngp.npy and FILE-ntk.npy)')
    .option('--stream', `write the matrices band by band, in bounded memory (by itself from --samples ${LARGE} on)`)
    .option('--figure <file.svg>', 'draw the kernels on up to 48 samples, in the order of their targets')
    .option('--explain', 'say what is carried for each pair of inputs and what it costs, and stop')
    .action(async (options: KernelOptions) => {
      const { out, figure } = options;
      if (options.explain) {
        await printExplanation(options);
        return;
      }
      if (options.stream && out === undefined) throw new UsageError('--out: expected a file to stream to, got nothing');
      for (const file of [out, figure]) if (file !== undefined) await checkWritable(file === '' ? file : dirname(file));
      const { result, files } = await compute(options);
      if (figure !== undefined && result.figure !== null) {
        const { writeFiles } = await import('@saddlepoint/lab/node');
        const svg = result.figure;
        await writing(figure, () => writeFiles([[figure, svg]]));
        files.push(figure);
      }
      if (options.json) {
        printJson({ command: 'kernel', data: result.data, network: result.network, seed: options.seed, kernels: result.summaries, files });
        return;
      }
      process.stdout.write(`${result.network} on ${result.data}\n\n`);
      printTable(
        ['kernel', 'n', '⟨K(x,x)⟩', '⟨K(x,x′)⟩', 'λ₁', 'λ_n', 'participation', 'modes for 90% of y'],
        result.summaries.map((s) => [
          s.kernel,
          String(s.samples),
          show(s.meanDiagonal),
          show(s.meanOffDiagonal),
          show(s.largestEigenvalue ?? undefined),
          show(s.smallestEigenvalue ?? undefined),
          show(s.participationRatio),
          String(s.modesForTarget ?? '–'),
        ]),
      );
      printFiles(files);
    });
