import { describe, expect, it } from 'vitest';
import { activations, resolveActivation } from '@saddlepoint/architecture';
import { loadGolden } from '@saddlepoint/testing';
import { correlationMap, edgeOfChaos, signalPropagation, varianceMap } from '../src/signal/index.js';

interface Point {
  activation: string;
  sigma_w: number;
  sigma_b: number;
  q_star: number | null;
  chi_1: number;
  chi_q: number | null;
  phase: string | null;
  c_star: number | null;
  chi_c: number | null;
  xi_q: number | null;
  xi_c: number | null;
}
const golden = loadGolden<{ points: Point[]; edges: { activation: string; sigma_b: number; sigma_w_critical: number; q_star: number }[] }>(import.meta.url, 'signal.json');

const mapOf = ({ activation, sigma_w, sigma_b }: Pick<Point, 'activation' | 'sigma_w' | 'sigma_b'>) => ({
  activation: resolveActivation(activation),
  weightVariance: sigma_w ** 2,
  biasVariance: sigma_b ** 2,
});

describe('fixed points', () => {
  it.each(golden.points.filter((p) => p.q_star !== null))('$activation at σ_w = $sigma_w, σ_b = $sigma_b', (point) => {
    const { value, status } = signalPropagation(mapOf(point));
    expect(status).toBe('converged');
    // A root is known to ε/|1 − slope of its map|: the tolerance follows, down to 50 layers of memory.
    const q = point.q_star ?? NaN;
    const loose = (depth: number | null): number => 2e-14 * (1 + (depth ?? 1));
    if (q === 0) expect(value.variance).toBe(0);
    else expect(value.variance).toBeRelativelyClose(q, loose(point.xi_q));
    expect(value.slope).toBeRelativelyClose(point.chi_1, loose(point.xi_q));
    if (point.chi_q !== null) expect(value.varianceSlope).toBeRelativelyClose(point.chi_q, loose(point.xi_q));
    if (point.xi_q !== null) expect(value.varianceDepth).toBeRelativelyClose(point.xi_q, 10 * loose(point.xi_q));
    if (point.c_star === null || point.c_star === 1) expect(value.correlation).toBe(point.c_star);
    // c* is known to ε over (1 − χ_c), absolutely.
    if (point.c_star !== null) expect(value.correlation).toBeRelativelyClose(point.c_star, loose(point.xi_c), { floor: 1 });
    if (point.chi_c !== null) expect(value.correlationSlope).toBeRelativelyClose(point.chi_c, loose(point.xi_c));
    if (point.xi_c !== null) expect(value.correlationDepth).toBeRelativelyClose(point.xi_c, 10 * loose(point.xi_c));
    if (point.phase !== null) expect(value.phase).toBe(point.phase);
  });

  it('says that the variance grows without bound where it does', () => {
    const { value, status } = signalPropagation({ activation: activations.relu, weightVariance: 2.56, biasVariance: 0.01 });
    expect([status, value.variance, value.phase, value.correlation]).toEqual(['diverged', Infinity, 'divergent', null]);
  });

  it('is critical for relu at σ_w² = 2 without bias', () => {
    expect(signalPropagation({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }).value).toMatchObject({ slope: 1, phase: 'critical' });
  });

  it('are where the maps stay', () => {
    const map = { activation: activations.silu, weightVariance: 1.5, biasVariance: 0.2 };
    const { value } = signalPropagation(map);
    expect(varianceMap(map, value.variance)).toBeRelativelyClose(value.variance, 1e-13);
    expect(correlationMap(map, value.variance, value.correlation ?? NaN)).toBeRelativelyClose(value.correlation ?? NaN, 1e-12);
    expect(correlationMap(map, value.variance, 1)).toBeRelativelyClose(1, 1e-13);
  });

  it('need a derivative', () => {
    expect(() => signalPropagation({ activation: activations.sign, weightVariance: 1, biasVariance: 0 })).toThrow('activation: expected one with a derivative');
  });
});

describe('the edge of chaos', () => {
  it.each(golden.edges)('$activation at σ_b = $sigma_b', ({ activation, sigma_b, sigma_w_critical, q_star }) => {
    const { value, status } = edgeOfChaos(resolveActivation(activation), sigma_b ** 2);
    expect(status).toBe('converged');
    // q − E[φ²]/E[φ′²] is quadratic in q near 0, so q is known to ε·q/(2σ_b²) relative: 1e-14 at σ_b = 0.05. Measured 6e-15.
    expect(value.variance).toBeRelativelyClose(q_star, 5e-14);
    expect(Math.sqrt(value.weightVariance)).toBeRelativelyClose(sigma_w_critical, 2e-14);
  });

  it('starts at 1/φ′(0)² without bias', () => {
    expect(edgeOfChaos(activations.erf, 0).value.weightVariance).toBeRelativelyClose(Math.PI / 4, 1e-14);
  });

  it('does not exist for relu with bias', () => {
    expect(edgeOfChaos(activations.relu, 0.1).status).toBe('diverged');
  });
});
