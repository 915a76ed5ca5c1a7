import { mnistOddEven, renderReport, runExperiment, type RenderedReport, type Report } from '@saddlepoint/lab';
import { packageVersions } from '@saddlepoint/lab/node';
import type { JobOptions } from './options.js';
import { makeLab } from './plugins.js';

export interface ReportInput {
  /** An experiment as parsed JSON; the bundled one when left out. */
  readonly experiment?: unknown;
  readonly plugins: readonly string[];
  /** Overrides the experiment's. */
  readonly seed?: number;
  /** Also make the figures and the page. */
  readonly render: boolean;
}

/** Runs an experiment and, where asked, renders its report. */
export async function reportJob({ experiment = mnistOddEven, plugins, seed, render }: ReportInput, { onProgress }: JobOptions): Promise<{ report: Report; rendered?: RenderedReport }> {
  const lab = await makeLab(plugins);
  const report = await runExperiment(experiment, lab, { onProgress, packages: await packageVersions(), ...(seed === undefined ? {} : { seed }) });
  if (!render) return { report };
  onProgress({ stage: 'figures', fraction: 1 });
  return { report, rendered: await renderReport(report) };
}
