import { SaddlepointRangeError, checkNumber } from '@saddlepoint/core';
import { roomFor, uploadMatrix, withEngine } from '../engine/engine.js';
import type { Kernels } from '../engine/kernels.js';
import type { ResidentMatrix } from '../engine/resident.js';

/** Engine memory for the tiles being worked on: at n = 20 000, three or more tile columns. */
const DEFAULT_WORKSPACE = 2 ** 29;

/** How many doubles of engine memory may be used, when at least `least` are needed and more than `most` are of no use. */
export function workspaceEntries(workspace: number = DEFAULT_WORKSPACE, least: number, most: number): number {
  checkNumber('workspace', workspace, { min: 0 });
  return Math.max(least, Math.min(most, Math.floor(workspace / 8)));
}

/** The engine during one step, with the slab in it. */
export interface Desk {
  readonly kernels: Kernels;
  /** Copies entries to offset `at` of the slab; returns their address. */
  readonly put: (at: number, entries: Float64Array) => number;
  /** The `count` entries from offset `at` on: to be copied, or changed in place. */
  readonly view: (at: number, count: number) => Float64Array;
  /** The address of offset `at`. */
  readonly address: (at: number) => number;
}

/** Doubles in engine memory that stay there from step to step, whatever else the engine does between. */
export interface Slab {
  readonly step: <T>(job: (desk: Desk) => T) => T;
  readonly dispose: () => void;
}

/** A slab of `entries` doubles, contents undefined. */
export function createSlab(entries: number): Slab {
  let block: ResidentMatrix = withEngine(
    entries,
    ({ allocate, result }) => result(allocate(entries), entries, 1, true) as ResidentMatrix,
  );
  /** An engine that was replaced between two steps (threads started) leaves the block behind. */
  const follow = (): void => {
    if (roomFor(block) === 0) return;
    const left = block;
    block = uploadMatrix(left);
    left.dispose();
  };
  return {
    step: (job) => {
      follow();
      return withEngine(0, ({ kernels, heap, place }) => {
        const base = place(block);
        const address = (at: number): number => base + 8 * at;
        return job({
          kernels,
          address,
          put: (at, values) => {
            if (at + values.length > entries)
              throw new SaddlepointRangeError('ERR_SHAPE', { argument: 'slab', expected: `at most ${entries} entries`, got: `${at + values.length}` });
            heap.set(values, base / 8 + at);
            return address(at);
          },
          view: (at, count) => heap.subarray(base / 8 + at, base / 8 + at + count),
        });
      });
    },
    dispose: () => block.dispose(),
  };
}
