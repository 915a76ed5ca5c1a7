// Memory of an engine: a control block shared by its threads, one scratch area per thread, then the arena that the caller hands out
// (src/engine/instance.ts, which asks arenaStart()).
// Blocks of the product: an MC×KC block of A stays in L2, a KC×4 panel of B in L1.
export const MC: i32 = 96;
export const KC: i32 = 512;
export const NC: i32 = 512;

export const CONTROL: usize = 1024;
const SCRATCH: usize = 4096;

const TILE_BYTES: usize = 1024; // 16×4 doubles for tiles at a border and strips of triangular solves
const PACK_A_BYTES: usize = <usize>(MC * KC) << 3;
const PACK_B_BYTES: usize = <usize>(KC * NC) << 3;
const THREAD_BYTES: usize = TILE_BYTES + PACK_A_BYTES + PACK_B_BYTES;

// Globals belong to an instance, and each thread has its own.
let scratch: usize = SCRATCH;

export function useScratch(thread: i32): void {
  scratch = SCRATCH + <usize>thread * THREAD_BYTES;
}

// The first byte after the scratch areas of `threads` threads.
export function arenaStart(threads: i32): usize {
  return SCRATCH + <usize>threads * THREAD_BYTES;
}

// @ts-ignore: decorator
@inline
export function tile(): usize {
  return scratch;
}

// @ts-ignore: decorator
@inline
export function packedA(): usize {
  return scratch + TILE_BYTES;
}

// @ts-ignore: decorator
@inline
export function packedB(): usize {
  return scratch + TILE_BYTES + PACK_A_BYTES;
}
