import { describe, expect, it } from 'vitest';
import { gram, matrix } from '@saddlepoint/linalg';
import { integrateOde, randomStream } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import { gpPosterior, gradientDescent, gradientFlow, kernelSpectrum, logMarginalLikelihood, maximalLearningRate } from '../src/inference/index.js';

interface Entry {
  time: number;
  steps: number;
  train: number[];
  test: number[];
  loss: number;
}
interface GoldenGp {
  samples: number;
  tests: number;
  outputs: number;
  ridge: number;
  learningRate: number;
  kernel: number[];
  crossKernel: number[];
  testDiagonal: number[];
  targets: number[];
  initial: number[];
  initialTest: number[];
  posterior: { mean: number[]; variance: number[]; logMarginalLikelihood: number; gradientRidge: number };
  flow: Record<'sum' | 'mean', Entry[]>;
  descentRate: number;
  descent: Entry[];
  singular: { kernel: number[]; crossKernel: number[]; train: number[]; test: number[] };
}
const golden = loadGolden<GoldenGp>(import.meta.url, 'gp.json');
const { samples: n, tests: m, outputs: c, ridge } = golden;
const kernel = matrix(n, n, golden.kernel);
const crossKernel = matrix(m, n, golden.crossKernel);
const targets = matrix(n, c, golden.targets);
const initial = matrix(n, c, golden.initial);
const initialTest = matrix(m, c, golden.initialTest);

// A 7×7 problem of condition number about 20: everything is good to some tens of ε.
const TOLERANCE = 1e-13;

describe('GP regression', () => {
  it('agrees with the dense formulas at 50 digits', () => {
    const { mean, variance, logMarginalLikelihood: evidence, jitter } = gpPosterior({ kernel, crossKernel, testDiagonal: golden.testDiagonal, targets, ridge });
    expect(mean.data).toBeRelativelyClose(golden.posterior.mean, TOLERANCE, { floor: 0.1 });
    expect(variance).toBeRelativelyClose(golden.posterior.variance, TOLERANCE);
    expect(evidence).toBeRelativelyClose(golden.posterior.logMarginalLikelihood, TOLERANCE);
    expect(jitter).toBe(0);
  });

  it('has the evidence’s exact slope in the ridge', () => {
    const evidence = logMarginalLikelihood({ kernel, targets, ridge });
    expect(evidence.value).toBeRelativelyClose(golden.posterior.logMarginalLikelihood, TOLERANCE);
    expect(evidence.gradientRidge).toBeRelativelyClose(golden.posterior.gradientRidge, TOLERANCE);
    const at = (s: number): number => logMarginalLikelihood({ kernel, targets, ridge: s }).value;
    // Central difference: truncation h²/6·f‴ ~ 1e-9 relative.
    expect((at(ridge + 1e-5) - at(ridge - 1e-5)) / 2e-5).toBeRelativelyClose(evidence.gradientRidge, 1e-8);
    expect(evidence.value).toBeRelativelyClose(evidence.dataFit + evidence.complexity - 0.5 * n * c * Math.log(2 * Math.PI), 1e-15);
  });

  it('interpolates at no ridge, and returns to the prior far away', () => {
    const { mean, variance } = gpPosterior({ kernel, crossKernel: kernel, testDiagonal: Array.from({ length: n }, (_, i) => kernel.data[i * n + i]), targets, ridge: 0 });
    expect(mean.data).toBeRelativelyClose(targets.data, 1e-12, { floor: 1 });
    expect(Math.max(...variance)).toBeLessThan(1e-13);
    expect(Math.min(...variance)).toBeGreaterThanOrEqual(0);
    const far = gpPosterior({ kernel, crossKernel: matrix(1, n), testDiagonal: [3], targets, ridge });
    expect([...far.mean.data, ...far.variance]).toEqual([0, 0, 3]);
  });

  it('never adds jitter by itself, and reports what it was given', () => {
    const duplicate = matrix(2, 2, [1, 1, 1, 1]);
    const y = matrix(2, 1, [1, 1]);
    const problem = { kernel: duplicate, crossKernel: matrix(1, 2, [1, 1]), targets: y, ridge: 0 };
    expect(gpPosterior(problem)).toMatchObject({ jitter: 0, status: 'singular' });
    expect(() => logMarginalLikelihood(problem)).toThrow(/^kernel: expected a positive definite kernel \+ ridge \(raise ridge, remove duplicate samples, or pass jitter\), got one that is singular to rounding at ridge 0, jitter 0$/);
    const { jitter, mean, status } = gpPosterior({ ...problem, jitter: 1e-10 });
    expect({ jitter, status }).toEqual({ jitter: 1e-10, status: 'definite' });
    expect(mean.data[0]).toBeRelativelyClose(1, 1e-9);
  });

  it('names what does not fit', () => {
    expect(() => gpPosterior({ kernel, crossKernel: matrix(2, 3), targets, ridge })).toThrow('crossKernel: expected one column per training sample, 7, got 3');
    expect(() => gpPosterior({ kernel, crossKernel, targets: matrix(3, 1), ridge })).toThrow('targets: expected one row per sample, 7, got 3');
    expect(() => gpPosterior({ kernel, crossKernel, targets, ridge: -1 })).toThrow('ridge: expected a number ≥ 0, got -1');
    expect(() => gpPosterior({ kernel, crossKernel, targets, ridge, testDiagonal: [1] })).toThrow('testDiagonal: expected one number per test point, 4, got 1');
    expect(() => logMarginalLikelihood({ kernel: matrix(2, 3), targets, ridge })).toThrow('kernel: expected a square matrix, got 2×3');
    expect(() => logMarginalLikelihood({ kernel: matrix(1, 1, [NaN]), targets: matrix(1, 1), ridge })).toThrow('kernel[0]: expected a finite number, got NaN');
  });
});

describe('gradient flow', () => {
  it.each(['sum', 'mean'] as const)('agrees with matrix exponentials at 50 digits (%s)', (loss) => {
    const entries = golden.flow[loss];
    const flow = gradientFlow({ kernel, crossKernel, targets, initial, initialTest, time: entries.map((e) => e.time), loss, learningRate: golden.learningRate });
    entries.forEach((entry, k) => {
      expect(flow.train[k].data).toBeRelativelyClose(entry.train, TOLERANCE, { floor: 1 });
      expect(flow.test?.[k].data).toBeRelativelyClose(entry.test, TOLERANCE, { floor: 1 });
      expect(flow.loss[k]).toBeRelativelyClose(entry.loss, 1e-12);
    });
  });

  it('solves df/dt = −ηΘ(f−y)/n, integrated as an ODE on train and test at once', () => {
    const eta = 0.6;
    const single = matrix(n, 1, targets.data.filter((_, i) => i % c === 0));
    const field = (_t: number, f: Float64Array): Float64Array => {
      const slope = new Float64Array(n + m);
      for (let j = 0; j < n; j++) {
        const pull = (-eta * (f[j] - single.data[j])) / n;
        for (let i = 0; i < n; i++) slope[i] += kernel.data[i * n + j] * pull;
        for (let i = 0; i < m; i++) slope[n + i] += crossKernel.data[i * n + j] * pull;
      }
      return slope;
    };
    const time = [0, 0.7, 5, 20];
    const ode = integrateOde(field, new Float64Array(n + m), time, { relativeTolerance: 1e-11, absoluteTolerance: 1e-13 });
    const flow = gradientFlow({ kernel, crossKernel, targets: single, time, loss: 'mean', learningRate: eta });
    time.forEach((_, k) => {
      // The integrator's own error at these tolerances.
      expect([...flow.train[k].data, ...(flow.test?.[k].data ?? [])]).toBeRelativelyClose(ode.states[k], 1e-9, { floor: 1 });
    });
  });

  it('ends, for a singular kernel, in the pseudo-inverse', () => {
    const { singular } = golden;
    const problem = { kernel: matrix(n, n, singular.kernel), crossKernel: matrix(m, n, singular.crossKernel), targets, initial, initialTest, loss: 'sum' as const };
    const { train, test, loss } = gradientFlow({ ...problem, time: [1e6, Infinity] });
    for (const k of [0, 1]) {
      expect(train[k].data).toBeRelativelyClose(singular.train, 1e-12, { floor: 1 });
      expect(test?.[k].data).toBeRelativelyClose(singular.test, 1e-12, { floor: 1 });
    }
    expect(loss[1]).toBeGreaterThan(0.1);
    expect(gradientFlow({ kernel: matrix(2, 2), targets: matrix(2, 1, [1, 2]), time: [Infinity], loss: 'mean' }).loss).toEqual([1.25]);
  });

  it('keeps the digits of slow modes: 1 − e^{−λt} at λt = 1e-14', () => {
    const flow = gradientFlow({ kernel: matrix(1, 1, [1e-14]), crossKernel: matrix(1, 1, [1]), targets: matrix(1, 1, [1]), time: [1], loss: 'sum' });
    // g = (1−e^{−λ})/λ = 1 − λ/2.
    expect(flow.test?.[0].data[0]).toBeRelativelyClose(1 - 5e-15, 3e-16);
  });

  it('refuses negative times', () => {
    expect(() => gradientFlow({ kernel, targets, time: [-1], loss: 'sum' })).toThrow('time: expected numbers ≥ 0, or Infinity, got -1');
  });
});

describe('gradient descent', () => {
  it('agrees with powers of the step at 50 digits', () => {
    const run = gradientDescent({ kernel, crossKernel, targets, initial, initialTest, steps: golden.descent.map((e) => e.steps), loss: 'mean', learningRate: golden.descentRate });
    golden.descent.forEach((entry, k) => {
      expect(run.train[k].data).toBeRelativelyClose(entry.train, TOLERANCE, { floor: 1 });
      expect(run.test?.[k].data).toBeRelativelyClose(entry.test, TOLERANCE, { floor: 1 });
      expect(run.loss[k]).toBeRelativelyClose(entry.loss, 1e-12);
    });
  });

  it('follows the same steps taken one by one, also where residuals alternate in sign', () => {
    const eta = 0.95 * maximalLearningRate(kernel, { loss: 'sum' });
    const f = new Float64Array(n);
    const y = Float64Array.from({ length: n }, (_, i) => targets.data[i * c]);
    for (let t = 0; t < 5; t++) {
      const pull = f.map((v, j) => eta * (y[j] - v));
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) f[i] += kernel.data[i * n + j] * pull[j];
    }
    const run = gradientDescent({ kernel, targets: matrix(n, 1, y), steps: [5], loss: 'sum', learningRate: eta });
    expect(run.train[0].data).toBeRelativelyClose(f, 1e-12, { floor: 1 });
  });

  it('approaches the flow as the step shrinks, to first order', () => {
    const flow = gradientFlow({ kernel, targets, time: [2], loss: 'sum' }).loss[0];
    const gap = [200, 400].map((steps) => Math.abs(gradientDescent({ kernel, targets, steps: [steps], loss: 'sum', learningRate: 2 / steps }).loss[0] - flow));
    expect(gap[0] / gap[1]).toBeGreaterThan(1.95);
    expect(gap[0] / gap[1]).toBeLessThan(2.05);
  });

  it('converges just below the maximal learning rate and not above', () => {
    for (const loss of ['sum', 'mean'] as const) {
      const largest = maximalLearningRate(kernel, { loss });
      const after = (factor: number): number[] => gradientDescent({ kernel, targets, steps: [10, 2000], loss, learningRate: factor * largest }).loss;
      const [early, late] = after(0.99);
      expect(late).toBeLessThan(early);
      const [before, grown] = after(1.01);
      expect(grown).toBeGreaterThan(before);
      expect(() => gradientDescent({ kernel, targets, steps: [100_000], loss, learningRate: 3 * largest })).toThrow('the learning rate is above maximalLearningRate');
    }
    expect(maximalLearningRate(kernel, { loss: 'sum', momentum: 0.9 })).toBeRelativelyClose(1.9 * maximalLearningRate(kernel, { loss: 'sum' }), 1e-15);
    expect(maximalLearningRate(matrix(2, 2), { loss: 'sum' })).toBe(Infinity);
  });
});

describe('kernelSpectrum', () => {
  it('has the trace and the power that the data have, and rebuilds the kernel', () => {
    const { eigenvalues, targetPowers, vectors } = kernelSpectrum(kernel, targets);
    const trace = Array.from({ length: n }, (_, i) => kernel.data[i * n + i]).reduce((s, v) => s + v, 0);
    expect(eigenvalues.reduce((s, v) => s + v, 0)).toBeRelativelyClose(trace / n, 1e-14);
    expect(targetPowers.reduce((s, v) => s + v, 0)).toBeRelativelyClose(targets.data.reduce((s, v) => s + v * v, 0) / n, 1e-14);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += n * eigenvalues[k] * vectors.data[i * n + k] * vectors.data[j * n + k];
        expect(sum).toBeRelativelyClose(kernel.data[i * n + j], 1e-13, { floor: 1 });
      }
  });

  it('estimates the population: Gaussian features of known eigenvalues', () => {
    // x ~ N(0, diag λ) with the linear kernel K = XXᵀ: for n ≫ d the eigenvalues of K/n are λ, ±√(2/n) each, and y = x₂ has its power in mode 2.
    const lambda = [4, 1, 0.25];
    const samples = 600;
    const normals = randomStream(3).normals(3 * samples);
    const X = matrix(samples, 3, Float64Array.from(normals, (v, i) => v * Math.sqrt(lambda[i % 3])));
    const second = matrix(samples, 1, Float64Array.from({ length: samples }, (_, i) => X.data[3 * i + 1]));
    const { eigenvalues, targetPowers } = kernelSpectrum(gram(X), second);
    lambda.forEach((value, k) => { expect(eigenvalues[k]).toAgreeWithin(value, value * Math.sqrt(2 / samples)); });
    expect(Math.max(...eigenvalues.subarray(3).map(Math.abs))).toBeLessThan(1e-12);
    // Modes mix by angles of order √(λλ′/n)/|λ−λ′| ~ 0.03, their squares in the power.
    expect(targetPowers[1] / targetPowers.reduce((s, v) => s + v, 0)).toBeGreaterThan(0.98);
  });
});
