import { runJob } from './host.js';
import type { JobInput, JobName, JobResult } from './jobs/index.js';
import { progressView } from './progress.js';

/** Runs a job with its progress shown, and clears the view however it ends. */
export async function runShown<N extends JobName>(name: N, input: JobInput<N>, { quiet = false, threads }: { readonly quiet?: boolean; readonly threads?: number }): Promise<JobResult<N>> {
  const view = progressView(quiet);
  try {
    return await runJob(name, input, { threads, onProgress: (progress) => view.show(progress) });
  } finally {
    view.stop();
  }
}
