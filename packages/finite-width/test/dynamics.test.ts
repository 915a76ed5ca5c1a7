import { mlp } from '@saddlepoint/architecture';
import { fromRows, matrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { describe, expect, test } from 'vitest';
import { trainEnsemble } from '../src/index.js';

interface Curve {
  readonly mean: number[];
  readonly se: number[];
}
interface Dynamics {
  readonly X: number[][];
  readonly y: number[];
  readonly times: number[];
  readonly configs: { readonly phi: string; readonly gamma: number; readonly N: number; readonly loss: Curve; readonly f_t1: Curve; readonly f_t10: Curve }[];
}

const golden = loadGolden<Dynamics>(import.meta.url, 'two-layer-dynamics.json');
const inputs = fromRows(golden.X);
const targets = matrix(golden.y.length, 1, golden.y);
const wanted = [1, 10];

describe('two-layer mean-field training follows independent gradient-flow simulations (width 256)', () => {
  for (const { phi, gamma, N, loss, f_t1, f_t10 } of golden.configs)
    test(`${phi}, γ = ${gamma}`, async () => {
      const network = mlp({ depth: 1, activation: phi === 'linear' ? 'identity' : phi, width: N, parameterization: 'mean-field', richness: gamma });
      const run = (learningRate: number) =>
        trainEnsemble(
          {
            network, inputs, targets, members: 16,
            method: { type: 'gradient-descent', learningRate, steps: Math.round(10 / learningRate) },
            record: { steps: wanted.map((t) => Math.round(t / learningRate)), outputs: true },
          },
          { seed: 11 },
        );
      const [coarse, fine] = [await run(0.1), await run(0.05)];
      wanted.forEach((t) => {
        const at = coarse.recordSteps.indexOf(Math.round(t / 0.1));
        const index = golden.times.indexOf(t);
        // Same seeds at η and η/2: their difference is the O(η) bias of the finer run (first order), known without noise.
        const bias = Math.abs(coarse.trainLoss.mean[at] - fine.trainLoss.mean[fine.recordSteps.indexOf(Math.round(t / 0.05))]);
        const error = Math.hypot(loss.se[index], coarse.trainLoss.standardError[at]);
        expect(Math.abs(coarse.trainLoss.mean[at] - loss.mean[index])).toBeLessThan(4 * error + 2.5 * bias);
        const outputs = coarse.outputHistory?.train[at];
        const reference = t === 1 ? f_t1 : f_t10;
        if (outputs === undefined) throw new Error('no history');
        for (let mu = 0; mu < targets.rows; mu++) {
          const values = Array.from({ length: 16 }, (_, e) => outputs.data[e * targets.rows + mu]);
          const average = values.reduce((sum, value) => sum + value, 0) / 16;
          const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 15 / 16);
          // 20 correlated outputs at two times: 4.5 joint standard errors, plus the step bias of f (below 0.015 at η = 0.1).
          expect(Math.abs(average - reference.mean[mu])).toBeLessThan(4.5 * Math.hypot(spread, reference.se[mu]) + 0.015);
        }
      });
    }, 60_000);
});
