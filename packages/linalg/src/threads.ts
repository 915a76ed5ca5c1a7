import { checkInteger } from '@saddlepoint/core';
import { engineUse, retire } from './engine/engine.js';
import { engineBuild, type EngineBuild } from './engine/module.js';
import { closePool, cores, openPool, poolSize } from './engine/threads.js';

/** How the engine of this realm runs. */
export interface EngineStatus {
  /** Threads that share the work, the calling one included. */
  readonly threads: number;
  /** `relaxed` fuses multiply and add (results differ from `baseline` by rounding). */
  readonly build: EngineBuild;
  /** Bytes of engine memory held now. */
  readonly bytes: number;
  /** Matrices that live in it. */
  readonly residents: number;
}

/** The outcome of `startThreads`. */
export interface ThreadsStarted {
  readonly threads: number;
  /** Why there is only one thread although more were asked for; null otherwise. */
  readonly fallback: string | null;
}

/** More have never been tried; each takes 2.5 MB of scratch. */
const MOST_THREADS = 256;

let turn: Promise<unknown> = Promise.resolve();
/** How often `stopThreads` was called: a start under way gives up when this moves on. */
let stops = 0;

function end(): void {
  if (poolSize() === 1) return;
  retire();
  closePool();
}

/**
 * Lets this package use `threads` threads (by default one per core) from now on: Node worker threads, or web workers where the page (or
 * worker) is cross-origin isolated. Elsewhere one thread is used, and `fallback` says why.
 *
 * Functions stay synchronous, and results are the same bits for every number of threads. Idle threads sleep, and never keep a process
 * alive. Matrices that live in the engine stay valid, but are copied when next used.
 *
 * @example
 * import { startThreads, stopThreads } from '@saddlepoint/linalg';
 * const { threads, fallback } = await startThreads({ threads: 2 });
 * [threads, fallback]; // => [2, null]
 * stopThreads();
 */
export function startThreads({ threads = Math.min(cores(), MOST_THREADS) }: { readonly threads?: number } = {}): Promise<ThreadsStarted> {
  checkInteger('threads', threads, { min: 1, max: MOST_THREADS });
  const asked = stops;
  const stopped: ThreadsStarted = { threads: 1, fallback: 'stopped before it had started' };
  const started = turn.then(async (): Promise<ThreadsStarted> => {
    if (stops !== asked) return stopped;
    if (threads === poolSize()) return { threads, fallback: null };
    end();
    if (threads === 1) return { threads, fallback: null };
    const fallback = await openPool(threads);
    if (stops !== asked) {
      end();
      return stopped;
    }
    retire();
    return { threads: poolSize(), fallback };
  });
  turn = started.catch(() => undefined);
  return started;
}

/**
 * Ends the threads that `startThreads` started: the calling thread works alone again, also when a start is under way.
 *
 * @example
 * import { engineStatus, stopThreads } from '@saddlepoint/linalg';
 * stopThreads();
 * engineStatus().threads; // => 1
 */
export function stopThreads(): void {
  stops++;
  end();
}

/**
 * What the engine is and holds: threads, build, bytes, resident matrices.
 *
 * @example
 * import { engineStatus } from '@saddlepoint/linalg';
 * engineStatus().residents; // => 0
 */
export function engineStatus(): EngineStatus {
  return { threads: poolSize(), build: engineBuild(), ...engineUse() };
}
