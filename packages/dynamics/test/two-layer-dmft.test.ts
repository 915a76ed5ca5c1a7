import { describe, expect, it } from 'vitest';
import { mlp } from '@saddlepoint/architecture';
import { computeKernels } from '@saddlepoint/kernels';
import { eigh, fromRows, gram, matrix, multiply, scaled, submatrix } from '@saddlepoint/linalg';
import '@saddlepoint/testing';
import { lazyDynamics, twoLayerDmft } from '@saddlepoint/dynamics';
import type { TwoLayerProblem } from '@saddlepoint/dynamics';
import { golden, inputGram, interpolate, largestGap } from './support.js';

const n = golden.targets.length;
const base = { inputGram, targets: golden.targets };

describe('against simulated networks and their infinite-width limit', () => {
  // The references are gradient flow. Euler at η and η/2 from the same particles, extrapolated: 2L(η/2) − L(η) leaves O(η²).
  const flow = async (problem: Omit<TwoLayerProblem, 'steps'>, until: number) => {
    const steps = Math.round(until / problem.learningRate);
    const coarse = await twoLayerDmft({ ...problem, steps, snapshotSteps: [] });
    const fine = await twoLayerDmft({ ...problem, learningRate: problem.learningRate / 2, steps: 2 * steps, snapshotSteps: [Math.round(2 / problem.learningRate)] });
    const rows = golden.times.flatMap((t, i) => {
      if (t > until - 2 * problem.learningRate) return [];
      const [a, b] = [interpolate(coarse.times, coarse.loss, t), interpolate(fine.times, fine.loss, t)];
      const se = fine.lossStandardError[Math.round(t / fine.times[1])];
      return [{ t, i, loss: 2 * b - a, euler: b, se }];
    });
    return { rows, fine };
  };

  it.each([0.1, 1, 3])('linear, γ = %d: exact with matched second moments', async (richness) => {
    const config = golden.configs.find((c) => c.activation === 'identity' && c.richness === richness)!;
    const { rows, fine } = await flow({ ...base, activation: 'identity', richness, learningRate: 0.04, particles: 512 }, 5);
    expect(fine.momentsMatched).toBe(true);
    // No sampling error: 512 matched particles are N = ∞ exactly for second moments.
    expect(Math.max(...fine.lossStandardError)).toBeLessThan(1e-13);
    for (const { i, loss, euler } of rows) {
      // O(η²) left by the extrapolation: measured 4e-6, 4e-6, 1.5e-5; plain Euler at η = 0.02: 4.8e-4, 3.2e-4, 6.2e-4.
      expect(Math.abs(loss - config.infiniteWidthLoss[i])).toBeLessThan(2e-5);
      expect(Math.abs(euler - config.infiniteWidthLoss[i])).toBeLessThan(1e-3);
      // Simulated networks, N = 4096: four standard errors and their O(1/N) bias.
      expect(Math.abs(loss - config.lossMean[i])).toBeLessThan(4 * config.lossSe[i] + 5e-5 + 1 / 4096);
    }
  });

  it.each([0.1, 1, 3])('tanh, γ = %d: within the error bars', async (richness) => {
    const config = golden.configs.find((c) => c.activation === 'tanh' && c.richness === richness)!;
    const { rows, fine } = await flow({ ...base, activation: 'tanh', richness, learningRate: 0.08, particles: 4096, seed: 7 }, 3.2);
    for (const { i, loss, se } of rows) {
      // 4 standard errors (from four batches), the reference's own 1e-4 and O(η²) = 1e-4; early errors are below all of these.
      expect(Math.abs(loss - config.infiniteWidthLoss[i])).toBeLessThan(4 * se + 3e-4);
      expect(Math.abs(loss - config.lossMean[i])).toBeLessThan(4 * Math.hypot(config.lossSe[i], se) + 3e-4);
    }
    const [snapshot] = fine.snapshots;
    expect(snapshot.time).toBeCloseTo(1, 12);
    for (let j = 0; j < n; j++) {
      expect(Math.abs(snapshot.featureKernel.data[j] - config.infiniteWidthFeatureKernelAt1Row0[j])).toBeLessThan(4 * snapshot.standardError + 1e-3);
      expect(Math.abs(snapshot.featureKernel.data[j] - config.featureKernelAt1Row0N4096[j])).toBeLessThan(4 * Math.hypot(config.featureKernelSe, snapshot.standardError));
    }
  });
});

describe('γ → 0', () => {
  it('is gradient descent with the NTK of the start, to O(γ²): linear, where every batch has the same exact kernel', async () => {
    const run = async (richness: number) => {
      const { outputs, snapshots } = await twoLayerDmft({ ...base, activation: 'identity', richness, learningRate: 0.2, steps: 40, particles: 512, snapshotSteps: [0] });
      expect(largestGap(snapshots[0].ntk.data, scaled(inputGram, 2).data)).toBeLessThan(1e-12);
      return largestGap(outputs.data, lazyDynamics({ ntk: snapshots[0].ntk, targets: golden.targets, learningRate: 0.2, steps: 40 }).outputs.data);
    };
    const [small, large] = [await run(1e-4), await run(1e-2)];
    expect(small).toBeLessThan(1e-7);
    expect(large / small).toBeGreaterThan(5e3); // γ² : 1e4
    expect(large / small).toBeLessThan(2e4);
  });

  it('is descent with the analytic NTK of an erf network, train and test, within Monte-Carlo error', async () => {
    const X = fromRows(golden.inputs);
    const { ntk } = await computeKernels(mlp({ depth: 1, activation: 'erf' }), X, undefined, { outputs: 'both' });
    if (ntk === undefined) throw new Error('no NTK');
    const train = Int32Array.from({ length: 15 }, (_, i) => i);
    const test = Int32Array.from({ length: 5 }, (_, i) => 15 + i);
    const K = gram(X, { scale: 0.1 });
    const options = { targets: golden.targets.slice(0, 15), learningRate: 0.3, steps: 60 };
    const lazy = lazyDynamics({ ...options, ntk: submatrix(ntk, train, train), crossNtk: submatrix(ntk, test, train) });
    const rich = await twoLayerDmft({ ...options, inputGram: submatrix(K, train, train), testGram: submatrix(K, test, test), crossGram: submatrix(K, test, train), activation: 'erf', richness: 1e-3, particles: 4096, batches: 8, recordEvery: 20, snapshotSteps: [] });
    const worst = (a: Float64Array | undefined, e: Float64Array | undefined, reference: Float64Array | undefined, cols: number): number => {
      if (a === undefined || e === undefined || reference === undefined) throw new Error('missing outputs');
      let most = 0;
      for (let row = 1; row <= 3; row++) for (let j = 0; j < cols; j++) most = Math.max(most, Math.abs(a[row * cols + j] - reference[20 * row * cols + j]) / e[row * cols + j]);
      return most;
    };
    // 60 numbers in units of their standard error from 8 batches (Student t₇: 5.4 is the 1e-3 quantile, two-sided).
    expect(worst(rich.outputs.data, rich.outputsStandardError.data, lazy.outputs.data, 15)).toBeLessThan(5.4);
    expect(worst(rich.testOutputs?.data, rich.testOutputsStandardError?.data, lazy.testOutputs?.data, 5)).toBeLessThan(5.4);
    expect(Math.max(...rich.outputsStandardError.data)).toBeLessThan(0.02);
  });
});

describe('exact properties', () => {
  it('f(0) = 0 exactly, without and with test points, at odd particle numbers', async () => {
    const { outputs, loss, particles } = await twoLayerDmft({ ...base, activation: 'relu', richness: 0.01, learningRate: 0.1, steps: 0, particles: 101, testGram: fromRows([[1]]), crossGram: matrix(1, n) });
    expect(outputs.data.every((v) => v === 0)).toBe(true);
    expect(loss[0]).toBe(0.5);
    expect(particles).toBeGreaterThanOrEqual(101);
  });

  it('linear: G − Tr[(K^x)⁺Φ] = 1 − rank K^x along the flow, drifting by O(η) in discrete time', async () => {
    const { values, vectors } = eigh(inputGram);
    const rank = 10;
    const drift = async (learningRate: number): Promise<number> => {
      const { snapshots } = await twoLayerDmft({ ...base, activation: 'identity', richness: 2, learningRate, steps: Math.round(4 / learningRate), particles: 512 });
      const charges = snapshots.map(({ featureKernel, gradientKernel }) => {
        const turned = multiply(multiply(vectors, featureKernel, { transposeA: true }), vectors);
        let trace = 0;
        for (let k = 0; k < rank; k++) trace += turned.data[k * n + k] / values[k];
        return gradientKernel.data[0] - trace;
      });
      expect(charges[0]).toBeCloseTo(1 - rank, 10);
      return largestGap(charges, charges.map(() => 1 - rank));
    };
    const [coarse, fine] = [await drift(0.04), await drift(0.02)];
    expect(fine).toBeLessThan(0.05);
    expect(coarse / fine).toBeGreaterThan(1.8);
    expect(coarse / fine).toBeLessThan(2.2);
  });

  it('the loss falls at −(1/n)ΔᵀNTKΔ/n·η to first order, with the NTK that it reports', async () => {
    const eta = 1e-4;
    const { loss, outputs, snapshots } = await twoLayerDmft({ ...base, activation: 'gelu', richness: 2, learningRate: eta, steps: 1, particles: 256, batches: 2, snapshotSteps: [0] });
    expect(outputs.rows).toBe(2);
    const y = Float64Array.from(golden.targets);
    const Ky = multiply(snapshots[0].ntk, matrix(n, 1, y)).data;
    const slope = -y.reduce((sum, v, i) => sum + v * Ky[i], 0) / (n * n);
    expect((loss[1] - loss[0]) / eta).toBeRelativelyClose(slope, 1e-3);
  });

  it('gives the same numbers for a seed, others for another, whatever is recorded', async () => {
    const problem = { ...base, activation: 'tanh', richness: 1, learningRate: 0.2, steps: 6, particles: 256, seed: 4 };
    const a = await twoLayerDmft(problem);
    const b = await twoLayerDmft({ ...problem, recordEvery: 3, snapshotSteps: [] }, { seed: 4 });
    const c = await twoLayerDmft(problem, { seed: 5 });
    expect(Array.from(b.loss)).toEqual([a.loss[0], a.loss[3], a.loss[6]]);
    expect(c.loss[6]).not.toBe(a.loss[6]);
    expect(Array.from(b.times)).toEqual([0, 3 * 0.2, 6 * 0.2]);
  });

  it('takes a test point equal to a training point to the same output, in either product', async () => {
    const all = Int32Array.from({ length: n }, (_, i) => i);
    const problem = { ...base, activation: 'tanh', richness: 1, learningRate: 0.2, steps: 10, particles: 256 };
    const tested = await twoLayerDmft({ ...problem, testGram: submatrix(inputGram, [0, 3], [0, 3]), crossGram: submatrix(inputGram, [0, 3], all) });
    const row = tested.outputs.data.subarray(10 * n);
    expect(Array.from(tested.testOutputs?.data.subarray(20) ?? [])).toEqual([expect.closeTo(row[0], 12), expect.closeTo(row[3], 12)]);
    // Three samples of full rank take the direct product.
    const three = submatrix(inputGram, [0, 1, 2], [0, 1, 2]);
    const full = await twoLayerDmft({ ...problem, inputGram: three, targets: [1, 2, 3], testGram: submatrix(three, [1], [1]), crossGram: submatrix(three, [1], [0, 1, 2]) });
    expect(full.status).toBe('completed');
    expect(full.testOutputs?.data[10]).toBeCloseTo(full.outputs.data[3 * 10 + 1], 12);
  });
});

describe('running', () => {
  it('aborts within 100 ms, with the reason', async () => {
    const controller = new AbortController();
    let atAbort = process.cpuUsage();
    setTimeout(() => {
      atAbort = process.cpuUsage();
      controller.abort(new Error('enough'));
    }, 60);
    const run = twoLayerDmft({ ...base, activation: 'tanh', richness: 1, learningRate: 0.1, steps: 100_000, recordEvery: 1000 }, { signal: controller.signal });
    await expect(run).rejects.toThrow('enough');
    // In processor time, so that a busy machine does not matter: microseconds.
    expect(process.cpuUsage(atAbort).user).toBeLessThan(100_000);
  });

  it('reports divergence as data, without a NaN', async () => {
    const { status, loss, outputs, times } = await twoLayerDmft({ ...base, activation: 'identity', richness: 1, learningRate: 200, steps: 200, particles: 256 });
    expect(status).toBe('diverged');
    expect(times.length).toBeLessThan(201);
    expect(loss.length).toBe(times.length);
    expect(outputs.data.every(Number.isFinite)).toBe(true);
  });

  it('names the argument at fault', async () => {
    const problem = { ...base, activation: 'tanh', richness: 1, learningRate: 0.1, steps: 1 };
    await expect(twoLayerDmft({ ...problem, richness: 0 })).rejects.toThrow(/richness/);
    await expect(twoLayerDmft({ ...problem, targets: [1] })).rejects.toThrow(/targets/);
    await expect(twoLayerDmft({ ...problem, activation: 'sign' })).rejects.toThrow(/derivative/);
    await expect(twoLayerDmft({ ...problem, testGram: fromRows([[1]]) })).rejects.toThrow(/both or neither/);
    await expect(twoLayerDmft({ ...problem, inputGram: fromRows([[1, 2], [2, 1]]), targets: [1, 1] })).rejects.toThrow(/semidefinite/);
  });
});
