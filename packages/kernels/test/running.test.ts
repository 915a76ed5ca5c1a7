import { describe, expect, it } from 'vitest';
import { defineActivation, mlp } from '@saddlepoint/architecture';
import { fromRows, matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import type { Progress } from '@saddlepoint/core';
import { computeKernels, kernelDiagonal, layerKernels } from '../src/index.js';

const network = mlp({ depth: 2, activation: 'erf' });
const large = matrix(1200, 20, randomStream(1).normals(24_000));

describe('running', () => {
  it('lets the event loop in and reports growing progress', async () => {
    const seen: Progress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await computeKernels(network, large, undefined, { onProgress: (p) => seen.push(p) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    const fractions = seen.map((p) => p.fraction);
    expect(fractions.every((f, i) => f >= 0 && f <= 1 && (i === 0 || f >= fractions[i - 1]))).toBe(true);
    expect(seen.at(-1)).toEqual({ stage: 'kernels', fraction: 1 });
  });

  it('stops when aborted, before and during', async () => {
    await expect(computeKernels(network, large, undefined, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const controller = new AbortController();
    let after = 0;
    const run = computeKernels(network, large, undefined, {
      signal: controller.signal,
      onProgress: () => {
        after += controller.signal.aborted ? 1 : 0;
        controller.abort();
      },
    });
    await expect(run).rejects.toThrow('aborted');
    expect(after).toBe(0);
  });
});

describe('errors', () => {
  const X = fromRows([[1, 2], [3, 4]]);

  it('name the argument and the fix', async () => {
    await expect(computeKernels(network, fromRows([[1, NaN]]))).rejects.toThrow('X[1]: expected a finite number, got NaN');
    await expect(computeKernels(network, X, fromRows([[1, 2, 3]]))).rejects.toThrow('X2: expected as many columns as the other inputs, 2, got 3');
    await expect(computeKernels(network, matrix(2, 0))).rejects.toThrow('X: expected at least one column, got 2×0');
    await expect(computeKernels(mlp({ depth: 1, activation: 'sign' }), X)).rejects.toThrow("activation: expected one with a derivative (the NTK of a function that jumps is undefined; ask for outputs: 'nngp'), got sign");
    await expect(computeKernels(mlp({ depth: 1, activation: 'nope' }), X)).rejects.toThrow('activation: expected one of');
    await expect(computeKernels(mlp({ depth: 600, activation: 'relu', weightVariance: 20 }), X)).rejects.toThrow('network: expected variances that keep the kernels within double range');
    expect(() => kernelDiagonal(mlp({ depth: 1, activation: 'step' }), X)).toThrow('ask for outputs');
  });

  it('do not arise for what is ordinary: no rows, one row, zeros, denormal and huge inputs', async () => {
    expect((await computeKernels(network, matrix(0, 3))).nngp).toEqual(matrix(0, 0));
    expect((await computeKernels(network, X, matrix(0, 2))).nngp.cols).toBe(0);
    for (const activation of ['relu', 'erf', 'gelu', 'abs', 'tanh', 'sin']) {
      const { nngp, ntk } = await computeKernels(mlp({ depth: 2, activation, biasVariance: 0.1 }), fromRows([[0, 0], [1e-200, 0], [1e-8, 1e-8], [1e6, -1e6]]));
      expect([...nngp.data, ...ntk.data].every(Number.isFinite), activation).toBe(true);
    }
    const zeros = await computeKernels(mlp({ depth: 3, activation: 'relu' }), matrix(2, 2));
    expect([...zeros.nngp.data, ...zeros.ntk.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('activations of one’s own', () => {
  it('are looked up in the extensions', async () => {
    // x/√(1+x²): no closed-form dual here; at vanishing variance it is the identity.
    const softLine = defineActivation({ name: 'softLine', value: (x) => x / Math.sqrt(1 + x * x), derivative: (x) => (1 + x * x) ** -1.5, parity: 'odd' });
    const extensions = { activations: { softLine } };
    const X = fromRows([[1e-4, 2e-4], [3e-4, -1e-4]]);
    const { nngp, ntk } = await computeKernels(mlp({ depth: 2, activation: 'softLine' }), X, undefined, { extensions });
    const linear = await computeKernels(mlp({ depth: 2, activation: 'identity' }), X);
    // Corrections are O(q) ~ 1e-7.
    expect(nngp.data).toBeRelativelyClose(linear.nngp.data, 1e-6);
    expect(ntk.data).toBeRelativelyClose(linear.ntk.data, 1e-6);
    expect(layerKernels(mlp({ depth: 1, activation: 'softLine' }), X, { extensions })).toHaveLength(2);
  });
});

describe('exact limits', () => {
  const X = matrix(5, 4, randomStream(2).normals(20));

  it('a deep linear network: K = (σ_w²)^{L+1} x·x′/d, Θ = (L+1) K', async () => {
    const linear = await computeKernels(mlp({ depth: 0, activation: 'relu' }), X);
    const { nngp, ntk } = await computeKernels(mlp({ depth: 3, activation: 'identity', weightVariance: 1.5 }), X);
    expect(nngp.data).toBeRelativelyClose(linear.nngp.data.map((v) => 1.5 ** 4 * v), 1e-15, { floor: 1e-3 });
    expect(ntk.data).toBeRelativelyClose(linear.nngp.data.map((v) => 4 * 1.5 ** 4 * v), 1e-14, { floor: 1e-3 });
  });

  it('relu at σ_w² = 2 keeps the diagonal, and Θ_xx = (L+1) K_xx', () => {
    const { nngp, ntk } = kernelDiagonal(mlp({ depth: 7, activation: 'relu', weightVariance: 2 }), X);
    const first = kernelDiagonal(mlp({ depth: 0, activation: 'relu', weightVariance: 2 }), X).nngp;
    expect(nngp).toBeRelativelyClose(first, 1e-14);
    expect(ntk).toBeRelativelyClose(first.map((v) => 8 * v), 1e-14);
  });

  it('no weights leave the bias', async () => {
    const { nngp, ntk } = await computeKernels(mlp({ depth: 2, activation: 'erf', weightVariance: 0, biasVariance: 0.3 }), X);
    expect(new Set([...nngp.data, ...ntk.data])).toEqual(new Set([0.3]));
  });

  it('sampled tanh units have this kernel', () => {
    // K² is σ_w² times the mean over units, at any width: 20 000 units drawn from the prior.
    const random = randomStream(9);
    const [x, y] = [X.data.subarray(0, 4), X.data.subarray(4, 8)];
    const K = layerKernels(mlp({ depth: 1, activation: 'tanh', weightVariance: 1.7 }), X)[1].data[1];
    const samples = Array.from({ length: 20_000 }, () => {
      const w = random.normals(4);
      const at = (v: Float64Array): number => Math.tanh(Math.sqrt(1.7 / 4) * v.reduce((s, value, i) => s + value * w[i], 0));
      return 1.7 * at(x) * at(y);
    });
    const mean = samples.reduce((s, v) => s + v, 0) / samples.length;
    const deviation = Math.sqrt(samples.reduce((s, v) => s + (v - mean) ** 2, 0)) / samples.length;
    expect(K).toAgreeWithin(mean, deviation, 3.5);
  });
});
