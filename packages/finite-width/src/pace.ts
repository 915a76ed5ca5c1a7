import { nextTurn, throwIfAborted } from '@saddlepoint/core';

/** Call after each step: lets the event loop run at least every `budgetMs` of work and throws when the signal was aborted. */
export function pacer(signal: AbortSignal | undefined, budgetMs = 25): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > budgetMs) {
      await nextTurn();
      last = performance.now();
    }
    throwIfAborted(signal);
  };
}
