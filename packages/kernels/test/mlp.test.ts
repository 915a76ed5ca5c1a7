import { describe, expect, it } from 'vitest';
import { mlp, type Network } from '@saddlepoint/architecture';
import { fromRows } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, kernelDiagonal, layerKernels } from '../src/index.js';

type Row = [layer: number, kxx: number, kyy: number, kxy: number, txx: number, tyy: number, txy: number];
interface GoldenMlp {
  pairs: { label: string; x: number[]; y: number[] }[];
  networks: { activation: string; depth: number; sigmaW: number; sigmaB: number; values: Row[][] }[];
}
const golden = loadGolden<GoldenMlp>(import.meta.url, 'mlp.json');

describe('networks of the high-precision reference', () => {
  for (const { activation, depth, sigmaW, sigmaB, values } of golden.networks) {
    it(`${activation}, depth ${depth}, σ_w = ${sigmaW}, σ_b = ${sigmaB}: K and Θ at every stored layer`, async () => {
      for (const [index, { label, x, y }] of golden.pairs.entries()) {
        const X = fromRows([x, y]);
        for (const [layer, kxx, kyy, kxy, txx, tyy, txy] of values[index]) {
          const network: Network = mlp({ depth: layer - 1, activation, weightVariance: sigmaW ** 2, biasVariance: sigmaB ** 2 });
          const { nngp, ntk } = await computeKernels(network, X);
          const where = `${label}, layer ${layer}`;
          // A few units in the last place per layer, near-duplicates at angles of 1e-4 and 1e-8 included.
          expect(nngp.data, where).toBeRelativelyClose([kxx, kxy, kxy, kyy], 1e-13);
          expect(ntk.data, where).toBeRelativelyClose([txx, txy, txy, tyy], 1e-13);
        }
      }
    });
  }
});

describe('the three ways to ask', () => {
  const network = mlp({ depth: 2, activation: 'erf', weightVariance: 1.3, biasVariance: 0.1 });
  const X = fromRows(golden.pairs.flatMap(({ x, y }) => [x, y]));

  it('agree: layerKernels ends in the kernel, kernelDiagonal is its diagonal', async () => {
    const { nngp, ntk } = await computeKernels(network, X);
    const layers = layerKernels(network, X);
    expect(layers).toHaveLength(3);
    expect(layers[2].data).toEqual(nngp.data);
    const diagonal = kernelDiagonal(network, X);
    expect(Array.from(diagonal.nngp)).toEqual(Array.from({ length: X.rows }, (_, i) => nngp.data[i * X.rows + i]));
    expect(Array.from(diagonal.ntk)).toEqual(Array.from({ length: X.rows }, (_, i) => ntk.data[i * X.rows + i]));
  });

  it('leave the NTK out on request', async () => {
    expect((await computeKernels(network, X, undefined, { outputs: 'nngp' })).ntk).toBeUndefined();
  });
});
