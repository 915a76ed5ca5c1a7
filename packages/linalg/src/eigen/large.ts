import { withEngine } from '../engine/engine.js';
import { isResident } from '../engine/resident.js';
import { checkLowerFinite } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { balance } from './scale.js';
import type { Eigh } from '../eigh.js';

/** Doubles of engine memory for n×n: the matrix, whose place the vectors take; eigenvectors of the tridiagonal matrix; 1½n² of space. */
const roomOf = (n: number, vectors: boolean): number => n * n + 168 * (n + 8) + (vectors ? 2.5 * n * n + 120 * n + 4096 : 0);

/**
 * Blocked Householder tridiagonalisation, then QL (values only) or divide and conquer and back-transformation, on the engine. Null when
 * the iteration failed.
 */
export function eighLarge(A: Matrix, vectors: boolean): Eigh | null {
  const n = A.rows;
  return withEngine(roomOf(n, vectors), (engine) => {
    const { kernels, heap } = engine;
    const factors = engine.upload(A.data);
    const largest = kernels.largestLower(n, factors, n);
    if (!Number.isFinite(largest)) checkLowerFinite('A', A);
    const scale = balance(largest);
    if (scale !== 1) kernels.scale(n * n, scale, factors);
    const diagonal = engine.allocate(n);
    const subdiagonal = engine.allocate(n);
    const tau = engine.allocate(n);
    kernels.tridiagonalize(n, factors, n, diagonal, subdiagonal, tau, engine.allocate(kernels.tridiagonalizeWork(n)));
    const values = new Float64Array(n);
    if (!vectors) {
      if (kernels.eigenvaluesQl(n, diagonal, subdiagonal) === 0) return null;
      const sorted = engine.download(diagonal, n).sort();
      for (let k = 0; k < n; k++) values[k] = sorted[n - 1 - k] / scale;
      return { values, vectors: { rows: n, cols: 0, data: new Float64Array(0) } };
    }
    const z = engine.allocate(n * n);
    const order = engine.allocate(n);
    const space = engine.allocate(Math.max(kernels.divideAndConquerSpace(n), kernels.backTransformWork(n)));
    const work = engine.allocate(kernels.divideAndConquerWork(n));
    if (kernels.divideAndConquer(n, diagonal, subdiagonal, z, order, space, work) === 0) return null;
    kernels.backTransform(n, factors, n, tau, z, n, order, factors, n, space);
    const rows = new Int32Array(heap.buffer, order, n);
    for (let k = 0; k < n; k++) values[k] = heap[diagonal / 8 + rows[n - 1 - k]] / scale;
    return { values, vectors: engine.result(factors, n, n, isResident(A)) };
  });
}
