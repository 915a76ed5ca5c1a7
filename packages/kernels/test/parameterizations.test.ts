import { describe, expect, it } from 'vitest';
import { mlp, type Network } from '@saddlepoint/architecture';
import { fromRows } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, kernelDiagonal } from '../src/index.js';

interface GoldenLayer {
  sigma_w?: number;
  sigma_b?: number;
  width?: number;
  activation?: string;
}
const golden = loadGolden<{ inputs: number[][]; layers: GoldenLayer[]; nngp: number[][]; ntk: number[][] }>(import.meta.url, 'standard.json');

const standard: Network = {
  version: 1,
  parameterization: 'standard',
  layers: golden.layers.map((layer) =>
    layer.activation === undefined
      ? { type: 'dense', width: layer.width ?? 1, weightVariance: (layer.sigma_w ?? 0) ** 2, biasVariance: (layer.sigma_b ?? 0) ** 2 }
      : { type: 'activation', activation: layer.activation },
  ),
};
const X = fromRows(golden.inputs);

describe('the standard parameterization', () => {
  it('agrees with the high-precision kernels of a network with widths 128 and 256', async () => {
    const { nngp, ntk } = await computeKernels(standard, X);
    // Measured 3e-16 (K) and 4e-16 (Θ); no cancellation here.
    expect(nngp.data).toBeRelativelyClose(golden.nngp.flat(), 2e-15);
    expect(ntk.data).toBeRelativelyClose(golden.ntk.flat(), 2e-15);
    expect(kernelDiagonal(standard, X).ntk).toBeRelativelyClose(golden.ntk.map((row, i) => row[i]), 2e-15);
  });

  it('has the function prior of the ntk parameterization', async () => {
    const { nngp } = await computeKernels({ ...standard, parameterization: 'ntk' }, X);
    expect(nngp.data).toEqual((await computeKernels(standard, X)).nngp.data);
  });

  it('refuses an NTK at infinite width, saying why', async () => {
    const infinite = mlp({ depth: 1, activation: 'relu', parameterization: 'standard' });
    await expect(computeKernels(infinite, X)).rejects.toThrow('network.layers[2]: expected a width in the layer before: the NTK of the standard parameterization grows with it (or use parameterization "ntk"), got infinite width');
    expect((await computeKernels(infinite, X, undefined, { outputs: 'nngp' })).nngp.rows).toBe(3);
  });
});

describe('the mean-field parameterization', () => {
  it('has the kernels of its lazy limit', async () => {
    const options = { depth: 2, activation: 'erf', weightVariance: 1.2, biasVariance: 0.1 } as const;
    const lazy = await computeKernels(mlp(options), X);
    const rich = await computeKernels(mlp({ ...options, parameterization: 'mean-field', richness: 3 }), X);
    expect(rich.nngp.data).toEqual(lazy.nngp.data);
    expect(rich.ntk.data).toEqual(lazy.ntk.data);
  });
});
