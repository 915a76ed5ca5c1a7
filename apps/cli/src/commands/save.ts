import type { RenderedReport, Report } from '@saddlepoint/lab';
import type { WrittenReport } from '@saddlepoint/lab/node';
import { writing } from '../writable.js';

/** Writes a report with Ctrl-C held off: a second of renames is either done or not begun. */
export async function saveReport(directory: string, report: Report, rendered: RenderedReport | undefined): Promise<WrittenReport> {
  if (rendered === undefined) throw new Error('the report was not rendered');
  const { writeReport } = await import('@saddlepoint/lab/node');
  const hold = (): void => undefined;
  process.on('SIGINT', hold);
  try {
    return await writing(directory, () => writeReport(directory, report, rendered));
  } finally {
    process.off('SIGINT', hold);
  }
}
