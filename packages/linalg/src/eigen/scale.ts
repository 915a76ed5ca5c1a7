import { checkFinite } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';

/** Returns the largest |entry| of the lower triangle when it is finite; throws `ERR_NOT_FINITE` naming an entry otherwise. */
export function checkLower(A: Matrix, largest: number): number {
  if (!Number.isFinite(largest)) checkFinite('A', A.data);
  return largest;
}

/** Matrices of a size in this range need no scaling: squares of entries that matter neither overflow nor underflow. */
const WIDE = 2 ** 16;

/** The power of two that brings `largest` into [1, 2); 1 when it is near enough already, or zero. */
export function balance(largest: number): number {
  if (largest === 0 || (largest < WIDE && largest > 1 / WIDE)) return 1;
  return 2 ** -Math.min(1000, Math.max(-1000, Math.floor(Math.log2(largest))));
}
