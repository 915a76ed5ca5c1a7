import { mlp } from '@saddlepoint/architecture';
import { computeKernels } from '@saddlepoint/kernels';
import { addDiagonal, added, cholesky, identity, matrix, multiply, scaled, solveCholesky } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { linearFit, mean, randomStream } from '@saddlepoint/numerics';
import { describe, expect, test } from 'vitest';
import { empiricalNtk, trainEnsemble } from '../src/index.js';
import { gaussian, rmsDifference } from './reference.js';

const inputs = gaussian('train', 12, 4);
const testInputs = gaussian('test', 20, 4);
const targets = matrix(12, 1, Float64Array.from({ length: 12 }, (_, i) => Math.sin(2 * inputs.data[4 * i]) + 0.5 * inputs.data[4 * i + 1]));
const erfNet = (width: number) => mlp({ depth: 2, activation: 'erf', width, weightVariance: 1.5, biasVariance: 0.1 });
const widths = [64, 256, 1024];

/** Slope of log error against log width. */
const slope = (errors: readonly number[]) => linearFit(widths.map(Math.log), errors.map(Math.log)).slope;

describe('infinite width', () => {
  test('the empirical NTK tends to the kernel of the theory as width^(−1/2)', async () => {
    const { ntk } = await computeKernels(erfNet(64), inputs, undefined, { outputs: 'both' });
    if (ntk === undefined) throw new Error('no NTK');
    const errors: number[] = [];
    for (const width of widths) {
      const each: number[] = [];
      for (let member = 0; member < 6; member++) each.push(rmsDifference((await empiricalNtk({ network: erfNet(width), inputs, member, seed: 1 })).data, ntk.data));
      errors.push(mean(each));
    }
    // Six draws leave about 15% on each error, so ±0.08 on the slope.
    expect(slope(errors)).toBeGreaterThan(-0.7);
    expect(slope(errors)).toBeLessThan(-0.3);
    expect(errors[2]).toBeLessThan(0.1);
  });

  test('with ridge σ² the trained network is NTK regression with ridge σ², and the distance falls as width^(−1/2)', async () => {
    const ridge = 0.2;
    const train = (await computeKernels(erfNet(64), inputs, undefined, { outputs: 'both' })).ntk;
    const cross = (await computeKernels(erfNet(64), testInputs, inputs, { outputs: 'both' })).ntk;
    if (train === undefined || cross === undefined) throw new Error('no NTK');
    const theory = multiply(cross, solveCholesky(cholesky(addDiagonal(train, ridge)), targets));
    const errors: number[] = [];
    for (const width of widths) {
      const result = await trainEnsemble({ network: erfNet(width), inputs, targets, testInputs, members: 3, method: { type: 'gauss-newton', ridge } }, { seed: 4 });
      expect(result.status).toBe('converged');
      const f = result.testOutputs?.data ?? new Float64Array(0);
      errors.push(mean([0, 1, 2].map((e) => rmsDifference(f.slice(20 * e, 20 * (e + 1)), theory.data))));
    }
    // Three draws leave about 20% on each error, so ±0.1 on the slope.
    expect(slope(errors)).toBeGreaterThan(-0.8);
    expect(slope(errors)).toBeLessThan(-0.3);
    expect(errors[2] / rmsDifference(theory.data, new Float64Array(20))).toBeLessThan(0.05);
  }, 30_000);

  test('accelerated gradient descent and Gauss–Newton end at the same network', async () => {
    const request = { network: erfNet(64), inputs, targets, testInputs, members: 2 };
    const newton = await trainEnsemble({ ...request, method: { type: 'gauss-newton', ridge: 0.2 } }, { seed: 4 });
    const descent = await trainEnsemble({ ...request, method: { type: 'gradient-descent', weightDecayToInit: 0.2, steps: 2000 } }, { seed: 4 });
    expect([newton.status, descent.status]).toEqual(['converged', 'converged']);
    // Both stop at |∇| < 1e-4 of its start: outputs of order 1 are then known to a few 1e-4.
    expect(rmsDifference(newton.testOutputs?.data ?? [], descent.testOutputs?.data ?? [])).toBeLessThan(1e-3);
  });

  test('and still do where learning features makes the landscape three times steeper, and less convex than σ²', async () => {
    // Off-centre inputs, random labels, σ² = 0.03: λ_max of the NTK grows from 10 to 30 = 1000σ². At a rate fixed by the first λ_max, descent went
    // round the edge of stability for good: after 3000 steps |∇| was 6 times its start and the outputs 0.6 away.
    const shifted = (name: string, rows: number): Matrix => matrix(rows, 8, gaussian(name, rows, 8).data.map((value) => 0.3 * (value + 0.5)));
    const labels = Float64Array.from({ length: 32 }, (_, i) => Math.sign(randomStream('lab', i).normal()));
    const request = {
      network: mlp({ depth: 2, activation: 'erf', width: 64, biasVariance: 0.05 }),
      inputs: shifted('ill', 32), targets: matrix(32, 1, labels), testInputs: shifted('illt', 40), members: 1,
    };
    const newton = await trainEnsemble({ ...request, method: { type: 'gauss-newton', ridge: 0.03, steps: 200 } }, { seed: 2 });
    const descent = await trainEnsemble({ ...request, method: { type: 'gradient-descent', weightDecayToInit: 0.03, steps: 2000 } }, { seed: 2 });
    expect([newton.status, descent.status]).toEqual(['converged', 'converged']);
    // Outputs of order 1; both stop at |∇| < 1e-4 of its start, and along curvatures below 0.03 that leaves 6e-4 (4.5e-4 to 6.4e-4 over twenty runs
    // with perturbed inputs and starting rates).
    expect(rmsDifference(newton.testOutputs?.data ?? [], descent.testOutputs?.data ?? [])).toBeLessThan(3e-3);
  }, 30_000);

  test('mean field with a ridge: same limit, since the decay is measured in the NTK metric', async () => {
    const network = (richness: number) => mlp({ depth: 1, activation: 'erf', width: 50, parameterization: 'mean-field', richness });
    const gap = async (richness: number): Promise<number> => {
      const [train, cross] = await Promise.all([
        empiricalNtk({ network: network(richness), inputs, seed: 3 }),
        empiricalNtk({ network: network(richness), inputs: testInputs, inputs2: inputs, seed: 3 }),
      ]);
      const lazy = multiply(cross, solveCholesky(cholesky(addDiagonal(train, 0.3)), targets));
      const result = await trainEnsemble({ network: network(richness), inputs, targets, testInputs, members: 1, method: { type: 'gauss-newton', ridge: 0.3 } }, { seed: 3 });
      return rmsDifference(result.testOutputs?.data ?? [], lazy.data);
    };
    const [rich, lazy] = [await gap(0.4), await gap(0.04)];
    // Laziness: the distance to the linearised network falls as γ at least.
    expect(lazy).toBeLessThan(rich / 7);
    expect(lazy).toBeLessThan(0.02);
  });
});

describe('lazy gradient descent', () => {
  /** y − (1 − ηΘ/n)^t y for the discrete flow. */
  function discreteFlow(kernel: Matrix, learningRate: number, steps: number): Float64Array {
    const step = added(identity(kernel.rows), scaled(kernel, -learningRate / kernel.rows));
    let residual = targets;
    for (let t = 0; t < steps; t++) residual = multiply(step, residual);
    return targets.data.map((y, i) => y - residual.data[i]);
  }

  test('at γ → 0 mean-field training is the discrete NTK flow, with a distance that falls as γ', async () => {
    const learningRate = 0.5;
    const steps = 40;
    const gaps: number[] = [];
    for (const richness of [0.2, 0.02]) {
      const network = mlp({ depth: 2, activation: 'tanh', width: 100, parameterization: 'mean-field', richness });
      const result = await trainEnsemble({ network, inputs, targets, members: 1, method: { type: 'gradient-descent', learningRate, steps } }, { seed: 5 });
      gaps.push(rmsDifference(result.trainOutputs.data, discreteFlow(await empiricalNtk({ network, inputs, seed: 5 }), learningRate, steps)));
    }
    expect(gaps[1]).toBeLessThan(0.01);
    expect(gaps[0] / gaps[1]).toBeGreaterThan(6);
  });
});
