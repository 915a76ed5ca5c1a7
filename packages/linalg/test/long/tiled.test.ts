// Matrices beyond one engine memory: n = 20 000, tile by tile against closed forms. pnpm test:long packages/linalg
// SADDLEPOINT_LARGE=8000 makes them smaller. Takes 4 GB of memory and, on two cores, about two minutes each.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  matrix, multiplyTiled, solveTiledCholesky, startThreads, stopThreads, tiledCholesky, tiledFrom, type IndexRange, type Matrix, type TiledLower,
} from '../../src/index.js';
import { same } from '../support.js';
import { integerProblem } from '../tiled-exact.js';

const n = Number(process.env.SADDLEPOINT_LARGE ?? 20_000);
const record: string[] = [];
const timed = async <T>(name: string, run: Promise<T>): Promise<T> => {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = await run;
  const { user, system } = process.cpuUsage(before);
  record.push(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s, of processors ${((user + system) / 1e6).toFixed(1)} s`);
  return value;
};

beforeAll(async () => {
  await startThreads();
});
afterAll(() => {
  stopThreads();
  process.stdout.write(`n = ${n}\n${record.join('\n')}\n`);
});

/** The largest `error(i, j, entry)` over the lower triangle. */
function worst({ size, tile, tiles }: TiledLower, error: (i: number, j: number, entry: number) => number): number {
  const blocks = Math.ceil(size / tile);
  let largest = 0;
  for (let I = 0; I < blocks; I++)
    for (let J = 0; J <= I; J++) {
      const entries = tiles[(I * (I + 1)) / 2 + J];
      const cols = Math.min(tile, size - J * tile);
      for (let at = 0; at < entries.length; at++) {
        const i = I * tile + Math.floor(at / cols);
        const j = J * tile + (at % cols);
        // Also the zeros above the diagonal of diagonal tiles.
        const e = error(i, j, entries[at]);
        if (!(e <= largest)) largest = e;
      }
    }
  return largest;
}

test('exact in integers: every entry of the factor, the solution and the product', async () => {
  const { block, factor, solution, rightHandSide, logDeterminant } = integerProblem(n, 4);
  const K = await timed('tiledFrom', tiledFrom(n, block));
  expect(same((await timed('multiplyTiled, 4 columns', multiplyTiled(K, solution))).data, rightHandSide.data)).toBe(true);
  const chol = await timed('tiledCholesky, integers', tiledCholesky(K, { overwrite: true }));
  expect(worst(chol.factor, (i, j, entry) => Math.abs(entry - factor(i, j)))).toBe(0);
  // n terms of about 3 whose partial sums, up to 3n, are rounded to half an ulp: 3n²ε/2 at worst.
  expect(Math.abs(chol.logDeterminant - logDeterminant)).toBeLessThan(1.5 * n * n * Number.EPSILON);
  const X = await timed('solveTiledCholesky, 4 columns', solveTiledCholesky(chol, rightHandSide));
  expect(same(X.data, solution.data)).toBe(true);
});

test('Kac–Murdock–Szegő: ρ^|i−j| = L Lᵀ with L(i, 0) = ρ^i, L(i, j) = ρ^(i−j)·√(1−ρ²), det = (1−ρ²)^(n−1)', async () => {
  // ρ^2n stays above 1e-180: no product of two entries is denormal, which would be slow.
  const rho = 0.99;
  const powers = Float64Array.from({ length: n }, (_, k) => rho ** k);
  const block = (rows: IndexRange, cols: IndexRange): Matrix => {
    const made = matrix(rows.to - rows.from, cols.to - cols.from);
    for (let i = 0; i < made.rows; i++)
      for (let j = 0; j < made.cols; j++) made.data[i * made.cols + j] = powers[Math.abs(rows.from + i - cols.from - j)];
    return made;
  };
  const { factor, logDeterminant } = await timed(
    'tiledCholesky, Kac–Murdock–Szegő',
    tiledCholesky(await tiledFrom(n, block), { overwrite: true }),
  );
  const root = Math.sqrt(1 - rho * rho);
  const exact = (i: number, j: number): number => (j > i ? 0 : j === 0 ? powers[i] : powers[i - j] * root);
  // K has condition ((1+ρ)/(1−ρ))² = 4e4 at most; first-order perturbation theory: |δL| ≲ cond·ε·|L| times a small factor of growth.
  const error = worst(factor, (i, j, entry) => Math.abs(entry - exact(i, j)));
  const relative = Math.abs(logDeterminant / ((n - 1) * Math.log(1 - rho * rho)) - 1);
  record.push(`largest error of an entry of L: ${error.toExponential(1)}, relative error of log det: ${relative.toExponential(1)}`);
  expect(error).toBeLessThan(1e-11);
  expect(relative).toBeLessThan(1e-12);
});
