import { Worker } from 'node:worker_threads';
import type { Progress } from '@saddlepoint/core';
import { CommandError, type Fault } from './exit.js';
import type { JobInput, JobName, JobResult } from './jobs/index.js';

/** What the worker says to the terminal's thread. */
export type Message =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'fault'; readonly fault: Fault };

/** The user pressed Ctrl-C, or the process was asked to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** How a job is run. */
interface HostOptions {
  /** Threads of the linear algebra; one per core when undefined. */
  readonly threads: number | undefined;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Runs a job in a worker thread, so that this thread stays free: progress is drawn while matrices are factorised, and
 * Ctrl-C ends the work at once. Files are written by this thread only, after the result has come, each by rename.
 */
export function runJob<N extends JobName>(name: N, input: JobInput<N>, { threads, onProgress }: HostOptions): Promise<JobResult<N>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { name, input, threads } });
    const settle = (finish: () => void): void => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      void worker.terminate().then(finish, finish);
    };
    const interrupt = (): void => {
      settle(() => {
        reject(new Interrupted('interrupted'));
      });
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    worker.on('message', (message: Message) => {
      switch (message.type) {
        case 'progress':
          onProgress(message.progress);
          break;
        case 'result':
          settle(() => {
            resolve(message.result as JobResult<N>);
          });
          break;
        case 'fault':
          settle(() => {
            reject(new CommandError(message.fault));
          });
          break;
      }
    });
    worker.on('error', (error) => {
      settle(() => {
        reject(error);
      });
    });
  });
}
