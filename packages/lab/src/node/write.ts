import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RenderedReport } from '../report/render.js';
import type { Report } from '../report/report.js';

/** Where a report went. */
export interface WrittenReport {
  readonly html: string;
  readonly json: string;
  readonly figures: Readonly<Record<string, string>>;
}

/**
 * Writes files, all or none. Each is written beside its place and renamed into it, so that a reader, or an interruption, sees the old file or
 * the new one whole. Temporary files are removed on failure.
 */
export async function writeFiles(files: readonly (readonly [path: string, content: string | Uint8Array])[]): Promise<void> {
  const temporary = files.map(([path]) => `${path}.${process.pid}.tmp`);
  try {
    for (const [i, [path, content]] of files.entries()) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary[i], content);
    }
    for (const [i, [path]] of files.entries()) await rename(temporary[i], path);
  } catch (error) {
    await Promise.allSettled(temporary.map((path) => rm(path, { force: true })));
    throw error;
  }
}

/** Writes `report.html`, `report.json` and `figures/<name>.svg` under `directory`, as {@link writeFiles} does. */
export async function writeReport(directory: string, report: Report, rendered: RenderedReport): Promise<WrittenReport> {
  const figures = Object.fromEntries(Object.keys(rendered.figures).map((name) => [name, join(directory, 'figures', `${name}.svg`)]));
  const html = join(directory, 'report.html');
  const json = join(directory, 'report.json');
  await writeFiles([
    ...Object.entries(figures).map(([name, path]): [string, string] => [path, rendered.figures[name]]),
    [json, `${JSON.stringify(report)}\n`],
    [html, rendered.html],
  ]);
  return { html, json, figures };
}
