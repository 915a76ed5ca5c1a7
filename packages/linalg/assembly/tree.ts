// What the divide and conquer of a symmetric tridiagonal matrix of size n works on. A node of the tree, rows [lo, hi), uses the same
// range of every list, rows lo…hi−1 of z, and 1½·n doubles of space for each of its rows.
@unmanaged
export class Tree {
  n: i32;
  // Set when a leaf did not converge.
  failed: i32;
  // Diagonal, then eigenvalues; subdiagonal e[1…].
  d: usize;
  e: usize;
  // Eigenvectors in rows, and the rows by ascending eigenvalue (i32).
  z: usize;
  order: usize;
  // The secular vectors, then copies of rows of z.
  space: usize;
  // The secular equation: poles, weights, refined weights, roots.
  poles: usize;
  weights: usize;
  refined: usize;
  values: usize;
  // The rank-one vector by row of z, where the non-zeros of a row lie (i32).
  vector: usize;
  support: usize;
  // Rows in both halves by ascending eigenvalue; those in the secular equation, those deflated; the former by kind, as rows and as
  // numbers in the equation (i32).
  merged: usize;
  survivors: usize;
  deflated: usize;
  grouped: usize;
  numbers: usize;
}

// @ts-ignore: decorator
@inline
export function get(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
export function set(x: usize, i: i32, value: f64): void {
  store<f64>(x + (<usize>i << 3), value);
}

// @ts-ignore: decorator
@inline
export function getInt(x: usize, i: i32): i32 {
  return load<i32>(x + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function setInt(x: usize, i: i32, value: i32): void {
  store<i32>(x + (<usize>i << 2), value);
}

// Doubles of workspace for the lists of a tree.
export function treeWork(n: i32): i32 {
  return 32 + 11 * (n + 2);
}

// Doubles of space. A node of w rows with k survivors, b of them with non-zeros in both halves, takes k² + (k + b)·w/2 + (w − k)·w; as
// b ≤ w − k, that is at most 3w²/2.
export function treeSpace(n: i32): i32 {
  return 3 * ((n * n + 1) >> 1) + 2 * n;
}

// The space of the node that begins at row lo.
// @ts-ignore: decorator
@inline
export function spaceAt(tree: Tree, lo: i32): usize {
  return tree.space + ((<usize>lo * <usize>tree.n * 3) >> 1 << 3);
}

// A tree at `at`, with its lists after it.
export function plant(at: usize, n: i32, d: usize, e: usize, z: usize, order: usize, space: usize): Tree {
  const tree = changetype<Tree>(at);
  const list = <usize>(n + 2) << 3;
  let next = at + 256;
  tree.n = n;
  tree.failed = 0;
  tree.d = d;
  tree.e = e;
  tree.z = z;
  tree.order = order;
  tree.space = space;
  tree.poles = next;
  tree.weights = next += list;
  tree.refined = next += list;
  tree.values = next += list;
  tree.vector = next += list;
  tree.support = next += list;
  tree.merged = next += list;
  tree.survivors = next += list;
  tree.deflated = next += list;
  tree.grouped = next += list;
  tree.numbers = next += list;
  return tree;
}

// The address of entry (row, column) of z.
// @ts-ignore: decorator
@inline
export function entry(tree: Tree, row: i32, column: i32): usize {
  return tree.z + (<usize>row * <usize>tree.n + <usize>column << 3);
}
