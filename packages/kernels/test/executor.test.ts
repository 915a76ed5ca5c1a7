import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mlp, validateNetwork, type Network } from '@saddlepoint/architecture';
import { engineStatus, isResident, matrix, resident, startThreads, stopThreads, type ResidentMatrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import type * as WorkspaceModule from '../src/propagation/workspace.js';
import { computeKernels, kernelDiagonal, kernelSource } from '../src/index.js';

const { trespasses } = vi.hoisted(() => ({ trespasses: [] as number[] }));

type Workspaces = typeof WorkspaceModule;

// Every workspace starts full of NaN, and numbers behind its end are looked at when it is given back.
vi.mock('../src/propagation/workspace.js', async (original) => {
  const actual = await original<Workspaces>();
  const [guard, extra] = [12345.678, 40_000];
  return {
    ...actual,
    createWorkspace: (doubles: number) => {
      const workspace = actual.createWorkspace(doubles + extra);
      const end = workspace.address / 8 + doubles;
      workspace.job(({ heap }) => heap.fill(NaN, workspace.address / 8, end).fill(guard, end, end + extra));
      const intact = (): boolean => workspace.job(({ heap }) => heap.subarray(end, end + extra).every((value) => value === guard));
      return {
        ...workspace,
        doubles,
        dispose: () => {
          try {
            if (!intact()) trespasses.push(doubles);
          } catch {
            // Another engine has taken over: nothing to look at.
          }
          workspace.dispose();
        },
      };
    },
  };
});

const random = randomStream(11);
const weights = { weightVariance: 1.2, biasVariance: 0.1 };
const dense = { type: 'dense', ...weights };
const relu = { type: 'activation', activation: 'relu' };
const gelu = { type: 'activation', activation: 'gelu' };
const flatten = { type: 'flatten' };
const conv = { type: 'conv', filter: [3], padding: 'same', ...weights };
const aggregate = { type: 'aggregate', adjacency: Array.from({ length: 6 }, (_, a) => Array.from({ length: 6 }, (_, b) => (Math.abs(a - b) <= 1 ? 0.5 : 0))) };
const pool = { type: 'pool', kind: 'average', window: [1] };
const structured = (...layers: unknown[]): Network => validateNetwork({ version: 1, parameterization: 'ntk', input: { positions: [6], channels: 2 }, layers: [...layers, dense] });

describe('room', () => {
  const nested = (depth: number): unknown => (depth === 0 ? conv : { type: 'sum', branches: [[], [relu, dense, nested(depth - 1)], [dense]] });
  const networks: Record<string, Network> = {
    'a graph before positions alone': structured(dense, aggregate, gelu, flatten),
    'a graph before branches in branches': structured(dense, aggregate, nested(4), flatten),
    'attention before positions alone': structured(conv, { type: 'attention', mechanism: 'softmax' }, relu, conv, flatten),
    'pooling before branches in branches': structured(conv, pool, nested(4), flatten),
    'branches that end with all pairs of positions': structured({ type: 'sum', branches: [[conv, aggregate], [aggregate, dense, pool]] }, relu, flatten),
    'dropout after the last kink': structured(conv, relu, flatten, { type: 'dropout', keepProbability: 0.5 }, dense),
    'convolutions that enlarge, local ones and all pairs': structured(
      { type: 'conv', filter: [3], strides: [2], padding: 'valid', transposed: true, ...weights }, relu, { ...conv, local: true }, relu, { type: 'globalPool', kind: 'average' },
    ),
  };
  for (const [name, network] of Object.entries(networks))
    it(name, async () => {
      trespasses.length = 0;
      const X = matrix(5, 12, random.normals(60));
      const { nngp, ntk } = await computeKernels(network, X);
      const other = await computeKernels(network, X, matrix(5, 12, X.data));
      expect([...nngp.data, ...ntk.data, ...other.nngp.data, ...other.ntk.data].every(Number.isFinite)).toBe(true);
      expect(trespasses).toEqual([]);
    });

  it('sine norms that no activation asks for are not looked at', () => {
    // Memory full of NaN lies there.
    expect(kernelDiagonal(structured(dense, relu, flatten, { type: 'dropout', keepProbability: 0.5 }), matrix(2, 12, random.normals(24))).nngp.every(Number.isFinite)).toBe(true);
  });
});

describe('tables of series', () => {
  it('of some rows do not stand for all', async () => {
    const X = matrix(6, 3, random.normals(18).map((x, i) => (i < 6 ? 5 : 1) * x));
    const Y = matrix(4, 3, random.normals(12));
    const network = mlp({ depth: 3, activation: 'tanh' });
    const { ntk } = await computeKernels(network, X, Y, { tolerance: 1e-12 });
    const source = kernelSource(network, X, { kernel: 'ntk', X2: Y, tolerance: 1e-12 });
    // Series cut at 1e-12; the quadratures of the two runs are the same.
    expect((await source.rows?.([3, 1]))?.data ?? []).toBeRelativelyClose([...ntk.data.subarray(12, 16), ...ntk.data.subarray(4, 8)], 1e-10, { floor: 1e-2 });
    expect((await source.block({ from: 0, to: 6 }, { from: 0, to: 4 })).data).toBeRelativelyClose(ntk.data, 1e-10, { floor: 1e-2 });
  });
});

describe('truncation errors', () => {
  const tanh = { type: 'activation', activation: 'tanh' };
  const strong = { type: 'dense', weightVariance: 20, biasVariance: 5 };
  const weak = (weightVariance: number): unknown => ({ type: 'dense', weightVariance, biasVariance: 0 });
  const attention = (mechanism: string): unknown => ({ type: 'attention', mechanism, queryVariance: 4, keyVariance: 4 });
  const networks: Record<string, Network> = {
    layers: structured(conv, tanh, conv, tanh, flatten),
    'a sum of branches': structured(conv, tanh, dense, { type: 'sum', branches: [[], [weak(0.01)]] }, flatten),
    'a product': structured(conv, { type: 'product', branches: [[tanh, strong], [tanh, strong]] }, flatten),
    'a graph': structured(conv, tanh, dense, { ...aggregate, adjacency: aggregate.adjacency.map((row) => row.map(() => 1)) }, flatten),
    dropout: structured(conv, tanh, { type: 'dropout', keepProbability: 0.2 }, flatten),
    normalisation: structured(conv, tanh, weak(0.05), { type: 'layerNorm' }, flatten),
    'weights of attention': structured(conv, tanh, conv, attention('identity'), flatten),
    'softmax attention': structured(conv, tanh, conv, attention('softmax'), flatten),
  };
  for (const [name, network] of Object.entries(networks))
    it(`bound what ${name} make of them`, async () => {
      const X = matrix(5, 12, random.normals(60));
      const full = await computeKernels(network, X);
      const cut = await computeKernels(network, X, undefined, { maxDegree: 9 });
      for (const part of ['nngp', 'ntk'] as const) {
        const worst = full[part].data.reduce((most, value, k) => Math.max(most, Math.abs(value - cut[part].data[k])), 0);
        // The full series has rounding errors of its own, far below what is cut at degree 9.
        expect(worst).toBeLessThanOrEqual(cut.truncationError[part] * (1 + 1e-6));
        expect(worst).toBeGreaterThan(1e-9);
      }
    });
});

describe('masks', () => {
  const rowsOfOnes = (rows: string[]) => matrix(rows.length, 6, rows.flatMap((row) => Array.from(row, Number)));

  it('that leave an input no position for a mean are named', async () => {
    const network = structured(conv, { ...pool, window: [2], strides: [2] }, { type: 'globalPool', kind: 'average' });
    await expect(computeKernels(network, matrix(1, 12, random.normals(12)), undefined, { masks: rowsOfOnes(['010000']) })).rejects.toThrow('masks: expected positions of every input that last');
  });

  it('of the same inputs may differ between rows and columns', async () => {
    const network = structured(conv, relu, flatten);
    const X = matrix(2, 12, random.normals(24));
    const options = { masks: rowsOfOnes(['111000', '111111']), masks2: rowsOfOnes(['111111', '000011']) };
    const copy = matrix(2, 12, X.data.slice());
    expect((await computeKernels(network, X, X, options)).ntk.data).toEqual((await computeKernels(network, X, copy, options)).ntk.data);
  });
});

describe('runs that stop', () => {
  const network = mlp({ depth: 6, activation: 'erf' });
  const X = matrix(40, 10, random.normals(400));
  beforeEach(() => {
    // Every step seems to take long, so that each is followed by a turn of the event loop.
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1000));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    stopThreads();
  });

  for (const kept of [true, false])
    for (const late of [0, 0.5])
      it(`give back what they hold, aborted or failing after ${late}${kept ? ', resident' : ''}`, async () => {
        const before = engineStatus().residents;
        const run = (stop: () => void, signal?: AbortSignal) =>
          computeKernels(network, X, undefined, { resident: kept, ...(signal && { signal }), onProgress: ({ fraction }) => (fraction > late ? stop() : undefined) });
        const controller = new AbortController();
        await expect(run(() => controller.abort(), controller.signal)).rejects.toThrow('aborted');
        expect(engineStatus().residents).toBe(before);
        const fail = (): never => {
          throw new Error('no more');
        };
        await expect(run(fail)).rejects.toThrow('no more');
        expect(engineStatus().residents).toBe(before);
      });

  it('go on where they began when another engine takes over, and do not write into that one', async () => {
    const alone = (await computeKernels(network, X)).ntk.data;
    for (const kept of [true, false])
      for (const switched of [() => Promise.resolve(stopThreads()), () => startThreads({ threads: 3 })]) {
        await startThreads({ threads: 2 });
        let zeros: ResidentMatrix | undefined;
        let starting: Promise<unknown> | undefined;
        const { nngp, ntk } = await computeKernels(network, X, undefined, {
          resident: kept,
          onProgress: ({ fraction }) => {
            if (fraction < 0.5 || zeros !== undefined) return;
            starting = switched();
            zeros = resident(matrix(500, 500));
          },
        });
        await starting;
        expect(ntk.data.slice()).toEqual(alone);
        expect(zeros?.data.every((value) => value === 0)).toBe(true);
        for (const K of [nngp, ntk, zeros]) if (K !== undefined && isResident(K)) K.dispose();
      }
    stopThreads();
  });

  it('and runs at the same time do not disturb each other', async () => {
    const other = structured(conv, relu, flatten);
    const Y = matrix(9, 12, random.normals(108));
    const alone = [(await computeKernels(network, X)).ntk.data, (await computeKernels(other, Y)).ntk.data];
    const [a, b, c] = await Promise.all([computeKernels(network, X, undefined, { resident: true }), computeKernels(other, Y), computeKernels(network, X)]);
    expect([a.ntk.data.slice(), b.ntk.data]).toEqual(alone);
    expect(c.ntk.data).toEqual(alone[0]);
    for (const K of [a.nngp, a.ntk]) K.dispose();
  });
});

describe('parallel and opposite inputs of different lengths', () => {
  it('make no angle: in one dimension a network of ReLU without bias has K = ½|xx′|, Θ = 2K on one side of 0, and 0 across', async () => {
    const X = matrix(40, 1, Array.from({ length: 40 }, (_, i) => Math.sin(i + 1)));
    const { nngp, ntk } = await computeKernels(mlp({ depth: 1, activation: 'relu' }), X);
    for (let i = 0; i < 40; i++)
      for (let j = 0; j < 40; j++) {
        const product = X.data[i] * X.data[j];
        // What is left of an angle of rounding size is of that size.
        const scale = Math.abs(product);
        expect(Math.abs(nngp.data[i * 40 + j] - Math.max(0, 0.5 * product))).toBeLessThan(1e-15 * scale);
        expect(Math.abs(ntk.data[i * 40 + j] - Math.max(0, product))).toBeLessThan(1e-15 * scale);
      }
  });
});
