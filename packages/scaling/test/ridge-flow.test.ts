import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integrateOde } from '@saddlepoint/numerics';
import { effectiveRidge, gpLearningCurve } from '@saddlepoint/replica';
import { ridgeFlow } from '@saddlepoint/scaling';
import { golden, powerLaw, relative } from './support.js';

const { cases } = golden<{
  cases: { eigenvalues: number[]; multiplicities: number[]; samples: number; ridge: number; tailTrace: number; effectiveRidge: number; rows: [number, number, number][] }[];
}>('ridge_flow');

const level = fc.record({ lambda: fc.double({ min: 1e-6, max: 10, noNaN: true }), m: fc.integer({ min: 1, max: 50 }), power: fc.double({ min: 0, max: 3, noNaN: true }) });
const problem = fc.record({
  levels: fc.array(level, { minLength: 1, maxLength: 12 }),
  samples: fc.double({ min: 0.5, max: 300, noNaN: true }),
  ridge: fc.double({ min: 1e-4, max: 3, noNaN: true }),
  tailTrace: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })),
});

describe('ridgeFlow', () => {
  it.each(cases)('agrees with 30-digit solutions ($samples samples)', ({ effectiveRidge: kappa, rows, ...spectrum }) => {
    const flow = ridgeFlow(spectrum, spectrum);
    expect(relative(flow.effectiveRidge, kappa)).toBeLessThan(1e-12);
    expect(Array.from(flow.cutoff)).toEqual(rows.map(([kept]) => kept));
    rows.forEach(([, flowing, bare], i) => {
      // The zero-ridge case is the worst conditioned: κ_Λ of the first steps is σ²+tail plus little.
      expect(Math.abs(flow.flowingRidge[i] - flowing)).toBeLessThan(1e-11 * kappa);
      expect(Math.abs(flow.bareRidge[i] - bare)).toBeLessThan(1e-11 * kappa);
    });
    expect(flow.status).toBe('converged');
  });

  it('σ²_Λ given to the remaining modes reproduces κ exactly, at every cutoff of any spectrum', () => {
    fc.assert(
      fc.property(problem, ({ levels, samples, ridge, tailTrace }) => {
        const sorted = [...levels].sort((p, q) => q.lambda - p.lambda);
        const spectrum = { eigenvalues: levels.map((l) => l.lambda), multiplicities: levels.map((l) => l.m), tailTrace };
        const flow = ridgeFlow(spectrum, { samples, ridge });
        flow.cutoff.forEach((kept, i) => {
          const rest = sorted.slice(0, kept);
          const { value } = effectiveRidge({ eigenvalues: rest.map((l) => l.lambda), multiplicities: rest.map((l) => l.m) }, { samples, ridge: flow.bareRidge[i] });
          expect(relative(value, flow.effectiveRidge)).toBeLessThan(1e-10);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('κ_Λ in its place does not: it undercounts the removed modes, by a fifth where modes are half learned', () => {
    const [{ rows, ...spectrum }] = cases;
    const flow = ridgeFlow(spectrum, spectrum);
    const ratios = Array.from(flow.cutoff, (kept, i) => {
      const { value } = effectiveRidge({ eigenvalues: spectrum.eigenvalues.slice(0, kept) }, { samples: spectrum.samples, ridge: flow.flowingRidge[i] });
      return value / flow.effectiveRidge;
    });
    expect(rows).toHaveLength(31);
    // κ_Λ < κ, so L(κ_Λ) of the removed modes is too large: their trace is undercounted and the ridge comes out too small.
    expect(Math.min(...ratios.map((r) => Math.abs(r - 1)))).toBeLessThan(1e-10); // right at the two ends
    expect(Math.max(...ratios.map((r) => Math.abs(r - 1)))).toBeGreaterThan(0.15);
  });

  it('both run monotonically from σ² + tail to κ, κ_Λ ≤ σ²_Λ', () => {
    fc.assert(
      fc.property(problem, ({ levels, samples, ridge, tailTrace }) => {
        const flow = ridgeFlow({ eigenvalues: levels.map((l) => l.lambda), multiplicities: levels.map((l) => l.m), tailTrace }, { samples, ridge });
        const last = flow.cutoff.length - 1;
        const slack = 1 + 1e-12;
        expect(relative(flow.flowingRidge[0], ridge + tailTrace)).toBeLessThan(1e-12);
        expect(flow.bareRidge[0]).toBe(ridge + tailTrace);
        for (const end of [flow.flowingRidge[last], flow.bareRidge[last]]) expect(relative(end, flow.effectiveRidge)).toBeLessThan(1e-11);
        for (let i = 1; i <= last; i++) {
          expect(flow.flowingRidge[i] * slack).toBeGreaterThanOrEqual(flow.flowingRidge[i - 1]);
          expect(flow.bareRidge[i] * slack).toBeGreaterThanOrEqual(flow.bareRidge[i - 1]);
          expect(flow.flowingRidge[i]).toBeLessThanOrEqual(flow.bareRidge[i] * slack);
          expect(flow.bareRidge[i]).toBeLessThanOrEqual(flow.leadingRidge[i] * slack);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is universal at leading order: σ² + removed trace, with relative error below nλ_Λ/κ', () => {
    const flow = ridgeFlow(powerLaw(0.5, 1, 2000), { samples: 50, ridge: 0.1 });
    let tested = 0;
    flow.cutoff.forEach((kept, i) => {
      const small = (50 * (kept + 1) ** -1.5) / flow.effectiveRidge; // largest removed mode
      if (small > 0.2) return;
      tested++;
      // Each removed mode enters as λκ/(κ+nλ) = λ(1 − O(nλ/κ)); for κ_Λ the role of κ is played by κ_Λ ≥ σ².
      expect((flow.leadingRidge[i] - flow.bareRidge[i]) / flow.leadingRidge[i]).toBeLessThanOrEqual(small);
      expect((flow.leadingRidge[i] - flow.flowingRidge[i]) / flow.leadingRidge[i]).toBeLessThanOrEqual((50 * (kept + 1) ** -1.5) / 0.1);
    });
    expect(tested).toBeGreaterThan(50);
  });

  it('κ_Λ obeys the flow equation −dκ/dΛ = [λκ/(κ+nλ)]/[1 − Σ_{k>Λ} nλ²/(κ+nλ)²], integrated mode by mode', () => {
    const spectrum = powerLaw(0.5, 1, 25);
    const lambda = Array.from(spectrum.eigenvalues);
    const [samples, ridge] = [10, 0.05];
    const flow = ridgeFlow(spectrum, { samples, ridge });
    let kappa = ridge;
    // A removed fraction w of mode k is a mode of multiplicity w: exact, piecewise smooth continuation of Λ between integers.
    for (let k = 24; k >= 0; k--) {
      const field = (w: number, [x]: Float64Array): number[] => {
        const term = (l: number): number => (samples * l * l) / (x + samples * l) ** 2;
        const removed = lambda.slice(k + 1).reduce((s, l) => s + term(l), w * term(lambda[k]));
        return [(lambda[k] * x) / (x + samples * lambda[k]) / (1 - removed)];
      };
      kappa = integrateOde(field, [kappa], [0, 1], { relativeTolerance: 1e-11, absoluteTolerance: 1e-13 }).states[1][0];
      expect(relative(kappa, flow.flowingRidge[25 - k])).toBeLessThan(1e-9);
    }
    expect(relative(kappa, flow.effectiveRidge)).toBeLessThan(1e-9);
  });

  it('keeps the test error at every cutoff: removed targets are noise, removed L² stay in the denominator', () => {
    fc.assert(
      fc.property(problem, fc.double({ min: 0, max: 1, noNaN: true }), ({ levels, samples, ridge, tailTrace }, labelNoise) => {
        const sorted = [...levels].sort((p, q) => q.lambda - p.lambda);
        const spectrum = { eigenvalues: levels.map((l) => l.lambda), multiplicities: levels.map((l) => l.m), targetPowers: levels.map((l) => l.power), tailTrace, tailPower: 0.1 };
        const [{ testError }] = gpLearningCurve(spectrum, { samples: [samples], ridge, labelNoise });
        const flow = ridgeFlow(spectrum, { samples, ridge, labelNoise });
        flow.cutoff.forEach((kept, i) => {
          const L = (lambda: number): number => (samples * lambda) / (samples * lambda + flow.effectiveRidge);
          const bias = sorted.slice(0, kept).reduce((s, l) => s + (1 - L(l.lambda)) ** 2 * l.power, 0);
          const squares = sorted.slice(0, kept).reduce((s, l) => s + (l.m * L(l.lambda) ** 2) / samples, 0);
          const error = (bias + flow.labelNoise[i]) / (1 - squares - flow.removedVariance[i]);
          expect(Math.abs(error - testError)).toBeLessThan(1e-9 * testError);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('marks the boundary of what the data resolve, counts multiplets, and takes chosen cutoffs in any order', () => {
    const flow = ridgeFlow({ eigenvalues: [1e-3, 1, 0.1], multiplicities: [100, 1, 5] }, { samples: 40, ridge: 0.5, cutoffs: [1, 3, 0] });
    expect(Array.from(flow.cutoff)).toEqual([3, 1, 0]);
    expect(Array.from(flow.modesKept)).toEqual([106, 1, 0]);
    expect(Array.from(flow.cutoffEigenvalue)).toEqual([1e-3, 1, Infinity]);
    expect([flow.boundary, flow.boundaryModes]).toEqual([2, 6]);
    expect(40 * 0.1).toBeGreaterThan(flow.effectiveRidge);
    expect(40 * 1e-3).toBeLessThan(flow.effectiveRidge);
    // A multiplet is that many equal modes.
    const repeated = ridgeFlow({ eigenvalues: [1, ...Array<number>(5).fill(0.1), ...Array<number>(100).fill(1e-3)] }, { samples: 40, ridge: 0.5, cutoffs: [106, 1, 0] });
    repeated.flowingRidge.forEach((value, i) => expect(relative(value, flow.flowingRidge[i])).toBeLessThan(1e-12));
  });

  it('refuses bad arguments by name', () => {
    const spectrum = powerLaw(1, 1, 5);
    expect(() => ridgeFlow(spectrum, { samples: 0, ridge: 1 })).toThrow(/samples/);
    expect(() => ridgeFlow(spectrum, { samples: 5, ridge: -1 })).toThrow(/ridge/);
    expect(() => ridgeFlow(spectrum, { samples: 5, ridge: 1, cutoffs: [6] })).toThrow(/cutoffs\[0\]/);
    expect(() => ridgeFlow({ eigenvalues: [1, -0.5] }, { samples: 5, ridge: 1 })).toThrow(/eigenvalues\[1\]/);
  });
});
