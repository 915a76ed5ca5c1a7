import * as tf from '@tensorflow/tfjs-core';
import { mlp } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import { beforeAll, describe, expect, test } from 'vitest';
import { chooseBackend, trainEnsemble } from '../src/index.js';
import type { EnsembleRequest, Method } from '../src/index.js';
import { gaussian } from './reference.js';

const inputs = gaussian('bx', 8, 3);
const targets = gaussian('by', 8, 1);
const testInputs = gaussian('tx', 6, 3);
const testTargets = gaussian('ty', 6, 1);
const methods: Method[] = [
  { type: 'gradient-descent', steps: 20 },
  { type: 'gradient-descent', steps: 50, weightDecayToInit: 0.1 },
  { type: 'gauss-newton', ridge: 0.5, tolerance: 1e-3 },
  { type: 'langevin', ridge: 0.5, steps: 40, stepCheck: true },
];
const request = (method: Method): EnsembleRequest => ({
  network: mlp({ depth: 2, activation: 'erf', width: 8, biasVariance: 0.1 }),
  inputs, targets, testInputs, testTargets, members: 3, method, record: { kernels: ['final'] },
});

beforeAll(async () => {
  await chooseBackend();
});

describe('backend', () => {
  test('is WASM with SIMD on Node', async () => {
    const { name, description } = await chooseBackend();
    expect(name).toBe('wasm');
    expect(description).toContain('simd');
  });
  test('says when none starts', async () => {
    await expect(chooseBackend({ prefer: ['webgpu'] })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', argument: 'backend' });
  });
  test('erf is good to float32', async () => {
    const { erf } = await import('@saddlepoint/numerics');
    const x = Float32Array.from({ length: 2001 }, (_, i) => (i - 1000) / 250);
    const values = tf.tidy(() => tf.erf(tf.tensor1d(x)).dataSync());
    // The backend's erf is Abramowitz & Stegun 7.1.26 (1.5e-7) in float32.
    x.forEach((at, i) => expect(Math.abs(values[i] - erf(at))).toBeLessThan(6e-7));
  });
});

describe.each(methods)('method $type', (method) => {
  test('same seed, same numbers; another seed, others', async () => {
    const [a, b, c] = [await trainEnsemble(request(method), { seed: 1 }), await trainEnsemble(request(method), { seed: 1 }), await trainEnsemble(request(method), { seed: 2 })];
    expect(a.trainOutputs.data).toEqual(b.trainOutputs.data);
    expect(a.testOutputs?.data).toEqual(b.testOutputs?.data);
    expect(a.trainOutputs.data).not.toEqual(c.trainOutputs.data);
  });
  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await trainEnsemble(request(method), { seed: 1 });
    expect(tf.memory().numTensors).toBe(before);
  });
  test('stops when aborted, without leaks', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const long = { ...method, steps: 1e6, ...(method.type === 'langevin' ? {} : { tolerance: 0 }) };
    let aborted = 0;
    const running = trainEnsemble({ ...request(long), record: { count: 1 } }, { signal: controller.signal, seed: 1 });
    if (method.type === 'gauss-newton') controller.abort();
    else
      setTimeout(() => {
        aborted = performance.now();
        controller.abort();
      }, 100);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    // 100 ms is meant; the bound leaves room for a busy machine.
    if (aborted > 0) expect(performance.now() - aborted).toBeLessThan(1000);
    expect(tf.memory().numTensors).toBe(before);
  });
  test('measures shapes as documented', async () => {
    const result = await trainEnsemble(request(method), { seed: 1 });
    expect([result.trainOutputs.rows, result.trainOutputs.cols]).toEqual([3, 8]);
    expect([result.testOutputs?.rows, result.testOutputs?.cols]).toEqual([3, 6]);
    expect(result.featureKernels[0].layers.map(({ rows, cols }) => [rows, cols])).toEqual([[8, 8], [8, 8]]);
    expect(result.trainLoss.mean.length).toBe(result.recordSteps.length);
    expect(result.trainLoss.members.rows).toBe(3);
    expect(result.backend).toContain('wasm');
    expect(Object.keys(result.sampling?.stepCheck ?? {})).toEqual(method.type === 'langevin' ? ['trainLoss', 'overlap'] : []);
  });
});

describe('members', () => {
  test('do not depend on how many stand beside them', async () => {
    const [few, many] = await Promise.all([2, 5].map((members) => trainEnsemble({ ...request(methods[0]), members }, { seed: 9 })));
    // The products are summed in another order: float32 rounding over 20 steps.
    for (let i = 0; i < 16; i++) expect(Math.abs(few.trainOutputs.data[i] - many.trainOutputs.data[i])).toBeLessThan(1e-5);
  });
  test('mean and standard error are those of the members', async () => {
    const { trainLoss } = await trainEnsemble(request(methods[0]), { seed: 9 });
    const { cols, data } = trainLoss.members;
    const last = [0, 1, 2].map((e) => data[e * cols + cols - 1]);
    const average = (last[0] + last[1] + last[2]) / 3;
    expect(trainLoss.mean[cols - 1]).toBeCloseTo(average, 12);
    expect(trainLoss.standardError[cols - 1]).toBeCloseTo(Math.sqrt(last.reduce((sum, value) => sum + (value - average) ** 2, 0) / 2 / 3), 12);
  });
});

describe('divergence', () => {
  test('is a status, and nothing is NaN in silence', async () => {
    const before = tf.memory().numTensors;
    const result = await trainEnsemble({ ...request({ type: 'gradient-descent', steps: 400, learningRate: 100 }), network: mlp({ depth: 2, activation: 'relu', width: 8 }) }, { seed: 1 });
    expect(result.status).toBe('diverged');
    expect(result.memberStatus).toContain('diverged');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a sampler with too long a step', () => {
  test('says that it diverged', async () => {
    const before = tf.memory().numTensors;
    const result = await trainEnsemble(request({ type: 'langevin', ridge: 1e-3, steps: 300, stepSize: 5 }), { seed: 1 });
    expect(result.status).toBe('diverged');
    expect(result.featureKernels).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('progress', () => {
  test('rises from 0 to 1 and names what is done', async () => {
    const seen: number[] = [];
    await trainEnsemble({ ...request({ type: 'gradient-descent', steps: 1500 }) }, { seed: 1, onProgress: ({ fraction, stage }) => (seen.push(fraction), expect(stage).toBe('training, width 8')) });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });
});

describe('wrong arguments are named', () => {
  const good = request(methods[0]);
  const cases: [string, Partial<EnsembleRequest>, { argument: string; code: string }][] = [
    ['members', { members: 0 }, { argument: 'members', code: 'ERR_ARGUMENT_RANGE' }],
    ['targets', { targets: matrix(7, 1) }, { argument: 'targets', code: 'ERR_SHAPE' }],
    ['test inputs', { testInputs: matrix(6, 4) }, { argument: 'testInputs', code: 'ERR_SHAPE' }],
    ['NaN', { inputs: matrix(8, 3, Float64Array.from({ length: 24 }, (_, i) => (i === 5 ? NaN : 0))) }, { argument: 'inputs.data[5]', code: 'ERR_NOT_FINITE' }],
    ['ridge', { method: { type: 'langevin', ridge: 0, steps: 5 } }, { argument: 'method.ridge', code: 'ERR_ARGUMENT_RANGE' }],
    ['momentum', { method: { type: 'gradient-descent', steps: 5, momentum: 1 } }, { argument: 'method.momentum', code: 'ERR_ARGUMENT_RANGE' }],
    ['activation', { network: mlp({ depth: 1, activation: 'sign', width: 4 }) }, { argument: 'activation', code: 'ERR_UNSUPPORTED' }],
    ['open width', { network: mlp({ depth: 1, activation: 'erf' }) }, { argument: 'network.layers[0].width', code: 'ERR_ARGUMENT_RANGE' }],
    ['several outputs', { method: { type: 'gauss-newton', ridge: 1 }, targets: matrix(8, 2) }, { argument: 'targets', code: 'ERR_UNSUPPORTED' }],
  ];
  test.each(cases)('%s', async (_, change, fault) => {
    const { testTargets: _dropped, ...rest } = good;
    await expect(trainEnsemble({ ...rest, ...change })).rejects.toMatchObject(fault);
  });
  test('method', async () => {
    await expect(trainEnsemble({ ...good, method: { type: 'magic' } as unknown as Method })).rejects.toMatchObject({ argument: 'method.type' });
  });
});
