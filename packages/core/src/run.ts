/** One step of progress of a long computation. */
export interface Progress {
  /** What is being done, in words: `eigenvalues`, `training width 256`. */
  readonly stage: string;
  /** Between 0 and 1. */
  readonly fraction: number;
  /** A running observable worth showing, such as a loss. */
  readonly detail?: string;
}

/** Options that every long computation takes last. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly seed?: number;
}

/** How an iterative method ended. Failure to converge is data, not an exception. */
export type Status = 'converged' | 'max-iterations' | 'diverged' | 'stalled';

/** The result of an iterative method. */
export interface Iterated<T> {
  readonly value: T;
  readonly status: Status;
  readonly iterations: number;
  /** Norm of the final residual, in the units that the method documents. */
  readonly residual: number;
}

/** Throws the signal's reason (an `AbortError`) if it was aborted. */
export function throwIfAborted(signal?: AbortSignal): void {
  signal?.throwIfAborted();
}

/** Lets timers, messages and aborts in: a macrotask turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
