import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { continueBranch, findRoot, type BranchPoint } from '@saddlepoint/numerics';
import { relative } from './support.js';

const parameters = (points: readonly BranchPoint[]): number[] => points.map(({ parameter }) => parameter);

describe('continueBranch: closed forms', () => {
  it('saddle–node x² + p = 0: up one side of the fold, down the other', () => {
    const { points, folds, end, status } = continueBranch(([x], p) => [x * x + p], [1], -1, { parameterRange: [-1, 1] });
    expect([status, end]).toEqual(['converged', 'range']);
    expect(folds).toHaveLength(1);
    // The slope dp/ds vanishes linearly: its root is good to the 1e-10 of finite differences, p to the square of that.
    expect(Math.abs(folds[0].x[0])).toBeLessThan(1e-9);
    expect(Math.abs(folds[0].parameter)).toBeLessThan(1e-15);
    const last = points[points.length - 1];
    expect(last.parameter).toBe(-1);
    expect(last.x[0]).toBeCloseTo(-1, 14);
    // 2∫₀¹ √(1+4x²) dx; the arc is summed to fourth order in steps of about 0.12 rad.
    expect(relative(last.arclength, Math.sqrt(5) + Math.asinh(2) / 2)).toBeLessThan(1e-5);
    expect(points[0].determinantSign).toBe(1);
    expect(last.determinantSign).toBe(-1);
    for (const { x, parameter } of points) expect(Math.abs(x[0] ** 2 + parameter)).toBeLessThan(1e-13);
  });

  it('starts on the fold itself', () => {
    const { folds, points, end } = continueBranch(([x], p) => [x * x + p], [0], 0, { parameterRange: [-1, 1], maxPoints: 200 });
    expect(end).toBe('range');
    expect(Math.abs(points[points.length - 1].x[0])).toBeCloseTo(1, 13);
    expect(folds.length).toBeLessThanOrEqual(1);
  });

  it('cubic hysteresis p = x³ − 3x: folds at (∓1, ±2), both ways round', () => {
    for (const side of [1, -1]) {
      const { folds, points } = continueBranch(([x], p) => [x ** 3 - 3 * x - p], [-2 * side], -2 * side, {
        parameterRange: [-18, 18],
        direction: side === 1 ? 1 : -1,
        jacobian: ([x]) => ({ state: [3 * x * x - 3], parameter: [-1] }),
      });
      expect(folds.map(({ x }) => x[0] * side)).toEqual([expect.closeTo(-1, 13), expect.closeTo(1, 13)]);
      parameters(folds).forEach((p, i) => expect(Math.abs(p * side - (i === 0 ? 2 : -2))).toBeLessThan(1e-14));
      expect(points[points.length - 1].x[0]).toBeCloseTo(3 * side, 13);
      // Stable, unstable, stable: the sign flips at each fold and nowhere else.
      const flips = points.slice(1).filter((point, i) => point.determinantSign !== points[i].determinantSign);
      expect(flips).toHaveLength(2);
    }
  });

  it('a circle: two folds, closed, of length 2π', () => {
    const { folds, points, end, branchPoints } = continueBranch(([x], p) => [x * x + p * p - 1], [0.6], 0.8);
    expect(end).toBe('closed');
    expect(parameters(folds)).toEqual([expect.closeTo(1, 14), expect.closeTo(-1, 14)]);
    // chord·(θ/2)/sin(θ/2) is exact on circles; the rest is the placing of points.
    expect(relative(points[points.length - 1].arclength, 2 * Math.PI)).toBeLessThan(1e-8);
    expect(points.length).toBeLessThan(150);
    expect(branchPoints).toEqual([]);
  });

  it('any ellipse, turned and moved, closes after two folds at its extreme parameters', () => {
    const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(real(0.3, 3), real(0.3, 3), real(0, 3), real(-5, 5), real(-5, 5), (a, b, turn, x0, p0) => {
        const [c, s] = [Math.cos(turn), Math.sin(turn)];
        const f = ([x]: Float64Array, p: number): number[] => [((c * (x - x0) + s * (p - p0)) / a) ** 2 + ((c * (p - p0) - s * (x - x0)) / b) ** 2 - 1];
        const { folds, end } = continueBranch(f, [x0 + a * c], p0 + a * s);
        const extent = Math.sqrt((a * s) ** 2 + (b * c) ** 2);
        return end === 'closed' && folds.length === 2 && Math.abs(Math.max(...parameters(folds)) - p0 - extent) < 1e-9 && Math.abs(Math.min(...parameters(folds)) - p0 + extent) < 1e-9;
      }),
      { numRuns: 40 },
    );
  });
});

describe('continueBranch: physics', () => {
  it('spinodals of the Curie–Weiss magnet m = tanh(β(Jm + h)): m² = 1 − 1/βJ', () => {
    for (const beta of [1.2, 2, 5]) {
      const { folds, points } = continueBranch(([m], h) => [m - Math.tanh(beta * (m + h))], [-0.999], -3, { parameterRange: [-3, 3] });
      const m = Math.sqrt(1 - 1 / beta);
      const h = m - Math.atanh(m) / beta;
      expect(folds).toHaveLength(2);
      expect(folds[0].x[0]).toBeCloseTo(-m, 9);
      // Newton's last correction is 1e-10, its error the square; tanh and the solution round at 1e-16.
      expect(Math.abs(folds[0].parameter - h)).toBeLessThan(2e-15);
      expect(Math.abs(folds[1].parameter + h)).toBeLessThan(2e-15);
      expect(points[points.length - 1].parameter).toBe(3);
    }
  });

  it('above the critical temperature there is no fold; without field the branch point sits at βJ = 1', () => {
    expect(continueBranch(([m], h) => [m - Math.tanh(0.9 * (m + h))], [-0.9], -3, { parameterRange: [-3, 3] }).folds).toEqual([]);
    const { branchPoints, folds } = continueBranch(([m], beta) => [m - Math.tanh(beta * m)], [0], 0.3, { parameterRange: [0.3, 3] });
    expect(parameters(branchPoints)).toEqual([expect.closeTo(1, 9)]);
    expect(folds).toEqual([]);
    // From a magnetised start the pitchfork's other branch turns at the same point.
    const ordered = continueBranch(([m], beta) => [m - Math.tanh(beta * m)], [0.95], 2, { direction: -1, parameterRange: [0.5, 3] });
    expect(ordered.end).toBe('range');
    // Fold and branch point in one: the equations are singular there, and it is interpolated between the closest regular points.
    expect(parameters(ordered.folds)).toEqual([expect.closeTo(1, 7)]);
    expect(parameters(ordered.branchPoints)).toEqual([expect.closeTo(1, 7)]);
    expect(ordered.points[ordered.points.length - 1].x[0]).toBeLessThan(-0.98);
  });

  it('Bratu’s problem u″ + λe^u = 0 by Chebyshev collocation: λ* = 3.513830719', () => {
    const n = 28;
    const nodes = Array.from({ length: n + 1 }, (_, i) => Math.cos((Math.PI * i) / n));
    const ends = (i: number): number => (i === 0 || i === n ? 2 : 1) * (i % 2 === 0 ? 1 : -1);
    const first = nodes.map((x, i) => nodes.map((y, j) => (i === j ? 0 : ends(i) / ends(j) / (x - y))));
    first.forEach((row, i) => (row[i] = -row.reduce((s, v) => s + v, 0)));
    const second = first.map((row) => nodes.map((_, j) => 4 * row.reduce((s, v, k) => s + v * first[k][j], 0)));
    const inner = nodes.slice(1, n).map((_, i) => second[i + 1].slice(1, n));
    const { folds, points } = continueBranch((u, lambda) => inner.map((row, i) => row.reduce((s, v, j) => s + v * u[j], 0) + lambda * Math.exp(u[i])), new Float64Array(n - 1), 0, {
      stop: ({ x }) => x[(n >> 1) - 1] > 5,
      jacobian: (u, lambda) => ({ state: inner.flatMap((row, i) => row.map((v, j) => v + (i === j ? lambda * Math.exp(u[i]) : 0))), parameter: u.map(Math.exp) }),
    });
    // λ* = 8(θ/cosh θ)² at θ tanh θ = 1, u(½) = 2 ln cosh θ; the collocation converges as e^{−cn}.
    const theta = findRoot((t) => t * Math.tanh(t) - 1, [1, 2]).value;
    expect(folds).toHaveLength(1);
    expect(relative(folds[0].parameter, 8 * (theta / Math.cosh(theta)) ** 2)).toBeLessThan(1e-11);
    expect(folds[0].parameter).toBeCloseTo(3.513830719, 9);
    expect(folds[0].x[(n >> 1) - 1]).toBeCloseTo(2 * Math.log(Math.cosh(theta)), 8);
    // The upper branch too: λ = 8(θ/cosh θ)² with the θ of the height reached.
    const last = points[points.length - 1];
    const upper = Math.acosh(Math.exp(last.x[(n >> 1) - 1] / 2));
    expect(relative(last.parameter, 8 * (upper / Math.cosh(upper)) ** 2)).toBeLessThan(1e-6);
  });

  it('an isola: the pulsing states of the Gray–Scott tank form a closed branch between two folds', () => {
    const k = 0.05;
    const f = ([u, v]: Float64Array, feed: number): number[] => [-u * v * v + feed * (1 - u), u * v * v - (feed + k) * v];
    const feed = 0.03;
    // u v = feed + k and feed (1 − u) = (feed + k) v: a quadratic, with discriminant zero where feed = 4(feed + k)².
    const u = 0.5 * (1 - Math.sqrt(1 - (4 * (feed + k) ** 2) / feed));
    const { folds, end } = continueBranch(f, [u, (feed + k) / u], feed, { firstStep: 1e-3 });
    expect(end).toBe('closed');
    const exact = [1, -1].map((sign) => (1 - 8 * k + sign * Math.sqrt(1 - 16 * k)) / 8);
    expect(folds).toHaveLength(2);
    // Simple folds of a polynomial system: rounding alone, 1e-16 over ∂F/∂p ~ 0.1.
    parameters(folds).forEach((p, i) => expect(Math.abs(p - exact[i])).toBeLessThan(1e-14));
  });
});

describe('continueBranch: how it ends', () => {
  it('says when the branch cannot go on, when points run out and when there is no start', () => {
    expect(continueBranch(([x], p) => [p < 1 ? x - p : NaN], [0], 0)).toMatchObject({ status: 'stalled', end: 'min-step' });
    expect(continueBranch(([x], p) => [x - p], [0], 0, { maxPoints: 10 })).toMatchObject({ status: 'max-iterations', end: 'max-points' });
    expect(continueBranch(([x], p) => [x * x + p], [1], 1)).toMatchObject({ status: 'diverged', end: 'start', points: [] });
    expect(continueBranch(([x], p) => [x - p], [0.5], 0, { stop: ({ x }) => x[0] > 0.2 }).end).toBe('stop');
  });

  it('refuses shapes and starts that do not fit', () => {
    expect(() => continueBranch(() => [1, 2], [0], 0)).toThrow(/F\(x, p\)/);
    expect(() => continueBranch(([x], p) => [x - p], [NaN], 0)).toThrow(/x0/);
    expect(() => continueBranch(([x], p) => [x - p], [0], 2, { parameterRange: [0, 1] })).toThrow(/parameter/);
    expect(() => continueBranch(([x], p) => [x - p], [0], 0, { jacobian: () => ({ state: [1, 2], parameter: [1] }) })).toThrow(/jacobian.state/);
  });
});
