import { BOTH, BOTTOM, TOP, deflate } from './deflate';
import { gemm } from './gemm';
import { packedB } from './layout';
import { argument, fork, integer, mayFork, number, setArgument, setNumber } from './parallel';
import { loewnerWeights, poleDistances, secularRoot, secularVector } from './secular';
import { COPY_ROWS, PLACE_ROWS, SECULAR_ROOTS, SECULAR_VECTORS, SECULAR_WEIGHTS } from './tasks';
import { Tree, entry, get, getInt, set, setInt, spaceAt } from './tree';

// The rank-one merge of two solved halves: the secular equation of its survivors, then their eigenvectors as products. Every stage is in
// chunks of rows or columns, each of which is computed alike whoever computes it.
const ROWS: i32 = 16;
const COLUMNS: i32 = 128;
const FORK_WORTH: i32 = 64;

// @ts-ignore: decorator
@inline
function rowsAt(tree: Tree, lo: i32, k: i32): usize {
  return spaceAt(tree, lo) + (<usize>k * <usize>k << 3);
}

// Roots [from, to) of the equation of node lo, and their distances from the poles.
function roots(tree: Tree, lo: i32, k: i32, rho: f64, from: i32, to: i32): void {
  const at = <usize>lo << 3;
  const poles = tree.poles + at;
  const weights = tree.weights + at;
  const values = tree.values + at;
  for (let j = from; j < to; j++) {
    const value = values + (<usize>j << 3);
    const pole = get(poles, secularRoot(k, j, poles, weights, rho, value));
    const mu = load<f64>(value);
    store<f64>(value, pole + mu);
    poleDistances(k, poles, pole, mu, spaceAt(tree, lo) + (<usize>j * <usize>k << 3));
  }
}

export function rootsChunk(chunk: i32): void {
  const k = integer(2);
  roots(changetype<Tree>(argument(0)), integer(1), k, number(3), chunk * ROWS, min(k, (chunk + 1) * ROWS));
}

function weights(tree: Tree, lo: i32, k: i32, from: i32, to: i32): void {
  const at = <usize>lo << 3;
  loewnerWeights(k, from, to, tree.poles + at, tree.weights + at, spaceAt(tree, lo), tree.refined + at);
}

export function weightsChunk(chunk: i32): void {
  const k = integer(2);
  weights(changetype<Tree>(argument(0)), integer(1), k, chunk * COLUMNS, min(k, (chunk + 1) * COLUMNS));
}

function vectors(tree: Tree, lo: i32, k: i32, from: i32, to: i32): void {
  const refined = tree.refined + (<usize>lo << 3);
  const numbers = tree.numbers + (<usize>lo << 2);
  for (let j = from; j < to; j++) secularVector(k, refined, numbers, spaceAt(tree, lo) + (<usize>j * <usize>k << 3), packedB());
}

export function vectorsChunk(chunk: i32): void {
  const k = integer(2);
  vectors(changetype<Tree>(argument(0)), integer(1), k, chunk * ROWS, min(k, (chunk + 1) * ROWS));
}

// Copies rows of z aside: the `upper` first of the grouped survivors (left half), the others from `top` on (right half), the deflated.
function copyRows(tree: Tree, lo: i32, mid: i32, hi: i32, k: i32, top: i32, upper: i32, from: i32, to: i32): void {
  const left = <usize>(mid - lo) << 3;
  const right = <usize>(hi - mid) << 3;
  const second = rowsAt(tree, lo, k) + <usize>upper * left;
  const third = second + <usize>(k - top) * right;
  for (let r = from; r < to; r++) {
    if (r < k) {
      const row = getInt(tree.grouped, lo + r);
      if (r < upper) memory.copy(rowsAt(tree, lo, k) + <usize>r * left, entry(tree, row, lo), left);
      if (r >= top) memory.copy(second + <usize>(r - top) * right, entry(tree, row, mid), right);
    } else memory.copy(third + <usize>(r - k) * (left + right), entry(tree, getInt(tree.deflated, lo + r - k), lo), left + right);
  }
}

export function copyRowsChunk(chunk: i32): void {
  const lo = integer(1);
  const hi = integer(5);
  copyRows(
    changetype<Tree>(argument(0)), lo, integer(4), hi, integer(2), integer(6), integer(7), chunk * ROWS, min(hi - lo, (chunk + 1) * ROWS),
  );
}

// Zeros for the products, and the deflated rows below them.
function placeRows(tree: Tree, lo: i32, mid: i32, hi: i32, k: i32, top: i32, upper: i32, from: i32, to: i32): void {
  const left = <usize>(mid - lo) << 3;
  const right = <usize>(hi - mid) << 3;
  const third = rowsAt(tree, lo, k) + <usize>upper * left + <usize>(k - top) * right;
  for (let r = from; r < to; r++) {
    if (r < k) memory.fill(entry(tree, lo + r, lo), 0, left + right);
    else memory.copy(entry(tree, lo + r, lo), third + <usize>(r - k) * (left + right), left + right);
  }
}

export function placeRowsChunk(chunk: i32): void {
  const lo = integer(1);
  const hi = integer(5);
  placeRows(
    changetype<Tree>(argument(0)), lo, integer(4), hi, integer(2), integer(6), integer(7), chunk * ROWS, min(hi - lo, (chunk + 1) * ROWS),
  );
}

// The rows of both halves by ascending eigenvalue.
function interleave(tree: Tree, lo: i32, mid: i32, hi: i32): void {
  const d = tree.d;
  const order = tree.order;
  let i = lo;
  let j = mid;
  for (let m = lo; m < hi; m++) {
    const fromLeft = j == hi || (i < mid && get(d, getInt(order, i)) <= get(d, getInt(order, j)));
    setInt(tree.merged, m, getInt(order, fromLeft ? i++ : j++));
  }
}

// Fills the secular equation (returns ‖vector‖² of its survivors) and groups the survivors by kind; the counts go to `counts`.
function pose(tree: Tree, lo: i32, k: i32): f64 {
  let square: f64 = 0;
  for (let s = lo; s < lo + k; s++) {
    const v = get(tree.vector, getInt(tree.survivors, s));
    square += v * v;
  }
  const norm = Math.sqrt(square);
  let g = lo;
  for (let kind = TOP; kind <= BOTTOM; kind++)
    for (let s = lo; s < lo + k; s++) {
      const row = getInt(tree.survivors, s);
      if (getInt(tree.support, row) != kind) continue;
      set(tree.poles, s, get(tree.d, row));
      set(tree.weights, s, get(tree.vector, row) / norm);
      setInt(tree.grouped, g, row);
      setInt(tree.numbers, g++, s - lo);
    }
  return square;
}

function countKind(tree: Tree, lo: i32, k: i32, kind: i32): i32 {
  let count = 0;
  for (let s = lo; s < lo + k; s++) if (getInt(tree.support, getInt(tree.survivors, s)) == kind) count++;
  return count;
}

// The new eigenvalues: k roots ascending in rows lo…, then those deflated, in any order. Sorts all into `order`.
function arrange(tree: Tree, lo: i32, hi: i32, k: i32): void {
  const d = tree.d;
  const list = tree.merged;
  const count = hi - lo - k;
  for (let r = 0; r < count; r++) set(tree.vector, lo + k + r, get(d, getInt(tree.deflated, lo + r)));
  memory.copy(d + (<usize>lo << 3), tree.values + (<usize>lo << 3), <usize>k << 3);
  memory.copy(d + (<usize>(lo + k) << 3), tree.vector + (<usize>(lo + k) << 3), <usize>count << 3);
  for (let r = 0; r < count; r++) {
    const value = get(d, lo + k + r);
    let at = r;
    for (; at > 0 && get(d, getInt(list, lo + at - 1)) > value; at--) setInt(list, lo + at, getInt(list, lo + at - 1));
    setInt(list, lo + at, lo + k + r);
  }
  let i = 0;
  let j = 0;
  for (let m = lo; m < hi; m++) {
    const root = j == count || (i < k && get(d, lo + i) <= get(d, getInt(list, lo + j)));
    setInt(tree.order, m, root ? lo + i++ : getInt(list, lo + j++));
  }
}

// Merges the solved halves [lo, mid) and [mid, hi) of a matrix torn by `coupling`.
export function merge(tree: Tree, lo: i32, mid: i32, hi: i32, coupling: f64): void {
  interleave(tree, lo, mid, hi);
  const sign: f64 = coupling < 0 ? -1 : 1;
  for (let i = lo; i < hi; i++) {
    setInt(tree.support, i, i < mid ? TOP : BOTTOM);
    set(tree.vector, i, Math.SQRT1_2 * (i < mid ? load<f64>(entry(tree, i, mid - 1)) : sign * load<f64>(entry(tree, i, mid))));
  }
  const k = deflate(tree, lo, hi, 2 * Math.abs(coupling));
  if (k == 0) {
    memory.copy(tree.order + (<usize>lo << 2), tree.merged + (<usize>lo << 2), <usize>(hi - lo) << 2);
    return;
  }
  const rho = 2 * Math.abs(coupling) * pose(tree, lo, k);
  const top = countKind(tree, lo, k, TOP);
  const upper = top + countKind(tree, lo, k, BOTH);
  const width = hi - lo;
  if (!mayFork() || k < FORK_WORTH) {
    roots(tree, lo, k, rho, 0, k);
    weights(tree, lo, k, 0, k);
    vectors(tree, lo, k, 0, k);
    copyRows(tree, lo, mid, hi, k, top, upper, 0, width);
    placeRows(tree, lo, mid, hi, k, top, upper, 0, width);
  } else {
    setArgument(0, changetype<usize>(tree));
    setArgument(1, lo);
    setArgument(2, k);
    setNumber(3, rho);
    setArgument(4, mid);
    setArgument(5, hi);
    setArgument(6, top);
    setArgument(7, upper);
    const chunks = (k + ROWS - 1) / ROWS;
    fork(SECULAR_ROOTS, chunks);
    fork(SECULAR_WEIGHTS, (k + COLUMNS - 1) / COLUMNS);
    fork(SECULAR_VECTORS, chunks);
    fork(COPY_ROWS, (width + ROWS - 1) / ROWS);
    fork(PLACE_ROWS, (width + ROWS - 1) / ROWS);
  }
  const n = tree.n;
  const left = mid - lo;
  const right = hi - mid;
  const first = rowsAt(tree, lo, k);
  const second = first + (<usize>upper * <usize>left << 3);
  const s = spaceAt(tree, lo);
  gemm(k, left, upper, 1, s, k, 1, first, left, 1, entry(tree, lo, lo), n, false);
  gemm(k, right, k - top, 1, s + (<usize>top << 3), k, 1, second, right, 1, entry(tree, lo, mid), n, false);
  arrange(tree, lo, hi, k);
}
