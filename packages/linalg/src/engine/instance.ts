import { SaddlepointRangeError } from '@saddlepoint/core';
import { createArena, type Arena } from './arena.js';
import type { Kernels } from './kernels.js';
import { engineModule } from './module.js';

/** One engine: its memory, what is exported, and who holds which part of the memory. */
export interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly arena: Arena;
  readonly shared: boolean;
  /** A job is running: its view of memory must not be detached by growth. */
  busy: boolean;
}

const PAGE = 65536;
const MOST_PAGES = 65536;

const tooLarge = (bytes: number): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_UNSUPPORTED', {
    argument: 'matrix',
    expected: 'a problem that fits into 4 GiB of WebAssembly memory',
    got: `${(bytes / 2 ** 30).toFixed(1)} GiB`,
  });

/** Shared memory needs a maximum that the host can reserve: 4 GiB where it can, less on small devices. */
function sharedMemory(): WebAssembly.Memory {
  for (let maximum = MOST_PAGES; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    } catch (error) {
      if (maximum <= 1024) throw error;
    }
  }
}

/**
 * A fresh engine for `threads` threads. `mayWait`: this thread may block.
 *
 * Memory is shared wherever the host can, even on one thread: views of shared memory survive its growth.
 */
export function createInstance(threads: number, mayWait: boolean): Instance {
  const shared = typeof SharedArrayBuffer !== 'undefined';
  const memory = shared ? sharedMemory() : new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
  const kernels = new WebAssembly.Instance(engineModule(shared), { env: { memory } }).exports as unknown as Kernels;
  const grow = (end: number): void => {
    const missing = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing <= 0) return;
    if (end > PAGE * MOST_PAGES) throw tooLarge(end);
    try {
      memory.grow(missing);
    } catch {
      throw tooLarge(end);
    }
  };
  const start = kernels.arenaStart(threads);
  grow(start);
  kernels.configure(0, threads, mayWait ? 1 : 0);
  return { memory, kernels, arena: createArena(start, grow), shared, busy: false };
}
