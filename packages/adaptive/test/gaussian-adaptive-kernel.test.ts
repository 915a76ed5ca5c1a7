import { describe, expect, it } from 'vitest';
import { mlp, resolveActivation } from '@saddlepoint/architecture';
import { computeKernels, gpPosterior } from '@saddlepoint/kernels';
import { fromRows, matrix } from '@saddlepoint/linalg';
import { linearFit, randomStream } from '@saddlepoint/numerics';
import '@saddlepoint/testing';
import { gaussianAdaptiveKernel, solveGaussianAdaptiveKernel } from '@saddlepoint/adaptive';
import { gaussianInputs, inner, inverseOf, linearPosterior, overlap, rowsAsArrays } from './support.js';

const arcsine = (q1: number, q2: number, c: number): number => (2 / Math.PI) * Math.asin((2 * c) / Math.sqrt((1 + 2 * q1) * (1 + 2 * q2)));
const arccosine = (q1: number, q2: number, c: number): number => {
  const angle = Math.acos(Math.max(-1, Math.min(1, c / Math.sqrt(q1 * q2))));
  return (Math.sqrt(q1 * q2) / (2 * Math.PI)) * (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle));
};
/** E[φ(u)φ(v)] by a product trapezoidal rule, exponentially accurate for tanh (1e-9 at variance 5): no Mehler series in it. */
const product = (phi: (x: number) => number) => {
  const nodes = Array.from({ length: 115 }, (_, k) => (k - 57) * 0.15);
  const weights = nodes.map((z) => (0.15 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
  return (q1: number, q2: number, c: number): number => {
    const a = Math.sqrt(q1);
    const b = c / a;
    const e = Math.sqrt(Math.max(0, q2 - b * b));
    let sum = 0;
    for (const [i, x] of nodes.entries()) {
      let inside = 0;
      for (const [j, z] of nodes.entries()) inside += weights[j] * phi(b * x + e * z);
      sum += weights[i] * phi(a * x) * inside;
    }
    return sum;
  };
};

describe('the self-consistency equation, written independently in the full d×d weight space', () => {
  // Σ⁻¹ = (d/σ_w²)I − (1/N)∂_Σ Tr{AQ(Σ)} with A held fixed: ∂_Σ by central differences (h = 1e-4 of the prior variance: error ~1e-8),
  // Q from textbook duals. n = 7 > d = 3 and n = 3 < d = 6, ragged row norms.
  const cases = [
    { activation: 'identity', dual: (_1: number, _2: number, c: number) => c, tolerance: 1e-6 },
    { activation: 'erf', dual: arcsine, tolerance: 1e-6 },
    { activation: 'relu', dual: arccosine, tolerance: 1e-6 },
    { activation: 'tanh', dual: product(Math.tanh), tolerance: 1e-6 },
    // sin and gelu have closed duals but no homogeneity: they go through the Hermite series.
    { activation: 'sin', dual: (q1: number, q2: number, c: number) => Math.exp(-(q1 + q2) / 2) * Math.sinh(c), tolerance: 1e-6 },
  ];
  for (const { activation, dual, tolerance } of cases)
    for (const [n, d] of [
      [7, 3],
      [3, 6],
    ] as const)
      it(`${activation}, n = ${n}, d = ${d}`, () => {
        const X = gaussianInputs(n, n, d);
        const y = Array.from(randomStream(5).normals(n), (value) => 2 * value);
        const [width, weightVariance, readoutVariance, ridge] = [9, 1.3, 0.8, 0.3];
        const { value, status } = gaussianAdaptiveKernel({ inputs: X, targets: y, activation, width, weightVariance, readoutVariance, ridge });
        expect(status).toBe('converged');
        const rows = rowsAsArrays(X);
        const Q = (S: readonly (readonly number[])[]): number[][] => {
          const Sx = rows.map((row) => S.map((line) => inner(line, row)));
          const lambda = rows.map((row) => Sx.map((other) => inner(row, other)));
          return lambda.map((line, i) => line.map((c, j) => readoutVariance * dual(lambda[i][i], lambda[j][j], c)));
        };
        const sigma = rowsAsArrays(value.weightCovariance);
        const kernel = Q(sigma);
        expect(value.kernel.data).toBeRelativelyClose(kernel.flat(), 1e-8, { floor: 0.1 });
        const inverse = inverseOf(kernel.map((row, i) => row.map((v, j) => v + (i === j ? ridge : 0))));
        const t = inverse.map((row) => inner(row, y));
        const bracket = inverse.map((row, i) => row.map((v, j) => t[i] * t[j] - v));
        const trace = (S: readonly (readonly number[])[]): number => Q(S).reduce((sum, row, i) => sum + inner(row, bracket[i]), 0);
        const precision = inverseOf(sigma);
        const h = (1e-4 * weightVariance) / d;
        for (let i = 0; i < d; i++)
          for (let j = 0; j <= i; j++) {
            const moved = (sign: number): number[][] => sigma.map((row, k) => row.map((v, l) => v + (k === i && l === j ? sign * h : 0) + (k === j && l === i && i !== j ? sign * h : 0)));
            const slope = (trace(moved(1)) - trace(moved(-1))) / (2 * h) / (i === j ? 1 : 2);
            const expected = (i === j ? d / weightVariance : 0) - slope / width;
            expect(precision[i][j]).toBeRelativelyClose(expected, tolerance, { floor: d / weightVariance });
          }
        // The mean predictor, its test version at the training points, and the posterior variance from the same inverse.
        const mean = kernel.map((row) => inner(row, t));
        expect(value.mean).toBeRelativelyClose(mean, 1e-7, { floor: 1 });
        expect(value.predict(X)).toBeRelativelyClose(mean, 1e-7, { floor: 1 });
        const variance = kernel.map((row, i) => row[i] - inner(row, inverse.map((line) => inner(line, row))));
        expect(value.variance).toBeRelativelyClose(variance, 1e-6, { floor: 0.1 });
        expect(value.posterior(X).variance).toBeRelativelyClose(variance, 1e-6, { floor: 0.1 });
      });
});

describe('linear networks against the exact posterior (one-dimensional quadrature)', () => {
  it('misses the weight covariance by a relative O(1/N): n = 10, d = 5, N = 50 … 800', () => {
    // Published check: 0.047, 0.031, 0.021 at N = 50, 100, 200 by importance sampling; 0.34 at every N with the other sign.
    const X = gaussianInputs(3, 10, 5);
    const y = Array.from(randomStream(4).normals(10), (value) => 3 * value);
    const prior = 1 / 5;
    const errors = [50, 100, 200, 400, 800].map((width) => {
      const { value } = gaussianAdaptiveKernel({ inputs: X, targets: y, activation: 'identity', width, weightVariance: 1, readoutVariance: 1, ridge: 0.5 });
      const exact = linearPosterior(rowsAsArrays(X), y, width, 1, 0.5).weightCovariance.flat();
      const change = exact.map((v, i) => v - (i % 6 === 0 ? prior : 0));
      const miss = exact.map((v, i) => v - value.weightCovariance.data[i]);
      return { width, error: Math.sqrt(inner(miss, miss) / inner(change, change)), exact, change };
    });
    const { slope } = linearFit(errors.map(({ width }) => Math.log(width)), errors.map(({ error }) => Math.log(error)));
    // The change itself is O(1/N), so a relative error falling as 1/N is an absolute one of O(1/N²).
    expect(slope).toBeLessThan(-0.9);
    // Measured 0.0447, 0.0237, 0.0123, 0.0062, 0.0031.
    expect(errors[0].error).toBeLessThan(0.05);
    expect(errors[2].error).toBeLessThan(0.015);
    // The right side of the equation at the exact covariance, Σ⁻¹ = d·I − Xᵀ[t̄t̄ᵀ ∓ (Q+σ²)⁻¹]X/N with Q = XΣXᵀ: only the minus gives it back.
    // Measured 2.54/N with the minus, 0.651 … 0.641 with a plus.
    const rows = rowsAsArrays(X);
    for (const { width, exact, change } of errors) {
      const sigma = Array.from({ length: 5 }, (_, i) => exact.slice(5 * i, 5 * i + 5));
      const inverse = inverseOf(rows.map((a, i) => rows.map((b, j) => inner(a, sigma.map((line) => inner(line, b))) + (i === j ? 0.5 : 0))));
      const t = inverse.map((line) => inner(line, y));
      const miss = (sign: number): number => {
        const bracket = inverse.map((line, i) => line.map((v, j) => t[i] * t[j] + sign * v));
        const column = (a: number): number[] => rows.map((row) => row[a]);
        const precision = sigma.map((_, a) => sigma.map((__, b) => (a === b ? 5 : 0) - inner(column(a), bracket.map((line) => inner(line, column(b)))) / width));
        const wrong = inverseOf(precision).flat().map((v, k) => v - exact[k]);
        return Math.sqrt(inner(wrong, wrong) / inner(change, change));
      };
      expect(miss(-1), `minus, N = ${width}`).toBeLessThan(2.7 / width);
      expect(miss(1), `plus, N = ${width}`).toBeGreaterThan(0.6);
    }
  });
});

describe('limits', () => {
  it.each(['erf', 'relu', 'tanh'])('N → ∞ is Gaussian-process regression with the NNGP kernel: %s', async (activation) => {
    const X = gaussianInputs(8, 12, 4);
    const Z = gaussianInputs(9, 5, 4);
    const y = Array.from(randomStream(10).normals(12));
    const ridge = 0.2;
    const { value } = gaussianAdaptiveKernel({ inputs: X, targets: y, activation, width: 1e10, weightVariance: 1.5, readoutVariance: 0.7, ridge });
    const network = mlp({ depth: 1, activation, weightVariance: 1.5, readoutVariance: 0.7 });
    const { nngp } = await computeKernels(network, X, undefined, { outputs: 'nngp' });
    const { nngp: cross } = await computeKernels(network, Z, X, { outputs: 'nngp' });
    const { nngp: test } = await computeKernels(network, Z, undefined, { outputs: 'nngp' });
    // The kernel moves by O(n/N) = 1e-9; the two packages' duals agree to 1e-10 (series: 1e-10).
    expect(value.kernel.data).toBeRelativelyClose(nngp.data, 2e-8, { floor: 0.1 });
    expect(value.lazyKernel.data).toBeRelativelyClose(nngp.data, 1e-9, { floor: 0.1 });
    const posterior = gpPosterior({ kernel: nngp, crossKernel: cross, testDiagonal: Float64Array.from({ length: 5 }, (_, i) => test.data[6 * i]), targets: matrix(12, 1, y), ridge });
    expect(value.predict(Z)).toBeRelativelyClose(posterior.mean.data, 1e-7, { floor: 0.1 });
    expect(value.posterior(Z).variance).toBeRelativelyClose(posterior.variance ?? [], 1e-7, { floor: 0.1 });
  });

  it('meanFieldScale χ divides σ_a² and σ²', () => {
    const X = gaussianInputs(1, 6, 3);
    const common = { inputs: X, targets: [1, -1, 2, 0, 1, -2], activation: 'erf', width: 40, weightVariance: 1 };
    const scaled = gaussianAdaptiveKernel({ ...common, readoutVariance: 2, ridge: 0.3, meanFieldScale: 40 }).value;
    const direct = gaussianAdaptiveKernel({ ...common, readoutVariance: 0.05, ridge: 0.0075 }).value;
    expect(scaled.kernel.data).toBeRelativelyClose(direct.kernel.data, 1e-12);
    expect(scaled.ridge).toBeCloseTo(0.0075, 15);
  });

  it('does not depend on a rotation of the inputs, nor on padding them with zeros', () => {
    const X = gaussianInputs(2, 5, 2);
    const y = [1, 2, -1, 0.5, -2];
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = fromRows(rowsAsArrays(X).map(([a, b]) => [c * a - s * b, s * a + c * b]));
    const padded = fromRows(rowsAsArrays(X).map((row) => [...row, ...new Array<number>(10).fill(0)]));
    const solve = (inputs: typeof X, weightVariance: number) =>
      gaussianAdaptiveKernel({ inputs, targets: y, activation: 'erf', width: 5, weightVariance, readoutVariance: 1, ridge: 0.1 }).value;
    const base = solve(X, 1);
    // Both stopped at residual 1e-8.
    expect(solve(turned, 1).kernel.data).toBeRelativelyClose(base.kernel.data, 1e-6, { floor: 0.1 });
    const wide = solve(padded, 6); // σ_w²/d unchanged; n < d takes the other branch of the row space
    expect(wide.kernel.data).toBeRelativelyClose(base.kernel.data, 1e-6, { floor: 0.1 });
    expect(wide.weightCovariance.data[13 * 11]).toBeRelativelyClose(0.5, 1e-12); // untouched directions keep the prior
  });

  it('several outputs with the same target repeated are the action of one, doubled', () => {
    // c equal outputs: bracket c(t̄t̄ᵀ − (Q+σ²)⁻¹) at width cN is the one-output problem at N.
    const X = gaussianInputs(6, 5, 3);
    const y = [1, -2, 1.5, 0.5, -1];
    const one = gaussianAdaptiveKernel({ inputs: X, targets: y, activation: 'erf', width: 8, weightVariance: 1, readoutVariance: 1, ridge: 0.2 }).value;
    const two = gaussianAdaptiveKernel({ inputs: X, targets: fromRows(y.map((v) => [v, v])), activation: 'erf', width: 16, weightVariance: 1, readoutVariance: 1, ridge: 0.2 }).value;
    expect(two.kernel.data).toBeRelativelyClose(one.kernel.data, 1e-6, { floor: 0.1 });
    expect(two.mean.filter((_, i) => i % 2 === 1)).toBeRelativelyClose(one.mean, 1e-6, { floor: 0.1 });
    expect(two.action).toBeRelativelyClose(2 * one.action, 1e-8);
  });
});

describe('awkward data', () => {
  const awkward = fromRows([[1, 2], [1, 2], [-1, -2], [0, 0]]);
  it.each(['identity', 'erf', 'relu', 'tanh'])('duplicates, antipodes and zero inputs: %s', (activation) => {
    const { value, status } = gaussianAdaptiveKernel({ inputs: awkward, targets: [1, 1, 1, 1], activation, width: 10, weightVariance: 1, readoutVariance: 1, ridge: 0.1 });
    expect(status).toBe('converged');
    expect([...value.kernel.data, ...value.mean, ...value.variance].every(Number.isFinite)).toBe(true);
    expect(value.mean[0]).toBeCloseTo(value.mean[1], 12);
    expect(value.mean[3]).toBe(0); // φ(0) = 0 without bias
    expect(value.weightSpectrum).toHaveLength(1); // rank one
    expect(value.predict(awkward)).toBeRelativelyClose(value.mean, 1e-9, { floor: 1 });
  });

  it('targets that vanish shrink the weights, and inputs that vanish leave them alone', () => {
    const problem = { inputs: awkward, targets: [0, 0, 0, 0], activation: 'erf', width: 10, weightVariance: 1, readoutVariance: 1, ridge: 0.1 };
    const { value, status } = gaussianAdaptiveKernel(problem);
    expect([status, value.alignment]).toEqual(['converged', 0]);
    expect(value.weightSpectrum[0]).toBeLessThan(1);
    const nothing = gaussianAdaptiveKernel({ ...problem, inputs: matrix(4, 3) }).value;
    expect(Array.from(nothing.weightCovariance.data)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1].map((v) => v / 3));
  });
});

describe('status and options', () => {
  const X = gaussianInputs(3, 10, 4);
  const problem = { inputs: X, targets: randomStream(1).normals(10).map((v) => 6 * v), activation: 'erf', width: 20, weightVariance: 1, readoutVariance: 1, ridge: 0.1, meanFieldScale: 20 };

  it('says when it has not converged', () => {
    const { status, residual } = gaussianAdaptiveKernel(problem, { maxIterations: 2, specialisedStart: false });
    expect(status).toBe('max-iterations');
    expect(residual).toBeGreaterThan(1e-8);
  });

  it('lowers the action below the lazy point and raises the alignment with the targets', () => {
    const { value, status, residual } = gaussianAdaptiveKernel(problem);
    expect(status).toBe('converged');
    expect(residual).toBeLessThanOrEqual(1e-8);
    expect(value.action).toBeLessThan(value.lazyAction);
    expect(value.alignment).toBeGreaterThan(value.lazyAlignment);
    expect(overlap(value.mean, problem.targets)).toBeGreaterThan(overlap(value.lazyMean, problem.targets));
    expect(value.validity.samplesPerWidth).toBe(0.5);
  });

  it('continues from a neighbouring solution to the same point', () => {
    const near = gaussianAdaptiveKernel({ ...problem, ridge: 0.11 }, { specialisedStart: false });
    const cold = gaussianAdaptiveKernel(problem, { specialisedStart: false });
    const warm = gaussianAdaptiveKernel(problem, { specialisedStart: false, initialWeightCovariance: near.value.weightCovariance });
    expect(warm.value.action).toBeRelativelyClose(cold.value.action, 1e-10);
    expect(warm.value.branches).toHaveLength(1);
  });

  it('runs in steps that can be aborted, and reports progress', async () => {
    const seen: number[] = [];
    const { value } = await solveGaussianAdaptiveKernel(problem, { onProgress: ({ fraction }) => seen.push(fraction) });
    expect(value.kernel.data).toEqual(gaussianAdaptiveKernel(problem).value.kernel.data);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    await expect(solveGaussianAdaptiveKernel(problem, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  it('names the argument at fault', () => {
    expect(() => gaussianAdaptiveKernel({ ...problem, ridge: 0 })).toThrow(/ridge/);
    expect(() => gaussianAdaptiveKernel({ ...problem, targets: [1] })).toThrow(/targets/);
    expect(() => gaussianAdaptiveKernel({ ...problem, activation: 'sign' })).toThrow(/activation/);
    expect(resolveActivation('sign').derivative).toBeNull();
  });
});
