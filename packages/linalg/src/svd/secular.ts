import type { Engine } from '../engine/engine.js';
import { secularRoot } from './secular-root.js';

/** Scratch in engine memory for problems of up to n. */
export interface SecularWork {
  readonly poles: number;
  readonly weights: number;
  readonly products: number;
  readonly scratch: number;
  readonly group: number;
  readonly sums: number;
  readonly fromLeft: number;
  readonly fromRight: number;
  /** n×n each: row j holds the left and right singular vectors of root j. */
  readonly left: number;
  readonly right: number;
}

/** Doubles that `secularWork` allocates. */
export const secularSize = (n: number): number => 2 * n * n + 7 * n + 32;

export const secularWork = ({ allocate }: Engine, n: number): SecularWork => ({
  poles: allocate(n),
  weights: allocate(n),
  products: allocate(n),
  scratch: allocate(n),
  group: allocate(n),
  sums: allocate(4),
  fromLeft: allocate(n),
  fromRight: allocate(n),
  left: allocate(n * n),
  right: allocate(n * n),
});

/**
 * Singular values (ascending) of the k×k matrix with first row z and diagonal (0, d₁, d₂, …), d ascending; its singular vectors become
 * rows of the k×k arrays at work.left and work.right, their entries in the order of `group`.
 *
 * The roots σ² of 1 + Σ zᵢ²/(dᵢ² − σ²) are found as offsets from the nearest pole, and z is recomputed from them, so that the vectors are
 * orthogonal to rounding: Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 16, 1995.
 */
export function singularSecular(
  { kernels, heap }: Engine,
  work: SecularWork,
  d: ArrayLike<number>,
  z: ArrayLike<number>,
  group: ArrayLike<number>,
): Float64Array {
  const k = d.length;
  const view = (pointer: number, count: number): Float64Array => heap.subarray(pointer / 8, pointer / 8 + count);
  const poles = view(work.poles, k);
  const weights = view(work.weights, k);
  const products = view(work.products, k);
  const sums = view(work.sums, 4);
  new Int32Array(heap.buffer, work.group, k).set(group);
  let square = 0;
  for (let i = 0; i < k; i++) square += z[i] * z[i];
  const norm = Math.sqrt(square);
  for (let i = 0; i < k; i++) {
    poles[i] = d[i];
    weights[i] = z[i] / norm;
  }
  const values = new Float64Array(k);
  products.fill(1);
  // Squared poles as seen from the left one of the two around a root; secularRoot reads those two entries only.
  const relative = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const left = Math.max(0, Math.min(j, k - 2));
    const right = Math.min(k - 1, left + 1);
    const gap = (d[right] - d[left]) * (d[right] + d[left]);
    relative[left] = 0;
    relative[right] = gap;
    let haveRight = false;
    kernels.squaredDistances(k, work.poles, d[left], 0, work.fromLeft);
    const { origin, mu } = secularRoot(
      {
        size: k,
        rho: square,
        d: relative,
        z: weights,
        sums: (split, from, offset) => {
          if (from !== 0 && !haveRight) {
            kernels.squaredDistances(k, work.poles, d[right], 0, work.fromRight);
            haveRight = true;
          }
          kernels.secularSums(k, split, from === 0 ? work.fromLeft : work.fromRight, work.weights, 0, offset, work.sums);
          return sums;
        },
      },
      j,
    );
    const row = work.right + 8 * j * k;
    values[j] = d[origin] + mu / (d[origin] + Math.sqrt(d[origin] * d[origin] + mu));
    kernels.squaredDistances(k, work.poles, d[origin], mu, row);
    kernels.singularFactor(k, j, work.poles, row, work.products);
  }
  for (let i = 0; i < k; i++) weights[i] = Math.sign(z[i]) * Math.sqrt(Math.abs(products[i]));
  for (let j = 0; j < k; j++)
    kernels.singularVectors(k, work.poles, work.weights, work.group, work.right + 8 * j * k, work.left + 8 * j * k, work.scratch);
  return values;
}
