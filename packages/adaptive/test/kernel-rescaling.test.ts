import { describe, expect, it } from 'vitest';
import { fromRows, identity, multiply } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import { gaussianAdaptiveKernel, kernelRescaling } from '@saddlepoint/adaptive';
import { gaussianInputs, inner, inverseOf, logDeterminantOf, overlap, rowsAsArrays } from './support.js';

describe('equal widths at zero ridge: 1 − Q = α(1 − rQ^{−L})', () => {
  const solve = (r: number, depth: number) =>
    kernelRescaling({ kernel: identity(50), targets: new Float64Array(50).fill(Math.sqrt(r)), ridge: 0, widths: new Array<number>(depth).fill(100) });

  it('α = ½, r = 4 gives the values verified independently', () => {
    expect(solve(4, 1).value.scales[0]).toBeCloseTo(1.686141, 6);
    for (const Q of solve(4, 3).value.scales) expect(Q).toBeCloseTo(1.33694, 6);
  });

  it('r = 1 leaves the kernel alone, whatever the depth', () => {
    for (const depth of [1, 2, 5]) expect(solve(1, depth).value.factor).toBeCloseTo(1, 12);
  });

  it('satisfies the equation for any α, r and L', () => {
    for (const r of [0.2, 0.7, 3, 30])
      for (const depth of [1, 2, 4]) {
        const { value, status } = solve(r, depth);
        expect(status).toBe('converged');
        const Q = value.scales[0];
        expect(1 - Q).toBeRelativelyClose(0.5 * (1 - r * Q ** -depth), 1e-10);
      }
  });
});

describe('whitened deep linear networks in the mean-field limit: c = [1 + γ²c/(1/β+c)²]^L', () => {
  // n/N → 0 at |y|²/N = γ²: one sample, N = 1e8; corrections are 1/N.
  const solve = (gammaSquared: number, depth: number, temperature: number) =>
    kernelRescaling({ kernel: identity(1), targets: [Math.sqrt(gammaSquared * 1e8)], ridge: temperature, widths: new Array<number>(depth).fill(1e8) }).value;

  it('reproduces the verified table at β = ∞', () => {
    const table: Record<number, number[]> = { 1: [1.207107, 1.618034, 2.561553], 2: [1.391579, 2.147899, 4], 4: [1.720585, 3.079596, 6.621266] };
    for (const [depth, row] of Object.entries(table))
      for (const [k, gamma] of [0.5, 1, 2].entries()) expect(solve(gamma * gamma, Number(depth), 0).factor).toBeCloseTo(row[k], 5);
  });

  it('finds all three branches where the equation has three roots', () => {
    const [gammaSquared, depth, temperature] = [20, 20, 30];
    const { branches, factor, action } = solve(gammaSquared, depth, temperature);
    expect(branches).toHaveLength(3);
    for (const { factor: c } of branches) expect(c).toBeRelativelyClose((1 + (gammaSquared * c) / (temperature + c) ** 2) ** depth, 1e-6);
    expect(branches.map(({ stable }) => stable).sort()).toEqual([false, true, true]);
    expect([factor, action]).toEqual([branches[0].factor, branches[0].action]);
    expect(branches[0].action).toBeLessThanOrEqual(branches[1].action);
    const inOrder = [...branches].sort((a, b) => a.factor - b.factor);
    expect(inOrder[1].stable).toBe(false);
  });
});

describe('the action', () => {
  const K = multiply(gaussianInputs(1, 8, 20), gaussianInputs(1, 8, 20), { transposeB: true });
  const y = randomStream(2).normals(8).map((v) => 8 * v);
  const widths = [10, 25];
  const { value } = kernelRescaling({ kernel: K, targets: y, ridge: 0.7, widths });
  const action = (Q: readonly number[]): number => {
    const B = rowsAsArrays(K).map((row, i) => row.map((v, j) => Q[0] * Q[1] * v + (i === j ? 0.7 : 0)));
    return widths.reduce((sum, N, l) => sum + N * (Q[l] - Math.log(Q[l])), 0) + inner(y, inverseOf(B).map((row) => inner(row, y))) + logDeterminantOf(B);
  };

  it('is the documented formula, and least at the returned scales of unequal widths', () => {
    const [a, b] = value.scales;
    expect(value.action).toBeRelativelyClose(action([a, b]), 1e-10);
    for (const [da, db] of [[1e-3, 0], [-1e-3, 0], [0, 1e-3], [0, -1e-3], [1e-3, -1e-3], [-1e-3, 1e-3]]) expect(action([a + da, b + db])).toBeGreaterThan(value.action);
    expect(a).not.toBeCloseTo(b, 2);
  });

  it('predicts at new points as it does on the training set', () => {
    expect(value.predict(K)).toBeRelativelyClose(value.mean, 1e-12);
  });
});

it('is exact as N → ∞ for a linear network with two hidden layers of unequal widths: quadrature over the chi-square factors', () => {
  // Given Q_l ~ χ²_{N_l}/N_l the output is Gaussian with kernel Q₁Q₂K, so the posterior mean of f is that of q/(σ²+q)·y, q = Q₁Q₂, over
  // p(Q₁)p(Q₂)N(y; 0, σ²+q). One sample with K = 1, |y|² ∝ N.
  const errors = [20, 80].map((N) => {
    const widths = [N, 2 * N];
    const y = new Float64Array(1).fill(2 * Math.sqrt(N));
    const ridge = 0.5;
    let total = 0;
    let mean = 0;
    let top = -Infinity;
    for (const pass of [0, 1])
      for (let i = -80; i <= 80; i++)
        for (let j = -80; j <= 80; j++) {
          const logs = [0.5 + i * 0.04, 0.5 + j * 0.04];
          const q = Math.exp(logs[0] + logs[1]);
          const logWeight = widths.reduce((sum, width, l) => sum + (width / 2) * (logs[l] - Math.exp(logs[l])), 0) - y[0] ** 2 / (2 * (ridge + q)) - Math.log(ridge + q) / 2;
          if (pass === 0) top = Math.max(top, logWeight);
          else {
            total += Math.exp(logWeight - top);
            mean += (Math.exp(logWeight - top) * q) / (ridge + q);
          }
        }
    const { value } = kernelRescaling({ kernel: identity(1), targets: y, ridge, widths, homogeneity: 1 });
    return Math.abs(value.mean[0] / y[0] - mean / total);
  });
  // O(1/N): a factor of four between N = 20 and 80.
  expect(errors[0]).toBeLessThan(0.01);
  expect(errors[0] / errors[1]).toBeGreaterThan(3);
});

describe('kernel adaptation and kernel rescaling of linear networks', () => {
  const X = fromRows([[2, 0, 0], [0, 2, 0], [0, 0, 2], [1, 1, 1]]);
  const shape = [1, -0.5, 0.7, 0.2];
  const gap = (N: number): { readonly gap: number; readonly lazyGap: number } => {
    const y = shape.map((v) => v * Math.sqrt(N));
    const adapted = gaussianAdaptiveKernel({ inputs: X, targets: y, activation: 'identity', width: N, weightVariance: 1, readoutVariance: 1, ridge: 0.5 }).value;
    const rescaled = kernelRescaling({ kernel: adapted.lazyKernel, targets: y, ridge: 0.5, widths: [N], homogeneity: 1 }).value;
    return { gap: Math.abs(overlap(adapted.mean, y) - overlap(rescaled.mean, y)), lazyGap: Math.abs(overlap(adapted.lazyMean, y) - overlap(rescaled.mean, y)) };
  };

  it('predict the same mean as n/N → 0 at fixed |y|²/N, with a difference of O(n/N) before', () => {
    const [small, medium, large] = [100, 1e4, 1e6].map(gap);
    expect(large.lazyGap).toBeGreaterThan(0.05); // not the lazy limit: feature learning stays
    expect(small.gap).toBeGreaterThan(1e-4); // a real difference: the log-determinant carries n in one theory, 1 in the other
    expect(small.gap / medium.gap).toBeGreaterThan(80);
    expect(small.gap / medium.gap).toBeLessThan(120);
    expect(large.gap).toBeLessThan(1e-6);
  });
});

describe('refusals', () => {
  it('names what it cannot do', () => {
    const problem = { kernel: identity(2), targets: [1, 1], ridge: 0.1, widths: [10] };
    expect(() => kernelRescaling({ ...problem, widths: [] })).toThrow(/widths/);
    expect(() => kernelRescaling({ ...problem, widths: [0] })).toThrow(/widths\[0\]/);
    expect(() => kernelRescaling({ ...problem, targets: identity(2) })).toThrow(/one output/);
    expect(() => kernelRescaling({ ...problem, kernel: fromRows([[1, 1], [1, 1]]), ridge: 0 })).toThrow(/non-singular/);
  });

  it('says when factoring out is an approximation', () => {
    const problem = { kernel: identity(2), targets: [1, 1], ridge: 0.1, widths: [10] };
    expect(kernelRescaling(problem).value.validity.note).toMatch(/approximation/);
    expect(kernelRescaling({ ...problem, homogeneity: 1 }).value.validity.note).toMatch(/exact for linear/);
  });
});
