import { describe, expect, it } from 'vitest';
import { activations, resolveActivation } from '@saddlepoint/architecture';
import { loadGolden } from '@saddlepoint/testing';
import { widthFluctuations } from '../src/signal/index.js';

interface Summary {
  mean: number;
  meanError: number;
  variance: number;
  varianceError: number;
}
interface Run {
  activation: string;
  weightVariance: number;
  biasVariance: number;
  depth: number;
  width: number;
  kernel: Summary;
  norm: Summary;
  logNorm: Summary;
  ntk: Summary;
}
const { runs } = loadGolden<{ runs: Run[] }>(import.meta.url, 'finite-width.json');
const settings = [...new Set(runs.map((r) => `${r.activation} ${r.weightVariance} ${r.biasVariance}`))].map((key) => runs.filter((r) => `${r.activation} ${r.weightVariance} ${r.biasVariance}` === key));

/** The limit N → ∞ of values v(N) = a + b/N + c/N² at three widths, with its error. */
function limit(widths: readonly number[], values: readonly number[], errors: readonly number[]): { value: number; error: number } {
  const x = widths.map((n) => 1 / n);
  const weight = (i: number): number => x.reduce((p, xj, j) => (j === i ? p : (p * xj) / (xj - x[i])), 1);
  return { value: values.reduce((s, v, i) => s + weight(i) * v, 0), error: Math.hypot(...errors.map((e, i) => weight(i) * e)) };
}

describe('fluctuations of finite networks, against direct simulation', () => {
  it.each(settings.map((s) => [`${s[0].activation}, σ_w² = ${s[0].weightVariance}, σ_b² = ${s[0].biasVariance}, depth ${s[0].depth}`, s] as const))('%s', (_, same) => {
    const [{ activation, weightVariance, biasVariance, depth }] = same;
    const widths = same.map((r) => r.width);
    const theory = widthFluctuations({ activation: resolveActivation(activation), weightVariance, biasVariance }, { widths: Array.from({ length: depth }, () => 1) });
    const measured = (pick: (r: Run) => Summary) =>
      limit(widths, same.map((r) => (r.width * pick(r).variance) / pick(r).mean ** 2), same.map((r) => (r.width * pick(r).varianceError) / pick(r).mean ** 2));
    for (const [name, got, predicted] of [
      ['kernel', measured((r) => r.kernel), theory.kernelVariance[depth]],
      ['norm', measured((r) => r.norm), theory.kernelVariance[depth - 1] + 2],
      ['NTK', measured((r) => r.ntk), theory.ntkVariance[depth]],
    ] as const) {
      // 15 comparisons: 4 standard errors.
      expect(Math.abs(got.value - predicted), `${name}: ${got.value} ± ${got.error}, theory ${predicted}`).toBeLessThan(4 * got.error);
      // Not a void test: the error is a tenth of the number or less.
      expect(got.error).toBeLessThan(0.1 * predicted);
    }
    const shift = limit(widths, same.map((r) => r.width * (r.kernel.mean / theory.variances[depth] - 1)), same.map((r) => (r.width * r.kernel.meanError) / r.kernel.mean));
    expect(Math.abs(shift.value - theory.kernelShift[depth]), `shift ${shift.value} ± ${shift.error}`).toBeLessThan(4 * shift.error);
    // The mean NTK has no correction of order 1 and its infinite-width value is right.
    const ntk = limit(widths, same.map((r) => r.ntk.mean), same.map((r) => r.ntk.meanError));
    expect(Math.abs(ntk.value - theory.ntk[depth])).toBeLessThan(4 * ntk.error);
  });

  it('Var ln|h|² ≈ 5Σ1/N for relu with its own 2/N (1812.05994), to the first order', () => {
    const relu = runs.filter((r) => r.activation === 'relu' && r.weightVariance === 2);
    const got = limit(relu.map((r) => r.width), relu.map((r) => r.width * r.logNorm.variance), relu.map((r) => r.width * r.logNorm.varianceError));
    expect(Math.abs(got.value - (5 * (relu[0].depth - 1) + 2))).toBeLessThan(4 * got.error);
  });
});

describe('fluctuations in closed form', () => {
  const relu = { activation: activations.relu, weightVariance: 2, biasVariance: 0 };

  it('5Σ1/N for relu, 2Σ1/N for linear networks, any widths', () => {
    const widths = [30, 70, 50];
    const sum = widths.reduce((s, n) => s + 1 / n, 0);
    expect(widthFluctuations(relu, { widths }).kernelVariance[3]).toBeRelativelyClose(5 * sum, 1e-12);
    const linear = widthFluctuations({ activation: activations.identity, weightVariance: 1, biasVariance: 0 }, { widths });
    expect(linear.kernelVariance[3]).toBeRelativelyClose(2 * sum, 1e-12);
    expect(linear.ratio).toBeRelativelyClose(sum, 1e-15);
    // Linear, L = 1: Θ̂ = |x|²(|w|² + |a|²)/N has Var Θ̂/Θ² = (2 + 2)/4N.
    expect(widthFluctuations({ activation: activations.identity, weightVariance: 1, biasVariance: 0 }, { widths: [10] }).ntkVariance[1]).toBeRelativelyClose(0.1, 1e-13);
  });

  it('⅔ L/N for the tanh class at criticality, as its variance dies out (2106.10165, eq. 5.84)', () => {
    const depth = 600;
    const { kernelVariance } = widthFluctuations({ activation: activations.sin, weightVariance: 1, biasVariance: 0 }, { widths: Array.from({ length: depth }, () => 1) });
    // c·L + O(ln L): the growth over the second half.
    expect((kernelVariance[depth] - kernelVariance[depth / 2]) / (depth / 2)).toBeRelativelyClose(2 / 3, 0.01);
  });

  it('saturate in the ordered phase and grow without bound in none that is critical', () => {
    const ordered = widthFluctuations({ activation: activations.erf, weightVariance: 1, biasVariance: 0.3 }, { widths: Array.from({ length: 60 }, () => 100) });
    expect(ordered.kernelVariance[60]).toBeRelativelyClose(ordered.kernelVariance[40], 1e-6);
  });

  it('name what is wrong', () => {
    expect(() => widthFluctuations(relu, { widths: [10, 0] })).toThrow('widths[1]');
    expect(() => widthFluctuations(relu, { widths: [10], inputVariance: 0 })).toThrow('map: expected a positive, finite variance');
  });
});
