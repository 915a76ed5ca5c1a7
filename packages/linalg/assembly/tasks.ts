import { gemmChunk } from './gemm';
import { companionChunk, companionSumChunk, updateRowChunk } from './panel';
import { thinChunk } from './thin';
import { solveLeftChunk, solveRightChunk } from './triangular';

// What a chunk of a parallel job may be.
export const GEMM: i32 = 0;
export const SOLVE_LEFT: i32 = 1;
export const SOLVE_RIGHT: i32 = 2;
export const UPDATE_ROW: i32 = 3;
export const COMPANION: i32 = 4;
export const COMPANION_SUM: i32 = 5;
export const THIN: i32 = 6;

export function perform(task: i32, chunk: i32): void {
  switch (task) {
    case GEMM:
      gemmChunk(chunk);
      break;
    case SOLVE_LEFT:
      solveLeftChunk(chunk);
      break;
    case SOLVE_RIGHT:
      solveRightChunk(chunk);
      break;
    case UPDATE_ROW:
      updateRowChunk(chunk);
      break;
    case COMPANION:
      companionChunk(chunk);
      break;
    case COMPANION_SUM:
      companionSumChunk(chunk);
      break;
    case THIN:
      thinChunk(chunk);
      break;
  }
}
