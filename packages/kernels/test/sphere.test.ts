import { describe, expect, it } from 'vitest';
import { mlp } from '@saddlepoint/architecture';
import { loadGolden } from '@saddlepoint/testing';
import { sphereSpectrum } from '../src/index.js';

interface Spectrum {
  activation: string;
  depth: number;
  sigma_w_squared: number;
  sigma_b: number;
  kernel: 'nngp' | 'ntk';
  d: number;
  degeneracy: number[];
  lambda: number[];
  K_xx: number;
}
const golden = loadGolden<{ spectra: Spectrum[] }>(import.meta.url, 'sphere.json');

describe('Mercer spectra on the sphere', () => {
  it.each(golden.spectra)('$activation, depth $depth, $kernel, d = $d', ({ activation, depth, sigma_w_squared, sigma_b, kernel, d, degeneracy, lambda, K_xx }) => {
    const network = mlp({ depth, activation, weightVariance: sigma_w_squared, biasVariance: sigma_b ** 2 });
    const spectrum = sphereSpectrum(network, { dimension: d, maxDegree: lambda.length - 1, kernel });
    expect(Array.from(spectrum.multiplicities)).toEqual(degeneracy);
    expect(spectrum.trace).toBeRelativelyClose(K_xx, 1e-14);
    lambda.forEach((value, l) => {
      // Rounding of the integrand, ε·K_xx·|P_l| with |P_l| ~ 1/√deg; the kinked NTK adds ε/θ near θ = 0. Measured within a third of this.
      expect(Math.abs(spectrum.eigenvalues[l] - value), `degree ${l}`).toBeLessThanOrEqual(4e-15 * (K_xx / Math.sqrt(degeneracy[l])) + 1e-13 * value);
    });
  });

  it('sum to the trace with what they leave out', () => {
    const { eigenvalues, multiplicities, trace, tailTrace } = sphereSpectrum(mlp({ depth: 2, activation: 'tanh' }), { dimension: 10, maxDegree: 40 });
    expect(eigenvalues.reduce((s, v, l) => s + v * multiplicities[l], 0) + tailTrace).toBeRelativelyClose(trace, 1e-14);
    // Analytic: what degree 40 leaves out is below the rounding of deg·λ (2e-12 of the trace here).
    expect(Math.abs(tailTrace)).toBeLessThan(1e-10 * trace);
  });

  it('is the Fourier series on the circle', () => {
    // d = 2, linear kernel σ_w² cos θ: λ_1 = σ_w²/2 with two modes, nothing else.
    const { eigenvalues, multiplicities } = sphereSpectrum(mlp({ depth: 0, activation: 'relu', weightVariance: 3 }), { dimension: 2, maxDegree: 4 });
    expect(eigenvalues).toBeRelativelyClose([0, 1.5, 0, 0, 0], 1e-14, { floor: 1 });
    expect(Array.from(multiplicities)).toEqual([1, 2, 2, 2, 2]);
  });
});
