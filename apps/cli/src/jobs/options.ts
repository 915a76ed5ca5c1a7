import type { Progress } from '@saddlepoint/core';

/** What the worker hands to a job. */
export interface JobOptions {
  readonly onProgress: (progress: Progress) => void;
}
