import type { Matrix } from '../matrix.js';
import type { Span } from './arena.js';
import { createInstance, type Instance } from './instance.js';
import type { Kernels } from './kernels.js';
import { createResident, holderOf, residentAddress, type ResidentMatrix } from './resident.js';
import { poolSize, waitingAllowed } from './threads.js';

/** The engine during one job, with an area of memory for it. */
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
  /** The address of the entries of A, to be read only: where they are if they live here, else a copy. */
  readonly place: (A: Matrix) => number;
  /** A copy of `count` doubles at `pointer`. */
  readonly download: (pointer: number, count: number) => Float64Array;
  /** The allocation at `pointer` as a matrix: one that stays in the engine when `resident`, else a copy. */
  readonly result: (pointer: number, rows: number, cols: number, resident: boolean) => Matrix;
}

/** An engine with more memory than this, scratch apart, is dropped once nothing lives in it. */
const KEPT_BYTES = 64 * 1024 * 1024;

let current: Instance | undefined;

/** The engine of this thread; a job inside a job gets one of its own. */
function acquire(): Instance {
  if (current?.busy === true) return createInstance(1, false);
  current ??= createInstance(poolSize(), waitingAllowed());
  return current;
}

/**
 * Lets go of the memory of an engine in which nothing lives any more, unless it is small or threads hold it too: their realms would not
 * notice for long.
 */
function settle(instance: Instance): void {
  if (instance !== current || instance.busy || instance.arena.blocks() > 0 || instance.memory.buffer.byteLength - instance.start <= KEPT_BYTES) return;
  if (poolSize() > 1) return;
  const { byteLength } = instance.memory.buffer;
  retire();
  pressForCollection(byteLength);
}

/** V8 does not count shared memory as a reason to collect garbage; it counts this, which is never written and takes no memory. */
function pressForCollection(bytes: number): void {
  try {
    void new ArrayBuffer(bytes);
  } catch {
    // As much pressure as there can be.
  }
}

/** The next job starts a fresh engine; matrices that live in the old one stay valid. */
export function retire(): void {
  current?.kernels.dismiss();
  current = undefined;
}

/** Frees a block of `instance`. */
function freeBlock(instance: Instance, address: number): void {
  instance.arena.release(address);
  settle(instance);
}

/** Bytes of engine memory held now, and the number of matrices that live in it. */
export function engineUse(): { readonly bytes: number; readonly residents: number } {
  return { bytes: current?.memory.buffer.byteLength ?? 0, residents: current?.arena.blocks() ?? 0 };
}

/** How many doubles `place` will need for A: none if it lives here. */
export function roomFor(A: Matrix): number {
  return current?.busy === false && residentAddress(A, current) !== undefined ? 0 : A.rows * A.cols;
}

/**
 * Runs `job` with an engine and room for `doubles` numbers in up to 64 allocations.
 *
 * Memory grows to what the job asks for. Above 64 MiB it is given back afterwards, unless matrices live in it or threads share it.
 */
export function withEngine<T>(doubles: number, job: (engine: Engine) => T): T {
  const instance = acquire();
  const room = 8 * doubles + 16 * 64;
  const block = instance.arena.allocate(room);
  const kept: Span[] = [];
  let broken = false;
  instance.busy = true;
  try {
    const heap = new Float64Array(instance.memory.buffer);
    let next = block;
    const allocate = (count: number): number => {
      const pointer = next;
      next += Math.ceil(count / 2) * 16;
      if (next > block + room) throw new RangeError(`linalg arena too small by ${next - block - room} bytes`);
      return pointer;
    };
    const upload = (values: Float64Array): number => {
      const pointer = allocate(values.length);
      heap.set(values, pointer / 8);
      return pointer;
    };
    const download = (pointer: number, count: number): Float64Array => heap.slice(pointer / 8, pointer / 8 + count);
    return job({
      kernels: instance.kernels,
      heap,
      allocate,
      upload,
      zeros: (count) => {
        const pointer = allocate(count);
        heap.fill(0, pointer / 8, pointer / 8 + count);
        return pointer;
      },
      place: (A) => residentAddress(A, instance) ?? upload(A.data),
      download,
      result: (pointer, rows, cols, resident) => {
        if (!resident) return { rows, cols, data: download(pointer, rows * cols) };
        kept.push({ address: pointer, bytes: 8 * rows * cols });
        return createResident(instance, pointer, rows, cols, freeBlock);
      },
    });
  } catch (error) {
    // A kernel broke down, and threads may still be writing here: nobody else gets this memory. What lives in it stays valid.
    broken = error instanceof WebAssembly.RuntimeError;
    throw error;
  } finally {
    instance.busy = false;
    if (broken) {
      if (instance === current) retire();
    } else {
      kept.sort((a, b) => a.address - b.address);
      instance.arena.release(block, kept);
      settle(instance);
    }
  }
}

/** What {@link withHolder} gives a job. */
export interface Holder {
  readonly kernels: Kernels;
  readonly heap: Float64Array;
  /** The byte address of the block. */
  readonly address: number;
}

/**
 * Runs `job` on the engine that `block` lives in, even where another has taken over since (threads were started or stopped). Nothing can be
 * allocated there.
 */
export function withHolder<T>(block: ResidentMatrix, job: (holder: Holder) => T): T {
  const holding = holderOf(block);
  if (holding === undefined || holding.instance.busy) throw new RangeError('the block was disposed of, or its engine is at work');
  const { instance, address } = holding;
  instance.busy = true;
  try {
    return job({ kernels: instance.kernels, heap: new Float64Array(instance.memory.buffer), address });
  } catch (error) {
    // A kernel broke down, and threads may still be writing here: nobody else gets this memory.
    if (error instanceof WebAssembly.RuntimeError && instance === current) retire();
    throw error;
  } finally {
    instance.busy = false;
  }
}

/** A copy of A that lives in the engine. */
export function uploadMatrix(A: Matrix): ResidentMatrix {
  return withEngine(A.data.length, ({ upload, result }) => result(upload(A.data), A.rows, A.cols, true) as ResidentMatrix);
}
