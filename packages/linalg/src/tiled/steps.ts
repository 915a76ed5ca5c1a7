import { nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';

/** A turn of the event loop costs a millisecond or more, and sends the other threads to sleep. */
const INTERVAL_MS = 80;

/** The steps of a long computation. */
export interface Steps {
  /** Call after each step, with the work done in it: throws if aborted; now and then reports and lets the event loop turn. */
  readonly did: (work: number) => Promise<void>;
  /** Reports the end. */
  readonly end: () => void;
}

/** Steps of a computation of `total` work in all. Throws if `signal` was aborted before. */
export function createSteps(stage: string, total: number, { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>): Steps {
  throwIfAborted(signal);
  let done = 0;
  let last = performance.now();
  return {
    did: async (work) => {
      done += work;
      throwIfAborted(signal);
      if (performance.now() - last < INTERVAL_MS) return;
      onProgress?.({ stage, fraction: total > 0 ? Math.min(1, done / total) : 1 });
      await nextTurn();
      throwIfAborted(signal);
      last = performance.now();
    },
    end: () => onProgress?.({ stage, fraction: 1 }),
  };
}
