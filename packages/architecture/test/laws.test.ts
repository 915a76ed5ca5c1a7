import { describe, expect, it } from 'vitest';
import { validateNetwork, type BranchLayer, type Layer, type Network } from '../src/index.js';

const D: Layer = { type: 'dense', weightVariance: 1, biasVariance: 0 };
const R: Layer = { type: 'activation', activation: 'relu' };
const norm: Layer = { type: 'layerNorm' };
const flatten: Layer = { type: 'flatten' };
const dropout: Layer = { type: 'dropout', keepProbability: 0.5 };
const pool: Layer = { type: 'pool', kind: 'average', window: [3], padding: 'same' };
const join = (type: BranchLayer['type'], ...branches: Layer[][]): Layer => ({ type, branches });
const network = (...layers: Layer[]): Network => ({ version: 1, parameterization: 'ntk', input: { positions: [4], channels: 2 }, layers });

// Why each is wrong: with h centred Gaussian of kernel K, the kernel that adding, multiplying or mapping kernels would give is not the network's.
describe('networks whose kernels do not follow from the kernels of their parts', () => {
  it.each<[string, Layer[], string]>([
    ['h + h has 4K, not 2K', [D, join('sum', [], [])], 'layers[1].branches[1]: expected at most one branch without a layer with weights'],
    ['h + pool(h) has cross terms', [D, join('sum', [], [pool])], 'layers[1].branches[1]: expected at most one branch without a layer with weights'],
    ['h + relu(h) has E[u relu(v)]', [D, join('sum', [D], [], [R])], 'layers[1].branches[2]: expected at most one branch without a layer with weights'],
    ['relu(h) + relu(g) has the product of their means', [D, join('sum', [D, R], [D, R])], 'layers[1].branches[1]: expected at most one branch without a layer with weights'],
    ['the same inside a repetition', [D, { type: 'repeat', times: 2, layers: [join('sum', [], []), D] }], 'layers[1].layers[0].branches[1]: expected at most one branch'],
    ['h² has K_xx K_yy + 2K²', [D, join('product', [], [])], 'layers[1].branches[1]: expected at most one branch without weights of its own'],
    ['h relu(h)', [D, join('product', [D], [], [R])], 'layers[1].branches[2]: expected at most one branch without weights of its own'],
    ['products of channels that differ', [D, join('product', [join('concatenate', [D], [D, R])], [join('concatenate', [D], [D, R])])], 'layers[1].branches[1]: expected at most one branch that ends in concatenated'],
    ['products of what was flattened', [join('product', [D, flatten], [D, flatten])], 'layers[0].branches[1]: expected at most one branch that ends in concatenated'],
    ['relu of channels of two variances', [join('concatenate', [D], [D, D]), R], 'layers[1]: expected channels that are alike'],
    ['relu of positions of four variances', [D, flatten, R], 'layers[2]: expected channels that are alike'],
    ['layer norm of channels with a mean', [D, R, norm], 'layers[2]: expected channels of zero mean'],
    ['layer norm of the input', [norm], 'layers[0]: expected channels of zero mean'],
    ['layer norm of a product of means', [D, R, join('product', [], [D, R]), norm], 'layers[3]: expected channels of zero mean'],
    ['layer norm of a sum with an activation', [D, R, join('sum', [], [D]), norm], 'layers[3]: expected channels of zero mean'],
    ['dropout of the input', [dropout], 'layers[0]: expected a layer with weights'],
  ])('%s: refused, by name of the layer', (_why, layers, message) => {
    expect(() => validateNetwork(network(...layers, D))).toThrow(`network.${message}`);
  });

  it.each<[string, Layer[]]>([
    ['residual blocks', [D, join('sum', [], [norm, R, D]), R]],
    ['a residual block around an activation', [D, R, join('sum', [], [D], [D, R, D])]],
    ['one branch with an activation at its end', [D, join('sum', [D, R], [D], [D, dropout])]],
    ['skips of the input', [join('sum', [], [D])]],
    ['products of branches with weights', [D, R, join('product', [], [D], [D, R]), norm]],
    ['branches within branches', [D, join('sum', [], [R, D, join('sum', [], [R, D])]), join('sum', [], [D, join('product', [], [D, R])])]],
    ['a product that is a factor', [D, join('sum', [], [join('product', [R], [D])])]],
    ['concatenation before weights, normalised or not', [join('concatenate', [], [D]), D, join('concatenate', [D], [D, D]), norm, D, R]],
    ['an activation inside the branches and before the flatten', [join('concatenate', [D, R], [D, D, R]), flatten]],
    ['dropout, then layer norm', [D, dropout, norm, D, R]],
    ['a flatten of one position', [D, { type: 'pool', kind: 'sum', window: [4] }, flatten, R]],
  ])('%s: taken', (_what, layers) => {
    expect(validateNetwork(network(...layers, D)).layers).toHaveLength(layers.length + 1);
  });
});
