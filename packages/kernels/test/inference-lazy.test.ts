import { describe, expect, it } from 'vitest';
import { gram, matrix, multiply, rowsOf, type Matrix } from '@saddlepoint/linalg';
import { integrateOde, randomStream } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import {
  estimateMaximalLearningRate, gpFit, gpPosterior, gpPredict, gpTrainPrediction, gradientDescent, gradientFlow, lazyEnsemble, lazyModes, lossFlow, maximalLearningRate, momentumFlow,
} from '../src/inference/index.js';
import { dampedMode, heavyBallSteps } from '../src/inference/lazy/heavy-ball.js';

interface Blocks {
  kernel: number[];
  cross: number[];
  test: number[];
}
interface EnsembleEntry {
  time: number | null;
  trainMean: number[];
  trainCovariance: number[];
  testMean: number[];
  testCovariance: number[];
}
interface Outputs {
  steps: number;
  time: number;
  train: number[];
  test: number[];
}
interface GoldenInference {
  samples: number;
  tests: number;
  outputs: number;
  ridge: number;
  targets: number[];
  nngp: Blocks;
  ntk: Blocks;
  lazy: {
    ensemble: EnsembleEntry[];
    ensembleRidge: EnsembleEntry[];
    ntkGp: EnsembleEntry[];
    ntkGpPosterior: { mean: number[]; covariance: number[] };
    initial: number[];
    initialTest: number[];
    momentum: number;
    learningRate: number;
    descent: Outputs[];
    friction: number;
    momentumFlow: Outputs[];
  };
  singular: { kernel: number[]; crossKernel: number[]; testKernel: number[] };
}
const golden = loadGolden<GoldenInference>(import.meta.url, 'inference.json');
const { samples: n, tests: m, outputs: c, ridge, lazy } = golden;
const blocks = ({ kernel, cross, test }: Blocks): { kernel: Matrix; crossKernel: Matrix; testKernel: Matrix } => ({ kernel: matrix(n, n, kernel), crossKernel: matrix(m, n, cross), testKernel: matrix(m, m, test) });
const nngp = blocks(golden.nngp);
const ntk = blocks(golden.ntk);
const targets = matrix(n, c, golden.targets);
const initial = matrix(n, c, lazy.initial);
const initialTest = matrix(m, c, lazy.initialTest);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const timeOf = ({ time }: EnsembleEntry): number => time ?? Infinity;
const diagonal = (data: ArrayLike<number>, size: number): number[] => range(size).map((i) => data[i * (size + 1)]);

// Six samples, condition numbers below 100.
const TOLERANCE = 2e-13;

describe('ensembles of trained networks', () => {
  it.each([
    ['deep ensemble', { form: 'deep-ensemble', nngp }, lazy.ensemble],
    ['deep ensemble with decay and noisy targets', { form: 'deep-ensemble', nngp, ridge, targetNoise: ridge }, lazy.ensembleRidge],
    ['NTK-GP', { form: 'ntk-gp', ridge }, lazy.ntkGp],
  ] as const)('%s: mean and covariance at 50 digits, at any time', (_name, options, entries) => {
    const problem = { ...options, ntk, targets, time: entries.map(timeOf), loss: 'sum' as const };
    const states = lazyEnsemble({ ...problem, covariance: true });
    const variances = lazyEnsemble({ ...problem, ntk: { ...ntk, kernel: lazyModes(ntk.kernel) } });
    entries.forEach((entry, k) => {
      const { train, test } = states[k];
      expect(train.mean.data).toBeRelativelyClose(entry.trainMean, TOLERANCE, { floor: 1 });
      expect(test?.mean.data).toBeRelativelyClose(entry.testMean, TOLERANCE, { floor: 1 });
      expect(train.covariance?.data).toBeRelativelyClose(entry.trainCovariance, TOLERANCE, { floor: 1 });
      expect(test?.covariance?.data).toBeRelativelyClose(entry.testCovariance, TOLERANCE, { floor: 1 });
      // Variances alone, and from modes computed beforehand.
      expect(variances[k].train.variance).toBeRelativelyClose(diagonal(entry.trainCovariance, n), TOLERANCE, { floor: 1 });
      expect(variances[k].test?.variance).toBeRelativelyClose(diagonal(entry.testCovariance, m), TOLERANCE, { floor: 1 });
      expect(variances[k].test?.covariance).toBeUndefined();
    });
  });

  it('NTK-GP ends in the posterior of its kernel, and so does training the readout alone', () => {
    const [end] = lazyEnsemble({ form: 'ntk-gp', ntk, targets, time: [Infinity], loss: 'mean', ridge, covariance: true });
    expect(end.test?.mean.data).toBeRelativelyClose(lazy.ntkGpPosterior.mean, TOLERANCE, { floor: 1 });
    expect(end.test?.covariance?.data).toBeRelativelyClose(lazy.ntkGpPosterior.covariance, TOLERANCE, { floor: 1 });
    const posterior = gpTrainPrediction(gpFit({ kernel: ntk.kernel, targets, ridge }));
    expect(end.train.mean.data).toBeRelativelyClose(posterior.mean.data, TOLERANCE, { floor: 1 });
    expect(end.train.covariance?.data).toBeRelativelyClose(posterior.covariance.data, TOLERANCE, { floor: 1 });
    const [readout] = lazyEnsemble({ form: 'deep-ensemble', ntk: nngp, nngp, targets, time: [Infinity], loss: 'sum', covariance: true });
    const bayes = gpPosterior({ ...nngp, targets, ridge: 0 });
    expect(readout.test?.mean.data).toBeRelativelyClose(bayes.mean.data, 1e-12, { floor: 1 });
    expect(readout.test?.covariance?.data).toBeRelativelyClose(bayes.covariance.data, 1e-12, { floor: 1 });
  });

  it('is the ensemble of a linear model whose parameters are trained one member at a time', () => {
    // f = Φθ, P = 12 parameters started from N(0, S): Θ = ΦΦᵀ and K = ΦSΦᵀ exactly. Every member is trained by heavy-ball steps on its own parameters and its own
    // noisy targets, with decay to its own start.
    const [samples, tests, P, members, steps] = [5, 3, 12, 3000, 25];
    const stream = randomStream(12);
    const features = matrix(samples + tests, P, stream.normals((samples + tests) * P).map((v) => v / Math.sqrt(P)));
    const spread = Float64Array.from({ length: P }, (_, p) => 0.2 + p / 6);
    const started = matrix(samples + tests, P, features.data.map((v, i) => v * Math.sqrt(spread[i % P])));
    const y = [1, -1, 2, 0, 1];
    const [eta, mu, sigma2, noise] = [0.3, 0.6, 0.1, 0.05];
    const sums = new Float64Array(samples + tests);
    const products = new Float64Array((samples + tests) ** 2);
    for (let member = 0; member < members; member++) {
      const own = stream.split(member);
      const theta0 = own.normals(P).map((v, p) => v * Math.sqrt(spread[p]));
      const labels = y.map((v) => v + Math.sqrt(noise) * own.normal());
      let [theta, before] = [theta0, theta0];
      const output = (i: number, parameters: Float64Array): number => {
        let f = 0;
        for (let p = 0; p < P; p++) f += features.data[i * P + p] * parameters[p];
        return f;
      };
      for (let t = 0; t < steps; t++) {
        const next = theta.map((v, p) => v + mu * (v - before[p]) - eta * sigma2 * (v - theta0[p]));
        for (let i = 0; i < samples; i++) {
          const error = output(i, theta) - labels[i];
          for (let p = 0; p < P; p++) next[p] -= eta * error * features.data[i * P + p];
        }
        [theta, before] = [next, theta];
      }
      const f = range(samples + tests).map((i) => output(i, theta));
      f.forEach((u, i) => {
        sums[i] += u / members;
        f.forEach((v, j) => { products[i * (samples + tests) + j] += (u * v) / members; });
      });
    }
    const part = (all: Matrix): { kernel: Matrix; crossKernel: Matrix; testKernel: Matrix } => {
      const G = gram(all);
      const cut = (rows: number[], cols: number[]): Matrix => matrix(rows.length, cols.length, rows.flatMap((i) => cols.map((j) => G.data[i * (samples + tests) + j])));
      const [train, test] = [range(samples), range(tests).map((i) => i + samples)];
      return { kernel: cut(train, train), crossKernel: cut(test, train), testKernel: cut(test, test) };
    };
    const [state] = lazyEnsemble({
      form: 'deep-ensemble', ntk: part(features), nngp: part(started), targets: matrix(samples, 1, y), time: [steps], loss: 'sum', learningRate: eta, ridge: sigma2, targetNoise: noise,
      dynamics: { type: 'descent', momentum: mu }, covariance: true,
    });
    const check = (mean: Matrix | undefined, covariance: Matrix | undefined, offset: number): void => {
      if (mean === undefined || covariance === undefined) throw new Error('missing');
      const size = mean.rows;
      const at = (i: number, j: number): number => covariance.data[i * size + j];
      for (const i of range(size))
        for (const j of range(i + 1)) {
          const [p, q] = [i + offset, j + offset];
          if (i === j) expect(sums[p]).toAgreeWithin(mean.data[i], Math.sqrt(at(i, i) / members), 4.5);
          const got = products[p * (samples + tests) + q] - sums[p] * sums[q];
          expect(got).toAgreeWithin(at(i, j), Math.sqrt((at(i, i) * at(j, j) + at(i, j) ** 2) / members), 4.5);
        }
    };
    check(state.train.mean, state.train.covariance, 0);
    check(state.test?.mean, state.test?.covariance, samples);
  });

  it('on a singular kernel keeps the initial spread of what training cannot reach, at any time', () => {
    const kernel = matrix(n, n, golden.singular.kernel);
    const crossKernel = matrix(m, n, golden.singular.crossKernel);
    for (const form of ['deep-ensemble', 'ntk-gp'] as const) {
      const states = lazyEnsemble({ form, ntk: { kernel, crossKernel, testKernel: matrix(m, m, golden.singular.testKernel) }, nngp, targets, time: [0, 0.1, 10, 1e9, Infinity], loss: 'mean' });
      for (const { train, test } of states) for (const v of [...train.mean.data, ...train.variance, ...(test?.mean.data ?? []), ...(test?.variance ?? [])]) expect(Number.isFinite(v)).toBe(true);
      // P K P with P onto the null space of Θ: 3 of 6 dimensions for the NNGP kernel, nothing for Θ itself.
      const left = states[4].train.variance.reduce((s, v) => s + v, 0);
      if (form === 'ntk-gp') expect(left).toBeLessThan(1e-13);
      else {
        const { vectors } = lazyModes(kernel);
        const hidden = multiply(multiply(vectors, nngp.kernel, { transposeA: true }), vectors);
        expect(left).toBeRelativelyClose(diagonal(hidden.data, n).slice(3).reduce((s, v) => s + v, 0), 1e-12);
      }
      expect(states[3].train.variance).toBeRelativelyClose(states[4].train.variance, 1e-9, { floor: 1 });
    }
  });

  it('names what is missing', () => {
    const problem = { form: 'deep-ensemble' as const, ntk, targets, time: [1], loss: 'sum' as const };
    expect(() => lazyEnsemble(problem)).toThrow('nngp: expected the NNGP kernel, which the initial outputs of a deep ensemble have, got nothing');
    expect(() => lazyEnsemble({ ...problem, nngp: { kernel: nngp.kernel, testKernel: nngp.testKernel } })).toThrow('nngp.crossKernel: expected the NNGP kernel between test and training points');
    expect(lazyEnsemble({ ...problem, nngp: { kernel: nngp.kernel } })[0].test?.variance).toBeUndefined();
  });
});

describe('decay to the initial parameters', () => {
  it('ends in ridge regression, on test points and on training points', () => {
    const fit = gpFit({ kernel: ntk.kernel, targets, ridge });
    for (const loss of ['sum', 'mean'] as const) {
      const { train, test } = gradientFlow({ ...ntk, targets, ridge, time: [Infinity], loss });
      expect(train[0].data).toBeRelativelyClose(gpTrainPrediction(fit).mean.data, TOLERANCE, { floor: 1 });
      expect(test?.[0].data).toBeRelativelyClose(gpPredict(fit, ntk).mean.data, TOLERANCE, { floor: 1 });
    }
  });

  it('solves df/dt = −η[Θ(f−y) + σ²(f−f₀)]/n', () => {
    const f0 = matrix(n, 1, Float64Array.from({ length: n }, (_, i) => initial.data[i * c]));
    const y = matrix(n, 1, Float64Array.from({ length: n }, (_, i) => targets.data[i * c]));
    const time = [0, 0.5, 4, 30];
    const ode = integrateOde((_t, f) => {
      const error = multiply(ntk.kernel, matrix(n, 1, f.map((v, i) => v - y.data[i]))).data;
      return error.map((e, i) => (-0.7 * (e + ridge * (f[i] - f0.data[i]))) / n);
    }, f0.data, time, { relativeTolerance: 1e-11, absoluteTolerance: 1e-13 });
    const { train } = gradientFlow({ kernel: ntk.kernel, targets: y, initial: f0, ridge, learningRate: 0.7, time, loss: 'mean' });
    // The integrator's own error at these tolerances.
    time.forEach((_, k) => { expect(train[k].data).toBeRelativelyClose(ode.states[k], 1e-9, { floor: 1 }); });
  });
});

describe('momentum', () => {
  it('agrees with heavy-ball steps and block exponentials at 50 digits', () => {
    const shared = { ...ntk, targets, initial, initialTest, ridge, loss: 'sum' as const };
    const run = gradientDescent({ ...shared, steps: lazy.descent.map(({ steps }) => steps), momentum: lazy.momentum, learningRate: lazy.learningRate });
    const flow = momentumFlow({ ...shared, time: lazy.momentumFlow.map(({ time }) => time), friction: lazy.friction });
    for (const [got, want] of [[run, lazy.descent], [flow, lazy.momentumFlow]] as const)
      want.forEach(({ train, test }, k) => {
        expect(got.train[k].data).toBeRelativelyClose(train, TOLERANCE, { floor: 1 });
        expect(got.test?.[k].data).toBeRelativelyClose(test, TOLERANCE, { floor: 1 });
      });
  });

  it.each([0.02, 0.5, 0.9, 0.999])('follows every step of a mode, slow, oscillating, critical, alternating: μ = %s', (mu) => {
    const critical = (1 - Math.sqrt(mu)) ** 2;
    const alternating = (1 + Math.sqrt(mu)) ** 2;
    for (const m of [1e-9, 0.01 * critical, 0.99 * critical, critical, critical * (1 + 1e-9), 1.5 * critical, 1, 0.9 * alternating, alternating, 0.5 * (alternating + 2 * (1 + mu)), 1.99 * (1 + mu)]) {
      let [now, before, largest] = [1, 1, 1];
      for (let t = 1; t <= 400; t++) {
        [now, before] = [now + mu * (now - before) - m * now, now];
        largest = Math.max(largest, Math.abs(now));
        if (![1, 2, 63, 64, 65, 66, 150, 399, 400].includes(t)) continue;
        const { decay, progress } = heavyBallSteps(m, mu, t);
        // Both round: an ulp of m moves e by up to t²ε = 4e-11 of the largest amplitude where the two roots meet.
        expect(Math.abs(decay - now)).toBeLessThan(4e-11 * largest);
        expect(m * progress).toBeRelativelyClose(1 - now, 1e-9, { floor: 1e-3 });
      }
    }
  });

  it('keeps the digits of slow modes, and ends where it should', () => {
    // m → 0: the distance after t steps is Σ_s (1−μ^s)/(1−μ).
    for (const t of [10, 1000]) {
      let expected = 0;
      for (let s = 1; s <= t; s++) expected += (1 - 0.9 ** s) / 0.1;
      expect(heavyBallSteps(1e-18, 0.9, t).progress).toBeRelativelyClose(expected, 1e-13);
    }
    expect(dampedMode(1e-18, 2, 3).progress).toBeRelativelyClose(3 / 2 - (1 - Math.exp(-6)) / 4, 1e-14);
    expect(dampedMode(0.5, 2, Infinity)).toEqual({ decay: 0, progress: 2 });
    expect(heavyBallSteps(0.5, 0.5, 1_000_000).progress).toBe(2);
  });

  it('solves ë + γė + κe = 0: over-, under- and critically damped, short and long times', () => {
    for (const friction of [0, 0.3, 2, 6])
      for (const curvature of [1e-3, 1, (friction / 2) ** 2 || 0.1, 9]) {
        const times = [0, 0.01, 0.3, 1, 4, 12];
        const ode = integrateOde((_t, [e, v]) => [v, -curvature * e - friction * v], [1, 0], times, { relativeTolerance: 1e-11, absoluteTolerance: 1e-13 });
        times.forEach((time, k) => {
          const { decay, progress } = dampedMode(curvature, friction, time);
          expect(Math.abs(decay - ode.states[k][0])).toBeLessThan(1e-9);
          expect(Math.abs(1 - curvature * progress - ode.states[k][0])).toBeLessThan(1e-9);
        });
      }
  });

  it('in continuous time is the limit of small steps, to first order in their length', () => {
    const problem = { ...ntk, targets, ridge, loss: 'mean' as const };
    const flow = momentumFlow({ ...problem, time: [3], friction: 1.5 }).train[0].data;
    const gap = [100, 200].map((steps) => {
      const h = 3 / steps;
      const { train } = gradientDescent({ ...problem, steps: [steps], learningRate: h * h, momentum: 1 - 1.5 * h });
      return Math.hypot(...train[0].data.map((f, i) => f - flow[i]));
    });
    expect(gap[0] / gap[1]).toBeGreaterThan(1.9);
    expect(gap[0] / gap[1]).toBeLessThan(2.1);
    expect(() => momentumFlow({ ...problem, time: [Infinity], friction: 0 })).toThrow('friction: expected a number > 0, for the motion to end, got 0');
  });
});

describe('the largest learning rate', () => {
  it('is the edge of convergence with momentum and ridge, from dense and from iterated eigenvalues', async () => {
    for (const momentum of [0, 0.8]) {
      const limit = maximalLearningRate(lazyModes(ntk.kernel), { loss: 'mean', momentum, ridge });
      expect(limit).toBeRelativelyClose(maximalLearningRate(ntk.kernel, { loss: 'mean', momentum, ridge }), 1e-13);
      const estimate = await estimateMaximalLearningRate(ntk.kernel, { loss: 'mean', momentum, ridge });
      expect(estimate.status).toBe('converged');
      expect(estimate.value).toBeRelativelyClose(limit, 1e-6);
      const after = (factor: number): number[] => gradientDescent({ kernel: ntk.kernel, targets, ridge, momentum, steps: [100, 3000], learningRate: factor * limit, loss: 'mean' }).loss;
      const [early, late] = after(0.999);
      const [before, grown] = after(1.001);
      expect(late).toBeLessThanOrEqual(early);
      expect(grown).toBeGreaterThan(before);
    }
  });

  it('of logistic loss is the edge where its curvature is largest', () => {
    // Labels of ½: the minimum is at f = 0, where the curvature is ¼.
    const limit = maximalLearningRate(matrix(1, 1, [2]), { loss: 'sum', lossFunction: 'logistic' });
    const after = (eta: number): number => {
      let f = 1e-3;
      for (let t = 0; t < 2000; t++) f -= eta * 2 * (1 / (1 + Math.exp(-f)) - 0.5);
      return Math.abs(f);
    };
    expect(after(0.99 * limit)).toBeLessThan(1e-6);
    expect(after(1.01 * limit)).toBeGreaterThan(1e-2);
  });
});

describe('any loss, by its differential equation', () => {
  it('is the closed form for squares, with decay and with momentum', async () => {
    const time = [0, 0.3, 2, 15];
    const problem = { ...ntk, targets, initial, initialTest, ridge, time, loss: 'mean' as const, learningRate: 1.3 };
    const closed = gradientFlow(problem);
    const ode = await lossFlow({ ...problem, tolerance: 1e-11 });
    const swinging = momentumFlow({ ...problem, friction: 0.8 });
    const swung = await lossFlow({ ...problem, friction: 0.8, tolerance: 1e-11 });
    for (const [got, want] of [[ode, closed], [swung, swinging]] as const) {
      expect(got.status).toBe('converged');
      time.forEach((_, k) => {
        expect(got.train[k].data).toBeRelativelyClose(want.train[k].data, 1e-9, { floor: 1 });
        expect(got.test?.[k].data).toBeRelativelyClose(want.test?.[k].data ?? [], 1e-9, { floor: 1 });
        expect(got.loss[k]).toBeRelativelyClose(want.loss[k], 1e-8, { floor: 1e-3 });
      });
    }
  });

  it('softmax: the parameters of a linear model, integrated', async () => {
    const [samples, P, classes] = [5, 7, 3];
    const stream = randomStream(3);
    const features = matrix(samples + 2, P, stream.normals((samples + 2) * P));
    const train = rowsOf(features, range(samples));
    const labels = [0, 1, 2, 1, 0];
    const y = matrix(samples, classes, labels.flatMap((label) => range(classes).map((k) => (k === label ? 1 : 0))));
    const sigma2 = 0.05;
    const time = [0.2, 3];
    // θ: P×classes from 0; dθ/dt = −Φᵀ(softmax(Φθ) − y)/n − σ²θ/n.
    const ode = integrateOde((_t, theta) => {
      const f = multiply(train, matrix(P, classes, theta.slice())).data;
      const slope = theta.map((v) => (-sigma2 * v) / samples);
      for (const i of range(samples)) {
        const weights = range(classes).map((k) => Math.exp(f[i * classes + k]));
        const sum = weights.reduce((a, b) => a + b);
        for (const p of range(P)) for (const k of range(classes)) slope[p * classes + k] -= (train.data[i * P + p] * (weights[k] / sum - y.data[i * classes + k])) / samples;
      }
      return slope;
    }, new Float64Array(P * classes), [0, ...time], { relativeTolerance: 1e-10, absoluteTolerance: 1e-12 });
    const G = gram(features);
    const cut = (rows: number[]): Matrix => matrix(rows.length, samples, rows.flatMap((i) => range(samples).map((j) => G.data[i * (samples + 2) + j])));
    const flow = await lossFlow({ kernel: cut(range(samples)), crossKernel: cut([samples, samples + 1]), targets: y, lossFunction: 'softmax', ridge: sigma2, time, loss: 'mean', tolerance: 1e-10 });
    time.forEach((_, k) => {
      const f = multiply(features, matrix(P, classes, ode.states[k + 1])).data;
      expect(flow.train[k].data).toBeRelativelyClose(f.slice(0, samples * classes), 1e-7, { floor: 1 });
      expect(flow.test?.[k].data).toBeRelativelyClose(f.slice(samples * classes), 1e-7, { floor: 1 });
    });
    const first = flow.loss[0];
    const entropy = labels.reduce((sum, label, i) => {
      const row = range(classes).map((k) => flow.train[0].data[i * classes + k]);
      return sum - Math.log(Math.exp(row[label]) / row.reduce((s, v) => s + Math.exp(v), 0));
    }, 0);
    expect(first).toBeRelativelyClose(entropy / samples, 1e-13);
  });

  it('two classes of softmax are logistic at twice the kernel, on a singular kernel too', async () => {
    const kernel = matrix(3, 3, [2, 2, 0.5, 2, 2, 0.5, 0.5, 0.5, 1]);
    const labels = [1, 1, 0];
    const pairs = await lossFlow({ kernel, targets: matrix(3, 2, labels.flatMap((l) => [1 - l, l])), lossFunction: 'softmax', time: [5], loss: 'sum' });
    const single = await lossFlow({ kernel: matrix(3, 3, kernel.data.map((v) => 2 * v)), targets: matrix(3, 1, labels), lossFunction: 'logistic', time: [5], loss: 'sum' });
    expect(range(3).map((i) => pairs.train[0].data[2 * i + 1] - pairs.train[0].data[2 * i])).toBeRelativelyClose(single.train[0].data, 1e-7);
    expect(pairs.loss[0]).toBeRelativelyClose(single.loss[0], 1e-7);
    expect(single.train[0].data[0]).toBeRelativelyClose(single.train[0].data[1], 1e-12);
  });

  it('takes a loss of one’s own, says when it did not arrive, stops on a signal, refuses what is no probability', async () => {
    const problem = { kernel: ntk.kernel, targets, loss: 'sum' as const, time: [1, 50] };
    const quartic = { value: (f: Float64Array) => f.reduce((s, v) => s + 0.25 * v ** 4, 0), gradient: (f: Float64Array) => f.map((v) => v ** 3) };
    // One sample, θ = 2: df/dt = −2f³, f = f₀/√(1 + 4f₀²t).
    const own = await lossFlow({ kernel: matrix(1, 1, [2]), targets: matrix(1, 1), initial: matrix(1, 1, [1.5]), lossFunction: quartic, time: [3], loss: 'sum' });
    expect(own.train[0].data[0]).toBeRelativelyClose(1.5 / Math.sqrt(1 + 4 * 2.25 * 3), 1e-7);
    const early = await lossFlow({ ...problem, maxSteps: 5 });
    expect([early.status, early.times.length < 2]).toEqual(['max-iterations', true]);
    const controller = new AbortController();
    await expect(lossFlow(problem, { signal: controller.signal, onProgress: () => { controller.abort(); } })).rejects.toThrow('aborted');
    await expect(lossFlow({ ...problem, lossFunction: 'softmax' })).rejects.toThrow('a probability, for softmax cross-entropy');
    await expect(lossFlow({ ...problem, time: [2, 1] })).rejects.toThrow('time: expected ascending numbers ≥ 0, got 2, 1');
  });
});
