/** (1 + √17)/8: the growth of a 1×1 and of a 2×2 pivot balance. */
const ALPHA = (1 + Math.sqrt(17)) / 8;

/** Exchanges rows and columns i < j of the symmetric matrix in the upper triangle of `a`, and of the columns of L before k. */
function exchange(a: Float64Array, n: number, k: number, i: number, j: number): void {
  const swap = (p: number, q: number): void => {
    const kept = a[p];
    a[p] = a[q];
    a[q] = kept;
  };
  for (let r = 0; r < k; r++) swap(r * n + i, r * n + j);
  for (let r = k; r < i; r++) swap(r * n + i, r * n + j);
  for (let c = i + 1; c < j; c++) swap(i * n + c, c * n + j);
  for (let c = j + 1; c < n; c++) swap(i * n + c, j * n + c);
  swap(i * n + i, j * n + j);
}

/** The row (or column) r of the trailing matrix from k on other than r itself: index and size of its largest entry. */
function largestBeside(a: Float64Array, n: number, k: number, r: number): { index: number; size: number } {
  let index = -1;
  let size = 0;
  for (let j = k; j < n; j++) {
    const value = j === r ? 0 : Math.abs(j < r ? a[j * n + r] : a[r * n + j]);
    if (value > size) {
      size = value;
      index = j;
    }
  }
  return { index, size };
}

function eliminateOne(a: Float64Array, n: number, k: number): void {
  const row = k * n;
  const pivot = a[row + k];
  a[row + k] = 1;
  for (let j = k + 1; j < n; j++) {
    const factor = pivot === 0 ? 0 : a[row + j] / pivot;
    if (factor !== 0) for (let c = j; c < n; c++) a[j * n + c] -= factor * a[row + c];
    a[row + j] = factor;
  }
}

function eliminateTwo(a: Float64Array, n: number, k: number): void {
  const row = k * n;
  const next = row + n;
  const off = a[row + k + 1];
  const d11 = a[next + k + 1] / off;
  const d22 = a[row + k] / off;
  const factor = 1 / (d11 * d22 - 1) / off;
  a[row + k] = 1;
  a[row + k + 1] = 0;
  a[next + k + 1] = 1;
  for (let j = k + 2; j < n; j++) {
    const x = factor * (d11 * a[row + j] - a[next + j]);
    const y = factor * (d22 * a[next + j] - a[row + j]);
    for (let c = j; c < n; c++) a[j * n + c] -= x * a[row + c] + y * a[next + c];
    a[row + j] = x;
    a[next + j] = y;
  }
}

/**
 * P A Pᵀ = L D Lᵀ with the pivots of Bunch & Kaufman (1977), of the symmetric n×n matrix in the upper triangle of `a`, which Lᵀ replaces;
 * D to `d` and `e` (subdiagonal), rows of P A to `permutation`.
 */
export function ldltPlain(a: Float64Array, n: number, d: Float64Array, e: Float64Array, permutation: Int32Array): void {
  let k = 0;
  while (k < n) {
    const size = Math.abs(a[k * n + k]);
    const below = largestBeside(a, n, k, k);
    let chosen = k;
    let steps = 1;
    if (size < ALPHA * below.size) {
      const beside = largestBeside(a, n, k, below.index).size;
      if (size < ALPHA * below.size * (below.size / beside)) {
        chosen = below.index;
        if (Math.abs(a[chosen * n + chosen]) < ALPHA * beside) steps = 2;
      }
    }
    const place = k + steps - 1;
    if (chosen !== place) {
      exchange(a, n, k, place, chosen);
      [permutation[place], permutation[chosen]] = [permutation[chosen], permutation[place]];
    }
    d[k] = a[k * n + k];
    if (steps === 1) eliminateOne(a, n, k);
    else {
      d[k + 1] = a[(k + 1) * n + k + 1];
      e[k] = a[k * n + k + 1];
      eliminateTwo(a, n, k);
    }
    k += steps;
  }
}
