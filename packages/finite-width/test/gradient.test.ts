import { mlp } from '@saddlepoint/architecture';
import type { MlpOptions, Network } from '@saddlepoint/architecture';
import { describe, expect, test } from 'vitest';
import { empiricalNtk, initialParameters, trainEnsemble, trainableActivations } from '../src/index.js';
import type { GradientDescent, NetworkParameters } from '../src/index.js';
import { flat, gaussian, numericalGradient, outputs } from './reference.js';

const inputs = gaussian('x', 5, 3);

/** The displacement of member 1 of 3 (so that the block structure is tried too) in its first step, over the learning rate. */
async function firstStep(network: Network, targets: ReturnType<typeof gaussian>, method: Omit<GradientDescent, 'type' | 'steps'>) {
  const seen: NetworkParameters[] = [];
  const learningRate = method.learningRate ?? 1;
  await trainEnsemble(
    {
      network, inputs, targets, members: 3,
      method: { type: 'gradient-descent', steps: 1, ...method },
      record: { steps: [0, 1], observe: (parameters, member) => (member === 1 ? void seen.push(parameters) : undefined, {}) },
    },
    { seed: 7 },
  );
  const [before, after] = seen.map(flat);
  return { start: seen[0], velocity: after.map((value, i) => (before[i] - value) / learningRate) };
}

const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

/** θ moves by η∇ and is stored in float32: with η|∇| of the size of θ the difference carries about 1e-6 of relative error. */
const tolerance = 2e-5;

async function checkGradient(options: MlpOptions, method: Omit<GradientDescent, 'type' | 'steps'> = {}): Promise<void> {
  const network = mlp(options);
  const targets = gaussian('y', 5, options.outputs ?? 1);
  const { start, velocity } = await firstStep(network, targets, { learningRate: 1, ...method });
  const f0 = outputs(network, start, inputs).data;
  const centred = method.centred ?? options.parameterization === 'mean-field';
  const weight = method.loss === 'sum' ? 1 : 1 / 5;
  const loss = (parameters: NetworkParameters): Float64Array => {
    const f = outputs(network, parameters, inputs).data;
    return Float64Array.of(0.5 * weight * f.reduce((sum, value, i) => sum + (value - (centred ? f0[i] : 0) - targets.data[i]) ** 2, 0));
  };
  const rate = options.parameterization === 'mean-field' ? (options.richness ?? 1) ** 2 * (options.width ?? 0) : 1;
  const expected = numericalGradient(loss, start).map((row) => row[0] * rate);
  expect(norm(velocity.map((value, i) => value - expected[i]))).toBeLessThan(tolerance * (norm(expected) + norm(flat(start))));
}

describe('one step of gradient descent is −η·rate·∂ℓ, against central differences of a float64 forward pass', () => {
  for (const parameterization of ['ntk', 'standard', 'mean-field'] as const)
    for (const [depth, outputCount] of [[1, 1], [2, 1], [3, 2]] as const)
      test(`${parameterization}, ${depth} hidden, ${outputCount} outputs, biases`, () =>
        checkGradient({ depth, activation: 'erf', width: 4, outputs: outputCount, biasVariance: 0.3, weightVariance: 1.4, parameterization, ...(parameterization === 'mean-field' ? { richness: 0.7 } : {}) }));

  for (const name of trainableActivations)
    test(`activation ${name}`, () => checkGradient({ depth: 2, activation: name, width: 4, biasVariance: 0.1 }));

  test('leakyRelu with a slope', () => checkGradient({ depth: 1, activation: { name: 'leakyRelu', slope: 0.3 }, width: 4 }));
  test('linear regression (no hidden layer)', () => checkGradient({ depth: 0, activation: 'identity', outputs: 2 }));
  test('summed loss, centred output', () => checkGradient({ depth: 1, activation: 'tanh', width: 4 }, { loss: 'sum', centred: true, learningRate: 0.5 }));
});

describe('empirical NTK', () => {
  for (const parameterization of ['ntk', 'standard', 'mean-field'] as const)
    for (const outputCount of [1, 2])
      test(`is rate·JJᵀ of the numerical Jacobian: ${parameterization}, ${outputCount} outputs`, async () => {
        const network = mlp({ depth: 2, activation: 'tanh', width: 5, outputs: outputCount, biasVariance: 0.2, parameterization });
        const parameters = initialParameters(network, { inputDimension: 3, outputs: outputCount, seed: 2 });
        const jacobian = numericalGradient((theta) => outputs(network, theta, inputs).data, parameters);
        const rate = parameterization === 'mean-field' ? 5 : 1;
        const kernel = await empiricalNtk({ network, inputs, parameters });
        const entry = (i: number, k: number): number => {
          let sum = 0;
          for (const row of jacobian) for (let j = 0; j < outputCount; j++) sum += row[i * outputCount + j] * row[k * outputCount + j];
          return (rate * sum) / outputCount;
        };
        // float32 products of O(1) numbers.
        for (let i = 0; i < 5; i++) for (let k = 0; k < 5; k++) expect(Math.abs(kernel.data[i * 5 + k] - entry(i, k))).toBeLessThan(1e-5 * entry(i, i));
      });

  test('of other inputs is the off-diagonal block', async () => {
    const network = mlp({ depth: 1, activation: 'relu', width: 6 });
    const whole = await empiricalNtk({ network, inputs, seed: 3 });
    const first = { rows: 2, cols: 3, data: inputs.data.slice(0, 6) };
    const block = await empiricalNtk({ network, inputs: first, inputs2: inputs, seed: 3 });
    block.data.forEach((value, i) => expect(value).toBeCloseTo(whole.data[i], 5));
  });
});
