import { expect, test } from 'vitest';
import { withEngine } from '../src/engine-entry.js';
import { BARE, golden, mapPair, networks, ulps } from './gaussian-cases.js';

/**
 * What errors of E[φφ] and E[φ′φ′] are relative to: the value, but where the piecewise linear ones change sign, the terms that cancel there:
 * (β² − α²)|c| + …, and α² + β² − … for c ≥ 0, α² − β² + … for c < 0. Both vanish for relu at the antipode, where all digits are kept.
 */
function sizes(map: string, [alpha, beta]: readonly number[], c: number, m: number, slope: number): readonly [number, number] {
  if (map !== 'piecewise-linear') return [Math.abs(m), Math.abs(slope)];
  const odd = Math.abs(alpha * alpha - beta * beta);
  return [Math.max(Math.abs(m), c < 0 ? odd * -c : 0), Math.max(Math.abs(slope), c < 0 ? odd : beta * beta)];
}

/**
 * Errors allowed, in units of 2⁻⁵² of the value. Inputs are rounded (c, s and both roots, half a unit each), and near the antipode
 * E[φφ] goes with the cube of the angle; gelu changes sign; exponentials multiply the rounding of the inputs by their exponents.
 */
const ALLOWED: Readonly<Record<string, number>> = { 'piecewise-linear': 8, erf: 4, gelu: 16, gaussian: 4 };
const exponent = (q1: number, q2: number): number => 4 + 2 * (q1 + q2);

/** One pair at a time against high-precision numbers. */
export function testAccuracy(): void {
  for (const { map, name = map, parameters, carried, formed } of golden.maps) {
    test(`${name}(${parameters.join(', ')}): E[φφ], E[φ′φ′] and the new sine norm`, () => {
      for (const [q1, q2, c, s, m, slope, ...sines] of carried) {
        const allowed = ALLOWED[map] ?? exponent(q1, q2);
        const bare = mapPair(map, parameters, { q1, q2, c, s, t: 1 }, BARE);
        const [sizeM, sizeSlope] = sizes(map, parameters, c, m, slope);
        expect(ulps(bare.c, m, sizeM)).toBeLessThanOrEqual(allowed);
        expect(ulps(bare.t, slope, sizeSlope)).toBeLessThanOrEqual(allowed);
        sines.forEach((sine, i) => {
          const [w, b] = golden.layers[i];
          expect(ulps(mapPair(map, parameters, { q1, q2, c, s }, [w, b, w, b]).s, sine)).toBeLessThanOrEqual(allowed);
        });
      }
      for (const [q1, q2, c, m, slope] of formed) {
        const allowed = ALLOWED[map] ?? exponent(q1, q2);
        const bare = mapPair(map, parameters, { q1, q2, c, t: 1 }, BARE);
        const [sizeM, sizeSlope] = sizes(map, parameters, c, m, slope);
        expect(ulps(bare.c, m, sizeM)).toBeLessThanOrEqual(allowed);
        expect(ulps(bare.t, slope, sizeSlope)).toBeLessThanOrEqual(allowed);
      }
    });
  }

  for (const { activation, map, parameters, rows } of networks.duals) {
    test(`${activation}: values from quadrature-checked closed forms, angles given by 1 − |ρ|`, () => {
      for (const [q1, q2, c, gap, m, slope] of rows) {
        const s = Math.sqrt(q1) * Math.sqrt(q2) * Math.sqrt(gap * (2 - gap));
        const result = mapPair(map, parameters, { q1, q2, c, s, t: 1 }, BARE);
        const allowed = ALLOWED[map] ?? exponent(q1, q2);
        const [sizeM, sizeSlope] = sizes(map, parameters, c, m, slope);
        expect(ulps(result.c, m, sizeM)).toBeLessThanOrEqual(allowed);
        expect(ulps(result.t, slope, sizeSlope)).toBeLessThanOrEqual(allowed);
      }
    });
  }

  test('squared distances from sine norms, and back', () => {
    for (const [q1, q2, c, s, distance] of golden.distances) {
      withEngine(32, ({ kernels, upload, download }) => {
        const one = (x: number): number => upload(Float64Array.of(x, x, x));
        const pair = [one(q1), one(Math.sqrt(q1)), one(q2), one(Math.sqrt(q2)), one(c)] as const;
        const S = one(s);
        kernels.sineToDistance(1, 3, 3, -1, ...pair, S);
        const there = download(S, 3);
        // Roundings of s, of its square and of the difference of the variances.
        for (const x of there) expect(ulps(x, distance)).toBeLessThanOrEqual(6);
        kernels.distanceToSine(1, 3, 3, -1, ...pair, S);
        // s² is what the distance has beyond (r1 − r2)², or what q1q2 has beyond c².
        const condition = c >= 0 ? distance / Math.max(distance - (Math.sqrt(q1) - Math.sqrt(q2)) ** 2, 1e-300) : (Math.abs(c) / s) ** 2;
        for (const x of download(S, 3)) expect(ulps(x, s)).toBeLessThanOrEqual(6 * Math.max(1, condition));
      });
    }
  });

  test('sine norms of sums of two kernels', () => {
    for (const [q1, q2, c, s, p1, p2, d, e, sine] of golden.sums) {
      withEngine(48, ({ kernels, upload, download }) => {
        const one = (x: number): number => upload(Float64Array.of(x, x, x));
        const root = (x: number): number => one(Math.sqrt(x));
        const S = one(s);
        kernels.combineSines(1, 3, 3, -1, root(q1), root(q2), one(c), S, root(p1), root(p2), one(d), one(e));
        // √(q1p2) − √(p1q2) is a difference of rounded roots.
        const across = Math.sqrt(q1 * p2) + Math.sqrt(p1 * q2);
        for (const x of download(S, 3)) expect(Math.abs(x - sine)).toBeLessThanOrEqual(Number.EPSILON * (8 * sine + 2 * across));
      });
    }
  });

  test('nearly equal norms, with what the roots lack: distances, sine norms after a layer with bias and of sums keep all digits', () => {
    const [w, b] = golden.layers[1];
    for (const [first, second, distance, after, total] of golden.near) {
      withEngine(96, ({ kernels, upload, download }) => {
        const three = (pair: readonly number[]): number[] => pair.map((x) => upload(Float64Array.of(x, x, x)));
        const [r1, l1, r2, l2, q1, q2, c, s] = three(first);
        const [p1, m1, p2, m2, , , d, e] = three(second);
        const expectAll = (at: number, value: number, allowed = 8): void => {
          for (const x of download(at, 3)) expect(ulps(x, value)).toBeLessThanOrEqual(allowed);
        };
        kernels.sineToDistance(1, 3, 3, -1, q1, r1, q2, r2, c, s, l1, l2);
        expectAll(s, distance);
        kernels.distanceToSine(1, 3, 3, -1, q1, r1, q2, r2, c, s, l1, l2);
        // The sine norm is what remains of the distance without the difference of the norms.
        const condition = distance / (distance - (first[0] - first[2] + (first[1] - first[3])) ** 2);
        expectAll(s, first[7], 8 * condition);
        const again = three(first);
        kernels.combineSines(1, 3, 3, -1, r1, r2, c, again[7], p1, p2, d, e, l1, l2, m1, m2);
        expectAll(again[7], total);
        const last = three(first);
        kernels.mapPiecewiseLinear(1, 3, 3, -1, q1, r1, q2, r2, last[6], last[7], 0, 0.5, 0.5, w, b, w, b, l1, l2);
        expectAll(last[7], after);
      });
    }
  });
}
