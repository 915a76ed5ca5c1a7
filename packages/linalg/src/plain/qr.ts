/**
 * Overwrites the `n` entries of `x` from `at` on by v with v₀ = 1 and H x = beta·e₀, H = I − tau v vᵀ. Returns [tau, beta] in `out`.
 * Entries of any size: they are divided by the largest first.
 */
export function reflectPlain(x: Float64Array, at: number, n: number, out: Float64Array): void {
  const alpha = x[at];
  let largest = 0;
  for (let i = at + 1; i < at + n; i++) largest = Math.max(largest, Math.abs(x[i]));
  x[at] = 1;
  if (largest === 0) {
    out[0] = 0;
    out[1] = alpha;
    return;
  }
  largest = Math.max(largest, Math.abs(alpha));
  const first = alpha / largest;
  let square = first * first;
  for (let i = at + 1; i < at + n; i++) {
    x[i] /= largest;
    square += x[i] * x[i];
  }
  const norm = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  for (let i = at + 1; i < at + n; i++) x[i] /= first - norm;
  out[0] = (norm - first) / norm;
  out[1] = norm * largest;
}

/** Row x (n entries of `X` from `at`) ← x H, H = I − tau v vᵀ with v the n entries of `V` from `from`. */
export function applyPlain(X: Float64Array, at: number, V: Float64Array, from: number, n: number, tau: number): void {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += X[at + i] * V[from + i];
  sum *= tau;
  for (let i = 0; i < n; i++) X[at + i] -= sum * V[from + i];
}

/** Thin Householder QR of the m×n `A` (row-major): Q m×k and R k×n with k = min(m, n) and a non-negative diagonal of R. */
export function qrPlain(A: Float64Array, m: number, n: number): { q: Float64Array; r: Float64Array } {
  const k = Math.min(m, n);
  const columns = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) columns[j * m + i] = A[i * n + j];
  const taus = new Float64Array(k);
  const r = new Float64Array(k * n);
  const out = new Float64Array(2);
  for (let p = 0; p < k; p++) {
    const v = p * m + p;
    reflectPlain(columns, v, m - p, out);
    taus[p] = out[0];
    for (let i = 0; i < p; i++) r[i * n + p] = columns[p * m + i];
    r[p * n + p] = out[1];
    if (out[0] !== 0) for (let j = p + 1; j < n; j++) applyPlain(columns, j * m + p, columns, v, m - p, out[0]);
  }
  for (let j = k; j < n; j++) for (let i = 0; i < k; i++) r[i * n + j] = columns[j * m + i];
  const rows = new Float64Array(k * m);
  for (let p = k - 1; p >= 0; p--) {
    rows[p * m + p] = r[p * n + p] < 0 ? -1 : 1;
    if (taus[p] !== 0) for (let i = p; i < k; i++) applyPlain(rows, i * m + p, columns, p * m + p, m - p, taus[p]);
  }
  for (let p = 0; p < k; p++) if (r[p * n + p] < 0) for (let j = p; j < n; j++) r[p * n + j] = -r[p * n + j];
  const q = new Float64Array(m * k);
  for (let i = 0; i < m; i++) for (let p = 0; p < k; p++) q[i * k + p] = rows[p * m + i];
  return { q, r };
}
