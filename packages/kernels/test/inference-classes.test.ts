import { describe, expect, it } from 'vitest';
import { addDiagonal, cholesky, matrix, multiply, rowsOf, submatrix, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { loadGolden } from '@saddlepoint/testing';
import { calibrationOf, classProbabilities, conformalIntervals, conformalQuantile, coverageOf, gaussianIntervals, gpFit, gpPredict, oneHotTargets, predictedClasses } from '../src/inference/index.js';

interface GoldenClasses {
  classes: {
    argmax: { mean: number[]; variance: number[]; probabilities: number[] }[];
    logistic: { mean: number; variance: number; probability: number }[];
  };
}
const { classes } = loadGolden<GoldenClasses>(import.meta.url, 'inference.json');
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('class probabilities', () => {
  it('of the largest Gaussian output agree with quadrature at 25 digits', async () => {
    for (const { mean, variance, probabilities } of classes.argmax) {
      const c = mean.length;
      const got = await classProbabilities({ mean: matrix(1, c, mean), variance: matrix(1, c, variance) });
      // Some ulps, absolute.
      expect(got.probabilities.data).toBeRelativelyClose(probabilities, 1e-14, { floor: 1 });
      expect(got.error).toBeLessThan(1e-13);
    }
  });

  it('of two classes and of logits are exact', async () => {
    for (const { mean, variance, probability } of classes.logistic) {
      const { probabilities } = await classProbabilities({ mean: matrix(1, 2, [0, mean]), variance: matrix(1, 2, [0.25 * variance, 0.75 * variance]) }, { rule: 'softmax' });
      expect(probabilities.data).toBeRelativelyClose([1 - probability, probability], 1e-12);
    }
    // The smaller of two probabilities keeps its digits: Φ(−10) = 7.61985302416053e-24.
    const { probabilities, error } = await classProbabilities({ mean: matrix(1, 2, [10, 0]), variance: [0.5] });
    expect(probabilities.data).toBeRelativelyClose([1, 7.61985302416053e-24], 1e-13);
    expect(error).toBe(0);
  });

  it('know certainty, ties, symmetry and one class', async () => {
    const certain = await classProbabilities({ mean: matrix(2, 3, [1, 0, 2, 4, 4, 1]), variance: [0, 0] });
    expect([...certain.probabilities.data]).toEqual([0, 0, 1, 0.5, 0.5, 0]);
    expect([...(await classProbabilities({ mean: matrix(1, 2, [3, 3]), variance: [0] })).probabilities.data]).toEqual([0.5, 0.5]);
    expect([...(await classProbabilities({ mean: matrix(2, 1, [3, 5]), variance: [1, 1] })).probabilities.data]).toEqual([1, 1]);
    const alike = await classProbabilities({ mean: matrix(1, 100, new Float64Array(100).fill(2)), variance: [3] });
    expect(alike.probabilities.data).toBeRelativelyClose(new Float64Array(100).fill(0.01), 1e-12);
    // One output known exactly beside two that are not: P(both below 0) = ¼ and the rest shared, to half of the least variance ratio 1e-6.
    const mixed = await classProbabilities({ mean: matrix(1, 3), variance: matrix(1, 3, [0, 1, 1]) });
    expect(mixed.probabilities.data).toBeRelativelyClose([0.25, 0.375, 0.375], 1e-6);
  });

  it('of softmax over several classes agree with the two-class integral where a third never wins, with errors as stated; seeded, abortable', async () => {
    const field = { mean: matrix(1, 3, [0, 1.5, -400]), variance: [2] };
    const three = await classProbabilities(field, { rule: 'softmax', samples: 4000, seed: 3 });
    const two = await classProbabilities({ mean: matrix(1, 2, [0, 1.5]), variance: [2] }, { rule: 'softmax' });
    expect(three.probabilities.data[1]).toAgreeWithin(two.probabilities.data[1], three.error);
    expect(three.error).toBeLessThan(0.01);
    expect(await classProbabilities(field, { rule: 'softmax', samples: 4000, seed: 3 })).toEqual(three);
    const many = { mean: matrix(3000, 4), variance: new Float64Array(3000).fill(1) };
    const controller = new AbortController();
    await expect(classProbabilities(many, { rule: 'softmax', signal: controller.signal, onProgress: () => { controller.abort(); } })).rejects.toThrow('aborted');
    await expect(classProbabilities({ ...field, variance: [-1] })).rejects.toThrow('variance[0]: expected a number ≥ 0, got -1');
    await expect(classProbabilities({ ...field, variance: [1, 2] })).rejects.toThrow('variance: expected one per point, 1, got 2 numbers');
  });

  it('are calibrated on labels drawn from the same field', async () => {
    const [m, c] = [4000, 3];
    const stream = randomStream(6);
    const mean = matrix(m, c, stream.normals(m * c));
    const variance = stream.uniforms(m).map((u) => 0.05 + u);
    const outputs = matrix(m, c, mean.data.map((mu, at) => mu + Math.sqrt(variance[Math.floor(at / c)]) * stream.normal()));
    const labels = predictedClasses(outputs);
    const { probabilities } = await classProbabilities({ mean, variance });
    const result = calibrationOf(probabilities, labels);
    for (const { confidence, accuracy, count } of result.bins) expect(accuracy).toAgreeWithin(confidence, Math.sqrt((confidence * (1 - confidence) + 1 / count) / count));
    // Perfect calibration still leaves √(2/π)·√(p(1−p)/count) per bin.
    const chance = result.bins.reduce((sum, { confidence, count }) => sum + (count / m) * Math.sqrt((2 / Math.PI) * confidence * (1 - confidence) / count), 0);
    expect(result.expectedCalibrationError).toBeLessThan(2.5 * chance);
    // Twice too sure of itself is seen.
    const { probabilities: sure } = await classProbabilities({ mean, variance: variance.map((v) => v / 25) });
    expect(calibrationOf(sure, labels).expectedCalibrationError).toBeGreaterThan(5 * result.expectedCalibrationError);
    expect(calibrationOf(sure, labels).logLoss).toBeGreaterThan(result.logLoss);
    expect(calibrationOf(sure, labels).accuracy).toBeCloseTo(result.accuracy, 2);
  });
});

describe('classes as regression', () => {
  it('with centred one-hot targets: outputs sum to zero, and two classes are one output of ±½', () => {
    const stream = randomStream(2);
    const X = matrix(30, 4, stream.normals(120));
    const K = multiply(X, X, { transposeB: true });
    const labels = range(30).map((i) => (X.data[4 * i] > 0 ? (X.data[4 * i + 1] > 0 ? 2 : 1) : 0));
    const targets = oneHotTargets(labels, 3);
    const { mean } = gpPredict(gpFit({ kernel: K, targets, ridge: 0.1 }), { crossKernel: K });
    for (const i of range(30)) expect(Math.abs(mean.data[3 * i] + mean.data[3 * i + 1] + mean.data[3 * i + 2])).toBeLessThan(1e-12);
    const binary = labels.map((label) => Math.min(label, 1));
    const both = gpPredict(gpFit({ kernel: K, targets: oneHotTargets(binary, 2), ridge: 0.1 }), { crossKernel: K }).mean;
    const one = gpPredict(gpFit({ kernel: K, targets: matrix(30, 1, binary.map((b) => b - 0.5)), ridge: 0.1 }), { crossKernel: K }).mean;
    expect(range(30).map((i) => both.data[2 * i + 1])).toBeRelativelyClose(one.data, 1e-12, { floor: 0.1 });
    expect([...oneHotTargets([2], 3, { centred: false }).data]).toEqual([0, 0, 1]);
    expect(() => oneHotTargets([3], 3)).toThrow('labels[0]: expected a number ≥ 0 and ≤ 2, got 3');
    expect(() => calibrationOf(mean, [0])).toThrow('labels: expected one per row, 30, got 1');
  });
});

// Labels drawn from a Gaussian process with noise: n training and m test points, c independent outputs.
const [n, m, c, noise] = [60, 6, 300, 0.3];
const drawn = (() => {
  const stream = randomStream(21);
  const x = stream.uniforms(n + m).map((u) => 6 * u);
  const K = matrix(n + m, n + m, range((n + m) ** 2).map((at) => Math.exp(-0.5 * (x[Math.floor(at / (n + m))] - x[at % (n + m)]) ** 2)));
  const labels = multiply(cholesky(addDiagonal(K, noise)).factor, matrix(n + m, c, stream.normals((n + m) * c)));
  const [train, test] = [range(n), range(m, n)];
  return {
    kernel: submatrix(K, train, train),
    points: { crossKernel: submatrix(K, test, train), testDiagonal: new Float64Array(m).fill(1) },
    targets: rowsOf(labels, train),
    held: rowsOf(labels, test),
  };
})();
/** Coverage per output: outputs are independent, test points of one output are not. */
function spreadOfCoverage({ lower, upper }: { lower: Matrix; upper: Matrix }): { coverage: number; standardError: number } {
  const each = range(c).map((j) => range(m).filter((i) => lower.data[i * c + j] <= drawn.held.data[i * c + j] && drawn.held.data[i * c + j] <= upper.data[i * c + j]).length / m);
  const coverage = each.reduce((s, v) => s + v, 0) / c;
  return { coverage, standardError: Math.sqrt(each.reduce((s, v) => s + (v - coverage) ** 2, 0) / (c * (c - 1))) };
}

describe('Gaussian intervals', () => {
  it('cover as often as they say, on data from the process itself', () => {
    const prediction = gpPredict(gpFit({ kernel: drawn.kernel, targets: drawn.targets, ridge: noise }), drawn.points);
    for (const level of [0.5, 0.8, 0.95]) {
      const intervals = gaussianIntervals(prediction, { level, noise });
      const { coverage, standardError } = spreadOfCoverage(intervals);
      expect(coverage).toAgreeWithin(level, standardError);
      const measured = coverageOf(intervals, drawn.held);
      expect(measured.coverage).toBeCloseTo(coverage, 12);
      expect(measured.count).toBe(m * c);
      expect(measured.meanWidth).toBeGreaterThan(0);
    }
    // Of f alone they are too narrow for labels.
    expect(spreadOfCoverage(gaussianIntervals(prediction, { level: 0.9 })).coverage).toBeLessThan(0.8);
  });
});

describe('conformal intervals', () => {
  it('cover as they should with a wrong noise level, where Gaussian ones do not', () => {
    const wrong = gpFit({ kernel: drawn.kernel, targets: drawn.targets, ridge: noise / 10 });
    const level = 0.8;
    expect(spreadOfCoverage(gaussianIntervals(gpPredict(wrong, drawn.points), { level, noise: noise / 10 })).coverage).toBeLessThan(0.6);
    for (const method of ['scaled', 'residual', 'jackknife+'] as const) {
      const intervals = conformalIntervals(wrong, drawn.points, { level, method });
      const { coverage, standardError } = spreadOfCoverage(intervals);
      // ⌈61·0.8⌉ of 60 samples; one test point may be harder than the average sample, hence 0.04 beside chance.
      expect(Math.abs(coverage - 49 / 61), method).toBeLessThan(0.04 + 4 * standardError);
      expect(Math.min(...intervals.leaveOneOutCoverage)).toBe(49 / 60);
    }
  });

  it('jackknife+ is what refitting without each sample gives', () => {
    const size = 12;
    const cut = range(size);
    const kernel = submatrix(drawn.kernel, cut, cut);
    const targets = matrix(size, 1, cut.map((i) => drawn.targets.data[i * c]));
    const crossKernel = submatrix(drawn.points.crossKernel, range(m), cut);
    const { lower, upper } = conformalIntervals(gpFit({ kernel, targets, ridge: noise }), { crossKernel }, { level: 0.8, method: 'jackknife+' });
    const predictions = cut.map((left) => {
      const others = cut.filter((i) => i !== left);
      const fit = gpFit({ kernel: submatrix(kernel, others, others), targets: rowsOf(targets, others), ridge: noise });
      const own = gpPredict(fit, { crossKernel: submatrix(kernel, [left], others) }).mean.data[0];
      return { residual: Math.abs(targets.data[left] - own), test: gpPredict(fit, { crossKernel: submatrix(crossKernel, range(m), others) }).mean.data };
    });
    for (const i of range(m)) {
      // ⌈13·0.8⌉ = 11-th smallest, and 11-th largest.
      const sorted = (sign: number): number[] => predictions.map(({ residual, test }) => test[i] + sign * residual).sort((a, b) => a - b);
      expect(upper.data[i]).toBeRelativelyClose(sorted(1)[10], 1e-12);
      expect(lower.data[i]).toBeRelativelyClose(sorted(-1)[1], 1e-12);
    }
  });

  it('are infinite when there are too few samples, and need a variance to be scaled', () => {
    expect(conformalQuantile([1, 2, 3], 0.9)).toBe(Infinity);
    expect(conformalQuantile([4, 1, 2, 3], 0.8)).toBe(4);
    const fit = gpFit({ kernel: matrix(2, 2, [1, 0, 0, 1]), targets: matrix(2, 1, [1, 2]), ridge: 1 });
    const { lower, upper, mean } = conformalIntervals(fit, { crossKernel: matrix(1, 2) }, { method: 'residual' });
    expect([lower.data[0], mean.data[0], upper.data[0]]).toEqual([-Infinity, 0, Infinity]);
    // Also where the variance is 0.
    const known = gpFit({ kernel: matrix(2, 2, [1, 0, 0, 1]), targets: matrix(2, 1, [1, 2]), ridge: 0 });
    const whole = conformalIntervals(known, { crossKernel: matrix(1, 2, [1, 0]), testDiagonal: [1] });
    expect([whole.lower.data[0], whole.upper.data[0]]).toEqual([-Infinity, Infinity]);
    expect(() => conformalIntervals(fit, { crossKernel: matrix(1, 2) })).toThrow("points: expected testDiagonal or testKernel, for method 'scaled', got neither");
    expect(() => conformalIntervals(fit, { crossKernel: matrix(1, 2) }, { level: 1 })).toThrow('level');
  });
});
