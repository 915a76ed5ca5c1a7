import type { GaussianKernels } from './gaussian-kernels.js';

/**
 * What assembly/index.ts exports. Pointers are byte addresses; strides and sizes count doubles; booleans are 0 or 1; matrices are
 * row-major unless two strides are given.
 */
export interface Kernels extends GaussianKernels {
  /** The first byte that the caller may hand out, with scratch for `threads` threads before it. */
  arenaStart(threads: number): number;
  /** Tells this instance which of how many threads it is (0: the caller), and whether the thread may block. */
  configure(thread: number, threads: number, mayWait: number): void;
  /** Performs chunks of parallel work until the epoch ends. */
  serve(epoch: number): void;
  /** Ends the epoch and `serve` in every worker of this memory; returns the new epoch. */
  dismiss(): number;
  /** Tells the caller that this worker broke down. */
  fail(): void;
  /** C += alpha·A·B (C m×n); with `lower` only 4×4 tiles that meet the lower triangle. */
  gemm(
    m: number, n: number, k: number, alpha: number,
    a: number, aRow: number, aCol: number,
    b: number, bRow: number, bCol: number,
    c: number, ldc: number, lower: number,
  ): void;
  /** C_q += A_q·B_q in single precision for a batch; strides count floats. */
  gemm32(
    batch: number, m: number, n: number, k: number,
    a: number, aBatch: number, aRow: number, aCol: number,
    b: number, bBatch: number, bRow: number, bCol: number,
    c: number, cBatch: number, ldc: number,
  ): void;
  /** The 4×4 tile C += A·B of packed panels, the innermost loop of every product (for benchmarks); ldc in bytes. */
  microkernel(k: number, a: number, b: number, c: number, ldc: number): void;
  /** B ← the lower triangle of A, zeros above. Returns max |aᵢⱼ| over it, NaN if any entry there is. */
  copyLower(n: number, a: number, lda: number, b: number, ldb: number): number;
  /** Lower triangle of A ← L. Returns −1 or the first pivot that is not positive; the three diagonals above the main one are undefined. */
  cholesky(n: number, a: number, lda: number): number;
  /** X ← T⁻¹X, T lower triangular when `forward`, else upper. */
  solveLeft(
    n: number, m: number, t: number, tRow: number, tCol: number, forward: number, unit: number, x: number, ldx: number,
  ): void;
  /** X ← X L⁻ᵀ for X m×n (row-major, ldx), L lower triangular n×n. */
  solveRight(m: number, n: number, l: number, ldl: number, x: number, ldx: number): void;
  /** Lower triangle of L ← that of L⁻¹; `work` holds n²/4 doubles. */
  invertLower(n: number, l: number, ldl: number, work: number): void;
  /** C += LᵀL for lower triangular L (zeros above), lower triangle of C. */
  gramOfLower(n: number, l: number, ldl: number, c: number): void;
  /** A ← LU of P A; pivots (n × i32): the row swapped with row k at step k. */
  lu(m: number, n: number, a: number, lda: number, pivots: number): void;
  tridiagonalizeWork(n: number): number;
  /** A ← reflectors, with diagonal d, subdiagonal e (e[0] = 0) and tau. */
  tridiagonalize(n: number, a: number, lda: number, d: number, e: number, tau: number, work: number): void;
  divideAndConquerSpace(n: number): number;
  divideAndConquerWork(n: number): number;
  /**
   * Eigenvalues of the tridiagonal matrix d, e over d, eigenvectors into the rows of z (n×n), their order (n × i32, ascending) into
   * `order`. Returns 0 when the iteration failed.
   */
  divideAndConquer(n: number, d: number, e: number, z: number, order: number, space: number, work: number): number;
  backTransformWork(n: number): number;
  /** Columns k of `out` ← rows order[n−1−k] of z, times the reflectors that `tridiagonalize` left; `out` may be `a`. */
  backTransform(
    n: number, a: number, lda: number, tau: number, z: number, ldz: number, order: number, out: number, ldo: number, work: number,
  ): void;
  /** Eigenvalues alone over d, in any order; e is destroyed. Returns 0 when the iteration failed. */
  eigenvaluesQl(n: number, d: number, e: number): number;
  /** Root j of 1/rho + Σ z²/(d − λ): returns its origin, stores λ − d[origin]. */
  secularRoot(k: number, j: number, d: number, z: number, rho: number, mu: number): number;
  /** out ← [ψ, ψ′, φ, φ′] at origin + mu, sums of z²/(d − λ) over poles below and from `split`. */
  secularSums(k: number, split: number, d: number, z: number, origin: number, mu: number, out: number): void;
  /** Zeros above the diagonal; `stride` in bytes. */
  clearUpper(n: number, a: number, stride: number): void;
  /** max |xᵢ|, NaN if any entry is. */
  largest(n: number, x: number): number;
  /** The same over a lower triangle. */
  largestLower(n: number, a: number, lda: number): number;
  /** x ← alpha·x. */
  scale(n: number, alpha: number, x: number): void;
  /** (x, y) ← (c·x + s·y, c·y − s·x). */
  rotate(n: number, x: number, y: number, c: number, s: number): void;
  /** X (k×b, row-major) as zero-filled panels of four columns: 4⌈b/4⌉·(k + k mod 2) doubles at `out`. */
  packThin(k: number, b: number, x: number, out: number): void;
  /** C += A·X for A m×k, X packed by `packThin`, C m×4⌈b/4⌉; A is read once, unpacked. */
  thinProduct(m: number, k: number, b: number, a: number, lda: number, x: number, c: number): void;
  /** QR of an m×b panel (b ≤ m): R over its upper triangle, reflectors into rows of y, tau; `work` holds b doubles. */
  qrPanel(m: number, b: number, a: number, lda: number, y: number, ldy: number, tau: number, work: number): void;
  /** t (b×b, upper) of H_1…H_b = I − Yᵀ T Y from g = Y Yᵀ and tau. */
  triangularFactor(b: number, g: number, tau: number, t: number): void;
  /** b steps of the bidiagonalisation of m×n; then A −= leftᵀ·right over the 2b rows of both, right of and below the panel. */
  bidiagonalPanel(
    m: number, n: number, b: number, a: number, lda: number,
    left: number, right: number, d: number, e: number, tauLeft: number, tauRight: number,
  ): void;
  /** row ← d² − origin² − mu. */
  squaredDistances(k: number, d: number, origin: number, mu: number, row: number): void;
  /** product ← product times the factors of root j in ẑ², from row = d² − σ_j². */
  singularFactor(k: number, j: number, d: number, row: number, product: number): void;
  /** Singular vectors of one root over `right` (d² − σ² before) and `left`, reordered by `group` (k × i32). */
  singularVectors(k: number, d: number, z: number, group: number, right: number, left: number, scratch: number): void;
  /** At most nb columns of P A Pᵀ = L D Lᵀ from column `first` (upper triangle, L by rows, L·D to w). Returns how many. */
  ldltPanel(
    n: number, first: number, nb: number, a: number, lda: number, w: number, d: number, e: number, permutation: number,
  ): number;
  /** y[i] ← f(x[i]); y may be x. Any alignment. */
  vectorAcos(n: number, x: number, y: number): void;
  vectorAsin(n: number, x: number, y: number): void;
  vectorCos(n: number, x: number, y: number): void;
  vectorErf(n: number, x: number, y: number): void;
  vectorErfc(n: number, x: number, y: number): void;
  vectorExp(n: number, x: number, y: number): void;
  vectorExpm1(n: number, x: number, y: number): void;
  vectorLog(n: number, x: number, y: number): void;
  vectorLog1p(n: number, x: number, y: number): void;
  vectorSin(n: number, x: number, y: number): void;
  vectorSqrt(n: number, x: number, y: number): void;
  vectorTanh(n: number, x: number, y: number): void;
}
