/**
 * What assembly/index.ts exports. Pointers are byte addresses; strides and sizes count doubles; booleans are 0 or 1.
 */
export interface Kernels {
  /** C += alpha·A·B (C row-major, m×n); with `lower` only 4×4 tiles that meet the lower triangle. */
  gemm(
    m: number, n: number, k: number, alpha: number,
    a: number, aRow: number, aCol: number,
    b: number, bRow: number, bCol: number,
    c: number, ldc: number, lower: number,
  ): void;
}
