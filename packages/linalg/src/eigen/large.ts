import { withEngine } from '../engine/engine.js';
import { implicitQl } from '../plain/implicit-ql.js';
import { divideAndConquer, divideAndConquerWork } from './divide-and-conquer.js';
import type { Spectrum } from './small.js';

const BLOCK = 16;

/** Rows of the n×n array at `start` of `heap`, in the given order reversed, as columns of a new array. */
function rowsToColumns(heap: Float64Array, start: number, n: number, ascending: Int32Array): Float64Array {
  const out = new Float64Array(n * n);
  for (let k0 = 0; k0 < n; k0 += BLOCK) {
    const k1 = Math.min(n, k0 + BLOCK);
    for (let i0 = 0; i0 < n; i0 += BLOCK) {
      const i1 = Math.min(n, i0 + BLOCK);
      for (let k = k0; k < k1; k++) {
        const row = start + ascending[n - 1 - k] * n;
        for (let i = i0; i < i1; i++) out[i * n + k] = heap[row + i];
      }
    }
  }
  return out;
}

/** Blocked Householder tridiagonalisation, then implicit QL (values only) or divide and conquer, on the engine. Values descending. */
export function eighLarge(a: Float64Array, n: number, vectors: boolean): Spectrum | null {
  const size = n * n + 3 * n + 106 * (n + 2) + 128 + (vectors ? n * n + divideAndConquerWork(n) + 200 * n + 10000 : 0);
  return withEngine(size, (engine) => {
    const { kernels, heap } = engine;
    const factors = engine.upload(a);
    const diagonal = engine.allocate(n);
    const subdiagonal = engine.allocate(n);
    const tau = engine.allocate(n);
    kernels.tridiagonalize(n, factors, n, diagonal, subdiagonal, tau, engine.allocate(kernels.tridiagonalizeWork(n)));
    const d = engine.download(diagonal, n);
    const e = engine.download(subdiagonal, n);
    if (!vectors) {
      if (!implicitQl(d, e, 0, n, null)) return null;
      return { values: d.sort().reverse(), vectors: new Float64Array(0) };
    }
    const z = engine.zeros(n * n);
    const ascending = divideAndConquer(engine, d, e, z);
    if (ascending === null) return null;
    kernels.applyReflectors(n, n, factors, n, tau, z, n, engine.allocate(kernels.applyReflectorsWork(n, n)));
    return { values: Float64Array.from(ascending, (row) => d[row]).reverse(), vectors: rowsToColumns(heap, z / 8, n, ascending) };
  });
}
