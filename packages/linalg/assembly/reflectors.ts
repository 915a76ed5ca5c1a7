import { gemm } from './gemm';

const NB: i32 = 64;

// Doubles of workspace that applyReflectors needs.
export function applyReflectorsWork(n: i32, count: i32): i32 {
  return 2 * NB * n + NB * count + 2 * NB * NB;
}

// T (upper, b×b) of the compact form H_1 H_2…H_b = I − Yᵀ T Y (Y: rows of vectors), from the Gram matrix of Y.
export function triangularFactor(b: i32, g: usize, tau: usize, t: usize): void {
  for (let j = 0; j < b; j++) {
    const tj = load<f64>(tau + (<usize>j << 3));
    store<f64>(t + (<usize>(j * b + j) << 3), tj);
    for (let i = 0; i < j; i++) {
      let s: f64 = 0;
      for (let k = i; k < j; k++) s += load<f64>(t + (<usize>(i * b + k) << 3)) * load<f64>(g + (<usize>(k * b + j) << 3));
      store<f64>(t + (<usize>(i * b + j) << 3), -tj * s);
    }
  }
}

// Turns the rows of Z (count×n), eigenvectors of the tridiagonal matrix, into eigenvectors of A: Z ← Z H_1 H_2 … H_{n−1}, in blocks of
// NB reflectors of compact WY form (Schreiber & Van Loan 1989).
export function applyReflectors(n: i32, count: i32, a: usize, lda: i32, tau: usize, z: usize, ldz: i32, work: usize): void {
  const y = work;
  const ty = y + (<usize>NB * <usize>n << 3);
  const product = ty + (<usize>NB * <usize>n << 3);
  const g = product + (<usize>NB * <usize>count << 3);
  const t = g + (<usize>(NB * NB) << 3);
  for (let i = 1; i < n; i += NB) {
    const b = min(NB, n - i);
    const length = i + b - 1;
    memory.fill(y, 0, <usize>b * <usize>length << 3);
    for (let q = 0; q < b; q++)
      memory.copy(y + (<usize>q * <usize>length << 3), a + (<usize>(i + q) * <usize>lda << 3), <usize>(i + q) << 3);
    memory.fill(g, 0, <usize>(2 * NB * NB) << 3);
    gemm(b, b, length, 1, y, length, 1, y, 1, length, g, b, false);
    triangularFactor(b, g, tau + (<usize>i << 3), t);
    memory.fill(ty, 0, <usize>b * <usize>length << 3);
    gemm(b, length, b, 1, t, b, 1, y, length, 1, ty, length, false);
    memory.fill(product, 0, <usize>count * <usize>b << 3);
    gemm(count, b, length, 1, z, ldz, 1, y, 1, length, product, b, false);
    gemm(count, length, b, -1, product, b, 1, ty, length, 1, z, ldz, false);
  }
}
