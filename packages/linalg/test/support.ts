import { matrix } from '../src/index.js';
import type { Matrix } from '../src/index.js';

/** 2⁻⁵², the ulp of LAPACK's test ratios. */
export const UNIT = Number.EPSILON;

/** Sizes around every internal boundary: vectors of 4, panels of 16, 32, 64 and 128, blocks of 256, plain path below 32. */
export const SIZES = [0, 1, 2, 3, 5, 17, 63, 64, 65, 127, 128, 129, 300];

/** Uniform numbers in (−1, 1) from the minimal standard generator (Park & Miller 1988). */
export function uniforms(count: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  });
}

export const randomMatrix = (rows: number, cols: number, seed = 1): Matrix => matrix(rows, cols, uniforms(rows * cols, seed));

export function fill(n: number, entry: (i: number, j: number) => number): Matrix {
  const A = matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) A.data[i * n + j] = entry(i, j);
  return A;
}

export const symmetric = (A: Matrix): Matrix => fill(A.rows, (i, j) => A.data[Math.max(i, j) * A.rows + Math.min(i, j)]);

/** Product by the definition, the reference of every test here. */
export function naive(A: Matrix, B: Matrix): Matrix {
  const C = matrix(A.rows, B.cols);
  const a = A.data;
  const b = B.data;
  const c = C.data;
  const { cols } = B;
  for (let i = 0; i < A.rows; i++)
    for (let k = 0; k < A.cols; k++) {
      const factor = a[i * A.cols + k];
      const row = i * cols;
      const start = k * cols;
      for (let j = 0; j < cols; j++) c[row + j] += factor * b[start + j];
    }
  return C;
}

export function flipped(A: Matrix): Matrix {
  const T = matrix(A.cols, A.rows);
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.cols; j++) T.data[j * A.rows + i] = A.data[i * A.cols + j];
  return T;
}

export function minus(A: Matrix, B: Matrix): Matrix {
  return matrix(A.rows, A.cols, A.data.map((value, i) => value - B.data[i]));
}

/** Largest row sum of |entries|. */
export function norm(A: Matrix): number {
  let largest = 0;
  for (let i = 0; i < A.rows; i++) {
    let sum = 0;
    for (let j = 0; j < A.cols; j++) sum += Math.abs(A.data[i * A.cols + j]);
    if (!(sum <= largest)) largest = sum;
  }
  return largest;
}

/** ‖error‖ / (size·n·u); 0 for an exact result of size 0. */
export function ratio(error: Matrix, size: number, n: number): number {
  const top = norm(error);
  return top === 0 ? 0 : top / (size * Math.max(1, n) * UNIT);
}

export const eye = (n: number): Matrix => fill(n, (i, j) => (i === j ? 1 : 0));

/** Q diag(values) Qᵀ with Q a product of `rounds` random reflections: a matrix with a prescribed spectrum. */
export function withSpectrum(values: ArrayLike<number>, seed = 7, rounds = 3): Matrix {
  const n = values.length;
  let A = fill(n, (i, j) => (i === j ? values[i] : 0));
  for (let round = 0; round < rounds; round++) {
    const v = uniforms(n, seed + round);
    let square = 0;
    for (const value of v) square += value * value;
    const Av = Float64Array.from({ length: n }, (_, i) => v.reduce((sum, value, j) => sum + A.data[i * n + j] * value, 0));
    const vAv = v.reduce((sum, value, i) => sum + value * Av[i], 0);
    const B = A;
    A = fill(n, (i, j) => B.data[i * n + j] - (2 / square) * (v[i] * Av[j] + Av[i] * v[j]) + (4 / square ** 2) * vAv * v[i] * v[j]);
  }
  return symmetric(A);
}

/** Whether two arrays agree bit for bit (up to the sign of zero): `toEqual` takes seconds on large ones. */
export const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

/** A + s·I. */
export const addTo = (A: Matrix, s: number): Matrix => matrix(A.rows, A.cols, A.data.map((value, i) => (i % (A.cols + 1) === 0 ? value + s : value)));
