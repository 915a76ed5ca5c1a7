import { Command, Option } from 'commander';
import { experimentFrom, type CurveOptions } from '../experiment.js';
import { number, numbers, withPlugins, withProblem } from '../options.js';
import { printJson } from '../print.js';
import { runShown } from '../run.js';
import { checkWritable } from '../writable.js';
import { printCurve, printDataNeeded } from './report.js';
import { saveReport } from './save.js';

/** Options of a learning curve, shared by `curve` and `train`. */
export const withCurve = (command: Command): Command =>
  withPlugins(withProblem(command))
    .option('--ridge <σ²>', 'ridge of K + σ²I, absolute', number({ min: 0 }), 1)
    .option('--pool <n>', 'samples that the theory reads (1024, or seven tenths of a smaller table)', number({ min: 8, integer: true }))
    .option('--test <n>', 'held-out samples for brute force (1000, or the rest of a smaller table)', number({ min: 1, integer: true }))
    .option('--samples <list>', 'training-set sizes, such as 16,64,256 (powers of two up to half the pool)', numbers({ min: 1, integer: true }))
    .option('--draws <n>', 'random training sets per size', number({ min: 2, integer: true }), 6)
    .option('--target-error <value>', 'say how much data this mean squared test error needs', number({ min: 0 }))
    .option('--out <directory>', 'write report.html, report.json and figures there');

/** `saddle curve`: the learning curve predicted from a pool of data, against brute-force regression. */
export const addCurve = (): Command =>
  withCurve(new Command('curve').description('learning curve from theory, checked against brute-force GP regression'))
    .addOption(new Option('--kernel <kind>', 'which kernel').choices(['nngp', 'ntk', 'both']).default('ntk'))
    .action(async (options: CurveOptions) => {
      if (options.out !== undefined) await checkWritable(options.out);
      const experiment = await experimentFrom(options);
      const { report, rendered } = await runShown('report', { experiment, plugins: options.plugin, render: options.out !== undefined }, options);
      const files = options.out === undefined ? undefined : await saveReport(options.out, report, rendered);
      if (options.json) {
        printJson({ command: 'curve', experiment: report.experiment, learningCurve: report.sections.learningCurve, exponent: report.sections.exponent, ...(files ? { files } : {}) });
        return;
      }
      printCurve(report);
      printDataNeeded(report);
      if (files) process.stdout.write(`report ${files.html}\n`);
    });
