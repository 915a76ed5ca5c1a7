import { describe, expect, it } from 'vitest';
import { validateNetwork, type Layer, type Network } from '@saddlepoint/architecture';
import { fromRows, rowsOf, type Matrix } from '@saddlepoint/linalg';
import { loadGolden } from '@saddlepoint/testing';
import { computeKernels, kernelDiagonal, type ComputeKernelsOptions } from '../src/index.js';

interface Case {
  readonly name: string;
  readonly input: string;
  readonly network: unknown;
  readonly dropout?: 'train' | 'test';
  readonly masks?: number[][];
  readonly nngp: number[][];
  readonly ntk: number[][];
}
interface GoldenNetworks {
  readonly inputs: Record<string, number[][]>;
  readonly networks: readonly Case[];
}

/**
 * The largest error relative to √(K_xx K_x′x′), and relative to the entry itself where it is above a hundredth of that. `expected` are whole matrices,
 * `rows` and `cols` say which part of them `K` is.
 */
function worstError(K: Matrix, expected: number[][], rows: readonly number[], cols: readonly number[]): number {
  let worst = 0;
  rows.forEach((i, a) => {
    cols.forEach((j, b) => {
      const scale = Math.sqrt(expected[i][i] * expected[j][j]);
      const error = Math.abs(K.data[a * K.cols + b] - expected[i][j]);
      const size = Math.abs(expected[i][j]);
      worst = Math.max(worst, error / scale, size > 0.01 * scale ? error / size : 0);
    });
  });
  return worst;
}

/**
 * Every file: the network as JSON, its kernels among all inputs, of some inputs against others, and on the diagonal. `exceptions`: other tolerances, by
 * name of the network.
 */
function checkFile(name: string, usual: number, exceptions: Readonly<Record<string, number>> = {}): void {
  const golden = loadGolden<GoldenNetworks>(import.meta.url, name);
  for (const { name: title, input, network: json, dropout, masks, nngp, ntk } of golden.networks)
    it(title, async () => {
      const tolerance = exceptions[title] ?? usual;
      const network = validateNetwork(json);
      const X = fromRows(golden.inputs[input]);
      const all = nngp.map((_, i) => i);
      const options: ComputeKernelsOptions & { readonly outputs?: 'both' } = { ...(dropout && { dropout }), ...(masks && { masks: fromRows(masks) }) };
      const square = await computeKernels(network, X, undefined, options);
      expect(worstError(square.nngp, nngp, all, all)).toBeLessThan(tolerance);
      expect(worstError(square.ntk, ntk, all, all)).toBeLessThan(tolerance);

      const diagonal = kernelDiagonal(network, X, options);
      expect(diagonal.nngp).toBeRelativelyClose(all.map((i) => nngp[i][i]), tolerance);
      expect(diagonal.ntk).toBeRelativelyClose(all.map((i) => ntk[i][i]), tolerance);

      // Two sets are different forward passes: with dropout an input does not meet itself there, which another test looks at.
      const [rows, cols] = dropout === 'train' ? [[0], all.slice(1)] : [all.slice(0, -1), all.slice(1)];
      const part = (given: number[][], which: readonly number[]) => fromRows(which.map((i) => given[i]));
      const some = await computeKernels(network, rowsOf(X, rows), rowsOf(X, cols), { ...options, ...(masks && { masks: part(masks, rows), masks2: part(masks, cols) }) });
      expect(worstError(some.nngp, nngp, rows, cols)).toBeLessThan(tolerance);
      expect(worstError(some.ntk, ntk, rows, cols)).toBeLessThan(tolerance);
    });
}

// The bound; every entry is a sum of positive and negative terms of the size of the diagonal at most.
describe('structured networks at 220 bits', () => {
  checkFile('structured.json', 1e-13);
});

describe('structured networks by their definition, all covariances between positions', () => {
  checkFile('structured-naive.json', 1e-13);
});

describe('random networks of all layers, likewise', () => {
  // Network 23 has inputs of one channel and windows of one tap at the edge, so that different positions are exactly antiparallel: convolutions carry the
  // distance q1 + q2 − 2c, which keeps the digits of small angles, not of angles near π. There the slope of relu is good to √ε; measured 1.3e-10.
  checkFile('structured-random.json', 1e-13, { 'network 23': 1e-9 });
});

const golden = loadGolden<GoldenNetworks>(import.meta.url, 'structured-naive.json');
const image = fromRows(golden.inputs.img);
const dense = (weightVariance = 1.6, biasVariance = 0.05): Layer => ({ type: 'dense', weightVariance, biasVariance });
const relu: Layer = { type: 'activation', activation: 'relu' };
const erf: Layer = { type: 'activation', activation: 'erf' };
const vectors = (...layers: Layer[]): Network => ({ version: 1, parameterization: 'ntk', layers });
const images = (...layers: Layer[]): Network => ({ ...vectors(...layers), input: { positions: [4, 5], channels: 2 } });
const conv = (filter: readonly number[], more: object = {}): Layer => ({ type: 'conv', filter, weightVariance: 1.6, biasVariance: 0.05, ...more });

/** Two ways to write one network. Rounding differs with the order of sums. */
async function same(a: Network, b: Network, X: Matrix = image, X2: Matrix = X): Promise<void> {
  const [one, other] = [await computeKernels(a, X), await computeKernels(b, X2)];
  expect(one.nngp.data).toBeRelativelyClose(other.nngp.data, 1e-14);
  expect(one.ntk.data).toBeRelativelyClose(other.ntk.data, 1e-14);
}

describe('compositions', () => {
  const rest = [relu, dense(), erf, dense()];

  it('a convolution over the whole image is a dense layer', async () => {
    await same(images(conv([4, 5]), { type: 'flatten' }, ...rest), vectors(dense(), ...rest));
    await same(images({ type: 'flatten' }, dense(), ...rest), vectors(dense(), ...rest));
  });

  it('a filter of one tap is a dense layer at every position', () => same(images(conv([1, 1]), relu, conv([1, 1]), { type: 'flatten' }, dense()), images(dense(), relu, dense(), { type: 'flatten' }, dense())));

  it('a repetition is its layers written out, and nests', async () => {
    const block = [dense(), relu];
    await same(images({ type: 'flatten' }, { type: 'repeat', times: 4, layers: block }, dense()), vectors(...block, ...block, ...block, ...block, dense()));
    await same(vectors({ type: 'repeat', times: 2, layers: [{ type: 'repeat', times: 2, layers: block }] }, dense()), vectors({ type: 'repeat', times: 4, layers: block }, dense()));
  });

  it('one branch is no branch', () => same(vectors(dense(), { type: 'sum', branches: [rest] }), vectors(dense(), { type: 'product', branches: [rest] })));

  it('one position makes every window a dense layer', async () => {
    const one = { positions: [1], channels: 40 };
    for (const padding of ['same', 'valid', 'circular'] as const)
      await same({ ...vectors(conv([1], { padding }), relu, { type: 'globalPool', kind: 'sum' }, dense()), input: one }, vectors(dense(), relu, dense()));
  });

  it('a global pool is a pool over everything; sum and average differ by the number of positions', async () => {
    const body = [conv([3, 3], { padding: 'same' }), relu];
    await same(images(...body, { type: 'globalPool', kind: 'average' }, dense()), images(...body, { type: 'pool', kind: 'average', window: [4, 5] }, { type: 'flatten' }, dense()));
    const sums = await computeKernels(images(...body, { type: 'globalPool', kind: 'sum' }, dense(1, 0)), image);
    const averages = await computeKernels(images(...body, { type: 'globalPool', kind: 'average' }, dense(400, 0)), image);
    expect(sums.nngp.data).toBeRelativelyClose(averages.nngp.data, 1e-14);
    expect(sums.ntk.data).toBeRelativelyClose(averages.ntk.data, 1e-14);
  });

  it('one dimension is two dimensions of which one is trivial', async () => {
    const flat = [{ type: 'globalPool', kind: 'average' }, dense()] as const satisfies readonly Layer[];
    const line = { ...vectors(conv([3], { padding: 'same', strides: [2] }), relu, conv([2]), relu, ...flat), input: { positions: [20], channels: 2 } };
    const sheet = { ...vectors(conv([3, 1], { padding: 'same', strides: [2, 1] }), relu, conv([2, 1]), relu, ...flat), input: { positions: [20, 1], channels: 2 } };
    await same(line, sheet);
  });

  it('aggregation over a cycle is circular averaging', async () => {
    const adjacency = Array.from({ length: 20 }, (_, p) => Array.from({ length: 20 }, (_, q) => ([19, 0, 1].includes((q - p + 20) % 20) ? 1 / 3 : 0)));
    const input = { positions: [20], channels: 2 };
    const tail = [dense(), relu, { type: 'globalPool', kind: 'average' }, dense()] as const satisfies readonly Layer[];
    await same({ ...vectors({ type: 'aggregate', adjacency }, ...tail), input }, { ...vectors({ type: 'pool', kind: 'average', window: [3], padding: 'circular' }, ...tail), input });
  });

  it('attention to equal positions averages them: softmax of equal logits', async () => {
    // One input whose positions are all alike: attention with V = O = 1 leaves K as it is and adds 2K to Θ.
    const input = { positions: [4], channels: 2 };
    const X = fromRows([[1, 2, 1, 2, 1, 2, 1, 2]]);
    const { nngp, ntk } = await computeKernels({ ...vectors({ type: 'attention' }, { type: 'globalPool', kind: 'average' }, dense(1, 0)), input }, X);
    expect(nngp.data).toBeRelativelyClose([2.5], 1e-15);
    expect(ntk.data).toBeRelativelyClose([7.5], 1e-15);
  });

  it('masked positions are as if they were not there', async () => {
    const input = (length: number) => ({ positions: [length], channels: 2 });
    const layers = [dense(), { type: 'attention' } as const, relu, { type: 'globalPool', kind: 'average' } as const, dense()];
    const [long] = golden.inputs.seq;
    const short = await computeKernels({ ...vectors(...layers), input: input(5) }, fromRows([long.slice(0, 10)]));
    const masked = await computeKernels({ ...vectors(...layers), input: input(7) }, fromRows([long]), undefined, { masks: fromRows([[1, 1, 1, 1, 1, 0, 0]]) });
    expect(masked.nngp.data).toBeRelativelyClose(short.nngp.data, 1e-14);
    expect(masked.ntk.data).toBeRelativelyClose(short.ntk.data, 1e-14);
  });

  it('dropout acts where an input meets itself, not where it meets its copy', async () => {
    const network = vectors(dense(), relu, { type: 'dropout', keepProbability: 0.5 }, dense(1, 0));
    const X = rowsOf(image, [0]);
    const itself = await computeKernels(network, X);
    const copy = await computeKernels(network, X, fromRows([Array.from(X.data)]));
    const tested = await computeKernels(network, X, undefined, { dropout: 'test' });
    expect(itself.nngp.data).toBeRelativelyClose([2 * tested.nngp.data[0]], 1e-15);
    expect(copy.nngp.data).toBeRelativelyClose(tested.nngp.data, 1e-15);
  });
});
