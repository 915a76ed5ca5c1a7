import { describe, expect, it } from 'vitest';
import { mlp } from '@saddlepoint/architecture';
import { fromRows, matrix, submatrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, lazyEnsemble } from '../src/index.js';

interface State {
  readonly steps: number;
  readonly mean: number[];
  readonly meanError: number[];
  readonly covariance: number[][];
  readonly covarianceError: number[][];
}
interface Golden {
  readonly inputs: number[][];
  readonly test: number[][];
  readonly targets: number[];
  readonly ensembles: readonly { readonly activation: string; readonly weightVariance: number; readonly biasVariance: number; readonly learningRate: number; readonly states: readonly State[] }[];
}
const golden = loadGolden<Golden>(import.meta.url, 'monte-carlo-ensembles.json');
const n = golden.inputs.length;
const m = golden.test.length;
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('ensembles of trained networks, two hidden layers of 2048', () => {
  for (const { activation, weightVariance, biasVariance, learningRate, states } of golden.ensembles)
    it(activation, async () => {
      const { nngp, ntk } = await computeKernels(mlp({ depth: 2, activation, weightVariance, biasVariance }), fromRows([...golden.inputs, ...golden.test]));
      const [train, test] = [range(0, n), range(n, n + m)];
      const blocks = (K: typeof nngp) => ({ kernel: submatrix(K, train, train), crossKernel: submatrix(K, test, train), testKernel: submatrix(K, test, test) });
      const predicted = lazyEnsemble({
        form: 'deep-ensemble', ntk: blocks(ntk), nngp: blocks(nngp), targets: matrix(n, 1, golden.targets),
        time: states.map(({ steps }) => steps), loss: 'sum', learningRate, dynamics: { type: 'descent' }, covariance: true,
      });
      states.forEach(({ steps, mean, meanError, covariance, covarianceError }, k) => {
        const { train: atTrain, test: atTest } = predicted[k];
        for (const [part, offset, size] of [[atTrain, 0, n], [atTest, n, m]] as const) {
          if (part?.covariance === undefined) throw new Error('no covariance');
          for (let i = 0; i < size; i++) {
            if (steps === 100 && offset === 0) {
              // Trained to the end: float32 reaches the targets to 2e-5, and no spread is left.
              expect(Math.abs(mean[i] - part.mean.data[i])).toBeLessThan(1e-4);
              expect(part.covariance.data[i * (size + 1)] + covariance[i][i]).toBeLessThan(1e-6);
              continue;
            }
            // Four standard errors; effects of finite width, about 1/2048 of the squared outputs, are a tenth of one.
            expect(Math.abs(mean[offset + i] - part.mean.data[i]) / meanError[offset + i], `mean ${offset + i} after ${steps} steps`).toBeLessThan(4);
            for (let j = 0; j <= i; j++)
              expect(Math.abs(covariance[offset + i][offset + j] - part.covariance.data[i * size + j]) / covarianceError[offset + i][offset + j], `covariance ${offset + i}, ${offset + j} after ${steps} steps`).toBeLessThan(4);
          }
        }
      });
    });
});
