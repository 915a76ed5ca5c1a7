import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bivariateNormalCdf, normalCdf } from '@saddlepoint/numerics';
import { golden, relative, worst } from './support.js';

const { rows } = golden<{ rows: [h: number, k: number, rho: number, sine: number | null, value: number][] }>('bivariate-normal');

describe('bivariateNormalCdf', () => {
  it('has full relative precision against 50-digit values, correlations of ±(1 − 1e-12) and tails included', () => {
    const error = ([h, k, rho, sine, value]: (typeof rows)[number]): number => relative(sine === null ? bivariateNormalCdf(h, k, rho) : bivariateNormalCdf(h, k, rho, sine), value);
    // Measured: 7e-15 above 1e-30 (from the rounding of 1 − ρ² at ρ = 0.99), 2.3e-14 below, where an exponent of 100 is rounded.
    expect(worst(rows.filter((row) => row[4] > 1e-30), error)).toBeLessThan(1e-14);
    expect(worst(rows, error)).toBeLessThan(5e-14);
  });

  it('meets the exact limits', () => {
    expect(bivariateNormalCdf(0, 0, -1)).toBe(0);
    expect(bivariateNormalCdf(0, 0, 1)).toBe(0.5);
    expect(bivariateNormalCdf(0.3, 1.2, 0)).toBe(normalCdf(0.3) * normalCdf(1.2));
    expect(relative(bivariateNormalCdf(0.3, 1.2, 1), normalCdf(0.3))).toBeLessThan(1e-15);
    expect(relative(bivariateNormalCdf(0.3, 1.2, -1), normalCdf(0.3) - normalCdf(-1.2))).toBeLessThan(1e-15);
    expect(bivariateNormalCdf(-0.3, 0.2, -1)).toBe(0);
    expect([bivariateNormalCdf(-Infinity, 1, 0.5), bivariateNormalCdf(Infinity, 1, 0.5), bivariateNormalCdf(1, Infinity, 0.5)]).toEqual([0, normalCdf(1), normalCdf(1)]);
    expect([bivariateNormalCdf(NaN, 0, 0), bivariateNormalCdf(0, 0, 1.01), bivariateNormalCdf(0, 0, NaN)]).toEqual([NaN, NaN, NaN]);
    // Sheppard: ¼ + asin(ρ)/2π at the origin.
    for (const rho of [-0.9, -0.3, 0.6, 0.999]) expect(relative(bivariateNormalCdf(0, 0, rho), 0.25 + Math.asin(rho) / (2 * Math.PI))).toBeLessThan(2e-15);
  });

  it('is symmetric, and the two signs of ρ add up to a marginal: Φ₂(h, k; ρ) + Φ₂(h, −k; −ρ) = Φ(h)', () => {
    const real = fc.double({ min: -6, max: 6, noNaN: true });
    fc.assert(
      fc.property(real, real, fc.double({ min: -1, max: 1, noNaN: true }), (h, k, rho) => {
        const value = bivariateNormalCdf(h, k, rho);
        expect(relative(bivariateNormalCdf(k, h, rho), value === 0 ? 1 : value)).toBeLessThan(value === 0 ? 2 : 1e-13);
        expect(relative(value + bivariateNormalCdf(h, -k, -rho), normalCdf(h))).toBeLessThan(2e-14);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});
