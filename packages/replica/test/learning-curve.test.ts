import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureKernel, powerLawFeatures } from '@saddlepoint/datasets';
import { addDiagonal, cholesky, dot, invertCholesky, multiplyVector, solveCholeskyVector, trace } from '@saddlepoint/linalg';
import { harmonicDegeneracy, mean, standardError } from '@saddlepoint/numerics';
import { averagedLogEvidence, effectiveRidge, equivalentKernel, gpLearningCurve, learnabilities, modeStatistics } from '@saddlepoint/replica';
import type { ModeSpectrum } from '@saddlepoint/replica';
import { golden } from './golden.js';
import type { GaussianFeatures, Measured, SphereRelu } from './golden.js';

const powerLaw = (modes: number, alpha: number, beta: number): ModeSpectrum => ({
  eigenvalues: Array.from({ length: modes }, (_, k) => (k + 1) ** -alpha),
  targetPowers: Array.from({ length: modes }, (_, k) => (k + 1) ** -beta),
});

// Zero or an ordinary number: the last digits of denormals are not at stake.
const power = (max: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max, noNaN: true }));

/** |theory − mean| within `errors` standard errors and a relative bias. */
const expectMeasured = (what: string, theory: number, { mean: measured, se }: Measured, bias = 0, errors = 4): void => {
  expect(Math.abs(theory - measured), `${what}: theory ${theory}, measured ${measured} ± ${se}`).toBeLessThan(errors * se + bias * Math.abs(measured));
};

describe('learning curves of Gaussian features against independent brute force', () => {
  const { configs } = golden<GaussianFeatures>('gaussian-features');
  const rows = configs.flatMap((config) => config.rows.map((row) => [row.n, config.noise_var, config, row] as const));

  it.each(rows)('n=%i, label noise %d', (n, _, config, { measured }) => {
    const spectrum = powerLaw(config.M, config.lambda_exponent, config.target_exponent);
    const [point] = gpLearningCurve(spectrum, { samples: [n], ridge: config.ridge, labelNoise: config.noise_var });
    expectMeasured('test', point.noiselessTestError, measured.test_mse);
    expectMeasured('train', point.trainError, measured.train_mse);
    expectMeasured('evidence', point.logEvidence, measured.lml);
    // The posterior variance is measured to 0.05%, fine enough to see its O(1/n) correction, 0.19/n relative at n = 10 and 20.
    expectMeasured('posterior variance', point.posteriorVariance, measured.post_var, 0.2 / n);
  });
});

describe('learning curves of a ReLU kernel on the sphere against independent brute force', () => {
  const { configs } = golden<SphereRelu>('sphere-relu');
  const rows = configs.flatMap((config) => config.rows.map((row) => [config.d, row.n, row.ridge, config, row] as const));

  it.each(rows)('d=%i, n=%i, ridge %d', (d, n, ridge, config, { measured }) => {
    // Degrees 0–10 listed with exact degeneracies, the rest of Tr K = 2 as the unlearned tail. Target: unit power in degrees 1 and 2.
    const eigenvalues = config.kernel_eigenvalues_by_degree_0to10.map((lambda) => Math.max(lambda, 0));
    const multiplicities = eigenvalues.map((_, l) => harmonicDegeneracy(d, l));
    const tailTrace = 2 - eigenvalues.reduce((sum, lambda, l) => sum + lambda * multiplicities[l], 0);
    const spectrum = { eigenvalues, multiplicities, tailTrace, targetPowers: eigenvalues.map((_, l) => (l === 1 || l === 2 ? 1 : 0)) };
    const [point] = gpLearningCurve(spectrum, { samples: [n], ridge });
    expectMeasured('test', point.testError, measured.test_mse);
    expectMeasured('train', point.trainError, measured.train_mse);
    const { error } = modeStatistics(spectrum, { samples: n, ridge });
    expectMeasured('degree 0', error[0], measured.deg0);
    expectMeasured('degree 1', error[1], measured.deg1);
    expectMeasured('degree 2', error[2], measured.deg2);
    // Harmonics are not Gaussian and K(x,x) is constant: at d = 10, ridge 1e-3 the evidence is low by 0.9 and 2.5 nats at n = 300 and 1000,
    // five and ten standard errors. A real finite-dimension effect, bounded here by 1.5 nats beyond the error bar.
    expect(Math.abs(point.logEvidence - measured.lml.mean)).toBeLessThan(4 * measured.lml.se + (d === 10 ? 1.5 : 0));
  });
});

describe('brute force with this project’s own linear algebra', () => {
  it('agrees within error bars at two sizes, with label noise', () => {
    const modes = 300;
    const ridge = 0.05;
    const labelNoise = 0.2;
    for (const n of [40, 100]) {
      const draws = Array.from({ length: 120 }, (_, draw) => {
        const data = powerLawFeatures({ modes, alpha: 1.3, beta: 1.6, samples: n, labelNoise, seed: `replica-${n}-${draw}` });
        const chol = cholesky(addDiagonal(featureKernel(data.inputs, data.eigenvalues), ridge));
        const dual = solveCholeskyVector(chol, data.targets.data);
        // f_k = λ_k Σ_μ ψ_k(x_μ) α_μ: the error is exact over the population.
        const coefficients = multiplyVector(data.inputs, dual, { transpose: true }).map((value, k) => value * data.eigenvalues[k]);
        const test = coefficients.reduce((sum, f, k) => sum + (f - data.targetCoefficients[k]) ** 2, labelNoise);
        const train = dual.reduce((sum, r) => sum + (ridge * r) ** 2, 0) / n;
        const fit = data.targets.data.reduce((sum, y, i) => sum + y * dual[i], 0);
        const slope = 0.5 * (dot(dual, dual) - trace(invertCholesky(chol)));
        return { test, train, slope, first: coefficients[0], evidence: -0.5 * (fit + chol.logDeterminant + n * Math.log(2 * Math.PI)) };
      });
      const [point] = gpLearningCurve(powerLaw(modes, 1.3, 1.6), { samples: [n], ridge, labelNoise });
      const { learnability, variance } = modeStatistics(powerLaw(modes, 1.3, 1.6), { samples: n, ridge, labelNoise });
      const summary = (values: number[]): Measured => ({ mean: mean(values), se: standardError(values), n_seeds: values.length });
      // 1% for O(1/n) beyond the error bars, which are 1–2%.
      expectMeasured('test', point.testError, summary(draws.map((d) => d.test)), 0.01);
      expectMeasured('train', point.trainError, summary(draws.map((d) => d.train)), 0.01);
      expectMeasured('evidence', point.logEvidence, summary(draws.map((d) => d.evidence)), 0.01);
      const { gradientRidge } = averagedLogEvidence(powerLaw(modes, 1.3, 1.6), { samples: n, ridge, labelNoise });
      expectMeasured('slope of the evidence', gradientRidge, summary(draws.map((d) => d.slope)), 0.01);
      // At fixed κ the derivative would be −n/2κ.
      expect(Math.abs(gradientRidge + n / (2 * point.effectiveRidge))).toBeGreaterThan(0.2 * Math.abs(gradientRidge));
      expectMeasured('mean predictor', learnability[0], summary(draws.map((d) => d.first)), 0.01);
      const spread = draws.map((d) => (d.first - mean(draws.map((e) => e.first))) ** 2);
      expectMeasured('variance of the predictor', variance[0], summary(spread), 0.1); // O(1/n) again, for one mode of order one sample
    }
  });
});

describe('identities', () => {
  const spectra = fc
    .array(fc.tuple(fc.double({ min: 1e-6, max: 10, noNaN: true }), fc.integer({ min: 1, max: 50 }), power(3)), { minLength: 1, maxLength: 12 })
    .map((modes) => ({ eigenvalues: modes.map((m) => m[0]), multiplicities: modes.map((m) => m[1]), targetPowers: modes.map((m) => m[2]) }));
  const options = fc.record({
    n: fc.double({ min: 0.1, max: 1e5, noNaN: true }),
    ridge: fc.double({ min: 1e-6, max: 10, noNaN: true }),
    labelNoise: power(1),
  });

  it('bias + variance + noise = test error, which the modes add up to; κ − σ² = posterior variance', () => {
    fc.assert(
      fc.property(spectra, options, (spectrum, { n, ridge, labelNoise }) => {
        const [point] = gpLearningCurve(spectrum, { samples: [n], ridge, labelNoise });
        const close = (a: number, b: number, scale = Math.abs(b)): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * scale);
        close(point.bias + point.variance + point.noise, point.testError);
        close(point.testError - point.noise, point.noiselessTestError, point.testError);
        const { error } = modeStatistics(spectrum, { samples: n, ridge, labelNoise });
        close(error.reduce((sum, e) => sum + e, 0), point.noiselessTestError);
        close(point.effectiveRidge, ridge + point.posteriorVariance);
        const L = learnabilities(spectrum.eigenvalues, { samples: n, effectiveRidge: point.effectiveRidge });
        close(L.reduce((sum, x, k) => sum + spectrum.multiplicities[k] * x, 0), point.learnabilitySum);
        close(point.trainError, (ridge / point.effectiveRidge) ** 2 * point.testError);
        const g = L.reduce((sum, x, k) => sum + spectrum.multiplicities[k] * x * x, 0) / n;
        expect(point.learnabilitySquaredMean).toBeCloseTo(g, 9);
        expect(g).toBeLessThan(1);
      }),
    );
  });

  it('reduces to known closed forms: ridgeless isotropic regression', () => {
    // p equal modes, no ridge: n < p: κ = (p−n)λ, L = n/p, E = (1−n/p)·P·… = (P(1−n/p)² + σ_ε²)/(1−n/p); n > p: σ_ε²/(1−p/n) (ordinary least squares).
    const spectrum = { eigenvalues: [0.5], multiplicities: [100], targetPowers: [2] };
    const [under, over] = gpLearningCurve(spectrum, { samples: [25, 400], ridge: 0, labelNoise: 0.3 });
    expect(under.effectiveRidge).toBeCloseTo(37.5, 9);
    expect(under.testError).toBeCloseTo((2 * 0.75 ** 2 + 0.3) / 0.75, 9);
    expect(under.trainError).toBe(0);
    expect(over).toMatchObject({ effectiveRidge: 0, bias: 0, learnabilitySum: 100, posteriorVariance: 0, status: 'converged', logEvidence: -Infinity });
    expect(over.testError).toBeCloseTo(0.3 / (1 - 100 / 400), 12);
    expect(over.trainError).toBeCloseTo(0.3 * (1 - 100 / 400), 12); // σ²(n−p)/n
  });

  it('reports the interpolation threshold as data', () => {
    const spectrum = { eigenvalues: [0.5], multiplicities: [100], targetPowers: [2] };
    expect(gpLearningCurve(spectrum, { samples: [100], ridge: 0, labelNoise: 0.3 })[0]).toMatchObject({ testError: Infinity, trainError: 0, status: 'diverged' });
    expect(gpLearningCurve(spectrum, { samples: [100], ridge: 0 })[0]).toMatchObject({ testError: 0, status: 'converged' });
    expect(gpLearningCurve(spectrum, { samples: [0], ridge: 0.1, labelNoise: 0.3 })[0]).toMatchObject({ testError: 2.3, variance: 0, effectiveRidge: 50.1, logEvidence: 0 });
  });

  it('keeps unlisted target power as error that no data removes', () => {
    const listed = powerLaw(50, 1.5, 1.8);
    const [whole] = gpLearningCurve({ ...listed, tailTrace: 0.1, tailPower: 0.4 }, { samples: [1e6], ridge: 0.01 });
    const [noise] = gpLearningCurve({ ...listed, tailTrace: 0.1 }, { samples: [1e6], ridge: 0.01, labelNoise: 0.4 });
    expect(whole.testError).toBeCloseTo(noise.testError, 14);
    expect(whole.noiselessTestError).toBeCloseTo(whole.testError, 14);
    expect(whole.logEvidence).toBeCloseTo(noise.logEvidence, 6);
  });
});

describe('averaged evidence', () => {
  it('has the total derivative in σ², not the partial one at fixed κ', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 500, noNaN: true }), fc.double({ min: 1e-3, max: 2, noNaN: true }), power(1), (samples, ridge, labelNoise) => {
        const spectrum = { ...powerLaw(200, 1.4, 1.7), tailTrace: 0.02, tailPower: 0.01 };
        const at = (s: number): number => averagedLogEvidence(spectrum, { samples, ridge: s, labelNoise }).value;
        const h = 1e-4 * ridge;
        const difference = (at(ridge + h) - at(ridge - h)) / (2 * h);
        const { gradientRidge, value, dataTerm } = averagedLogEvidence(spectrum, { samples, ridge, labelNoise });
        // Central difference: truncation ~1e-8 of the terms' own derivatives, rounding ~1e-15·|value|/h.
        const scale = Math.abs(gradientRidge) + Math.abs(dataTerm) / ridge + samples / ridge;
        expect(Math.abs(difference - gradientRidge)).toBeLessThan(1e-6 * scale + (1e-13 * Math.abs(value)) / h);
      }),
    );
  });

  it('differs from the naive derivative as theory says', () => {
    // At fixed κ only −n(1−σ²/κ) depends on σ²: −n/2κ, always negative. The total derivative changes sign.
    const spectrum = powerLaw(200, 1.4, 1.7);
    const small = averagedLogEvidence(spectrum, { samples: 100, ridge: 1e-3, labelNoise: 0.5 });
    expect(small.gradientRidge).toBeGreaterThan(0);
    const large = averagedLogEvidence(spectrum, { samples: 100, ridge: 5, labelNoise: 0.5 });
    expect(large.gradientRidge).toBeLessThan(0);
  });

  it('is largest at the true noise for a target drawn from the prior', () => {
    // y_k² = λ_k and σ_ε² = σ²: Bayes-optimal, so E_test = κ and the derivative vanishes identically.
    const eigenvalues = Array.from({ length: 300 }, (_, k) => (k + 1) ** -1.3);
    const result = averagedLogEvidence({ eigenvalues, targetPowers: eigenvalues }, { samples: 80, ridge: 0.1, labelNoise: 0.1 });
    expect(Math.abs(result.gradientRidge)).toBeLessThan(1e-8);
    const [point] = gpLearningCurve({ eigenvalues, targetPowers: eigenvalues }, { samples: [80], ridge: 0.1, labelNoise: 0.1 });
    expect(point.testError).toBeCloseTo(point.effectiveRidge, 10);
  });
});

describe('equivalent kernel', () => {
  it('is the saddle to leading and next order in (κ−σ²)/σ²', () => {
    const spectrum = { eigenvalues: Array.from({ length: 50 }, (_, k) => (k + 1) ** -2) };
    const errors = [1e3, 1e4].map((samples) => {
      const ridge = 0.01 * samples; // σ²/n fixed
      const { leading, nextOrder, expansionParameter } = equivalentKernel(spectrum, { samples, ridge });
      const exact = learnabilities(spectrum.eigenvalues, { samples, effectiveRidge: effectiveRidge(spectrum, { samples, ridge }).value });
      const largest = (L: Float64Array): number => Math.max(...exact.map((x, k) => Math.abs(x - L[k])));
      return { first: largest(leading), second: largest(nextOrder), expansionParameter };
    });
    // σ²/n fixed: the parameter falls as 1/n, leading errors as 1/n, next-order errors as 1/n².
    expect(errors[0].expansionParameter / errors[1].expansionParameter).toBeCloseTo(10, 6);
    expect(errors[0].first / errors[1].first).toBeCloseTo(10, 0);
    expect(errors[0].second / errors[1].second / 100).toBeCloseTo(1, 1);
    expect(errors[0].second).toBeLessThan(errors[0].first / 50);
  });
});
