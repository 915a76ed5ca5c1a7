import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrap, effectiveSampleSize, linearFit, linspace, logspace, mean, quantile, randomStream, splitRhat, standardError, studentTQuantile, variance,
} from '@saddlepoint/numerics';
import { golden, relative } from './support.js';

const data = golden<{
  x: number[]; y: number[]; weights: number[]; mean: number; variance: number; quantiles: [number, number][];
  fit: { slope: number; intercept: number; slopeStandardError: number; interceptStandardError: number; rSquared: number };
  weightedFit: { slope: number; slopeStandardError: number };
}>('statistics');
const { cases } = golden<{
  cases: Record<string, { chains: number[][]; rhatRank: number; rhatSplit: number; essMean: number; essBulk: number; essTail: number }>;
}>('chains');

describe('summaries and lines against NumPy and SciPy', () => {
  it('mean, variance, quantiles (values near 10⁴ with spread 3: 1e-11 is the cancellation of their own double arithmetic)', () => {
    expect(relative(mean(data.x), data.mean)).toBeLessThan(1e-15);
    expect(relative(variance(data.x), data.variance)).toBeLessThan(1e-11);
    data.quantiles.forEach(([p, q]) => expect(relative(quantile(data.x, p), q)).toBeLessThan(1e-15));
  });

  it('linear fits', () => {
    const fit = linearFit(data.x, data.y);
    for (const key of ['slope', 'intercept', 'slopeStandardError', 'interceptStandardError', 'rSquared'] as const)
      expect(relative(fit[key], data.fit[key])).toBeLessThan(1e-9);
    const weighted = linearFit(data.x, data.y, { weights: data.weights });
    expect(relative(weighted.slope, data.weightedFit.slope)).toBeLessThan(1e-9);
    expect(relative(weighted.slopeStandardError, data.weightedFit.slopeStandardError)).toBeLessThan(1e-9);
  });

  it('an integer weight is a repeated point', () => {
    const [x, y] = [[0, 1, 3, 7], [1, 0, 4, 5]];
    const repeated = linearFit([0, 1, 1, 1, 3, 3, 7], [1, 0, 0, 0, 4, 4, 5]);
    const weighted = linearFit(x, y, { weights: [1, 3, 2, 1] });
    expect(weighted.slope).toBeCloseTo(repeated.slope, 14);
    expect(weighted.intercept).toBeCloseTo(repeated.intercept, 14);
  });

  it('refuses NaN, empty and degenerate data', () => {
    expect(() => mean([])).toThrow(/data/);
    expect(() => variance([1])).toThrow(/data/);
    expect(() => quantile([1, NaN], 0.5)).toThrow(/data\[1\]/);
    expect(() => linearFit([1, 1], [0, 2])).toThrow(/distinct/);
    expect(() => linearFit([1, 2], [0])).toThrow(/y/);
  });
});

describe('bootstrap', () => {
  it('its standard error of a mean is the plug-in one, σ̂/√n', () => {
    const sample = randomStream('bootstrap').normals(60);
    const { standardError: se, estimate, interval } = bootstrap(sample, mean, { resamples: 4000, seed: 2 });
    const plugIn = standardError(sample) * Math.sqrt(59 / 60);
    // A standard deviation from B resamples fluctuates by 1/√(2B) = 1.1%.
    expect(relative(se, plugIn)).toBeLessThan(0.045);
    expect(estimate).toBeCloseTo(mean(sample), 14);
    expect(interval[0]).toBeCloseTo(estimate - 1.96 * plugIn, 1);
  });

  it('percentile intervals cover: 90% intervals of a mean hold the truth in about 90% of samples', () => {
    let covered = 0;
    for (let i = 0; i < 400; i++) {
      const { interval } = bootstrap(randomStream('coverage', i).normals(40), mean, { resamples: 200, seed: i, level: 0.9 });
      if (interval[0] <= 0 && 0 <= interval[1]) covered++;
    }
    // Binomial error 1.5%; the percentile interval at n = 40 undercovers by 1–2%.
    expect(Math.abs(covered / 400 - 0.885)).toBeLessThan(0.06);
  });

  it('blocks see autocorrelation that single draws miss', () => {
    const noise = randomStream('ar').normals(20_000);
    const series: number[] = [];
    noise.forEach((e, i) => series.push(0.8 * (series[i - 1] ?? 0) + e));
    // Long-run standard error: 1/(1−φ)/√n.
    const exact = 5 / Math.sqrt(20_000);
    const single = bootstrap(series, mean, { resamples: 400, seed: 1 }).standardError;
    const blocks = bootstrap(series, mean, { resamples: 400, seed: 1, blockLength: 100 }).standardError;
    expect(single).toBeLessThan(0.45 * exact);
    // Long-run variance from 200 blocks: 8% fluctuation and 4% bias, half of that in its root, and 3.5% from 400 resamples.
    expect(relative(blocks, exact)).toBeLessThan(0.15);
  });
});

describe('Markov chains against ArviZ', () => {
  it.each(Object.entries(cases))('%s', (_, { chains, ...expected }) => {
    // Same estimators; the normal quantile and the order of summation differ in the last digits.
    expect(relative(splitRhat(chains), expected.rhatRank)).toBeLessThan(1e-10);
    expect(relative(splitRhat(chains, { rank: false }), expected.rhatSplit)).toBeLessThan(1e-10);
    expect(relative(effectiveSampleSize(chains), expected.essMean)).toBeLessThan(1e-9);
    expect(relative(effectiveSampleSize(chains, { kind: 'bulk' }), expected.essBulk)).toBeLessThan(1e-9);
    expect(relative(effectiveSampleSize(chains, { kind: 'tail' }), expected.essTail)).toBeLessThan(1e-9);
  });

  it('AR(1): n(1−φ)/(1+φ) effective draws', () => {
    const chains = [0, 1, 2, 3].map((c) => {
      const noise = randomStream('ar1', c).normals(5000);
      const out: number[] = [];
      noise.forEach((e, i) => out.push(0.5 * (out[i - 1] ?? 0) + e));
      return out;
    });
    // The estimate of τ fluctuates by a few percent at 20 000 draws.
    expect(relative(effectiveSampleSize(chains), 20_000 / 3)).toBeLessThan(0.1);
  });

  it('refuses ragged or short chains', () => {
    expect(() => splitRhat([[1, 2, 3, 4], [1, 2, 3]])).toThrow(/chains\[1\]/);
    expect(() => effectiveSampleSize([[1, 2]])).toThrow(/at least 4/);
  });
});

describe('grids', () => {
  it('end exactly where told', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 50 }), (a, b, count) => {
        for (const grid of [linspace(a, b, count), logspace(a, b, count)]) {
          expect([grid[0], grid[count - 1], grid.length]).toEqual([a, b, count]);
        }
      }),
    );
    expect(logspace(1, 100, 3)[1]).toBeCloseTo(10, 13);
    expect(studentTQuantile(0.975, 4)).toBeCloseTo(2.7764451052, 9);
    expect(() => logspace(0, 1, 3)).toThrow(/a: expected/);
  });
});
