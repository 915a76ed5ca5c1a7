import { powerOfTwo } from '../scale.js';

/** Matrices of a size in this range need no scaling: squares of entries that matter neither overflow nor underflow. */
const WIDE = 2 ** 16;

/** The power of two that brings `largest` into [1, 2); 1 when it is near enough already, or zero. */
export const balance = (largest: number): number => (largest === 0 || (largest < WIDE && largest > 1 / WIDE) ? 1 : powerOfTwo(largest));
