import { mlp } from '@saddlepoint/architecture';
import { kernelContract } from '@saddlepoint/testing';
import { computeKernels } from '../src/index.js';

const networks = [
  ['relu', mlp({ depth: 3, activation: 'relu', weightVariance: 2 }), { homogeneity: 1 }],
  ['relu with bias', mlp({ depth: 2, activation: 'relu', weightVariance: 2, biasVariance: 0.1 }), {}],
  ['leakyRelu', mlp({ depth: 2, activation: 'leakyRelu(0.1)', weightVariance: 1.5 }), { homogeneity: 1 }],
  ['erf', mlp({ depth: 2, activation: 'erf', weightVariance: 1.5, biasVariance: 0.1 }), {}],
  ['gelu', mlp({ depth: 2, activation: 'gelu', weightVariance: 1.5, biasVariance: 0.1 }), {}],
  ['quadratic', mlp({ depth: 1, activation: 'quadratic' }), { homogeneity: 2 }],
  ['tanh, by series', mlp({ depth: 2, activation: 'tanh', weightVariance: 1.5, biasVariance: 0.1 }), {}],
  ['softplus, by series', mlp({ depth: 1, activation: 'softplus' }), {}],
  ['linear', mlp({ depth: 0, activation: 'relu' }), { homogeneity: 1 }],
] as const;

for (const [name, network, options] of networks) kernelContract(name, (x, x2) => computeKernels(network, x, x2), options);

kernelContract('sign, NNGP only', (x, x2) => computeKernels(mlp({ depth: 2, activation: 'sign', biasVariance: 0.1 }), x, x2, { outputs: 'nngp' }).then(({ nngp }) => ({ nngp })));
