import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '@saddlepoint/testing';
import { activations, leakyRelu, type Activation } from '@saddlepoint/architecture';
import { correlationMap, criticalLaw, criticalPoint, edgeOfChaos, edgeOfChaosCurve, phaseDiagram, recommendInitialisation, signalFixedPoints, signalPropagation, signalTrajectory, varianceMap } from '../src/signal/index.js';
import { linspace } from '@saddlepoint/numerics';

describe('all fixed points of the variance map', () => {
  it('of exp without bias: q = σ_w²e^{2q}, a pair that merges at σ_w² = 1/2e, q = ½', () => {
    const at = (part: number) => signalFixedPoints({ activation: activations.exp, weightVariance: part / (2 * Math.E), biasVariance: 0 });
    const { points, divergent } = at(0.9);
    expect(points.map((p) => p.stability)).toEqual(['stable', 'unstable']);
    expect(divergent).toBe(true);
    // χ_q = 2q and χ₁ = q e^{-2q}e^{2q} = q at a fixed point.
    for (const p of points) {
      expect(p.variance * Math.exp(-2 * p.variance) * 2 * Math.E).toBeRelativelyClose(0.9, 1e-14);
      expect(p.varianceSlope).toBeRelativelyClose(2 * p.variance, 1e-13);
      expect(p.slope).toBeRelativelyClose(p.variance, 1e-13);
    }
    // Near the merger: q = ½ ∓ √(ε/2).
    const [low, high] = at(1 - 1e-6).points;
    expect(high.variance - low.variance).toBeRelativelyClose(2 * Math.sqrt(0.5e-6), 1e-5);
    expect(at(1 + 1e-6).points).toEqual([]);
    expect(at(1).points.map((p) => p.stability)).toEqual(['marginal']);
    expect(at(1).points[0].variance).toBeRelativelyClose(0.5, 1e-6);
  });

  it('of cubic without bias: 0 and 1/√(15σ_w²), between dying out and exploding', () => {
    const { points, divergent, line } = signalFixedPoints({ activation: activations.cubic, weightVariance: 0.3, biasVariance: 0 });
    expect([points.length, divergent, line]).toEqual([2, true, false]);
    expect(points[0]).toMatchObject({ variance: 0, stability: 'stable', slope: expect.closeTo(0) as number, correlations: [] });
    expect(points[1].variance).toBeRelativelyClose(1 / Math.sqrt(4.5), 1e-14);
    expect(points[1].stability).toBe('unstable');
    expect(points[1].slope).toBeRelativelyClose(27 / 15, 1e-14);
    // c ↦ (9c + 6c³)/15.
    expect(points[1].correlations.map(({ correlation, stability }) => [correlation, stability])).toEqual([[-1, 'unstable'], [0, 'stable'], [1, 'unstable']]);
    expect(points[1].correlations[1].slope).toBeRelativelyClose(0.6, 1e-14);
    // The input decides where it goes.
    const settle = (inputVariance: number) => signalPropagation({ activation: activations.cubic, weightVariance: 0.3, biasVariance: 0 }, { inputVariance }).value.variance;
    expect([settle(1), settle(2)]).toEqual([0, Infinity]);
  });

  it('are a line for degree-1 homogeneous φ at criticality', () => {
    for (const [activation, weightVariance] of [[activations.relu, 2], [activations.abs, 1], [activations.identity, 1], [leakyRelu(0.5), 1.6]] as const) {
      const { points, line } = signalFixedPoints({ activation, weightVariance, biasVariance: 0 }, { inputVariance: 3 });
      expect(line).toBe(true);
      expect(points[0].variance).toBeRelativelyClose(3 * weightVariance, 1e-15);
      expect(points[0].slope).toBeRelativelyClose(1, 1e-15);
    }
    expect(signalFixedPoints({ activation: activations.identity, weightVariance: 1, biasVariance: 0 }).points[0].correlations[0].stability).toBe('marginal');
    // Any bias and there is none: q grows by σ_b² per layer.
    expect(signalFixedPoints({ activation: activations.relu, weightVariance: 2, biasVariance: 1e-3 })).toMatchObject({ points: [], divergent: true });
  });

  it('of a φ that jumps have infinite χ₁ and the arcsine map: c* of (2/π)asin c is 0', () => {
    const { points } = signalFixedPoints({ activation: activations.sign, weightVariance: 3, biasVariance: 0 });
    expect(points.at(-1)).toMatchObject({ variance: expect.closeTo(3, 13) as number, slope: Infinity, phase: 'chaotic' });
    expect(points.at(-1)?.correlations.map((c) => c.correlation)).toEqual([-1, 0, 1]);
  });

  it('leave nothing out: the diagonal is crossed nowhere else', () => {
    const some = fc.constantFrom<Activation>(activations.erf, activations.gelu, activations.sin, activations.cos, activations.gaussian, activations.exp, activations.relu, activations.cubic);
    fc.assert(
      fc.property(some, fc.double({ min: 0.05, max: 5, noNaN: true }), fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 1, noNaN: true })), (activation, weightVariance, biasVariance) => {
        const map = { activation, weightVariance, biasVariance };
        const { points, line } = signalFixedPoints(map);
        if (line) return;
        const grid = Array.from({ length: 400 }, (_, i) => 1e-5 * 1.06 ** i).filter((q) => q < 300);
        const signs = grid.map((q) => Math.sign(varianceMap(map, q) - q));
        const crossings = signs.slice(1).filter((s, i) => s !== signs[i]).length;
        expect(points.filter((p) => p.stability !== 'marginal' && p.variance > grid[0] && p.variance < (grid.at(-1) ?? 0)).length).toBeGreaterThanOrEqual(crossings);
        for (const p of points) {
          expect(varianceMap(map, p.variance)).toBeRelativelyClose(p.variance, 1e-12, { floor: 1e-12 });
          // E[φ²(z²−1)] ≥ −E[φ²]: no activation oscillates.
          expect(p.varianceSlope).toBeGreaterThanOrEqual(-0.5 - 1e-9);
          if (p.variance === 0) continue;
          for (const { correlation } of p.correlations) expect(Math.abs(correlationMap(map, p.variance, correlation) - correlation)).toBeLessThan(1e-10);
          const cs = Array.from({ length: 199 }, (_, i) => -0.985 + 0.0101 * i).filter((c) => Math.abs(c) < 0.99);
          const moves = cs.map((c) => Math.sign(correlationMap(map, p.variance, c) - c));
          const inner = p.correlations.filter(({ correlation: c }) => Math.abs(c) < 0.98).length;
          if (Math.abs(p.slope - 1) > 1e-3) expect(moves.slice(1).filter((s, i) => s !== 0 && moves[i] !== 0 && s !== moves[i]).length).toBeLessThanOrEqual(inner);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('keep the digits of a gap near c = 1: 1 − c* ≈ (χ₁ − 1)/½C″ just above criticality', () => {
    const edge = edgeOfChaos(activations.erf, 0.1).value;
    const map = { activation: activations.erf, weightVariance: edge.weightVariance * (1 + 1e-9), biasVariance: 0.1 };
    const { correlations, slope } = signalFixedPoints(map).points[0];
    const law = criticalLaw({ ...map, weightVariance: edge.weightVariance }, edge.variance);
    // g = χ₁g − g²/prefactor·… with 1/l law g = P/l: dg/dl = −g²/P.
    expect(correlations[0].gap).toBeRelativelyClose((slope - 1) * (law?.prefactor ?? NaN), 1e-6);
    expect(correlations[0].slope).toBeLessThan(1);
  });
});

describe('the edge of chaos', () => {
  it('passes through the doubly critical points of GELU and SWISH (2106.10165, sec. 5.3.4)', () => {
    // Printed: K* = (3+√17)/2, C_W = 1.98305826, C_b = 0.17292239; K* = 14.32017362, C_W = 1.98800468, C_b = 0.55514317.
    for (const [activation, q, w, b] of [[activations.gelu, (3 + Math.sqrt(17)) / 2, 1.98305826, 0.17292239], [activations.silu, 14.32017362, 1.98800468, 0.55514317]] as const) {
      const point = criticalPoint(activation, q);
      expect(point.weightVariance).toBeRelativelyClose(w, 3e-9);
      expect(point.biasVariance).toBeRelativelyClose(b, 3e-8);
      expect(point.varianceSlope).toBeRelativelyClose(1, 3e-10);
    }
  });

  it('is a point for relu, starts at 1/φ′(0)² for odd smooth φ, at q* > 0 for even ones', () => {
    expect(edgeOfChaosCurve(activations.relu)).toMatchObject({ point: true, branches: [[{ weightVariance: 2, biasVariance: 0 }]] });
    const [erf] = edgeOfChaosCurve(activations.erf).branches;
    expect(erf[0].weightVariance).toBeRelativelyClose(Math.PI / 4, 1e-14);
    expect(erf.at(-1)?.biasVariance).toBeRelativelyClose(1, 1e-13);
    // Gaussian: E[φ²] = (1+4q)^{−1/2}, E[φ′²] = 4q(1+4q)^{−3/2}: σ_b² = q − (1+4q)/4q = 0 at q = (1+√2)/2.
    const [gaussian] = edgeOfChaosCurve(activations.gaussian).branches;
    expect(gaussian[0].variance).toBeRelativelyClose((1 + Math.SQRT2) / 2, 1e-13);
    expect(edgeOfChaosCurve(activations.softplus).branches).toEqual([]);
    expect(() => edgeOfChaosCurve(activations.sign)).toThrow('activation: expected one with a derivative');
  });

  it('is where every point says χ₁ = 1 at a fixed point', () => {
    for (const activation of [activations.tanh, activations.gelu, activations.gaussian, activations.elu])
      for (const { weightVariance, biasVariance, variance } of edgeOfChaosCurve(activation, { points: 8 }).branches.flat().filter((p) => p.variance > 0)) {
        // Near σ_b² = 0 the bias is a difference: absolute in q.
        expect(varianceMap({ activation, weightVariance, biasVariance }, variance)).toBeRelativelyClose(variance, 1e-12);
      }
  });
});

describe('correlations at criticality', () => {
  it('close as 9π²/2l² for relu, 9/2κ²l² for leaky relu', () => {
    for (const [activation, slope] of [[activations.relu, 0], [leakyRelu(0.3), 0.3]] as const) {
      const map = { activation, weightVariance: 2 / (1 + slope * slope), biasVariance: 0 };
      const law = criticalLaw(map, 1);
      expect(law?.exponent).toBe(2);
      if (slope === 0) expect(law?.prefactor).toBeRelativelyClose(4.5 * Math.PI ** 2, 1e-7);
      const { gaps } = signalTrajectory(map, { depth: 8000 });
      // g^{-1/2} = l/√P + O(ln l): its slope over the last half is 1/√P to O(1/l).
      const rate = (gaps[7999] ** -0.5 - gaps[3999] ** -0.5) / 4000;
      expect(rate ** -2).toBeRelativelyClose(law?.prefactor ?? NaN, 1e-3);
    }
  });

  it('close as 1/l for smooth φ', () => {
    const { weightVariance, variance } = edgeOfChaos(activations.erf, 0.2).value;
    const map = { activation: activations.erf, weightVariance, biasVariance: 0.2 };
    const law = criticalLaw(map, variance);
    expect(law?.exponent).toBe(1);
    const { gaps } = signalTrajectory(map, { depth: 4000, inputVariance: (variance - 0.2) / weightVariance });
    expect(4000 ** -1 * 2000 * (1 / gaps[3999] - 1 / gaps[1999]) * (law?.prefactor ?? NaN)).toBeRelativelyClose(1000, 2e-3);
    expect(criticalLaw({ activation: activations.identity, weightVariance: 1, biasVariance: 0 }, 1)).toBeNull();
  });

  it('are followed to gaps of 1e-30: in the ordered phase they fall as χ₁^l', () => {
    const map = { activation: activations.relu, weightVariance: 1, biasVariance: 0.1 };
    const { gaps } = signalTrajectory(map, { depth: 60, inputVariance: 0.1, inputGap: 1e-20 });
    expect(gaps[50] / gaps[49]).toBeRelativelyClose(0.5, 1e-9);
    expect(gaps[59]).toBeLessThan(1e-37);
  });
});

describe('phase diagram', () => {
  it('has chaos on the far side of its own edge, and depths that diverge towards it', async () => {
    const weightVariances = linspace(0.5, 3, 11);
    const biasVariances = linspace(0.02, 0.8, 7);
    const stages: number[] = [];
    const diagram = await phaseDiagram(activations.erf, { weightVariances, biasVariances, onProgress: ({ fraction }) => stages.push(fraction) });
    expect(stages.at(-1)).toBe(1);
    biasVariances.forEach((b, i) => {
      const critical = edgeOfChaos(activations.erf, b).value.weightVariance;
      weightVariances.forEach((w, j) => {
        const k = i * weightVariances.length + j;
        expect(diagram.phase[k]).toBe(w < critical ? 'ordered' : 'chaotic');
        expect(diagram.correlation[k] < 1).toBe(w > critical);
        expect(diagram.trainableDepth[k]).toBe(6 * diagram.correlationDepth[k]);
      });
    });
    expect(diagram.edge.branches[0].at(-1)?.biasVariance).toBeRelativelyClose(0.8, 1e-12);
  });

  it('of relu is ordered below 2 and divergent above; it can be stopped', async () => {
    const options = { weightVariances: [1, 1.9, 2.1], biasVariances: [0.1] };
    const { phase, variance, correlationDepth } = await phaseDiagram(activations.relu, options);
    expect(phase).toEqual(['ordered', 'ordered', 'divergent']);
    expect([variance[2], correlationDepth[2]]).toEqual([Infinity, 0]);
    expect(correlationDepth[0]).toBeRelativelyClose(1 / Math.LN2, 1e-12);
    await expect(phaseDiagram(activations.relu, { ...options, signal: AbortSignal.abort() })).rejects.toThrow();
    await expect(phaseDiagram(activations.relu, { weightVariances: [2, 1], biasVariances: [0] })).rejects.toThrow('weightVariances[1]: expected ascending');
  });
});

describe('recommended initialisation', () => {
  it('is He for relu, Glorot-like for tanh, the published point for GELU', () => {
    expect(recommendInitialisation(activations.relu, { depth: 30 })).toMatchObject({ weightVariance: 2, biasVariance: 0, critical: true, correlationDepth: Infinity });
    const tanh = recommendInitialisation(activations.tanh, { depth: 30 });
    expect(tanh.weightVariance).toBeRelativelyClose(1, 1e-12);
    expect(tanh.biasVariance).toBe(0);
    const gelu = recommendInitialisation(activations.gelu, { depth: 30 });
    expect(gelu.weightVariance).toBeRelativelyClose(1.983, 2e-3);
    expect(gelu.biasVariance).toBeRelativelyClose(0.173, 0.02);
    expect(gelu.variance).toBeRelativelyClose(3.56, 0.02);
  });

  it('keeps the variance of the NTK at what was asked for, with N ∝ L', () => {
    const width = (depth: number, fluctuation: number): number => recommendInitialisation(activations.relu, { depth, fluctuation }).width;
    expect(width(20, 0.05) / width(20, 0.1)).toBeRelativelyClose(2, 0.01);
    expect(width(80, 0.1) / width(40, 0.1)).toBeRelativelyClose(2, 0.05);
  });

  it('says when there is no critical point', () => {
    const exp = recommendInitialisation(activations.exp, { depth: 10 });
    expect(exp.critical).toBe(false);
    expect(exp.slope).toBeLessThan(1);
    expect(Number.isFinite(exp.varianceRatio)).toBe(true);
  });
});
