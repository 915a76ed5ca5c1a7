import { describe, expect, it } from 'vitest';
import { mlp, type Layer, type Network } from '@saddlepoint/architecture';
import { matrix, rowsOf, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import { computeKernels, kernelSource, streamKernels, type KernelBand, type StreamKernelsOptions } from '../src/index.js';

const inputs = (n: number, d: number, seed: number): Matrix => matrix(n, d, randomStream(seed).normals(n * d));

/** All bands put together, checked to come in order and to cover every row once. */
async function gathered(network: Network, X: Matrix, X2: Matrix | undefined, options: StreamKernelsOptions = {}): Promise<{ nngp: Matrix; ntk: Matrix; bands: number[] }> {
  const m = (X2 ?? X).rows;
  const [nngp, ntk] = [matrix(X.rows, m), matrix(X.rows, m)];
  const bands: number[] = [];
  let next = 0;
  await streamKernels(
    network,
    X,
    X2,
    (band: KernelBand) => {
      expect([band.from, band.nngp.cols]).toEqual([next, m]);
      nngp.data.set(band.nngp.data, band.from * m);
      if (band.ntk !== undefined) ntk.data.set(band.ntk.data, band.from * m);
      next += band.nngp.rows;
      bands.push(band.nngp.rows);
    },
    options,
  );
  expect(next).toBe(X.rows);
  return { nngp, ntk, bands };
}

const dense: Layer = { type: 'dense', weightVariance: 1.5, biasVariance: 0.1 };
const relu: Layer = { type: 'activation', activation: 'relu' };
const images: Network = {
  version: 1,
  parameterization: 'ntk',
  input: { positions: [3, 4], channels: 2 },
  layers: [{ type: 'conv', filter: [3, 3], padding: 'same', weightVariance: 1.5, biasVariance: 0.1 }, relu, { type: 'globalPool', kind: 'average' }, dense],
};
const networks: [string, Network, number][] = [
  ['relu', mlp({ depth: 3, activation: 'relu', biasVariance: 0.1 }), 5],
  ['erf', mlp({ depth: 2, activation: 'erf' }), 5],
  ['tanh', mlp({ depth: 1, activation: 'tanh' }), 5],
  ['images', images, 24],
];

/** Products of tiles of other sizes sum in other orders: a few units in the last place, and what small angles make of them in Θ. */
function agree(one: Matrix, other: Matrix, tolerance: number): void {
  expect([one.rows, one.cols]).toEqual([other.rows, other.cols]);
  expect(one.data).toBeRelativelyClose(other.data, tolerance, { floor: 1e-2 });
}

describe('kernels in bands', () => {
  for (const [name, network, d] of networks) {
    const X = inputs(23, d, 1);
    // A duplicate and an antipode.
    X.data.copyWithin(3 * d, 0, d);
    for (let k = 0; k < d; k++) X.data[5 * d + k] = -X.data[k];
    const X2 = matrix(7, d, [...inputs(5, d, 2).data, ...rowsOf(X, [2, 4]).data]);

    it.each([3, 22, 23, 1000])(`${name}: equal the whole, tiles of %i`, async (tile) => {
      const whole = await computeKernels(network, X);
      const { nngp, ntk, bands } = await gathered(network, X, undefined, { tile });
      agree(nngp, whole.nngp, 1e-14);
      agree(ntk, whole.ntk, 1e-13);
      expect(Math.max(...bands)).toBeLessThanOrEqual(tile);
      // What inputs have with themselves is computed once, and no product is involved.
      for (let i = 0; i < 23; i++) expect([nngp.data[24 * i], ntk.data[24 * i]]).toEqual([whole.nngp.data[24 * i], whole.ntk.data[24 * i]]);
    });

    it(`${name}: equal the whole for two sets of inputs`, async () => {
      const whole = await computeKernels(network, X, X2);
      for (const tile of [1, 4, 100]) {
        const { nngp, ntk } = await gathered(network, X, X2, { tile });
        agree(nngp, whole.nngp, 1e-14);
        agree(ntk, whole.ntk, 1e-13);
      }
      expect((await gathered(network, X, X)).nngp.data).toEqual((await gathered(network, X, undefined)).nngp.data);
    });

    it(`${name}: sources give the same blocks`, async () => {
      const whole = await computeKernels(network, X);
      const other = await computeKernels(network, X, X2);
      for (const kernel of ['nngp', 'ntk'] as const) {
        const source = kernelSource(network, X, { kernel });
        expect(source.size).toBe(23);
        for (const [from, to, from2, to2] of [[0, 23, 0, 23], [2, 9, 4, 5], [20, 23, 0, 23], [7, 7, 0, 3]] as const) {
          const block = await source.block({ from, to }, { from: from2, to: to2 });
          expect([block.rows, block.cols]).toEqual([to - from, to2 - from2]);
          const expected = matrix(to - from, to2 - from2, Array.from({ length: (to - from) * (to2 - from2) }, (_, k) => whole[kernel].data[(from + Math.floor(k / (to2 - from2))) * 23 + from2 + (k % (to2 - from2))]));
          agree(block, expected, 1e-13);
        }
        expect(Array.from(source.diagonal ?? [])).toEqual(Array.from({ length: 23 }, (_, i) => whole[kernel].data[24 * i]));
        agree(await kernelSource(network, X, { kernel, X2 }).block({ from: 0, to: 23 }, { from: 0, to: 7 }), other[kernel], 1e-13);
      }
    });
  }

  it('one input, none, none on the other side', async () => {
    const network = networks[0][1];
    expect((await gathered(network, inputs(1, 5, 3), undefined)).nngp.data).toEqual((await computeKernels(network, inputs(1, 5, 3))).nngp.data);
    expect((await gathered(network, matrix(0, 5), undefined)).bands).toEqual([]);
    expect((await gathered(network, matrix(0, 5), inputs(2, 5, 3))).bands).toEqual([]);
    const empty = await gathered(network, inputs(3, 5, 3), matrix(0, 5));
    expect([empty.nngp.rows, empty.nngp.cols]).toEqual([3, 0]);
    expect((await kernelSource(network, matrix(0, 5)).block({ from: 0, to: 0 }, { from: 0, to: 0 })).rows).toBe(0);
  });

  it('K alone leaves Θ out, also where there is none', async () => {
    const bands: KernelBand[] = [];
    await streamKernels(mlp({ depth: 1, activation: 'sign' }), inputs(4, 3, 1), undefined, (band) => void bands.push(band), { outputs: 'nngp' });
    expect(bands.every((band) => band.ntk === undefined)).toBe(true);
  });
});

describe('running', () => {
  const network = networks[0][1];
  // 1.4 GB as a whole: long enough to be interrupted, never held.
  const large = inputs(12_000, 20, 4);

  it('reports growing fractions up to 1', async () => {
    const seen: number[] = [];
    await streamKernels(network, inputs(300, 5, 1), undefined, () => undefined, { tile: 32, onProgress: ({ fraction }) => seen.push(fraction) });
    expect(seen.length).toBeGreaterThanOrEqual(10);
    expect(seen.every((fraction, i) => fraction > (seen[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(seen.at(-1)).toBe(1);
  });

  it('stops soon after it is aborted', async () => {
    await expect(streamKernels(network, large, undefined, () => undefined, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const controller = new AbortController();
    let at = 0;
    setTimeout(() => {
      at = performance.now();
      controller.abort();
    }, 300);
    let bands = 0;
    await expect(streamKernels(network, large, undefined, () => void bands++, { signal: controller.signal })).rejects.toThrow('aborted');
    const waited = performance.now() - at;
    expect(at).toBeGreaterThan(0);
    // One tile: 100 ms on a machine that does nothing else.
    expect(waited).toBeLessThan(1000);
    expect(bands).toBeLessThan(20);
  });

  it('stops where the consumer fails, whether it throws or rejects, and waits for it', async () => {
    const X = inputs(60, 5, 1);
    for (const fail of [() => { throw new Error('disk full'); }, () => Promise.reject(new Error('disk full'))]) {
      let calls = 0;
      await expect(streamKernels(network, X, undefined, () => (++calls === 2 ? fail() : undefined), { tile: 10 })).rejects.toThrow('disk full');
      expect(calls).toBe(2);
    }
    let busy = false;
    await streamKernels(network, X, undefined, async () => {
      expect(busy).toBe(false);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve, 2));
      busy = false;
    }, { tile: 10 });
  });

  it('holds a band at a time', async () => {
    const n = 4000;
    const X = inputs(n, 20, 5);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    await streamKernels(network, X, undefined, () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    });
    // K and Θ of the whole would be 256 MB; a band of both is 27 MB, and one or two before it may not be collected yet.
    expect(most).toBeLessThan(128e6);
  });

  it('names bad arguments', async () => {
    const X = inputs(3, 5, 1);
    await expect(streamKernels(network, X, undefined, () => undefined, { tile: 0 })).rejects.toThrow('tile: expected');
    await expect(streamKernels(network, X, undefined, 3 as unknown as () => void)).rejects.toThrow('consume: expected a function, got number');
    await expect(streamKernels(network, X, inputs(3, 4, 1), () => undefined)).rejects.toThrow('X2: expected as many columns');
    const { block } = kernelSource(network, X);
    expect(() => block({ from: 0, to: 4 }, { from: 0, to: 3 })).toThrow('rows.to: expected');
    expect(() => block({ from: 0, to: 3 }, { from: 2, to: 1 })).toThrow('cols.to: expected');
  });
});
