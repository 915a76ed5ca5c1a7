import type { Engine } from '../engine/engine.js';
import { BOTH, BOTTOM, TOP, deflate } from './deflate.js';
import { emptyColumn, implicitQr } from './implicit-qr.js';
import { secularSize, secularWork, singularSecular } from './secular.js';

const LEAF = 32;
/** What is dropped, beside the largest entry of the problem: LAPACK's 64 units of rounding. */
const DEFLATION = 32 * Number.EPSILON;
/** Nothing is resolved below this in a matrix of size 1, so that squares do not underflow. */
const SMALLEST = 1e-100;

/** Doubles that `divideAndConquer` allocates. */
export const divideAndConquerWork = (n: number): number => secularSize(n) + n * (n + 1) + 16;

/**
 * Singular values of the n×n upper bidiagonal matrix with diagonal `d` and superdiagonal `e` (both overwritten; the last e is 0), over `d`.
 * Left vectors into the ROWS of the zeroed n×n array at `u`, right ones into the first n rows and columns of the zeroed (n+1)×(n+1) array
 * at `v`. Returns the rows in ascending order of singular value, or null when a leaf did not converge.
 *
 * Divide and conquer (Gu & Eisenstat 1995; LAPACK dbdsdc). A part [lo, hi) of the rows has columns lo…hi, one more than rows; row hi of v
 * is its null vector. Taking out row c leaves the parts [lo, c) and [c+1, hi) uncoupled.
 */
export function divideAndConquer(engine: Engine, d: Float64Array, e: Float64Array, u: number, v: number): Int32Array | null {
  const n = d.length;
  const { kernels, heap } = engine;
  const work = secularWork(engine, n);
  const rows = engine.allocate(n * (n + 1));
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const atU = (row: number, col: number): number => u + 8 * (row * n + col);
  const atV = (row: number, col: number): number => v + 8 * (row * (n + 1) + col);
  const z = new Float64Array(n);
  const support = new Uint8Array(n);
  const ascend = (lo: number, hi: number): void => void order.subarray(lo, hi).sort((i, j) => d[i] - d[j]);

  const leaf = (lo: number, hi: number): boolean => {
    const width = hi - lo;
    for (let i = lo; i < hi; i++) heap[atU(i, i) / 8] = 1;
    for (let i = lo; i <= hi; i++) heap[atV(i, i) / 8] = 1;
    const right = (i: number, j: number, c: number, s: number): void => kernels.rotate(width + 1, atV(i, lo), atV(j, lo), c, s);
    const left = (i: number, j: number, c: number, s: number): void => kernels.rotate(width, atU(i, lo), atU(j, lo), c, s);
    emptyColumn(d, e, lo, hi - 1, hi, e[hi - 1], right);
    const converged = implicitQr(d, e, lo, hi, { left, right });
    for (let i = lo; i < hi; i++) {
      if (d[i] >= 0) continue;
      d[i] = -d[i];
      for (let p = atV(i, lo) / 8; p <= atV(i, hi) / 8; p++) heap[p] = -heap[p];
    }
    for (let i = lo; i < hi; i++) order[i] = i;
    ascend(lo, hi);
    return converged;
  };

  /** Copies columns [from, to) of the given rows side by side to `target`; returns where the next would go. */
  const gather = (list: readonly number[], at: typeof atU, from: number, to: number, target: number): number => {
    let next = target / 8;
    for (const row of list) {
      heap.copyWithin(next, at(row, from) / 8, at(row, to) / 8);
      next += to - from;
    }
    return next * 8;
  };

  /** The first row of the middle matrix, with the null vectors of both parts turned into one that it sees and one that it does not. */
  const firstRow = (lo: number, centre: number, hi: number, alpha: number, beta: number, tolerance: number): void => {
    for (let i = lo; i < centre; i++) z[i] = alpha * heap[atV(i, centre) / 8];
    for (let i = centre + 1; i < hi; i++) z[i] = beta * heap[atV(i, centre + 1) / 8];
    const top = alpha * heap[atV(centre, centre) / 8];
    const bottom = beta * heap[atV(hi, centre + 1) / 8];
    const norm = Math.sqrt(top * top + bottom * bottom);
    z[centre] = Math.max(norm, tolerance);
    if (norm > tolerance) kernels.rotate(hi - lo + 1, atV(centre, lo), atV(hi, lo), top / norm, bottom / norm);
  };

  const merge = (lo: number, centre: number, hi: number): void => {
    const alpha = d[centre];
    const beta = e[centre];
    const ascending = [...order.subarray(lo, centre), ...order.subarray(centre + 1, hi)].sort((i, j) => d[i] - d[j]);
    const largest = ascending.length === 0 ? 0 : d[ascending[ascending.length - 1]];
    const size = Math.max(Math.abs(alpha), Math.abs(beta), largest);
    const tolerance = DEFLATION * Math.max(size, SMALLEST);
    firstRow(lo, centre, hi, alpha, beta, tolerance);
    d[centre] = 0;
    heap[atU(centre, centre) / 8] = 1;
    support.fill(TOP, lo, centre).fill(BOTTOM, centre + 1, hi);
    const { survivors, deflated } = deflate(centre, ascending, d, z, tolerance, support, (i, j, c, s) => {
      kernels.rotate(hi - lo, atU(i, lo), atU(j, lo), c, s);
      kernels.rotate(hi - lo + 1, atV(i, lo), atV(j, lo), c, s);
    });
    const k = survivors.length;
    const others = survivors.slice(1);
    const of = (kind: number): number[] => others.filter((row) => support[row] === kind);
    const top = of(TOP);
    const both = [centre, ...of(BOTH)];
    const bottom = of(BOTTOM);
    const position = new Map(survivors.map((row, i) => [row, i]));
    const values = singularSecular(
      engine,
      work,
      survivors.map((row) => d[row]),
      survivors.map((row) => z[row]),
      [...top, ...both, ...bottom].map((row) => position.get(row) ?? 0),
    );
    const upper = [...top, ...both];
    const lower = [...both, ...bottom];
    /** New rows over columns [lo, end): vectors of the middle matrix times old rows, whose columns split at `split`; then deflated ones. */
    const replace = (at: typeof atU, stride: number, vectors: number, split: number, below: number, end: number): void => {
      const lowerRows = gather(upper, at, lo, split, rows);
      const kept = gather(lower, at, below, end, lowerRows);
      gather(deflated, at, lo, end, kept);
      for (let row = lo; row < hi; row++) heap.fill(0, at(row, lo) / 8, at(row, end) / 8);
      kernels.gemm(k, split - lo, upper.length, 1, vectors, k, 1, rows, split - lo, 1, at(lo, lo), stride, 0);
      kernels.gemm(k, end - below, lower.length, 1, vectors + 8 * top.length, k, 1, lowerRows, end - below, 1, at(lo, below), stride, 0);
      const width = end - lo;
      for (let i = 0; i < deflated.length; i++)
        heap.copyWithin(at(lo + k + i, lo) / 8, kept / 8 + i * width, kept / 8 + (i + 1) * width);
    };
    replace(atV, n + 1, work.right, centre + 1, centre + 1, hi + 1);
    replace(atU, n, work.left, centre, centre + 1, hi);
    for (let j = 0; j < k; j++) heap[atU(lo + j, centre) / 8] = heap[work.left / 8 + j * k + top.length];
    const kept = deflated.map((row) => d[row]);
    d.set(values, lo);
    d.set(kept, lo + k);
    if (size < SMALLEST) d.fill(0, lo, hi);
    for (let i = lo; i < hi; i++) order[i] = i;
    ascend(lo, hi);
  };

  const solve = (lo: number, hi: number): boolean => {
    if (hi - lo <= LEAF) return leaf(lo, hi);
    const centre = (lo + hi) >>> 1;
    if (!solve(lo, centre) || !solve(centre + 1, hi)) return false;
    merge(lo, centre, hi);
    return true;
  };
  return solve(0, n) ? order : null;
}
