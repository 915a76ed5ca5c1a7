import { describe, expect, it } from 'vitest';
import { fromRows, identity, scaled, submatrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { deepLinearDmft, lazyDynamics, twoLayerDmft } from '@saddlepoint/dynamics';
import { golden as data, inputGram, interpolate, largestGap } from './support.js';

interface DeepGolden {
  readonly targets: number[];
  readonly times: number[];
  readonly initialSlopeInfiniteWidth: number;
  readonly loss1024: { readonly mean: number[]; readonly se: number[] };
  readonly loss256: { readonly mean: number[]; readonly se: number[] };
  readonly featureKernelsAt1Row0: number[][];
}
const golden = loadGolden<DeepGolden>(import.meta.url, 'deep-linear.json');
const base = { inputGram, targets: golden.targets };

describe('three hidden layers against simulated networks', () => {
  it('follows their loss within error bars, and their feature kernels', async () => {
    const until = 5.6;
    const coarse = await deepLinearDmft({ ...base, depth: 3, richness: 1, learningRate: 0.16, steps: 36 });
    const fine = await deepLinearDmft({ ...base, depth: 3, richness: 1, learningRate: 0.08, steps: 72, snapshotSteps: [12, 13] });
    for (const [i, t] of golden.times.entries()) {
      if (t > until || t < 0.1) continue;
      const loss = 2 * interpolate(fine.times, fine.loss, t) - interpolate(coarse.times, coarse.loss, t);
      // N = 1024, six seeds (so a standard error known to 30%), and an O(1/N) bias that N = 256 shows to be about 1.5/N.
      expect(Math.abs(loss - golden.loss1024.mean[i])).toBeLessThan(4 * golden.loss1024.se[i] + 1.5 / 1024);
      expect(Math.abs(loss - golden.loss256.mean[i])).toBeLessThan(4 * golden.loss256.se[i] + 1.5 / 256);
    }
    expect(fine.status).toBe('completed');
    // Feature kernels at t = 1 (between steps 12 and 13), O(η) = 0.08 of their change of ~0.5; single entries fluctuate by up to 0.085 (se).
    for (const [l, row] of golden.featureKernelsAt1Row0.entries())
      for (const [j, value] of row.entries()) {
        const here = (fine.snapshots[0].featureKernels[l].data[j] + fine.snapshots[1].featureKernels[l].data[j]) / 2;
        expect(Math.abs(here - value), `layer ${l + 1}, sample ${j}`).toBeLessThan(4 * 0.085);
      }
  });

  it('starts with the slope of the infinite-width NTK', async () => {
    const { loss } = await deepLinearDmft({ ...base, depth: 3, richness: 1, learningRate: 1e-5, steps: 1 });
    expect((loss[1] - loss[0]) / 1e-5).toBeRelativelyClose(golden.initialSlopeInfiniteWidth, 1e-4);
  });
});

describe('exact properties', () => {
  it('one hidden layer is the particle system with matched moments, step for step', async () => {
    for (const richness of [0.3, 2]) {
      const deep = await deepLinearDmft({ ...base, depth: 1, richness, learningRate: 0.1, steps: 40 });
      const particles = await twoLayerDmft({ ...base, activation: 'identity', richness, learningRate: 0.1, steps: 40, particles: 512 });
      // Two unrelated algorithms for the same closed equations: rounding only.
      expect(largestGap(deep.outputs.data, particles.outputs.data)).toBeLessThan(1e-12);
      for (const [k, { featureKernels, gradientKernels, ntk }] of deep.snapshots.entries()) {
        expect(largestGap(featureKernels[0].data, particles.snapshots[k].featureKernel.data)).toBeLessThan(1e-12);
        expect(gradientKernels[0]).toBeCloseTo(particles.snapshots[k].gradientKernel.data[0], 11);
        expect(largestGap(ntk.data, particles.snapshots[k].ntk.data)).toBeLessThan(1e-12);
      }
    }
  });

  it.each([1, 2, 4])('γ → 0 is gradient descent with (L+1)K^x, to O(γ²): L = %d', async (depth) => {
    const gap = async (richness: number): Promise<number> => {
      const { outputs } = await deepLinearDmft({ ...base, depth, richness, learningRate: 0.1, steps: 25 });
      return largestGap(outputs.data, lazyDynamics({ ntk: scaled(inputGram, depth + 1), targets: golden.targets, learningRate: 0.1, steps: 25 }).outputs.data);
    };
    const [small, large] = [await gap(1e-3), await gap(1e-2)];
    expect(small).toBeLessThan(1e-4);
    expect(large / small).toBeGreaterThan(90);
    expect(large / small).toBeLessThan(110);
  });

  it('reads the same output off every layer: ⟨g^l h^l⟩ = γf', async () => {
    for (const depth of [2, 5]) {
      const { layerMismatch, loss } = await deepLinearDmft({ ...base, depth, richness: 1, learningRate: 0.05, steps: 40 });
      expect(layerMismatch).toBeLessThan(1e-10);
      expect(loss[40]).toBeLessThan(loss[0]);
    }
  });

  it('is causal: a longer run begins with the shorter one', async () => {
    const short = await deepLinearDmft({ ...base, depth: 2, richness: 1, learningRate: 0.1, steps: 10 });
    const long = await deepLinearDmft({ ...base, depth: 2, richness: 1, learningRate: 0.1, steps: 25 });
    expect(largestGap(short.outputs.data, long.outputs.data)).toBeLessThan(1e-14);
  });

  it('gives a test point that is a training point its output, and one orthogonal to all of them zero', async () => {
    const all = Int32Array.from({ length: 20 }, (_, i) => i);
    const K = submatrix(inputGram, [0, 1, 2, 3], [0, 1, 2, 3]);
    const crossGram = fromRows([Array.from(K.data.subarray(4, 8)), [0, 0, 0, 0]]);
    const { outputs, testOutputs } = await deepLinearDmft({ inputGram: K, targets: data.targets.slice(0, 4), crossGram, depth: 2, richness: 1, learningRate: 0.1, steps: 10 });
    expect(all).toHaveLength(20);
    for (let t = 0; t <= 10; t++) {
      expect(testOutputs?.data[2 * t]).toBeCloseTo(outputs.data[4 * t + 1], 12);
      expect(testOutputs?.data[2 * t + 1]).toBe(0);
    }
  });
});

describe('running', () => {
  it('aborts within 100 ms', async () => {
    const controller = new AbortController();
    let atAbort = process.cpuUsage();
    setTimeout(() => {
      atAbort = process.cpuUsage();
      controller.abort(new Error('enough'));
    }, 100);
    await expect(deepLinearDmft({ ...base, depth: 3, richness: 1, learningRate: 0.01, steps: 300 }, { signal: controller.signal })).rejects.toThrow('enough');
    // In processor time, so that a busy machine does not matter: microseconds.
    expect(process.cpuUsage(atAbort).user).toBeLessThan(100_000);
  });

  it('reports divergence as data and refuses what would not fit in memory', async () => {
    const { status, loss } = await deepLinearDmft({ ...base, depth: 2, richness: 1, learningRate: 500, steps: 60 });
    expect(status).toBe('diverged');
    expect(loss.every(Number.isFinite)).toBe(true);
    await expect(deepLinearDmft({ inputGram: identity(50), targets: new Float64Array(50), depth: 4, richness: 1, learningRate: 0.1, steps: 2000 })).rejects.toThrow(/steps/);
  });
});
