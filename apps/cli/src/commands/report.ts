import { Command } from 'commander';
import type { Report } from '@saddlepoint/lab';
import { readJsonFile } from '../json-file.js';
import { number, withPlugins, withThreads, type PluginOptions } from '../options.js';
import { printJson, printTable, show, showEstimate, showPercent } from '../print.js';
import { runShown } from '../run.js';
import { checkWritable } from '../writable.js';
import { saveReport } from './save.js';

interface ReportOptions extends PluginOptions {
  readonly seed?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly threads?: number;
  readonly out: string;
  readonly schema?: boolean;
}

/** The learning curve of a report as a table: theory, brute force and trained networks. */
export function printCurve({ sections }: Report): void {
  const curve = sections.learningCurve;
  if (curve === undefined) return;
  for (const { kernel, theories, regression, difference, differenceStandardError } of curve.curves) {
    const widths = kernel === 'ntk' ? (sections.training?.widths ?? []) : [];
    process.stdout.write(`test error, ${kernel.toUpperCase()}, ridge ${show(curve.ridge)}\n`);
    printTable(
      ['n', ...theories.map((theory) => theory.label), 'GP regression', 'difference', 'on held-out data', ...widths.map(({ width }) => `trained, N=${width}`)],
      curve.samples.map((n, i) => [
        String(n),
        ...theories.map((theory) => show(theory.testError[i])),
        showEstimate(regression[i].poolTestError ?? regression[i].testError),
        `${showPercent(difference[i])} ± ${(100 * differenceStandardError[i]).toFixed(1)}%`,
        showEstimate(regression[i].testError),
        ...widths.map(({ points }) => {
          const point = points.find((p) => p.samples === n);
          return point === undefined ? '–' : showEstimate(point.testError);
        }),
      ]),
    );
    process.stdout.write('\n');
  }
}

/** How much data a chosen error needs, in one line. */
export function printDataNeeded({ sections }: Report): void {
  const needed = sections.exponent?.dataNeeded;
  if (!needed) return;
  const [low, high] = needed.interval.map((n) => (n === null ? '∞' : String(Math.round(n))));
  const text = needed.samples === null ? 'no amount of data' : `${Math.round(needed.samples)} samples (${low} to ${high}${needed.extrapolated ? ', extrapolated' : ''})`;
  process.stdout.write(`data for a test error of ${show(needed.targetError)}: ${text}\n`);
}

/** `saddle report`: runs an experiment and writes its report. */
export const addReport = (): Command =>
  withThreads(withPlugins(new Command('report').description('run an experiment (the bundled MNIST one by default) and write its report').argument('[experiment]', 'experiment file (.json)')))
    .option('--out <directory>', 'where report.html, report.json and figures/*.svg go', 'saddle-report')
    .option('--seed <integer>', "overrides the experiment's seed", number({ min: 0, integer: true }))
    .option('--json', 'print report.json on stdout too')
    .option('--schema', 'print the JSON Schema of experiments and stop')
    .option('--quiet', 'no progress on stderr')
    .option('--debug', 'show the stack trace of an error')
    .action(async (file: string | undefined, options: ReportOptions) => {
      if (options.schema) {
        const [{ experimentJsonSchema }, { makeLab }] = await Promise.all([import('@saddlepoint/lab'), import('../jobs/plugins.js')]);
        process.stdout.write(`${JSON.stringify(experimentJsonSchema(await makeLab(options.plugin)), null, 2)}\n`);
        return;
      }
      const experiment = file === undefined ? undefined : await readJsonFile('experiment', file, 'a readable JSON file');
      await checkWritable(options.out);
      const { report, rendered } = await runShown(
        'report',
        { experiment, plugins: options.plugin, render: true, ...(options.seed === undefined ? {} : { seed: options.seed }) },
        options,
      );
      const written = await saveReport(options.out, report, rendered);
      if (options.json) {
        printJson({ command: 'report', files: written, report });
        return;
      }
      printCurve(report);
      printDataNeeded(report);
      process.stdout.write(`\n${report.sections.verdict?.limits.join(' ') ?? ''}\n\nreport  ${written.html}\nnumbers ${written.json}\nfigures ${Object.keys(written.figures).length} SVG files beside it\n`);
    });
