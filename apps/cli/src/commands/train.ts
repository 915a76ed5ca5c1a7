import { Command } from 'commander';
import { experimentFrom, type CurveOptions } from '../experiment.js';
import { exitCode, type SetExitCode } from '../exit.js';
import { number, numbers } from '../options.js';
import { printJson } from '../print.js';
import { runShown } from '../run.js';
import { checkWritable } from '../writable.js';
import { withCurve } from './curve.js';
import { printCurve, printDataNeeded } from './report.js';
import { saveReport } from './save.js';

interface TrainOptions extends Omit<CurveOptions, 'kernel'> {
  readonly widths: number[];
  readonly members: number;
  readonly sets: number;
}

/** `saddle train`: real finite-width networks trained at each size, beside what the theory predicted. */
export const addTrain = (setExitCode: SetExitCode): Command =>
  withCurve(new Command('train').description('train ensembles of finite-width networks and compare them with theory'))
    .option('--widths <list>', 'hidden widths', numbers({ min: 1, integer: true }), [64, 256])
    .option('--members <n>', 'networks per width, size and training set', number({ min: 1, integer: true }), 2)
    .option('--sets <n>', 'training sets per size, the first of those of the regression (more below 64 samples)', number({ min: 1, integer: true }), 2)
    .action(async (options: TrainOptions) => {
      if (options.out !== undefined) await checkWritable(options.out);
      const experiment = {
        ...(await experimentFrom({ ...options, kernel: 'ntk' })),
        training: { widths: options.widths.map((width) => ({ width, members: options.members, sets: options.sets })) },
      };
      const { report, rendered } = await runShown('report', { experiment, plugins: options.plugin, render: options.out !== undefined }, options);
      const files = options.out === undefined ? undefined : await saveReport(options.out, report, rendered);
      const points = report.sections.training?.widths.flatMap((width) => width.points) ?? [];
      const unfinished = points.filter((point) => point.converged < point.testError.count).length;
      if (unfinished > 0) setExitCode(exitCode.notConverged);
      if (options.json) {
        printJson({ command: 'train', experiment: report.experiment, training: report.sections.training, learningCurve: report.sections.learningCurve, ...(files ? { files } : {}) });
        return;
      }
      printCurve(report);
      printDataNeeded(report);
      if (unfinished > 0) process.stderr.write(`saddle: at ${unfinished} of ${points.length} points some networks did not reach the tolerance\n`);
      if (files) process.stdout.write(`report ${files.html}\n`);
    });
