import { nextTurn, throwIfAborted } from '@saddlepoint/core';

/** A turn of the event loop costs a millisecond or more, so it is taken only this often. */
const INTERVAL_MS = 30;

/** A function to await between the steps of a long computation: it throws when `signal` was aborted, and now and then lets the event loop turn. */
export function pacer(signal?: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    throwIfAborted(signal);
    if (performance.now() - last < INTERVAL_MS) return;
    await nextTurn();
    throwIfAborted(signal);
    last = performance.now();
  };
}
