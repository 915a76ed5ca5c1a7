import { describe, expect, it } from 'vitest';
import '@saddlepoint/testing';
import { matrix, multiply, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { dataSpectrum, eigenfunctions } from '../src/spectra/index.js';

/** Σ_l w_l cos l(θ − θ′) on the circle: eigenvalues w_0 and w_l/2 (twice), eigenfunctions 1, √2 cos lθ, √2 sin lθ. */
const weights = [0.5, 2, 1, 0.25];
const circle = (a: readonly number[], b: readonly number[]): Matrix => matrix(a.length, b.length, a.flatMap((s) => b.map((t) => weights.reduce((sum, w, l) => sum + w * Math.cos(l * (s - t)), 0))));
const grid = (n: number): number[] => Array.from({ length: n }, (_, i) => (2 * Math.PI * i) / n);

describe('the spectrum of a kernel on data', () => {
  it('is the Fourier series on a grid of the circle, target powers and all', async () => {
    const angles = grid(16);
    const y = angles.map((t) => 3 * Math.cos(t) + Math.sin(2 * t) + 0.5);
    const { eigenvalues, targetPowers, cumulativePower, trace, tailTrace, tailPower } = await dataSpectrum(circle(angles, angles), matrix(16, 1, y));
    expect(Array.from(eigenvalues.subarray(0, 7))).toBeRelativelyClose([1, 1, 0.5, 0.5, 0.5, 0.125, 0.125], 1e-13);
    expect(Math.max(...eigenvalues.subarray(7))).toBeLessThan(1e-15);
    expect(trace).toBeRelativelyClose(3.75, 1e-14);
    // 9/2 in the first pair, 1/2 and 1/4 among the three at λ = ½.
    expect(targetPowers[0] + targetPowers[1]).toBeRelativelyClose(4.5, 1e-13);
    expect(targetPowers[2] + targetPowers[3] + targetPowers[4]).toBeRelativelyClose(0.75, 1e-13);
    expect(cumulativePower[1]).toBeRelativelyClose(4.5 / 5.25, 1e-13);
    expect(cumulativePower[15]).toBeRelativelyClose(1, 1e-13);
    expect([tailTrace, tailPower]).toEqual([0, 0]);
  });

  it('keeps what the largest modes leave out', async () => {
    const n = 400;
    const angles = Array.from(randomStream(3).uniforms(n), (u) => 2 * Math.PI * u);
    const kernel = circle(angles, angles);
    const y = matrix(n, 2, randomStream(4).normals(2 * n));
    const all = await dataSpectrum(kernel, y);
    const some = await dataSpectrum(kernel, y, { modes: 5 });
    expect(some.status).toBe('converged');
    expect(some.eigenvalues).toBeRelativelyClose(all.eigenvalues.subarray(0, 5), 1e-9);
    expect(some.targetPowers).toBeRelativelyClose(all.targetPowers.subarray(0, 5), 1e-6);
    expect(some.tailTrace).toBeRelativelyClose(all.eigenvalues[5] + all.eigenvalues[6], 1e-8);
    expect(some.targetPowers.reduce((s, p) => s + p, 0) + some.tailPower).toBeRelativelyClose(y.data.reduce((s, v) => s + (v * v) / n, 0), 1e-12);
  });

  it('approaches that of the population as n grows', async () => {
    // Random points: eigenvalues scatter by O(1/√n) about 1, 1, ½ ….
    const spectrumOf = async (n: number) => {
      const angles = Array.from(randomStream(5, n).uniforms(n), (u) => 2 * Math.PI * u);
      return (await dataSpectrum(circle(angles, angles))).eigenvalues;
    };
    const scatter = async (n: number): Promise<number> => Array.from((await spectrumOf(n)).subarray(0, 7), (v, k) => (v / [1, 1, 0.5, 0.5, 0.5, 0.125, 0.125][k] - 1) ** 2).reduce((s, v) => s + v, 0);
    expect(await scatter(900)).toBeLessThan(0.5 * (await scatter(100)));
    expect(await scatter(900)).toBeLessThan(7 * 9 / 900);
  });
});

describe("Nyström's extension", () => {
  it('gives the eigenfunctions anywhere: λφ = ∫kφ, orthonormal, √n·v at the samples', async () => {
    const angles = grid(16);
    const spectrum = await dataSpectrum(circle(angles, angles), undefined, { modes: 7 });
    const points = grid(50).map((t) => t + 0.1);
    const phi = eigenfunctions(spectrum, circle(points, angles));
    // On a grid of the circle sums of these functions are integrals: exact.
    const gram = multiply(phi, phi, { transposeA: true });
    for (let i = 0; i < 7; i++) for (let j = 0; j < 7; j++) expect(gram.data[7 * i + j] / 50).toBeCloseTo(i === j ? 1 : 0, 12);
    const image = multiply(circle(points, points), phi);
    image.data.forEach((v, i) => expect(v / 50).toBeCloseTo(spectrum.eigenvalues[i % 7] * phi.data[i], 12));
    const back = eigenfunctions(spectrum, circle(angles, angles));
    back.data.forEach((v, i) => expect(v).toBeCloseTo(4 * spectrum.vectors.data[i], 12));
  });

  it('refuses modes at rounding and kernels of another size', async () => {
    const angles = grid(16);
    const spectrum = await dataSpectrum(circle(angles, angles));
    expect(() => eigenfunctions(spectrum, circle(angles, angles))).toThrow('eigenvalues: expected modes above rounding (at most 7 here)');
    expect(() => eigenfunctions(spectrum, matrix(2, 3))).toThrow('crossKernel: expected 16 columns');
    await expect(dataSpectrum(matrix(2, 3))).rejects.toThrow('kernel: expected a square matrix');
  });
});
