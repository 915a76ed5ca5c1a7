import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mlp, validateNetwork, type Network } from '@saddlepoint/architecture';
import { engineStatus, matrix, resident, startThreads, stopThreads, type ResidentMatrix } from '@saddlepoint/linalg';
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

  it('do not write into an engine that has taken over, however large', async () => {
    for (const kept of [true, false]) {
      await startThreads({ threads: 2 });
      let zeros: ResidentMatrix | undefined;
      const run = computeKernels(network, X, undefined, {
        resident: kept,
        onProgress: ({ fraction }) => {
          if (fraction < 0.5 || zeros !== undefined) return;
          stopThreads();
          zeros = resident(matrix(500, 500));
        },
      });
      await expect(run).rejects.toThrow('startThreads and stopThreads not to be called');
      expect(zeros?.data.every((value) => value === 0)).toBe(true);
      zeros?.dispose();
    }
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
