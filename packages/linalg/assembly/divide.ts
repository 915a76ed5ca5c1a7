import { merge } from './merge';
import { argument, fork, mayFork, setArgument } from './parallel';
import { implicitQl } from './ql';
import { SUBTREE } from './tasks';
import { Tree, entry, get, getInt, plant, set, setInt, treeSpace, treeWork } from './tree';

// Divide and conquer for the symmetric tridiagonal eigenproblem (Cuppen 1981) with the stable eigenvectors of Gu & Eisenstat (1994), as
// LAPACK's dstedc. Subtrees go to threads whole; the merges above them share their stages.
const LEAF: i32 = 24;
const SUBTREE_SIZE: i32 = 128;

// @ts-ignore: decorator
@inline
function middle(lo: i32, hi: i32): i32 {
  return (lo + hi) >>> 1;
}

// Doubles of workspace and of space that divideAndConquer needs.
export function divideAndConquerWork(n: i32): i32 {
  return treeWork(n);
}

export function divideAndConquerSpace(n: i32): i32 {
  return treeSpace(n);
}

function leaf(tree: Tree, lo: i32, hi: i32): void {
  memory.fill(entry(tree, lo, 0), 0, <usize>(hi - lo) * <usize>tree.n << 3);
  for (let i = lo; i < hi; i++) store<f64>(entry(tree, i, i), 1);
  if (!implicitQl(tree.d, tree.e, lo, hi, tree.z, <usize>tree.n << 3)) tree.failed = 1;
  const order = tree.order;
  for (let i = lo; i < hi; i++) {
    const value = get(tree.d, i);
    let at = i;
    for (; at > lo && get(tree.d, getInt(order, at - 1)) > value; at--) setInt(order, at, getInt(order, at - 1));
    setInt(order, at, i);
  }
}

// Takes the coupling of the halves out of the diagonal.
function tear(tree: Tree, lo: i32, hi: i32): void {
  const mid = middle(lo, hi);
  const size = Math.abs(get(tree.e, mid));
  set(tree.d, mid - 1, get(tree.d, mid - 1) - size);
  set(tree.d, mid, get(tree.d, mid) - size);
}

function solve(tree: Tree, lo: i32, hi: i32): void {
  if (hi - lo <= LEAF) {
    leaf(tree, lo, hi);
    return;
  }
  const mid = middle(lo, hi);
  tear(tree, lo, hi);
  solve(tree, lo, mid);
  solve(tree, mid, hi);
  if (tree.failed == 0) merge(tree, lo, mid, hi, get(tree.e, mid));
}

function tearAll(tree: Tree, lo: i32, hi: i32, depth: i32): void {
  if (depth == 0) return;
  const mid = middle(lo, hi);
  tear(tree, lo, hi);
  tearAll(tree, lo, mid, depth - 1);
  tearAll(tree, mid, hi, depth - 1);
}

function mergeAll(tree: Tree, lo: i32, hi: i32, depth: i32): void {
  if (depth == 0) return;
  const mid = middle(lo, hi);
  mergeAll(tree, lo, mid, depth - 1);
  mergeAll(tree, mid, hi, depth - 1);
  merge(tree, lo, mid, hi, get(tree.e, mid));
}

// The subtree at the leaf `chunk` of the top of the tree.
export function subtreeChunk(chunk: i32): void {
  const tree = changetype<Tree>(argument(0));
  let lo = 0;
  let hi = tree.n;
  for (let depth = <i32>argument(1) - 1; depth >= 0; depth--) {
    const mid = middle(lo, hi);
    if (((chunk >> depth) & 1) == 1) lo = mid;
    else hi = mid;
  }
  solve(tree, lo, hi);
}

// Eigenvalues of the symmetric tridiagonal matrix with diagonal d and subdiagonal e[1…] (both overwritten) over d, eigenvectors into the
// rows of the n×n array z, their order (i32, by ascending eigenvalue) into `order`. Returns false when a leaf
// did not converge.
export function divideAndConquer(n: i32, d: usize, e: usize, z: usize, order: usize, space: usize, work: usize): bool {
  const tree = plant(work, n, d, e, z, order, space);
  let depth = 0;
  while (n >> depth > SUBTREE_SIZE) depth++;
  if (!mayFork() || depth == 0) solve(tree, 0, n);
  else {
    tearAll(tree, 0, n, depth);
    setArgument(0, work);
    setArgument(1, depth);
    fork(SUBTREE, 1 << depth);
    if (tree.failed == 0) mergeAll(tree, 0, n, depth);
  }
  return tree.failed == 0;
}
