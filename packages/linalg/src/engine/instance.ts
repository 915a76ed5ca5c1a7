import { SaddlepointRangeError } from '@saddlepoint/core';
import { createArena, type Arena } from './arena.js';
import type { Kernels } from './kernels.js';
import { engineModule } from './module.js';
import { enlist } from './threads.js';

/** One engine: its memory, what is exported, and who holds which part of the memory. */
export interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  readonly arena: Arena;
  /** Where the arena begins: scratch of the threads lies before it. */
  readonly start: number;
  /** A job is running: its view of memory must not be detached by growth. */
  busy: boolean;
}

const PAGE = 65536;
const MOST_PAGES = 65536;
/** Pages that shared memory grows by at least: pages cost nothing until they are written, growth calls workers home. */
const LEAST_GROWTH = 256;

const tooLarge = (bytes: number, maximum: number): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_UNSUPPORTED', {
    argument: 'matrix',
    expected: `a problem that fits into ${(maximum * PAGE) / 2 ** 30} GiB of WebAssembly memory`,
    got: `${(bytes / 2 ** 30).toFixed(1)} GiB`,
  });

/** Shared memory needs a maximum that the host can reserve: 4 GiB where it can, less on small devices. */
function sharedMemory(): readonly [WebAssembly.Memory, number] {
  for (let maximum = MOST_PAGES; ; maximum /= 2) {
    try {
      return [new WebAssembly.Memory({ initial: 1, maximum, shared: true }), maximum];
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
  const [memory, maximum] = shared ? sharedMemory() : [new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES }), MOST_PAGES];
  const kernels = new WebAssembly.Instance(engineModule(shared), { env: { memory } }).exports as unknown as Kernels;
  const staff = { memory, kernels };
  const grow = (end: number): void => {
    const held = memory.buffer.byteLength / PAGE;
    const missing = Math.ceil(end / PAGE) - held;
    if (missing <= 0) return;
    if (end > PAGE * maximum) throw tooLarge(end, maximum);
    // No worker may meet memory that it does not know of yet: they go home first, and come back when it has grown.
    if (threads > 1) kernels.dismiss();
    try {
      memory.grow(shared && end < PAGE * (maximum / 2) ? Math.max(missing, LEAST_GROWTH) : missing);
    } catch {
      throw tooLarge(end, maximum);
    } finally {
      if (threads > 1) enlist(staff);
    }
  };
  kernels.configure(0, threads, mayWait ? 1 : 0);
  const start = kernels.arenaStart(threads);
  grow(start);
  return { ...staff, arena: createArena(start, grow), start, busy: false };
}
