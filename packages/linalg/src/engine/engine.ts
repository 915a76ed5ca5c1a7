import { SaddlepointRangeError } from '@saddlepoint/core';
import { baseline, relaxed } from '../generated/engine.js';
import type { Kernels } from './kernels.js';

/** A WASM instance with its memory for one job: an arena that only grows until the job ends. */
export interface Engine {
  readonly kernels: Kernels;
  /** All of memory as doubles: byte address p is entry p / 8. */
  readonly heap: Float64Array;
  /** The byte address of `count` fresh doubles, 16-byte aligned, contents undefined. */
  readonly allocate: (count: number) => number;
  /** As `allocate`, filled with a copy of `values`. */
  readonly upload: (values: Float64Array) => number;
  /** As `allocate`, filled with zeros. */
  readonly zeros: (count: number) => number;
  /** A copy of `count` doubles at `pointer`. */
  readonly download: (pointer: number, count: number) => Float64Array;
}

interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
}

const PAGE = 65536;
/** Where the arena begins: layout.ts reserves packing buffers below. */
const ARENA_START = 2048 + 8 * (96 * 512 + 512 * 512);
/** Instances with more memory than this are dropped after the job that needed it. */
const KEPT_BYTES = 32 * 1024 * 1024;

let compiled: WebAssembly.Module | undefined;
let idle: Instance | undefined;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

function moduleForThisHost(): WebAssembly.Module {
  if (compiled === undefined) {
    const fused = bytesOf(relaxed);
    compiled = new WebAssembly.Module(WebAssembly.validate(fused) ? fused : bytesOf(baseline));
  }
  return compiled;
}

function instantiate(pages: number): Instance {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE });
  const instance = new WebAssembly.Instance(moduleForThisHost(), { env: { memory } });
  return { memory, kernels: instance.exports as unknown as Kernels };
}

/** Takes the idle instance if there is one (a job inside a job gets its own) and makes room for `bytes`. */
function acquire(bytes: number): Instance {
  const pages = Math.ceil(bytes / PAGE);
  if (pages > PAGE)
    throw new SaddlepointRangeError('ERR_UNSUPPORTED', {
      argument: 'matrix',
      expected: 'a problem that fits into 4 GiB of WebAssembly memory',
      got: `${(bytes / 2 ** 30).toFixed(1)} GiB`,
    });
  const reused = idle;
  idle = undefined;
  if (reused === undefined) return instantiate(pages);
  const missing = pages - reused.memory.buffer.byteLength / PAGE;
  if (missing <= 0) return reused;
  if (bytes > KEPT_BYTES) return instantiate(pages);
  reused.memory.grow(missing);
  return reused;
}

/**
 * Runs `job` with an engine whose arena holds at least `doubles` numbers in up to 64 allocations.
 *
 * Memory grows to what the job asks for; an instance above 32 MiB is dropped afterwards, so that nothing stays at its high-water mark.
 */
export function withEngine<T>(doubles: number, job: (engine: Engine) => T): T {
  const instance = acquire(ARENA_START + 8 * doubles + 16 * 64);
  const heap = new Float64Array(instance.memory.buffer);
  let next = ARENA_START;
  const allocate = (count: number): number => {
    const pointer = next;
    next += Math.ceil(count / 2) * 16;
    if (next > heap.byteLength) throw new RangeError(`linalg arena too small by ${next - heap.byteLength} bytes`);
    return pointer;
  };
  const engine: Engine = {
    kernels: instance.kernels,
    heap,
    allocate,
    upload: (values) => {
      const pointer = allocate(values.length);
      heap.set(values, pointer / 8);
      return pointer;
    },
    zeros: (count) => {
      const pointer = allocate(count);
      heap.fill(0, pointer / 8, pointer / 8 + count);
      return pointer;
    },
    download: (pointer, count) => heap.slice(pointer / 8, pointer / 8 + count),
  };
  try {
    return job(engine);
  } finally {
    if (heap.byteLength <= KEPT_BYTES) idle = instance;
  }
}
