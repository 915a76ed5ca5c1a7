import { expect, test } from 'vitest';
import { cholesky, eigh, matrix, multiply, solveCholesky, transpose, gram, solve } from '../src/index.js';

test('factorisations reproduce a random SPD matrix', () => {
  let s = 1;
  const next = () => ((s = (s * 16807) % 2147483647), s / 2147483647 - 0.5);
  const n = 20;
  const X = matrix(n, n, Float64Array.from({ length: n * n }, next));
  const A = gram(X);
  const { values, vectors } = eigh(A);
  const VL = matrix(n, n, vectors.data.map((v, i) => v * values[i % n]));
  const back = multiply(VL, vectors, { transposeB: true });
  for (let i = 0; i < n * n; i++) expect(Math.abs(back.data[i] - A.data[i])).toBeLessThan(1e-13);
  const c = cholesky(A);
  const LL = multiply(c.factor, transpose(c.factor));
  for (let i = 0; i < n * n; i++) expect(Math.abs(LL.data[i] - A.data[i])).toBeLessThan(1e-13);
  const Y = solveCholesky(c, A);
  const Z = solve(A, A);
  for (let i = 0; i < n * n; i++) expect(Math.abs(Y.data[i] - (i % (n + 1) === 0 ? 1 : 0))).toBeLessThan(1e-9);
  for (let i = 0; i < n * n; i++) expect(Math.abs(Z.data[i] - (i % (n + 1) === 0 ? 1 : 0))).toBeLessThan(1e-9);
});
