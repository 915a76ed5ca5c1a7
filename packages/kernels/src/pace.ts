import { nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';

/** A long computation cut into short steps; it yields the fraction done between them. */
export type Steps<T> = Generator<number, T, void>;

/** Milliseconds of work between turns of the event loop. */
const TURN = 40;

/** Ends steps that stop before their end, so that they give back what they hold. */
const close = (steps: Steps<unknown>): void => void (steps as Generator<number, unknown, void>).return(undefined);

/** To be awaited between pieces of work, with the fraction done: now and then it lets the event loop in. */
export type Pause = (fraction: number) => Promise<void>;

/** Pauses that every 40 ms report progress of one stage and give way; each throws when the work has been aborted. */
export function pauses(stage: string, { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>): Pause {
  throwIfAborted(signal);
  let last = performance.now();
  return async (fraction) => {
    throwIfAborted(signal);
    if (performance.now() - last < TURN) return;
    onProgress?.({ stage, fraction: Math.min(1, fraction) });
    await nextTurn();
    throwIfAborted(signal);
    last = performance.now();
  };
}

/** Runs `steps` to the end, letting the event loop in every 40 ms to report progress and to be aborted. */
export async function runPaced<T>(steps: Steps<T>, stage: string, options: Pick<RunOptions, 'signal' | 'onProgress'>): Promise<T> {
  const pause = pauses(stage, options);
  try {
    for (let next = steps.next(); ; next = steps.next()) {
      if (next.done === true) {
        options.onProgress?.({ stage, fraction: 1 });
        return next.value;
      }
      await pause(next.value);
    }
  } finally {
    close(steps);
  }
}

/** Runs `inner`, yielding `fraction` of what it yields; ends with it. */
export function* mapped<T>(inner: Steps<T>, fraction: (own: number) => number): Steps<T> {
  try {
    for (;;) {
      const next = inner.next();
      if (next.done === true) return next.value;
      yield fraction(next.value);
    }
  } finally {
    close(inner);
  }
}

/** Runs `inner` with its fractions mapped to [from, to]. */
export const within = <T>(inner: Steps<T>, from: number, to: number): Steps<T> => mapped(inner, (own) => from + (to - from) * own);

/** Runs `steps` to the end at once. */
export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}
