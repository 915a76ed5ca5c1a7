import { describe, expect, it } from 'vitest';
import { featureKernel, powerLawFeatures } from '@saddlepoint/datasets';
import { addDiagonal, cholesky, dot, eigh, matrix, multiplyVector, solveCholeskyVector, submatrix } from '@saddlepoint/linalg';
import { mean, standardError } from '@saddlepoint/numerics';
import { gpLearningCurve, kareRisk } from '@saddlepoint/replica';

describe('risk from the training set alone', () => {
  const ridge = 0.1;
  const data = powerLawFeatures({ modes: 60, alpha: 1.2, beta: 1.5, samples: 24, labelNoise: 0.1, seed: 5 });
  const kernel = featureKernel(data.inputs, data.eigenvalues);
  const estimate = kareRisk({ kernel, targets: data.targets, ridge });

  it('leave-one-out is what leaving one out gives, mean and variance', () => {
    for (const left of [0, 7, 23]) {
      const rest = Array.from({ length: 24 }, (_, i) => i).filter((i) => i !== left);
      const chol = cholesky(addDiagonal(submatrix(kernel, rest, rest), ridge));
      const k = Float64Array.from(rest, (i) => kernel.data[left * 24 + i]);
      const prediction = dot(k, solveCholeskyVector(chol, Float64Array.from(rest, (i) => data.targets.data[i])));
      // 1e-10: conditioning of K + 0.1 with K up to ~60.
      expect(estimate.looResiduals.data[left]).toBeCloseTo(data.targets.data[left] - prediction, 10);
      expect(estimate.looVariance[left]).toBeCloseTo(kernel.data[left * 25] - dot(k, solveCholeskyVector(chol, k)), 10);
    }
    expect(estimate.looRisk).toBeCloseTo(mean(estimate.looResiduals.data.map((e) => e * e)), 14);
  });

  it('KARE is the spectral formula κ̂²·(1/n)Σ(v·y)²/(μ+σ²)², κ̂ = n/Σ1/(μ+σ²)', () => {
    const { values, vectors } = eigh(kernel);
    const projections = multiplyVector(vectors, data.targets.data, { transpose: true });
    const kappa = 24 / values.reduce((sum, mu) => sum + 1 / (mu + ridge), 0);
    const square = values.reduce((sum, mu, i) => sum + (projections[i] / (mu + ridge)) ** 2, 0) / 24;
    expect(estimate.effectiveRidge).toBeCloseTo(kappa, 11);
    expect(estimate.risk).toBeCloseTo(kappa ** 2 * square, 11);
    expect(estimate.trainError).toBeCloseTo(ridge ** 2 * square, 11);
  });

  it('sums several outputs and refuses what does not fit', () => {
    const two = matrix(24, 2, Float64Array.from({ length: 48 }, (_, i) => (i % 2 === 0 ? 1 : 2) * data.targets.data[i >> 1]));
    const both = kareRisk({ kernel, targets: two, ridge });
    expect(both.risk / estimate.risk).toBeCloseTo(5, 12); // 1² + 2²
    expect(both.looRisk / estimate.looRisk).toBeCloseTo(5, 12);
    expect(() => kareRisk({ kernel, targets: Float64Array.of(1), ridge })).toThrow(/targets: expected rows 24, got 1/);
    expect(() => kareRisk({ kernel, targets: data.targets, ridge: -1 })).toThrow(/ridge/);
    expect(() => kareRisk({ kernel: matrix(2, 2, [1, 1, 1, 1]), targets: Float64Array.of(1, 1), ridge: 0 })).toThrow(/positive definite|pivot/);
  });

  it('averages to the test error on Gaussian features', () => {
    const n = 150;
    const modes = 300;
    const draws = Array.from({ length: 40 }, (_, draw) => {
      const sample = powerLawFeatures({ modes, alpha: 1.3, beta: 1.6, samples: n, labelNoise: 0.2, seed: `kare-${draw}` });
      return kareRisk({ kernel: featureKernel(sample.inputs, sample.eigenvalues), targets: sample.targets, ridge: 0.05 });
    });
    const k = Array.from({ length: modes }, (_, i) => i + 1);
    const [point] = gpLearningCurve({ eigenvalues: k.map((i) => i ** -1.3), targetPowers: k.map((i) => i ** -1.6) }, { samples: [n], ridge: 0.05, labelNoise: 0.2 });
    for (const [values, theory] of [
      [draws.map((d) => d.risk), point.testError],
      [draws.map((d) => d.looRisk), point.testError],
      [draws.map((d) => d.effectiveRidge), point.effectiveRidge],
    ] as const)
      // Four standard errors (~2%) and 1% for O(1/n): leave-one-out trains on n−1.
      expect(Math.abs(mean(values) - theory)).toBeLessThan(4 * standardError(values) + 0.01 * theory);
  });
});
