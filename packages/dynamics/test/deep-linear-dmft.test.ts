import { describe, expect, it } from 'vitest';
import { fromRows, gram, identity, matrix, multiply, multiplyVector, scaled, submatrix } from '@saddlepoint/linalg';
import { mean, randomStream, standardError } from '@saddlepoint/numerics';
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

/** Centred outputs (steps+1)×n of a finite network with two linear hidden layers, and its final h^lᵀh^l/N: plain loops over the parameters. */
function simulate(inputs: readonly (readonly number[])[], targets: readonly number[], { width, richness, learningRate, steps, seed }: { width: number; richness: number; learningRate: number; steps: number; seed: number }) {
  const [n, d] = [inputs.length, inputs[0].length];
  const stream = randomStream(seed, 'network');
  const [first, second, readout] = [width * d, width * width, width].map((size) => stream.normals(size));
  const X = fromRows(inputs);
  const forward = () => {
    const h1 = scaled(multiply(X, matrix(width, d, first), { transposeB: true }), d ** -0.5);
    const h2 = scaled(multiply(h1, matrix(width, width, second), { transposeB: true }), width ** -0.5);
    return { h1, h2, f: multiplyVector(h2, readout).map((v) => v / (richness * width)) };
  };
  const start = forward().f;
  const outputs: number[] = [];
  for (let t = 0; ; t++) {
    const { h1, h2, f } = forward();
    const output = f.map((v, i) => v - start[i]);
    outputs.push(...output);
    if (t === steps) return { outputs, features: [h1, h2].map((h) => gram(h, { scale: 1 / width }).data) };
    // θ ← θ + ηγ²N·(1/n)ΣΔ∂f: all at the old parameters.
    const rate = (learningRate * richness) / n;
    const pull = output.map((v, i) => rate * (targets[i] - v));
    const back = multiplyVector(matrix(width, width, second), readout, { transpose: true });
    const [x, u1, u2] = [X, h1, h2].map((A) => multiplyVector(A, pull, { transpose: true }));
    for (let i = 0; i < width; i++) {
      for (let k = 0; k < d; k++) first[i * d + k] += (back[i] * x[k]) / Math.sqrt(width * d);
      for (let k = 0; k < width; k++) second[i * width + k] += (readout[i] * u1[k]) / Math.sqrt(width);
    }
    for (let i = 0; i < width; i++) readout[i] += u2[i];
  }
}

it('two hidden layers, at the same finite learning rate: simulated networks of width 256, outputs and feature kernels', async () => {
  const inputs = [[1.2, 0.3, -0.5], [-0.4, 1, 0.8], [0.1, -1.1, 0.9]];
  const targets = [1, -1, 0.5];
  const training = { richness: 1.5, learningRate: 0.15, steps: 12 };
  const width = 256;
  const networks = Array.from({ length: 24 }, (_, seed) => simulate(inputs, targets, { ...training, width, seed }));
  const { outputs, snapshots } = await deepLinearDmft({ inputGram: gram(fromRows(inputs), { scale: 1 / 3 }), targets, depth: 2, ...training, snapshotSteps: [0, 12] });
  // Four standard errors over seeds and an O(1/N) bias. The second layer's kernel nearly triples, so the networks are far from lazy.
  const compare = (theory: number, samples: number[], what: string): void =>
    expect(Math.abs(mean(samples) - theory), `${what}: ${theory} against ${mean(samples)}`).toBeLessThan(4 * standardError(samples) + 2 / width);
  outputs.data.forEach((theory, k) => compare(theory, networks.map((network) => network.outputs[k]), `f, entry ${k}`));
  snapshots[1].featureKernels.forEach(({ data: kernel }, l) =>
    kernel.forEach((theory, k) => compare(theory, networks.map(({ features }) => features[l][k]), `layer ${l + 1}, entry ${k}`)));
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
    const K = submatrix(inputGram, [0, 1, 2, 3], [0, 1, 2, 3]);
    const crossGram = fromRows([Array.from(K.data.subarray(4, 8)), [0, 0, 0, 0]]);
    const { outputs, testOutputs } = await deepLinearDmft({ inputGram: K, targets: data.targets.slice(0, 4), crossGram, depth: 2, richness: 1, learningRate: 0.1, steps: 10 });
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
