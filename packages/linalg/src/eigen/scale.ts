import { checkNumber } from '@saddlepoint/core';
import type { Matrix } from '../matrix.js';

/** Returns `largest`, that of |entries| of the lower triangle, if it is finite; else throws `ERR_NOT_FINITE` naming the first that is not. */
export function checkLower({ rows: n, data }: Matrix, largest: number): number {
  if (Number.isFinite(largest)) return largest;
  for (let i = 0; i < n; i++) for (let k = i * n; k <= i * n + i; k++) if (!Number.isFinite(data[k])) checkNumber(`A[${k}]`, data[k]);
  return largest;
}

/** Matrices of a size in this range need no scaling: squares of entries that matter neither overflow nor underflow. */
const WIDE = 2 ** 16;

/** The power of two that brings `largest` into [1, 2); 1 when it is near enough already, or zero. */
export function balance(largest: number): number {
  if (largest === 0 || (largest < WIDE && largest > 1 / WIDE)) return 1;
  return 2 ** -Math.min(1000, Math.max(-1000, Math.floor(Math.log2(largest))));
}
