import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSaddlepointError } from '@saddlepoint/core';
import { effectiveRidge, effectiveRidgeGradient, fromCanatar, fromRidgePerSample, fromSimon, learnabilities, toCanatar, toRidgePerSample, toSimon } from '@saddlepoint/replica';

const positive = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
const ridges = fc.oneof(fc.constant(0), positive(1e-12, 1e6));
const spectra = fc.array(fc.tuple(positive(1e-9, 1e3), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 40 }).map((modes) => ({
  eigenvalues: modes.map(([lambda]) => lambda),
  multiplicities: modes.map(([, m]) => m),
}));

/** Right side of κ = σ² + T + Σ mλκ/(κ+nλ), term by term. */
const rightSide = (eigenvalues: readonly number[], multiplicities: readonly number[], n: number, base: number, kappa: number): number =>
  eigenvalues.reduce((sum, lambda, k) => sum + (multiplicities[k] * lambda * kappa) / (kappa + n * lambda), base);

describe('effective ridge', () => {
  it('solves the quadratic of one degenerate level, over nine decades of n and twelve of ridge', () => {
    // κ² + κ(nλ − σ² − mλ) − σ²nλ = 0; the root is taken in the form that does not cancel. In the worst case of the range (n = m, tiny ridge)
    // κ ~ √ridge and the root's own rounding is ~1e-10 relative through nλ − mλ, so 1e-9.
    fc.assert(
      fc.property(positive(1e-6, 1e3), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), positive(1e-6, 1e6), (lambda, m, n, ridge) => {
        const b = (n - m) * lambda - ridge;
        const c = ridge * n * lambda;
        const root = Math.sqrt(b * b + 4 * c);
        const expected = b > 0 ? (2 * c) / (b + root) : (root - b) / 2;
        const { value, status, residual } = effectiveRidge({ eigenvalues: [lambda], multiplicities: [m] }, { samples: n, ridge });
        expect(status).toBe('converged');
        expect(residual).toBeLessThan(1e-12);
        expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9);
      }),
      { numRuns: 500 },
    );
  });

  it('satisfies its equation for any spectrum, tail, n and ridge', () => {
    fc.assert(
      fc.property(spectra, positive(0.5, 1e9), ridges, fc.oneof(fc.constant(0), positive(1e-9, 10)), ({ eigenvalues, multiplicities }, samples, ridge, tailTrace) => {
        const { value, status } = effectiveRidge({ eigenvalues, multiplicities, tailTrace }, { samples, ridge });
        expect(status).toBe('converged');
        const rank = multiplicities.reduce((sum, m) => sum + m, 0);
        if (ridge + tailTrace === 0 && rank <= samples) expect(value).toBe(0);
        else {
          expect(value).toBeGreaterThan(0);
          // Rounding of the sum of up to 40 terms, and of κ itself.
          expect(Math.abs(rightSide(eigenvalues, multiplicities, samples, ridge + tailTrace, value) / value - 1)).toBeLessThan(1e-11);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts: ΣL = n at vanishing ridge when there are at least n modes', () => {
    fc.assert(
      fc.property(spectra, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ eigenvalues, multiplicities }, fraction) => {
        const samples = fraction * multiplicities.reduce((sum, m) => sum + m, 0);
        const { value } = effectiveRidge({ eigenvalues, multiplicities }, { samples, ridge: 0 });
        const L = learnabilities(eigenvalues, { samples, effectiveRidge: value });
        const total = L.reduce((sum, x, k) => sum + multiplicities[k] * x, 0);
        expect(Math.abs(total / samples - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  it('treats multiplicities as repeated modes, exactly, also far beyond what could be repeated', () => {
    const repeated = effectiveRidge({ eigenvalues: [2, 2, 2, 0.1, 0.1] }, { samples: 3, ridge: 0.05 }).value;
    const counted = effectiveRidge({ eigenvalues: [2, 0.1], multiplicities: [3, 2] }, { samples: 3, ridge: 0.05 }).value;
    expect(counted).toBeCloseTo(repeated, 14);
    // 10¹² modes at λ = 1e-12, n = 10⁹: nλ ≪ κ, so they act as ridge 1 up to n·λ²·10¹²/κ ~ 1e-3.
    const huge = effectiveRidge({ eigenvalues: [1e-12], multiplicities: [1e12] }, { samples: 1e9, ridge: 0 });
    expect(huge.status).toBe('converged');
    expect(huge.value).toBeCloseTo(0.999, 12); // κ = mλ − nλ at zero ridge, from the quadratic
  });

  it('scales with the kernel, falls with n and grows with the ridge', () => {
    fc.assert(
      fc.property(spectra, positive(1, 1e6), positive(1e-6, 1e3), positive(1e-6, 1e6), ({ eigenvalues, multiplicities }, samples, ridge, c) => {
        const at = (n: number, s: number, scale = 1): number =>
          effectiveRidge({ eigenvalues: eigenvalues.map((x) => scale * x), multiplicities }, { samples: n, ridge: s }).value;
        const kappa = at(samples, ridge);
        expect(Math.abs(at(samples, c * ridge, c) / (c * kappa) - 1)).toBeLessThan(1e-10);
        expect(at(samples * 1.1, ridge)).toBeLessThanOrEqual(kappa * (1 + 1e-13));
        expect(at(samples, ridge * 1.1)).toBeGreaterThanOrEqual(kappa * (1 - 1e-13));
        expect(kappa).toBeGreaterThanOrEqual(ridge);
        expect(kappa).toBeLessThanOrEqual((ridge + eigenvalues.reduce((sum, x, k) => sum + multiplicities[k] * x, 0)) * (1 + 1e-13));
      }),
    );
  });

  it('takes unlisted modes as ridge, to second order in nλ/κ', () => {
    const modes = Array.from({ length: 4000 }, (_, k) => (k + 1) ** -2);
    const whole = effectiveRidge({ eigenvalues: modes }, { samples: 20, ridge: 1e-3 }).value;
    const cut = (count: number): number =>
      effectiveRidge({ eigenvalues: modes.slice(0, count), tailTrace: modes.slice(count).reduce((a, b) => a + b, 0) }, { samples: 20, ridge: 1e-3 }).value;
    // Error ≈ nΣ_tail λ²/(κ(1−g)) ~ n/(3 count³ κ): κ ≈ 0.12 here, so ~7e-6 at 200 and eight times less at 400.
    expect(Math.abs(cut(200) - whole)).toBeLessThan(2e-5);
    expect((cut(200) - whole) / (cut(400) - whole)).toBeCloseTo(8, 0);
    const truncated = effectiveRidge({ eigenvalues: modes.slice(0, 200) }, { samples: 20, ridge: 1e-3 }).value;
    expect(Math.abs(truncated - whole)).toBeGreaterThan(3e-3); // what silent truncation would cost: Σ_tail λ ≈ 1/200
  });

  it('has the stated ends', () => {
    expect(effectiveRidge({ eigenvalues: [] }, { samples: 5, ridge: 0.3 }).value).toBe(0.3);
    expect(effectiveRidge({ eigenvalues: [1, 2] }, { samples: 0, ridge: 0.5 }).value).toBe(3.5);
    expect(effectiveRidge({ eigenvalues: [1, 2, 0, -1e-17] }, { samples: 2, ridge: 0 }).value).toBe(0);
    expect(effectiveRidge({ eigenvalues: [1], multiplicities: [10] }, { samples: 5, ridge: 0 }).value).toBeCloseTo(5, 12);
    expect(Array.from(learnabilities([1, 0], { samples: 3, effectiveRidge: 0 }))).toEqual([1, 0]);
    expect(Array.from(learnabilities([1], { samples: 0, effectiveRidge: 0 }))).toEqual([0]);
  });

  it('moves with ridge and n as its gradient says', () => {
    const spectrum = { eigenvalues: Array.from({ length: 300 }, (_, k) => (k + 1) ** -1.4), tailTrace: 0.05 };
    const gradient = effectiveRidgeGradient(spectrum, { samples: 40, ridge: 0.02 });
    const at = (samples: number, ridge: number): number => effectiveRidge(spectrum, { samples, ridge }).value;
    // Central differences, error ~ h²: 1e-8 relative.
    expect((at(40, 0.02 + 1e-6) - at(40, 0.02 - 1e-6)) / 2e-6 / gradient.ridge).toBeCloseTo(1, 6);
    expect((at(40 + 1e-3, 0.02) - at(40 - 1e-3, 0.02)) / 2e-3 / gradient.samples).toBeCloseTo(1, 6);
  });

  it('converts between conventions', () => {
    const samples = 50;
    const eigenvalues = [1, 0.5, 0.1, 0.02];
    const kappa = effectiveRidge({ eigenvalues, multiplicities: [20, 20, 20, 20] }, { samples, ridge: 0.3 }).value;
    const simon = toSimon(kappa, samples);
    // Simon et al. define κ_S by n = Σλ/(λ+κ_S) + δ/κ_S.
    expect(eigenvalues.reduce((sum, lambda) => sum + (20 * lambda) / (lambda + simon), 0.3 / simon)).toBeCloseTo(samples, 9);
    expect(fromSimon(simon, samples)).toBeCloseTo(kappa, 14);
    expect(fromCanatar(toCanatar(kappa))).toBe(kappa);
    expect(fromRidgePerSample(toRidgePerSample(0.3, samples), samples)).toBeCloseTo(0.3, 15);
  });

  it.each([
    [{ eigenvalues: [1, -0.1] }, { samples: 1, ridge: 0 }, 'eigenvalues[1]'],
    [{ eigenvalues: [1, NaN] }, { samples: 1, ridge: 0 }, 'eigenvalues[1]'],
    [{ eigenvalues: [1], multiplicities: [1, 2] }, { samples: 1, ridge: 0 }, 'multiplicities'],
    [{ eigenvalues: [1], tailTrace: -1 }, { samples: 1, ridge: 0 }, 'tailTrace'],
    [{ eigenvalues: [1] }, { samples: -1, ridge: 0 }, 'samples'],
    [{ eigenvalues: [1] }, { samples: 1, ridge: -1e-9 }, 'ridge'],
  ])('names the argument that is wrong in %j %j', (spectrum, options, argument) => {
    try {
      effectiveRidge(spectrum, options);
      expect.unreachable();
    } catch (error) {
      expect(isSaddlepointError(error) && error.argument).toBe(argument);
    }
  });
});
