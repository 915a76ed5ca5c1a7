import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { encodeNpy } from '@saddlepoint/datasets';
import { datasetSpec } from '../data.js';
import { number, withProblem, type ProblemOptions } from '../options.js';
import { printJson, printTable, show } from '../print.js';
import { runShown } from '../run.js';
import { checkWritable, writing } from '../writable.js';

interface KernelOptions extends ProblemOptions {
  readonly samples?: number;
  readonly kernel: 'nngp' | 'ntk' | 'both';
  readonly out?: string;
}

/** `saddle kernel`: the infinite-width kernels of a network on data, summarised and saved. */
export const addKernel = (): Command =>
  withProblem(new Command('kernel').description('NNGP and NTK of an infinitely wide network on data'))
    .option('--samples <n>', 'draw this many samples (1000, or all of a smaller set)', number({ min: 1, integer: true }))
    .addOption(new Option('--kernel <kind>', 'which kernel').choices(['nngp', 'ntk', 'both']).default('both'))
    .option('--out <file.npy>', 'save the matrix (with --kernel both: FILE-nngp.npy and FILE-ntk.npy)')
    .action(async (options: KernelOptions) => {
      const { out } = options;
      if (out !== undefined) await checkWritable(out === '' ? out : dirname(out));
      const result = await runShown(
        'kernel',
        { dataset: datasetSpec(options), network: options.network, seed: options.seed, outputs: options.kernel, ...(options.samples === undefined ? {} : { samples: options.samples }) },
        options,
      );
      const matrices = Object.entries(result.matrices);
      const { writeFiles } = await import('@saddlepoint/lab/node');
      const saved = out === undefined ? [] : matrices.map(([name, matrix]) => [matrices.length === 1 ? out : out.replace(/(\.npy)?$/, `-${name}.npy`), encodeNpy(matrix)] as const);
      await writing(out ?? '', () => writeFiles(saved));
      const files = saved.map(([file]) => file);
      if (options.json) {
        printJson({ command: 'kernel', data: result.data, network: result.network, seed: options.seed, kernels: result.summaries, files });
        return;
      }
      process.stdout.write(`${result.network} on ${result.data}\n\n`);
      printTable(
        ['kernel', 'n', '⟨K(x,x)⟩', '⟨K(x,x′)⟩', 'λ₁', 'λ_n', 'participation', 'modes for 90% of y'],
        result.summaries.map((s) => [s.kernel, String(s.samples), show(s.meanDiagonal), show(s.meanOffDiagonal), show(s.largestEigenvalue), show(s.smallestEigenvalue), show(s.participationRatio), String(s.modesForTarget)]),
      );
      for (const file of files) process.stdout.write(`\nsaved ${file}\n`);
    });
