import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearFit, logspace, randomStream } from '@saddlepoint/numerics';
import { fitPowerLaw, tailExponents } from '@saddlepoint/scaling';
import { powerLaw } from './support.js';

/** ln y = −0.7 ln x + AR(1) noise of standard deviation 0.1. */
function noisyLaw(seed: number, rho: number, points: number): [Float64Array, Float64Array] {
  const x = logspace(10, 1e4, points);
  const noise = randomStream('law', seed).normals(points);
  let state = noise[0];
  return [x, x.map((xi, i) => {
    if (i > 0) state = rho * state + Math.sqrt(1 - rho * rho) * noise[i];
    return 5 * xi ** -0.7 * Math.exp(0.1 * state);
  })];
}

/** Fraction of 300 data sets whose interval holds the true exponent. */
const coverage = (rho: number, points: number): number => {
  let held = 0;
  for (let seed = 0; seed < 300; seed++) {
    const { interval } = fitPowerLaw(...noisyLaw(seed, rho, points), { window: [1, 1e5], seed, resamples: 100 });
    if (interval[0] <= -0.7 && -0.7 <= interval[1]) held++;
  }
  return held / 300;
};

describe('fitPowerLaw', () => {
  it('recovers exact laws with an interval of rounding width, scale-covariantly', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), positive, positive, (p, c, unit) => {
        const x = Array.from({ length: 90 }, (_, i) => unit * (i + 1));
        const fit = fitPowerLaw(x, x.map((v) => c * v ** p), { resamples: 50 });
        expect(fit.exponent).toBeCloseTo(p, 9);
        expect(Math.abs(fit.prefactor / c - 1)).toBeLessThan(1e-7);
        expect(fit.interval[1] - fit.interval[0]).toBeLessThan(1e-8);
        expect(fit.curved).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('holds the true exponent as often as it says: 95% for independent noise', () => {
    // Binomial error 1.3%; the added slope change can only widen.
    expect(coverage(0, 24)).toBeGreaterThan(0.92);
  });

  it('and nearly so for autocorrelated noise, where the interval of plain least squares holds it six times in ten', () => {
    // 30 points with correlation 0.7 are about 5 independent ones: some loss is inevitable, stated in the README.
    expect(coverage(0.7, 30)).toBeGreaterThan(0.87);
    let plain = 0;
    for (let seed = 0; seed < 300; seed++) {
      const [x, y] = noisyLaw(seed, 0.7, 30);
      const { slope, slopeStandardError } = linearFit(x.map(Math.log), y.map(Math.log));
      if (Math.abs(slope + 0.7) < 2.05 * slopeStandardError) plain++;
    }
    expect(plain / 300).toBeLessThan(0.7);
  });

  it('finds the straight part: (x + 20)^{−1.5} is a power only at large x', () => {
    const x = Array.from({ length: 5000 }, (_, i) => i + 1);
    const fit = fitPowerLaw(x, x.map((v) => (v + 20) ** -1.5));
    expect(fit.window[0]).toBeGreaterThan(50);
    expect(fit.window[1]).toBeGreaterThan(4500);
    // The slope still changes inside the window, and the interval says so: it reaches the true −1.5.
    expect(Math.abs(fit.exponent + 1.5)).toBeLessThan(0.1);
    expect(fit.interval[0]).toBeLessThan(-1.49);
    expect(fit.slopeChange).toBeLessThan(0);
  });

  it('says when there is no straight part', () => {
    const x = logspace(1, 100, 40);
    expect(fitPowerLaw(x, x.map((v) => Math.exp(-v))).curved).toBe(true);
    expect(fitPowerLaw(x, x.map((v) => 1 / (1 + v) ** 2), { window: [1, 100] }).curved).toBe(true);
  });

  it('keeps to the window it is given', () => {
    const x = Array.from(logspace(1, 1e4, 60));
    const broken = x.map((v) => (v < 100 ? v ** -1 : 100 * v ** -2));
    expect(fitPowerLaw(x, broken, { window: [1, 90] }).exponent).toBeCloseTo(-1, 10);
    expect(fitPowerLaw(x, broken, { window: [120, 1e4] }).exponent).toBeCloseTo(-2, 10);
  });

  it('refuses what has no logarithm and too little data', () => {
    expect(() => fitPowerLaw([1, 2, 3, 4], [1, 0, 1, 1])).toThrow(/y\[1\]/);
    expect(() => fitPowerLaw([1, 2, 3], [1, 1, 1])).toThrow(/at least 4/);
    expect(() => fitPowerLaw([1, 2, 3, 4], [1, 1, 1])).toThrow(/y: expected/);
  });
});

describe('tailExponents', () => {
  it('recovers a and b of a cut spectrum, where the cumulative power bends', () => {
    for (const [a, b] of [[0.5, 0.4], [1, 1.5], [0.2, 3]]) {
      const fit = tailExponents(powerLaw(a, b, 800));
      // Indices beyond 200 are averaged by the midpoint integral: (p/k)²/24 there.
      expect(fit.a).toBeCloseTo(a, 6);
      expect(fit.b).toBeCloseTo(b, 4);
    }
  });

  it('random target coefficients: the interval for b holds the truth as often as it says', () => {
    let held = 0;
    const exact = powerLaw(0.5, 0.8, 1000);
    for (let seed = 0; seed < 100; seed++) {
      const z = randomStream('target', seed).normals(1000);
      const powers = Array.from(exact.targetPowers).map((p, k) => p * z[k] ** 2);
      const { bInterval } = tailExponents({ eigenvalues: exact.eigenvalues, targetPowers: powers }, { window: [3, 1000], resamples: 100, seed });
      if (bInterval && bInterval[0] <= 0.8 && 0.8 <= bInterval[1]) held++;
    }
    // The first bins hold few χ² powers each, of skewed logarithm; binomial error 2.5%.
    expect(held).toBeGreaterThan(84);
  });

  it('spreads multiplets over the modes they hold', () => {
    // Level l holds the modes (l−1)³ < k ≤ l³ of a power law, at their geometric mean: exponents as for single modes.
    const levels = Array.from({ length: 40 }, (_, i) => i + 1);
    const member = (l: number): number => (l * (l - 0.999)) ** 1.5;
    const multiplicities = levels.map((l) => l ** 3 - (l - 1) ** 3);
    const fit = tailExponents(
      { eigenvalues: levels.map((l) => member(l) ** -1.4), multiplicities, targetPowers: levels.map((l, i) => multiplicities[i] * member(l) ** -1.9) },
      { window: [100, 64000] },
    );
    // Within a level of relative width 3/l the geometric mean is right to second order.
    expect(Math.abs(fit.a - 0.4)).toBeLessThan(0.02);
    expect(Math.abs((fit.b ?? 0) - 0.9)).toBeLessThan(0.03);
  });

  it('skips rounding-level eigenvalues and modes without power; without power there is no b', () => {
    const { eigenvalues, targetPowers } = powerLaw(0.5, 0.8, 400);
    const padded = [...Array.from(eigenvalues), 1e-17, 0, -1e-16];
    expect(tailExponents({ eigenvalues: padded }).a).toBeCloseTo(0.5, 6);
    expect(tailExponents({ eigenvalues: padded }).b).toBeUndefined();
    const odd = Array.from(targetPowers).map((p, k) => (k % 2 ? 0 : p));
    expect(Math.abs((tailExponents({ eigenvalues, targetPowers: odd }, { window: [20, 400] }).b ?? 0) - 0.8)).toBeLessThan(0.05);
    expect(() => tailExponents({ eigenvalues: [1, 0.1] })).toThrow(/eigenvalues/);
  });
});
