import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withEngine, type Engine } from '../src/engine/engine.js';
import { secularRoot } from '../src/svd/secular-root.js';

/**
 * |1/ρ + Σ z²/(dᵢ − d_origin − μ)| over 1/ρ + Σ |z²/(…)|, in exact fixed-point arithmetic: every double is m·2^e, so 600 binary digits
 * hold these numbers without rounding.
 */
function exactResidual(rho: number, d: readonly number[], z: readonly number[], origin: number, mu: number): number {
  const ONE = 1n << 600n;
  const fixed = (x: number): bigint => {
    let bits = 0;
    let value = x;
    while (!Number.isInteger(value)) {
      value *= 2;
      bits++;
    }
    return (BigInt(value) * ONE) >> BigInt(bits);
  };
  let sum = (ONE * ONE) / fixed(rho);
  let size = sum;
  d.forEach((pole, i) => {
    const term = (fixed(z[i]) * fixed(z[i])) / (fixed(pole) - fixed(d[origin]) - fixed(mu));
    sum += term;
    size += term < 0n ? -term : term;
  });
  return Math.abs(Number((sum << 100n) / size)) / 2 ** 100;
}

interface Root {
  origin: number;
  mu: number;
}
type Solver = (engine: Engine, d: Float64Array, z: Float64Array, rho: number) => (j: number) => Root;

/** The engine's solver, and the one in TypeScript that shares its sums. */
const solvers: Record<string, Solver> = {
  engine: ({ kernels, heap, upload, allocate }, d, z, rho) => {
    const [poles, weights, out] = [upload(d), upload(z), allocate(1)];
    return (j) => ({ origin: kernels.secularRoot(d.length, j, poles, weights, rho, out), mu: heap[out / 8] });
  },
  plain: ({ kernels, heap, upload, allocate }, d, z, rho) => {
    const [poles, weights, out] = [upload(d), upload(z), allocate(4)];
    const sums = (split: number, origin: number, mu: number): Float64Array => {
      kernels.secularSums(d.length, split, poles, weights, origin, mu, out);
      return heap.slice(out / 8, out / 8 + 4);
    };
    return (j) => secularRoot({ size: d.length, rho, d, z, sums }, j);
  },
};

test.each(Object.entries(solvers))('%s: roots have the smallest residual that rounding allows, in exact arithmetic', (_name, solver) => {
  const gap = fc.constantFrom(1, 1e-3, 1e-8, 1e-13, 0.25);
  const weight = fc.constantFrom(1, 1e-2, 1e-6, 1e-12, 0.5);
  fc.assert(
    fc.property(fc.array(fc.tuple(gap, weight, fc.boolean()), { minLength: 2, maxLength: 12 }), fc.constantFrom(1e-3, 1, 40), (entries, rho) => {
      const d: number[] = [];
      for (const [step] of entries) d.push(d.length === 0 ? -1 : d[d.length - 1] + step);
      const norm = Math.hypot(...entries.map(([, w]) => w));
      const z = entries.map(([, w, negative]) => ((negative ? -1 : 1) * w) / norm);
      const k = d.length;
      withEngine(2 * k + 8, (engine) => {
        const root = solver(engine, Float64Array.from(d), Float64Array.from(z), rho);
        for (let j = 0; j < k; j++) {
          const { origin, mu } = root(j);
          expect(origin === j || origin === j + 1).toBe(true);
          expect(mu).not.toBe(0);
          // Summing k terms leaves (k + 3)·ε of their sizes, and half an ulp of μ moves the largest term by ε: twice that.
          expect(exactResidual(rho, d, z, origin, mu)).toBeLessThan(2 * (k + 8) * Number.EPSILON);
          // Strictly between its poles: what the eigenvectors' orthogonality rests on.
          expect(d[j] - d[origin] < mu && (j === k - 1 || mu < d[j + 1] - d[origin])).toBe(true);
        }
      });
    }),
    { numRuns: 60, seed: 4 },
  );
});
