import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '@saddlepoint/numerics';
import { featureKernel, normalizeInputs, powerLawFeatures, sphereTeacher, split, take, zonalHarmonic } from '@saddlepoint/datasets';
import { matrix } from '@saddlepoint/linalg';
import { messageOf } from './errors.js';

const seeds = fc.integer({ min: 0, max: 1e6 });

describe('sphere teacher', () => {
  it('counts the harmonics of its degrees as published', () => {
    const multiplicities = (dimension: number, degrees: number[]): number[] =>
      Array.from(sphereTeacher({ dimension, samples: 1, coefficients: Object.fromEntries(degrees.map((l) => [l, 1])), seed: 0 }).multiplicities);
    expect(multiplicities(3, [0, 1, 2, 3, 4])).toEqual([1, 3, 5, 7, 9]);
    expect(multiplicities(2, [0, 1, 2, 3])).toEqual([1, 2, 2, 2]);
    expect(multiplicities(10, [1, 2, 3])).toEqual([10, 54, 210]);
    expect(multiplicities(784, [4])).toEqual([15862196700]); // C(787,4) − C(785,2) = 15862504420 − 307720
  });

  it('has orthonormal zonal harmonics under the measure of the sphere', () => {
    // ∫P_lP_m (1−t²)^{(d−3)/2} dt / ∫(1−t²)^{(d−3)/2} dt by Gauss–Legendre, exact for odd d (polynomial weight); the rest is rounding.
    for (const d of [3, 5, 9]) {
      const { nodes, weights } = gaussLegendre(24);
      const measure = Array.from(nodes, (t, i) => weights[i] * (1 - t * t) ** ((d - 3) / 2));
      const mass = measure.reduce((sum, w) => sum + w, 0);
      for (let l = 0; l <= 5; l++)
        for (let m = 0; m <= l; m++) {
          const overlap = measure.reduce((sum, w, i) => sum + w * zonalHarmonic(d, l, nodes[i]) * zonalHarmonic(d, m, nodes[i]), 0) / mass;
          expect(overlap).toBeCloseTo(l === m ? 1 : 0, 11);
        }
    }
  });

  it('puts inputs on |x|² = d and targets of the promised power', () => {
    const samples = 20000;
    for (const basis of ['gegenbauer', 'hermite'] as const) {
      const teacher = sphereTeacher({ dimension: 30, samples, coefficients: { 1: 0.8, 3: -0.6 }, basis, seed: 11 });
      for (let i = 0; i < 50; i++) {
        const row = teacher.inputs.data.subarray(30 * i, 30 * (i + 1));
        expect(row.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(30, 11);
      }
      const power = teacher.cleanTargets.map((y) => y * y);
      const mean = power.reduce((sum, p) => sum + p, 0) / samples;
      const deviation = Math.sqrt(power.reduce((sum, p) => sum + (p - mean) ** 2, 0) / samples / samples);
      // Four standard errors about the exact second moment. Zonal harmonics: 0.64 + 0.36. Hermite, from E h⁴ = 3d/(d+2) and
      // E h⁶ = 15d²/((d+2)(d+4)): 0.64 + 0.36 E(h³−3h)²/6 − 0.96 E h(h³−3h)/√6.
      const fourth = 90 / 32;
      const sixth = (15 * 900) / (32 * 34);
      const expected = basis === 'gegenbauer' ? 1 : 0.64 + (0.36 * (sixth - 6 * fourth + 9)) / 6 - (0.96 * (fourth - 3)) / Math.sqrt(6);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * deviation);
    }
  });

  it('is a function of the projection on its direction', () => {
    const { inputs, cleanTargets, direction } = sphereTeacher({ dimension: 4, samples: 6, degree: 2, direction: [0, 3, 0, 4], seed: 2 });
    expect(Array.from(direction)).toEqual([0, 0.6, 0, 0.8]);
    for (let i = 0; i < 6; i++) {
      const h = 0.6 * inputs.data[4 * i + 1] + 0.8 * inputs.data[4 * i + 3];
      // Degree 2 in R⁴: √9·(4t²−1)/3 = 4t²−1 with t = h/2: h² − 1.
      expect(cleanTargets[i]).toBeCloseTo(h * h - 1, 13);
    }
  });

  it('adds label noise of the given variance without changing inputs', () => {
    const options = { dimension: 5, samples: 20000, degree: 1, seed: 'noise' } as const;
    const clean = sphereTeacher(options);
    const noisy = sphereTeacher({ ...options, labelNoise: 0.25 });
    expect(noisy.inputs).toEqual(clean.inputs);
    const variance = noisy.targets.data.reduce((sum, y, i) => sum + (y - clean.targets.data[i]) ** 2, 0) / 20000;
    expect(Math.abs(variance - 0.25)).toBeLessThan(4 * 0.25 * Math.sqrt(2 / 20000)); // 4 standard errors of a variance
  });

  it('agrees on common rows of different sizes', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 7 }), (seed, samples, dimension) => {
        const large = sphereTeacher({ dimension, samples: samples + 3, degree: 2, labelNoise: 1, seed });
        expect(sphereTeacher({ dimension, samples, degree: 2, labelNoise: 1, seed }).targets.data).toEqual(large.targets.data.slice(0, samples));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses contradictions', () => {
    expect(messageOf('ERR_ARGUMENT_RANGE', () => sphereTeacher({ dimension: 3, samples: 2, seed: 1 }))).toMatch(/neither/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => sphereTeacher({ dimension: 3, samples: 2, degree: 1, coefficients: [1], seed: 1 }))).toMatch(/both/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => sphereTeacher({ dimension: 1, samples: 2, degree: 1, seed: 1 }))).toMatch(/dimension/);
    expect(messageOf('ERR_SHAPE', () => sphereTeacher({ dimension: 3, samples: 2, degree: 1, direction: [1], seed: 1 }))).toMatch(/direction/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => sphereTeacher({ dimension: 1 + 1, samples: 2, degree: 1, direction: [0, 0], seed: 1 }))).toMatch(/direction/);
    expect(messageOf('ERR_NOT_FINITE', () => sphereTeacher({ dimension: 3, samples: 2, coefficients: [NaN], seed: 1 }))).toMatch(/coefficients/);
  });
});

describe('power-law features', () => {
  it('have the promised spectrum, kernel and targets', () => {
    const data = powerLawFeatures({ modes: 4, alpha: 1.5, beta: 1.8, samples: 3, seed: 4 });
    const psi = data.inputs.data;
    for (let k = 0; k < 4; k++) {
      expect(data.eigenvalues[k]).toBeCloseTo(Math.exp(-1.5 * Math.log(k + 1)), 14);
      expect(data.targetPowers[k]).toBeCloseTo(Math.exp(-1.8 * Math.log(k + 1)), 14);
    }
    const K = featureKernel(data.inputs, data.eigenvalues);
    let entry = 0;
    let target = 0;
    for (let k = 0; k < 4; k++) {
      entry += psi[4 + k] * psi[8 + k] * (k + 1) ** -1.5;
      target += (k + 1) ** -0.9 * psi[8 + k];
    }
    expect(K.data[5]).toBeCloseTo(entry, 14);
    expect(data.targets.data[2]).toBeCloseTo(target, 14);
  });

  it('are standard normal, with label noise apart', () => {
    const samples = 5000;
    const { inputs, targets, cleanTargets } = powerLawFeatures({ modes: 4, alpha: 1, beta: 1, samples, labelNoise: 0.5, seed: 9 });
    for (let j = 0; j < 4; j++)
      for (let k = 0; k <= j; k++) {
        let overlap = 0;
        for (let i = 0; i < samples; i++) overlap += inputs.data[4 * i + j] * inputs.data[4 * i + k];
        expect(Math.abs(overlap / samples - (j === k ? 1 : 0))).toBeLessThan(4.5 * Math.sqrt((j === k ? 2 : 1) / samples)); // 4.5 standard errors, ten pairs
      }
    const noise = targets.data.reduce((sum, y, i) => sum + (y - cleanTargets[i]) ** 2, 0) / samples;
    expect(Math.abs(noise - 0.5)).toBeLessThan(4 * 0.5 * Math.sqrt(2 / samples));
  });
});

describe('subsets', () => {
  it('split into disjoint nested parts', () => {
    const data = sphereTeacher({ dimension: 2, samples: 12, degree: 1, seed: 0 });
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 8 }), (seed, train) => {
        const { train: part, test, trainIndices, testIndices } = split(data, { train, seed });
        expect(new Set([...trainIndices, ...testIndices]).size).toBe(12);
        expect(part.inputs.rows + test.inputs.rows).toBe(12);
        expect(part.targets.data[0]).toBe(data.targets.data[trainIndices[0]]);
        expect(split(data, { train: train + 1, test: 1, seed }).trainIndices.slice(0, train)).toEqual(trainIndices);
      }),
      { numRuns: 30 },
    );
    expect(messageOf('ERR_ARGUMENT_RANGE', () => split(data, { train: 10, test: 3, seed: 1 }))).toMatch(/train \+ test: expected at most the 12 samples.*got 13/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => take(data, [12]))).toMatch(/indices\[0\]/);
  });

  it('normalize rows of any size, and refuse rows without direction', () => {
    const scaled = normalizeInputs(matrix(2, 2, [3e200, 4e200, -1e-300, 0]));
    expect(scaled.data[0]).toBeCloseTo(0.6 * Math.SQRT2, 14);
    expect(scaled.data[2]).toBeCloseTo(-Math.SQRT2, 14);
    expect(messageOf('ERR_DATA', () => normalizeInputs(matrix(2, 2, [1, 0, 0, 0])))).toMatch(/row 1.*zeros/);
  });
});
