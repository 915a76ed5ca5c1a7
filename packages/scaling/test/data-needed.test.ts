import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logspace, randomStream } from '@saddlepoint/numerics';
import { gpLearningCurve } from '@saddlepoint/replica';
import { dataNeeded, extendSpectrum } from '@saddlepoint/scaling';
import { infinitePowerLaw, powerLaw, relative } from './support.js';

const curve = (f: (n: number) => number, from = 10, to = 1e4, count = 16): { samples: number; testError: number }[] =>
  Array.from(logspace(from, to, count), (samples) => ({ samples, testError: f(samples) }));

describe('dataNeeded from a curve', () => {
  it('inverts power laws inside and beyond the range exactly', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 2, noNaN: true }), fc.double({ min: 12, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (p, n, noise) => {
        const points = curve((v) => noise + 3 * v ** -p, 10, 1e4, 300);
        const result = dataNeeded(points, { targetError: noise + 3 * n ** -p, labelNoise: noise });
        expect(result.status).toBe('reached');
        expect(result.extrapolated).toBe(n > 1e4);
        // Inside: straight chords between 300 points. Beyond: noise + signal keeps as many digits as signal/noise leaves.
        expect(relative(result.samples, n)).toBeLessThan(1e-3);
      }),
      { numRuns: 40 },
    );
  });

  it('uses bands: the interval is where they cross the target', () => {
    const points = curve((n) => n ** -0.5).map((p) => ({ ...p, lower: 0.9 * p.testError, upper: 1.1 * p.testError }));
    const { samples, interval } = dataNeeded(points, { targetError: 0.05 });
    expect(samples).toBeCloseTo(400, 6);
    expect(interval[0]).toBeCloseTo(400 * 0.81, 6);
    expect(interval[1]).toBeCloseTo(400 * 1.21, 6);
    const errors = points.map(({ samples: n, testError }) => ({ samples: n, testError, standardError: 0.05 * testError }));
    const byError = dataNeeded(errors, { targetError: 0.05 });
    expect(byError.interval[1]).toBeCloseTo(400 * (1 + 1.959964 * 0.05) ** 2, 3);
  });

  it('extrapolates noisy curves with intervals that hold the truth', () => {
    let held = 0;
    for (let seed = 0; seed < 100; seed++) {
      const z = randomStream('curve', seed).normals(20);
      const points = Array.from(logspace(50, 2000, 20), (samples, i) => ({ samples, testError: 0.2 + 2 * samples ** -0.6 * Math.exp(0.05 * z[i]) }));
      const { interval, extrapolated, exponent } = dataNeeded(points, { targetError: 0.2 + 2 * 20_000 ** -0.6, labelNoise: 0.2, seed });
      expect(extrapolated).toBe(true);
      expect(exponent).toBeLessThan(-0.3);
      if (interval[0] <= 20_000 && 20_000 <= interval[1]) held++;
    }
    // Nominal 95%; binomial error 2%, and the ten points fitted are few.
    expect(held).toBeGreaterThan(86);
  });

  it('takes the last crossing of a double-descent curve', () => {
    const points = [[10, 1], [20, 0.4], [40, 2], [80, 0.6], [160, 0.3], [320, 0.2]].map(([samples, testError]) => ({ samples, testError }));
    const { samples } = dataNeeded(points, { targetError: 0.5 });
    expect(samples).toBeGreaterThan(80);
    expect(samples).toBeLessThan(160);
  });

  it('says what cannot be reached', () => {
    const points = curve((n) => 0.3 + n ** -0.5);
    expect(dataNeeded(points, { targetError: 0.3, labelNoise: 0.3 })).toMatchObject({ status: 'below-floor', samples: Infinity, floor: 0.3 });
    expect(dataNeeded(points, { targetError: 0.3001, labelNoise: 0.3, maxSamples: 1e6 }).status).toBe('not-reached');
    expect(dataNeeded(curve((n) => 1 + 0.1 * Math.log(n)), { targetError: 0.5 }).status).toBe('not-reached');
    expect(dataNeeded([{ samples: 1, testError: 1 }, { samples: 2, testError: 0.9 }], { targetError: 0.5 }).status).toBe('not-reached');
    expect(dataNeeded(points, { targetError: 2 })).toMatchObject({ status: 'reached', samples: 10.000000000000002 });
    expect(() => dataNeeded([{ samples: 1, testError: 1 }], { targetError: 0.5 })).toThrow(/curve/);
    expect(() => dataNeeded(curve(() => NaN), { targetError: 0.5 })).toThrow(/testError/);
  });
});

describe('dataNeeded from a spectrum', () => {
  it('is the inverse of the learning curve, in range', () => {
    const spectrum = { ...powerLaw(0.5, 0.8, 500), tailTrace: 0, tailPower: 0 };
    for (const n of [5, 60, 250]) {
      const [{ testError }] = gpLearningCurve(spectrum, { samples: [n], ridge: 0.05, labelNoise: 0.1 });
      const result = dataNeeded(spectrum, { targetError: testError, ridge: 0.05, labelNoise: 0.1 });
      expect(relative(result.samples, n)).toBeLessThan(1e-8);
      expect(result).toMatchObject({ extrapolated: false, status: 'reached' });
    }
  });

  it('continues a cut spectrum by its exponents: 300 modes predict what needs 10⁵ samples', () => {
    const [a, b] = [0.5, 0.8];
    const [{ testError }] = gpLearningCurve(infinitePowerLaw(a, b), { samples: [1e5], ridge: 0.01 });
    const result = dataNeeded(powerLaw(a, b, 300), { targetError: testError, ridge: 0.01 });
    expect(result.extrapolated).toBe(true);
    expect(result.coveredUpTo).toBeLessThan(1000);
    // Multiplets of 5% against those of the reference, beyond mode 300 instead of 1000.
    expect(relative(result.samples, 1e5)).toBeLessThan(0.01);
  });

  it('random coefficients: the interval from the exponents holds the truth', () => {
    const [a, b] = [0.5, 0.8];
    let held = 0;
    for (let seed = 0; seed < 10; seed++) {
      const z = randomStream('coefficients', seed).normals(1000);
      const exact = powerLaw(a, b, 1000);
      const powers = Float64Array.from(exact.targetPowers).map((p, k) => p * z[k] ** 2);
      const listed = { eigenvalues: exact.eigenvalues, targetPowers: powers };
      // At n = 10⁴ the error comes from k > 10³ mostly, whose mean powers the law gives.
      const truth = extendSpectrum(listed, { a, b, eigenvalueScale: 1, powerScale: 1 }, 1e9);
      const [{ testError }] = gpLearningCurve(truth, { samples: [1e4], ridge: 0 });
      const { interval, extrapolated } = dataNeeded(listed, { targetError: testError, ridge: 0, seed });
      expect(extrapolated).toBe(true);
      if (interval[0] <= 1e4 && 1e4 <= interval[1]) held++;
    }
    expect(held).toBeGreaterThanOrEqual(8);
  });

  it('knows the floor: label noise, power without eigenvalue, power stated to lie in an unlisted tail that has no trace', () => {
    const base = { ...powerLaw(0.5, 0.8, 100), tailTrace: 0, tailPower: 0 };
    expect(dataNeeded(base, { targetError: 0.2, ridge: 0.1, labelNoise: 0.2 })).toMatchObject({ status: 'below-floor', floor: 0.2 });
    const blind = { eigenvalues: [1, 0.1, 0], targetPowers: [1, 1, 0.5], tailTrace: 0, tailPower: 0 };
    expect(dataNeeded(blind, { targetError: 0.4, ridge: 0.1 })).toMatchObject({ status: 'below-floor', floor: 0.5 });
    expect(dataNeeded(blind, { targetError: 0.6, ridge: 0.1 }).status).toBe('reached');
    expect(dataNeeded(base, { targetError: 1e-9, ridge: 10, maxSamples: 100 }).status).toBe('not-reached');
    // Already there at one sample.
    expect(dataNeeded(base, { targetError: 100, ridge: 0.1 })).toMatchObject({ samples: 1, status: 'reached' });
  });
});

describe('where the curve ends', () => {
  // A curve that bends down in ln–ln, as learning curves of real kernels do.
  const bending = Array.from({ length: 24 }, (_, i) => 16 * 2 ** (i / 4)).map((samples) => ({ samples, testError: Math.exp(-0.05 * Math.log(samples) ** 2) }));
  const last = bending[bending.length - 1];

  it('the fitted law joins a smooth curve', () => {
    const at = (factor: number): number => dataNeeded(bending, { targetError: factor * last.testError }).samples;
    expect(at(1) / last.samples).toBeCloseTo(1, 9);
    // One percent less error costs at most one grid step of data, not a jump to where the law alone would be.
    expect(at(0.99)).toBeGreaterThan(last.samples);
    expect(at(0.99) / last.samples).toBeLessThan(2 ** 0.25);
  });

  it('independent noise at the last point is averaged over', () => {
    const stream = randomStream(5, 'noise');
    const noisy = Array.from({ length: 40 }, (_, i) => 16 * 2 ** (i / 4)).map((samples) => ({ samples, testError: samples ** -0.5 * Math.exp(0.02 * stream.normal()) }));
    const end = noisy[noisy.length - 1];
    const withLast = (testError: number) => dataNeeded([...noisy.slice(0, -1), { ...end, testError }], { targetError: (4 * end.samples) ** -0.5 }).samples;
    // n ∝ E^−2: joining a last point that is 6% (three standard deviations) high would ask for 12% more data; averaging asks for much less.
    expect(withLast(end.samples ** -0.5 * 1.06) / withLast(end.samples ** -0.5) - 1).toBeLessThan(0.06);
  });
});
