import { describe, expect, it } from 'vitest';
import type { Layer, Network } from '@saddlepoint/architecture';
import { fromRows, matrix } from '@saddlepoint/linalg';
import { kernelContract } from '@saddlepoint/testing';
import { computeKernels } from '../src/index.js';

const weights = { weightVariance: 1.6, biasVariance: 0.05 };
const dense: Layer = { type: 'dense', ...weights };
const act = (activation: string): Layer => ({ type: 'activation', activation });
const conv = (...filter: number[]): Layer => ({ type: 'conv', filter, padding: 'same', ...weights });
const pool: Layer = { type: 'globalPool', kind: 'average' };
const network = (...layers: Layer[]): Network => ({ version: 1, parameterization: 'ntk', input: { positions: [3, 2], channels: 2 }, layers });

// Zero images, copies and negatives included. Positions of one image may be as close or as opposite as they like.
const networks: Record<string, Network> = {
  'CNN, flatten': network(conv(3, 3), act('relu'), conv(2, 2), act('relu'), { type: 'flatten' }, dense),
  'CNN, global pool': network(conv(3, 3), act('relu'), conv(2, 2), act('erf'), pool, dense),
  'rectified monomial, pools': network(conv(2, 2), act('rectifiedMonomial(2)'), { type: 'pool', kind: 'average', window: [2, 2], padding: 'same' }, dense, act('relu'), pool, dense),
  'residual with layer norm': network(conv(3, 3), { type: 'sum', branches: [[], [{ type: 'layerNorm' }, act('gelu'), conv(3, 3)]] }, act('relu'), pool, dense),
  'attention, no bias': network({ type: 'dense', weightVariance: 1, biasVariance: 0 }, { type: 'attention' }, act('relu'), pool, { type: 'dense', weightVariance: 1, biasVariance: 0 }),
  'local, transposed, product': network(
    { ...conv(2, 2), local: true } as Layer, act('relu'), { ...conv(2, 2), transposed: true } as Layer,
    { type: 'product', branches: [[dense, act('relu')], [dense]] }, { type: 'flatten' }, dense,
  ),
};
for (const [name, given] of Object.entries(networks))
  kernelContract(name, (x, x2) => computeKernels(given, matrix(x.rows, x.cols, x.data), x2 && matrix(x2.rows, x2.cols, x2.data)), { dimension: 12, exchangeableCoordinates: false });

describe('a network without biases on zeros', () => {
  it('has zero kernels, not NaN', async () => {
    const bare = { weightVariance: 2, biasVariance: 0 };
    for (const activation of ['relu', 'abs', 'erf', 'rectifiedMonomial(3)', 'sin']) {
      const layers: Layer[] = [{ type: 'conv', filter: [2, 2], padding: 'same', ...bare }, act(activation), { type: 'flatten' }, { type: 'dense', ...bare }];
      const { nngp, ntk } = await computeKernels(network(...layers), fromRows([Array<number>(12).fill(0), Array.from({ length: 12 }, (_, i) => Math.sin(i))]));
      expect([activation, nngp.data[0], ntk.data[0], nngp.data[1], ntk.data[1]]).toEqual([activation, 0, 0, 0, 0]);
      expect(Number.isFinite(nngp.data[3]) && Number.isFinite(ntk.data[3])).toBe(true);
    }
  });
});
