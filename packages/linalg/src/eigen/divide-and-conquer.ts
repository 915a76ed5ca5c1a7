import type { Engine } from '../engine/engine.js';
import { implicitQl } from '../plain/implicit-ql.js';
import { BOTH, BOTTOM, TOP, deflate } from './deflate.js';
import { secularRoot } from './secular-root.js';

const LEAF = 32;

/** Doubles of workspace that `divideAndConquer` allocates. */
export const divideAndConquerWork = (n: number): number => 2 * n * n + 6 * n + 64;

/**
 * Eigenvalues of the symmetric tridiagonal matrix with diagonal `d` and subdiagonal `e[1…]` (both overwritten), eigenvalues over `d`,
 * eigenvectors into the ROWS of the zeroed n×n array at `z`. Returns the rows in ascending order of eigenvalue, or null when a leaf
 * did not converge.
 *
 * Divide and conquer (Cuppen 1981) with the stable eigenvectors of Gu & Eisenstat (1994), as LAPACK's dstedc.
 */
export function divideAndConquer(engine: Engine, d: Float64Array, e: Float64Array, z: number): Int32Array | null {
  const n = d.length;
  const { kernels, heap } = engine;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const work = {
    poles: engine.allocate(n),
    weights: engine.allocate(n),
    products: engine.allocate(n),
    scratch: engine.allocate(n),
    group: engine.allocate(n),
    sums: engine.allocate(4),
    secular: engine.allocate(n * n),
    rows: engine.allocate(n * n),
  };
  const at = (row: number, col: number): number => z + 8 * (row * n + col);
  const ints = new Int32Array(heap.buffer);
  const poles = heap.subarray(work.poles / 8, work.poles / 8 + n);
  const weights = heap.subarray(work.weights / 8, work.weights / 8 + n);
  const products = heap.subarray(work.products / 8, work.products / 8 + n);
  const sums = heap.subarray(work.sums / 8, work.sums / 8 + 4);
  const vector = new Float64Array(n);
  const support = new Uint8Array(n);

  const leaf = (lo: number, hi: number): boolean => {
    for (let i = lo; i < hi; i++) heap[at(i, i) / 8] = 1;
    const width = hi - lo;
    const converged = implicitQl(d, e, lo, hi, (i, c, s) => kernels.rotate(width, at(i, lo), at(i + 1, lo), c, -s));
    order.subarray(lo, hi).sort((i, j) => d[i] - d[j]);
    return converged;
  };

  /** The rows of both halves by ascending eigenvalue. */
  const interleave = (lo: number, mid: number, hi: number): number[] => {
    const merged: number[] = [];
    let i = lo;
    let j = mid;
    while (i < mid || j < hi) merged.push(j === hi || (i < mid && d[order[i]] <= d[order[j]]) ? order[i++] : order[j++]);
    return merged;
  };

  /** Copies columns [from, to) of rows to consecutive rows at `target`. */
  const gather = (rows: readonly number[], from: number, to: number, target: number): number => {
    let next = target / 8;
    for (const row of rows) {
      const start = at(row, from) / 8;
      heap.copyWithin(next, start, start + to - from);
      next += to - from;
    }
    return next * 8;
  };

  /** Solves the secular equation over `survivors`; rows of the k×k array at work.secular become eigenvectors in order `grouped`. */
  const solveSecular = (survivors: readonly number[], grouped: readonly number[], rho: number): Float64Array => {
    const k = survivors.length;
    let square = 0;
    for (const i of survivors) square += vector[i] * vector[i];
    const norm = Math.sqrt(square);
    const position = new Map<number, number>();
    survivors.forEach((row, i) => {
      poles[i] = d[row];
      weights[i] = vector[row] / norm;
      position.set(row, i);
    });
    grouped.forEach((row, g) => (ints[work.group / 4 + g] = position.get(row) ?? 0));
    const equation = {
      size: k,
      rho: rho * square,
      d: poles,
      z: weights,
      sums: (split: number, origin: number, mu: number): Float64Array => {
        kernels.secularSums(k, split, work.poles, work.weights, origin, mu, work.sums);
        return sums;
      },
    };
    const values = new Float64Array(k);
    products.fill(1, 0, k);
    for (let j = 0; j < k; j++) {
      const { origin, mu } = secularRoot(equation, j);
      const row = work.secular + 8 * j * k;
      values[j] = poles[origin] + mu;
      kernels.poleDistances(k, work.poles, poles[origin], mu, row);
      kernels.loewnerFactor(k, j, work.poles, row, work.products);
    }
    for (let i = 0; i < k; i++) weights[i] = Math.sign(weights[i]) * Math.sqrt(Math.abs(products[i]));
    for (let j = 0; j < k; j++) kernels.secularVector(k, work.weights, work.group, work.secular + 8 * j * k, work.scratch);
    return values;
  };

  const merge = (lo: number, mid: number, hi: number, coupling: number): void => {
    const ascending = interleave(lo, mid, hi);
    for (let i = lo; i < hi; i++) {
      support[i] = i < mid ? TOP : BOTTOM;
      vector[i] = (i < mid ? heap[at(i, mid - 1) / 8] : Math.sign(coupling) * heap[at(i, mid) / 8]) * Math.SQRT1_2;
    }
    const rho = 2 * Math.abs(coupling);
    const width = hi - lo;
    const { survivors, deflated } = deflate(ascending, d, vector, rho, support, (i, j, c, s) =>
      kernels.rotate(width, at(i, lo), at(j, lo), c, s),
    );
    const k = survivors.length;
    if (k === 0) {
      order.set(ascending, lo);
      return;
    }
    const of = (kind: number): number[] => survivors.filter((row) => support[row] === kind);
    const top = of(TOP);
    const both = of(BOTH);
    const bottom = of(BOTTOM);
    const values = solveSecular(survivors, [...top, ...both, ...bottom], rho);
    const upper = [...top, ...both];
    const lower = [...both, ...bottom];
    const lowerRows = gather(upper, lo, mid, work.rows);
    const keptRows = gather(lower, mid, hi, lowerRows);
    gather(deflated, lo, hi, keptRows);
    const kept = deflated.map((row) => d[row]);
    for (let row = lo; row < hi; row++) heap.fill(0, at(row, lo) / 8, at(row, hi) / 8);
    kernels.gemm(k, mid - lo, upper.length, 1, work.secular, k, 1, work.rows, mid - lo, 1, at(lo, lo), n, 0);
    kernels.gemm(k, hi - mid, lower.length, 1, work.secular + 8 * top.length, k, 1, lowerRows, hi - mid, 1, at(lo, mid), n, 0);
    for (let i = 0; i < kept.length; i++) {
      const from = keptRows / 8 + i * width;
      heap.copyWithin(at(lo + k + i, lo) / 8, from, from + width);
    }
    d.set(values, lo);
    d.set(kept, lo + k);
    for (let i = lo; i < hi; i++) order[i] = i;
    order.subarray(lo, hi).sort((i, j) => d[i] - d[j]);
  };

  const solve = (lo: number, hi: number): boolean => {
    if (hi - lo <= LEAF) return leaf(lo, hi);
    const mid = (lo + hi) >>> 1;
    const coupling = e[mid];
    d[mid - 1] -= Math.abs(coupling);
    d[mid] -= Math.abs(coupling);
    if (!solve(lo, mid) || !solve(mid, hi)) return false;
    merge(lo, mid, hi, coupling);
    return true;
  };
  return solve(0, n) ? order : null;
}
