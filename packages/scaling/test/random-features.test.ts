import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gpLearningCurve } from '@saddlepoint/replica';
import { localExponent, predictedExponent, randomFeatureRisk } from '@saddlepoint/scaling';
import { golden, infinitePowerLaw, powerLaw, relative } from './support.js';

const simulation = golden<{
  modes: number; eigenvalueExponent: number; targetExponent: number;
  rows: { samples: number; features: number; ridge: number; mean: number; standardError: number; theory: number; theoryRidge: number }[];
}>('random_features');

describe('randomFeatureRisk', () => {
  const spectrum = powerLaw(simulation.eigenvalueExponent - 1, simulation.targetExponent - 1, simulation.modes);

  it.each(simulation.rows)('n=$samples N=$features σ²=$ridge against brute force', ({ samples, features, ridge, mean, standardError, theory, theoryRidge }) => {
    const { testError, effectiveRidge, status } = randomFeatureRisk({ spectrum, samples, features, ridge });
    expect(status).toBe('converged');
    // The same equations evaluated independently; stored to 8 digits.
    expect(relative(testError, theory)).toBeLessThan(1e-6);
    expect(relative(effectiveRidge / samples, theoryRidge)).toBeLessThan(1e-6);
    // 40 draws a row. The theory is for large n and N; at these sizes its bias is below the error bars (largest deviation 2.0).
    expect(Math.abs(testError - mean)).toBeLessThan(4 * standardError);
  });

  it('tends to kernel regression for many features, with a 1/N correction', () => {
    const options = { samples: [30], ridge: 0.2, labelNoise: 0.1 };
    const [{ testError, effectiveRidge }] = gpLearningCurve(spectrum, options);
    const errors = [1e4, 1e5, 1e6, 1e9].map((features) => {
      const wide = randomFeatureRisk({ spectrum, samples: 30, features, ridge: 0.2, labelNoise: 0.1 });
      return [relative(wide.testError, testError), relative(wide.effectiveRidge, effectiveRidge)];
    });
    for (const column of [0, 1]) {
      expect(errors[0][column] / errors[1][column]).toBeCloseTo(10, 0);
      expect(errors[1][column] / errors[2][column]).toBeCloseTo(10, 1);
      expect(errors[3][column]).toBeLessThan(1e-7);
    }
  });

  it('solves its two equations n = z + δ/κ, N = z + Nκ/g, symmetric under the exchange of samples and features', () => {
    const any = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(any(2, 500), any(2, 500), any(1e-4, 10), any(0, 0.5), (samples, features, ridge, tailTrace) => {
        const risk = randomFeatureRisk({ spectrum: { ...spectrum, tailTrace }, samples, features, ridge });
        const [g, kappa, z] = [risk.effectiveRidge / samples, risk.dataRidge / samples, risk.learnabilitySum];
        expect(relative(z + ridge / kappa, samples)).toBeLessThan(1e-9);
        expect(relative(z + (features * kappa) / g, features)).toBeLessThan(1e-9);
        // g(1−z/n)(1−z/N) = σ²/n: exchanging n and N at σ²/n fixed leaves g.
        const mirrored = randomFeatureRisk({ spectrum: { ...spectrum, tailTrace }, samples: features, features: samples, ridge: (ridge * features) / samples });
        expect(relative(mirrored.effectiveRidge / features, g)).toBeLessThan(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('double descent: infinite at n = N without ridge, finite on both sides and with a ridge', () => {
    const at = (features: number, ridge = 0): number => randomFeatureRisk({ spectrum, samples: 100, features, ridge }).testError;
    expect(at(100)).toBe(Infinity);
    expect(randomFeatureRisk({ spectrum, samples: 100, features: 100, ridge: 0 }).status).toBe('diverged');
    // The pole is simple: E·|N−n| tends to a constant.
    expect(at(100.01) * 0.01).toBeCloseTo(at(100.1) * 0.1, 1);
    expect(at(60)).toBeLessThan(at(95));
    expect(at(400)).toBeLessThan(at(105));
    expect(at(100, 1)).toBeLessThan(at(90, 0));
  });

  it('noise and rank: ridgeless with fewer modes than samples and features is ordinary least squares, σ_ε²/(1 − r/n)', () => {
    const few = { eigenvalues: [1, 0.5, 0.1], multiplicities: [1, 2, 7], targetPowers: [1, 1, 1] };
    const risk = randomFeatureRisk({ spectrum: few, samples: 40, features: 25, ridge: 0, labelNoise: 0.3 });
    expect(risk.testError).toBeCloseTo(0.3 / (1 - 10 / 40), 12);
    expect(risk.effectiveRidge).toBe(0);
    expect(randomFeatureRisk({ spectrum: few, samples: 40, features: 25, ridge: 0 }).testError).toBe(0);
  });

  it('tail power is never learned; the tail trace acts as many small modes', () => {
    const tail = powerLaw(0.5, 0.8, 1000);
    const [lambda, power] = [Array.from(tail.eigenvalues), Array.from(tail.targetPowers)];
    const sum = (values: number[]): number => values.reduce((s, v) => s + v, 0);
    const cut = { eigenvalues: lambda.slice(0, 300), targetPowers: power.slice(0, 300), tailTrace: sum(lambda.slice(300)), tailPower: sum(power.slice(300)) };
    const options = { samples: 10, features: 15, ridge: 0.1 };
    // λ_300/g is about 2·10⁻³ here, so the error of treating the tail as λ → 0 is of that order.
    expect(relative(randomFeatureRisk({ spectrum: cut, ...options }).testError, randomFeatureRisk({ spectrum: tail, ...options }).testError)).toBeLessThan(5e-3);
  });

  it('width-limited exponent −min(b, 1+a): half the qualification of the data-limited one', () => {
    for (const [a, b] of [[0.5, 0.8], [0.5, 2.6]]) {
      const widths = Array.from({ length: 9 }, (_, i) => 200 * 2 ** i);
      const errors = widths.map((features) => randomFeatureRisk({ spectrum: infinitePowerLaw(a, b), samples: 1e11, features, ridge: 0 }).testError);
      const local = localExponent(widths, errors);
      // Corrections to scaling fall as N^{−|b−(1+a)|}: 0.01 suffices at N = 51200 for both.
      expect(Math.abs(local[8] - predictedExponent({ a, b, regime: 'width-limited' }).exponent)).toBeLessThan(0.01);
    }
  });

  it('refuses bad arguments by name', () => {
    expect(() => randomFeatureRisk({ spectrum, samples: 10, features: 0, ridge: 1 })).toThrow(/features/);
    expect(() => randomFeatureRisk({ spectrum, samples: 10, features: 10, ridge: NaN })).toThrow(/ridge/);
    expect(() => randomFeatureRisk({ spectrum: { eigenvalues: [1], targetPowers: [] }, samples: 10, features: 10, ridge: 1 })).toThrow(/targetPowers/);
  });
});
