// Fixed scratch at the start of memory, before the arena that the caller hands out (see src/engine/engine.ts, ARENA_START).
// Blocks of the product: an MC×KC block of A stays in L2, a KC×4 panel of B in L1.
export const MC: i32 = 96;
export const KC: i32 = 512;
export const NC: i32 = 512;

export const TILE: usize = 1024; // 4×4 doubles for tiles at the border
export const PACK_A: usize = 2048; // MC·KC doubles
export const PACK_B: usize = PACK_A + (<usize>(MC * KC) << 3); // KC·NC doubles
export const ARENA: usize = PACK_B + (<usize>(KC * NC) << 3);
