import { describe, expect, it } from 'vitest';
import { addDiagonal, cholesky, invertCholesky, matrix, multiply, rowsOf, submatrix, transpose, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import { mlp } from '@saddlepoint/architecture';
import { computeKernels, kernelSource, gpFit, gpFitIterative, gpFitTiled, gpNystrom, gpPredict, gpPredictIterative, gpPredictNystrom, gpPredictTiled, type KernelSource } from '../src/index.js';

interface Range {
  from: number;
  to: number;
}
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

// A smooth kernel on points of the plane, as a matrix and as blocks that arrive later.
const [n, m, c, ridge] = [300, 40, 2, 0.05];
const stream = randomStream(31);
const points = stream.uniforms(2 * (n + m)).map((u) => 4 * u);
const kernelOf = (i: number, j: number): number => 2 * Math.exp(-0.5 * ((points[2 * i] - points[2 * j]) ** 2 + (points[2 * i + 1] - points[2 * j + 1]) ** 2));
const fill = (rows: number[], cols: number[]): Matrix => matrix(rows.length, cols.length, rows.flatMap((i) => cols.map((j) => kernelOf(i, j))));
const between = ({ from, to }: Range, offset = 0): number[] => range(to - from, from + offset);
const kernel = fill(range(n), range(n));
const crossKernel = fill(range(m, n), range(n));
const testDiagonal = new Float64Array(m).fill(2);
const targets = matrix(n, c, range(n).flatMap((i) => [Math.sin(points[2 * i]) + 0.2 * stream.normal(), Math.cos(2 * points[2 * i + 1]) + 0.2 * stream.normal()]));
let asked: { rows: Range; cols: Range }[] = [];
const source: KernelSource = {
  size: n,
  block: async (rows, cols) => {
    asked.push({ rows, cols });
    await Promise.resolve();
    return fill(between(rows), between(cols));
  },
};
const cross = (rows: Range, cols: Range): Promise<Matrix> => Promise.resolve(fill(between(rows, n), between(cols)));
const dense = gpFit({ kernel, targets, ridge });
const exact = gpPredict(dense, { crossKernel, testDiagonal });
// Condition number of K + σ²: λ_max/σ² ≈ 2·300/3/0.05 ≈ 4000, so direct methods agree to about 1e-12.
const DIRECT = 1e-11;

describe('exact regression in tiles', () => {
  it('is the dense one, from blocks and from a matrix, at any tile and batch', async () => {
    for (const [K, tile, batch] of [[source, 64, 7], [kernel, 100, 40], [{ ...source, diagonal: new Float64Array(n).fill(2) }, 512, 1]] as const) {
      const fit = await gpFitTiled(K, { targets, ridge, tile });
      expect(fit.coefficients.data).toBeRelativelyClose(dense.coefficients.data, DIRECT, { floor: 1 });
      expect(fit.logMarginalLikelihood).toBeRelativelyClose(dense.logMarginalLikelihood, 1e-12);
      expect(fit.residual).toBeLessThan(1e-12);
      const { mean, variance } = await gpPredictTiled(fit, { tests: m, cross: K === kernel ? crossKernel : cross, testDiagonal }, { batch });
      expect(mean.data).toBeRelativelyClose(exact.mean.data, DIRECT, { floor: 1 });
      expect(variance).toBeRelativelyClose(exact.variance, DIRECT, { floor: 1 });
    }
  });

  it('asks for blocks of a tile at most, once each, besides the rows it checks', async () => {
    asked = [];
    await gpFitTiled(source, { targets, ridge, tile: 128, checkRows: 5 });
    const tiles = asked.filter(({ cols }) => cols.to - cols.from <= 128);
    expect(tiles.length).toBe(6);
    expect(asked.length - tiles.length).toBe(5);
  });

  it('says what is wrong: a singular kernel, a block of another shape, NaN; stops on a signal', async () => {
    await expect(gpFitTiled(matrix(3, 3, new Float64Array(9).fill(1)), { targets: matrix(3, 1, [1, 2, 3]), ridge: 0 })).rejects.toThrow('positive definite');
    await expect(gpFitTiled({ size: 4, block: () => matrix(1, 1) }, { targets: matrix(4, 1), ridge: 1 })).rejects.toThrow('kernel.block: expected a 4×4 matrix, got 1×1');
    await expect(gpFitTiled({ size: 1, block: () => matrix(1, 1, [NaN]) }, { targets: matrix(1, 1), ridge: 1 })).rejects.toThrow('kernel.block[0]: expected a finite number, got NaN');
    await expect(gpFitTiled(source, { targets: matrix(3, 1), ridge })).rejects.toThrow('targets: expected one row per sample, 300, got 3');
    const controller = new AbortController();
    const slow: KernelSource = { size: n, block: (rows, cols) => { controller.abort(); return fill(between(rows), between(cols)); } };
    await expect(gpFitTiled(slow, { targets, ridge, tile: 50, signal: controller.signal })).rejects.toThrow('aborted');
    const fit = await gpFitTiled(kernel, { targets, ridge });
    await expect(gpPredictTiled(fit, { tests: m, cross: matrix(m, 3) })).rejects.toThrow('cross: expected a 40×300 matrix, got 40×3');
  });
});

describe('regression by conjugate gradients', () => {
  it('is the dense one to its certified residual: in memory, in tiles, and with blocks computed anew', async () => {
    for (const [K, options] of [[kernel, {}], [source, { tile: 100 }], [source, { tile: 70, store: false }]] as const) {
      const fit = await gpFitIterative(K, { targets, ridge, tolerance: 1e-10, ...options });
      expect(fit.status).toBe('converged');
      expect(fit.residual).toBeLessThanOrEqual(1e-10);
      // The residual means what it says: computed here by hand.
      const left = multiply(addDiagonal(kernel, ridge), fit.coefficients).data.map((v, at) => v - targets.data[at]);
      expect(Math.hypot(...left) / Math.hypot(...targets.data)).toBeLessThan(2e-10);
      const { mean, variance, residual, status } = await gpPredictIterative(fit, { tests: m, cross: K === kernel ? crossKernel : cross, testDiagonal }, { batch: 16 });
      // ‖k‖‖y‖/σ²·1e-10 ≈ 20·20/0.05·1e-10.
      expect(mean.data).toBeRelativelyClose(exact.mean.data, 1e-6, { floor: 1 });
      expect(variance).toBeRelativelyClose(exact.variance, 1e-6, { floor: 1 });
      expect([status, residual <= 1e-10]).toEqual(['converged', true]);
    }
  });

  it('needs few products where the preconditioner knows the kernel, and says when it did not get there', async () => {
    const good = await gpFitIterative(kernel, { targets, ridge, rank: 60 });
    const poor = await gpFitIterative(kernel, { targets, ridge, rank: 0 });
    expect(good.iterations).toBeLessThan(poor.iterations / 3);
    expect(good.traceError).toBeLessThan(0.5);
    expect(poor.traceError).toBeRelativelyClose(2 * n, 1e-12);
    const early = await gpFitIterative(kernel, { targets, ridge, rank: 0, maxIterations: 3 });
    expect(early.status).toBe('max-iterations');
    expect(early.residual).toBeGreaterThan(1e-8);
  });

  it('estimates the evidence within its standard error', async () => {
    const { logMarginalLikelihood: estimate } = await gpFitIterative(kernel, { targets, ridge, evidenceProbes: 24, seed: 3 });
    if (estimate === undefined) throw new Error('missing');
    expect(estimate.value).toAgreeWithin(dense.logMarginalLikelihood, estimate.standardError);
    expect(estimate.standardError).toBeLessThan(30);
  });
});

describe('regression through landmarks', () => {
  it('with all the rank there is, is the dense one', async () => {
    for (const method of ['dtc', 'fitc', 'sor'] as const) {
      const fit = await gpNystrom(source, { targets, ridge, rank: n, method });
      // A smooth kernel is of rank 150 or so to rounding.
      expect(fit.rank).toBeLessThan(n);
      const { mean, variance } = gpPredictNystrom(fit, { cross: fill(range(m, n), Array.from(fit.landmarks)), testDiagonal });
      expect(mean.data).toBeRelativelyClose(exact.mean.data, 1e-7, { floor: 1 });
      expect(variance).toBeRelativelyClose(exact.variance, 1e-7, { floor: 1 });
      expect(fit.logMarginalLikelihood).toBeRelativelyClose(dense.logMarginalLikelihood, 1e-8);
      expect(fit.residual).toBeLessThan(1e-7);
    }
  });

  it('brackets the exact evidence ever closer, and its mean and errors go down with the rank', async () => {
    const fits = await Promise.all([10, 30, 60, 100].map((rank) => gpNystrom(kernel, { targets, ridge, rank })));
    const errors = fits.map((fit) => {
      const { mean } = gpPredictNystrom(fit, { cross: fill(range(m, n), Array.from(fit.landmarks)) });
      expect(fit.evidenceBounds.lower).toBeLessThan(dense.logMarginalLikelihood);
      expect(fit.evidenceBounds.upper).toBeGreaterThan(dense.logMarginalLikelihood);
      return Math.hypot(...mean.data.map((v, at) => v - exact.mean.data[at]));
    });
    const falling = (values: number[]): void => { values.slice(1).forEach((v, k) => { expect(v).toBeLessThan(values[k]); }); };
    falling(errors);
    falling(fits.map(({ traceError }) => traceError));
    falling(fits.map(({ residual }) => residual));
    falling(fits.map(({ evidenceBounds: { lower, upper } }) => upper - lower));
    expect(fits[3].evidenceBounds.upper - fits[3].evidenceBounds.lower).toBeLessThan(0.1);
  });

  it.each(['dtc', 'fitc', 'sor'] as const)('%s is its formula with explicit inverses, at landmarks one gives', async (method) => {
    const own = [3, 77, 150, 201, 299, 12, 60, 118];
    const fit = await gpNystrom(source, { targets, ridge, landmarks: own, method, checkRows: n });
    expect([...fit.landmarks].sort((a, b) => a - b)).toEqual([...own].sort((a, b) => a - b));
    const Kmm = submatrix(kernel, own, own);
    const Kmn = rowsOf(kernel, own);
    const inverse = invertCholesky(cholesky(Kmm));
    const Q = multiply(transpose(Kmn), multiply(inverse, Kmn));
    const noise = range(n).map((i) => ridge + (method === 'fitc' ? 2 - Q.data[i * (n + 1)] : 0));
    const A = invertCholesky(cholesky(matrix(n, n, Q.data.map((v, at) => v + (at % (n + 1) === 0 ? noise[at / (n + 1)] : 0)))));
    const Qs = multiply(multiply(fill(range(m, n), own), inverse), Kmn);
    const alpha = multiply(A, targets);
    const { mean, variance } = gpPredictNystrom(fit, { cross: fill(range(m, n), Array.from(fit.landmarks)), testDiagonal });
    expect(mean.data).toBeRelativelyClose(multiply(Qs, alpha).data, 1e-10, { floor: 1 });
    const explained = multiply(multiply(Qs, A), transpose(Qs)).data;
    const own2 = multiply(multiply(fill(range(m, n), own), inverse), fill(own, range(m, n))).data;
    expect(variance).toBeRelativelyClose(range(m).map((i) => (method === 'sor' ? own2[i * (m + 1)] : 2) - explained[i * (m + 1)]), 1e-10, { floor: 1 });
    const missed = multiply(addDiagonal(kernel, ridge), alpha).data.map((v, at) => v - targets.data[at]);
    expect(fit.residual).toBeRelativelyClose(Math.hypot(...missed) / Math.hypot(...targets.data), 1e-9);
  });

  it('drops landmarks that others determine, takes random ones by seed, and stops on a signal', async () => {
    const twice = await gpNystrom(kernel, { targets, ridge, landmarks: [5, 9, 5, 9, 40] });
    expect([...twice.landmarks].sort((a, b) => a - b)).toEqual([5, 9, 40]);
    const flat = await gpNystrom(matrix(4, 4, new Float64Array(16).fill(1)), { targets: matrix(4, 1, [1, 2, 3, 4]), ridge, landmarks: [0, 1, 2] });
    expect(flat.rank).toBe(1);
    const first = await gpNystrom(kernel, { targets, ridge, landmarks: 'random', rank: 20, seed: 7 });
    const second = await gpNystrom(kernel, { targets, ridge, landmarks: 'random', rank: 20, seed: 7 });
    expect(first.landmarks).toEqual(second.landmarks);
    expect(first.evidenceBounds.lower).toBeLessThan(dense.logMarginalLikelihood);
    const controller = new AbortController();
    const slow: KernelSource = { ...source, block: (rows, cols) => { controller.abort(); return source.block(rows, cols); } };
    await expect(gpNystrom(slow, { targets, ridge, signal: controller.signal })).rejects.toThrow('aborted');
    await expect(gpNystrom(matrix(2, 2, [1, 2, 2, 1]), { targets: matrix(2, 1), ridge })).rejects.toThrow('kernel: expected a positive semidefinite kernel, got remaining diagonal entry 1 equal to -3');
    await expect(gpNystrom(kernel, { targets, ridge: 0 })).rejects.toThrow('ridge: expected a number > 0, got 0');
  });
});

describe('the kernel of a network, block by block', () => {
  it('serves every large regression', async () => {
    const network = mlp({ depth: 2, activation: 'relu', weightVariance: 1.8, biasVariance: 0.1 });
    const X = matrix(60, 3, randomStream(4).normals(180));
    const Xtest = matrix(4, 3, randomStream(5).normals(12));
    const y = matrix(60, 1, range(60).map(Math.sin));
    const { ntk } = await computeKernels(network, X);
    const { ntk: crossNtk } = await computeKernels(network, Xtest, X);
    const wanted = gpPredict(gpFit({ kernel: ntk, targets: y, ridge: 0.5 }), { crossKernel: crossNtk }).mean.data;
    const blocks = kernelSource(network, X, { kernel: 'ntk' });
    const { block: cross } = kernelSource(network, Xtest, { X2: X, kernel: 'ntk' });
    const tiled = await gpPredictTiled(await gpFitTiled(blocks, { targets: y, ridge: 0.5, tile: 25 }), { tests: 4, cross });
    expect(tiled.mean.data).toBeRelativelyClose(wanted, 1e-11, { floor: 0.1 });
    const solved = await gpPredictIterative(await gpFitIterative(blocks, { targets: y, ridge: 0.5, store: false, tile: 25 }), { tests: 4, cross });
    expect(solved.mean.data).toBeRelativelyClose(wanted, 1e-6, { floor: 0.1 });
    const landmarks = await gpNystrom(blocks, { targets: y, ridge: 0.5, rank: 60 });
    expect(landmarks.residual).toBeLessThan(1e-10);
  });
});
