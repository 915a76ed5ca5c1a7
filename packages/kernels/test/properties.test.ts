import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '@saddlepoint/architecture';
import { fromRows } from '@saddlepoint/linalg';
import '@saddlepoint/testing';
import { computeKernels, kernelDiagonal } from '../src/index.js';

const coordinate = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constant(0));
const inputs = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 2, maxLength: 5 });
const variance = fc.double({ min: 0.1, max: 2.5, noNaN: true });
const activation = fc.constantFrom('relu', 'erf', 'gelu', 'abs', 'sin', 'cos', 'gaussian', 'leakyRelu(0.2)');

/** Networks whose layers differ in activation and variances. */
const network: fc.Arbitrary<Network> = fc
  .tuple(fc.array(fc.tuple(variance, fc.constantFrom(0, 0.1), activation), { minLength: 1, maxLength: 4 }), variance)
  .map(([hidden, readout]) => ({
    version: 1,
    parameterization: 'ntk',
    layers: [
      ...hidden.flatMap(([weightVariance, biasVariance, name]) => [{ type: 'dense', weightVariance, biasVariance } as const, { type: 'activation', activation: name } as const]),
      { type: 'dense', weightVariance: readout, biasVariance: 0 },
    ],
  }));

describe('kernels of any network', () => {
  it('obey Cauchy–Schwarz, and so does Θ − K, the covariance of the hidden layers’ gradients', async () => {
    await fc.assert(
      fc.asyncProperty(network, inputs, async (net, rows) => {
        const n = rows.length;
        const { nngp, ntk } = await computeKernels(net, fromRows(rows));
        const gradients = ntk.data.map((value, k) => value - nngp.data[k]);
        for (const [k, slack] of [[nngp.data, 1e-14], [gradients, 1e-12]] as const)
          for (let i = 0; i < n; i++)
            for (let j = 0; j < i; j++) {
              const bound = Math.sqrt(Math.max(0, k[i * n + i])) * Math.sqrt(Math.max(0, k[j * n + j]));
              expect(Math.abs(k[i * n + j])).toBeLessThanOrEqual(bound + slack * (ntk.data[i * n + i] + ntk.data[j * n + j]));
            }
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it('have the diagonal that kernelDiagonal gives', async () => {
    await fc.assert(
      fc.asyncProperty(network, inputs, async (net, rows) => {
        const X = fromRows(rows);
        const { nngp, ntk } = await computeKernels(net, X, fromRows(rows));
        const diagonal = kernelDiagonal(net, X);
        rows.forEach((_, i) => {
          // Here the rows meet themselves as a pair of two sets: equal to the diagonal to rounding, kinked Θ included.
          expect(nngp.data[i * rows.length + i]).toBeRelativelyClose(diagonal.nngp[i], 1e-13);
          expect(ntk.data[i * rows.length + i]).toBeRelativelyClose(diagonal.ntk[i], 1e-13);
        });
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it('trade the scale of the inputs for the first weight variance', async () => {
    await fc.assert(
      fc.asyncProperty(network, inputs, fc.constantFrom(0.25, 2, 8), async (net, rows, scale) => {
        // Powers of two: the same K¹ bit for bit, hence the same kernels.
        const [first, ...rest] = net.layers;
        if (first.type !== 'dense') throw new Error('the first layer is dense');
        const other: Network = { ...net, layers: [{ ...first, weightVariance: first.weightVariance / scale ** 2 }, ...rest] };
        const a = await computeKernels(net, fromRows(rows));
        const b = await computeKernels(other, fromRows(rows.map((row) => row.map((v) => v * scale))));
        expect(b.nngp.data).toEqual(a.nngp.data);
        expect(b.ntk.data).toEqual(a.ntk.data);
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});
