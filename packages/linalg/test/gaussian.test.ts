import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withEngine } from '../src/engine-entry.js';
import { BARE, golden, mapPair, networks, type LayerNumbers } from './gaussian-cases.js';
import { testAccuracy } from './gaussian-accuracy.js';

testAccuracy();

describe('networks, layer upon layer', () => {
  for (const { activation, map, parameters, depth, weight, bias, pairs } of networks.networks) {
    const w = weight * weight;
    const b = bias * bias;
    const layer: LayerNumbers = [w, b, w, b];
    const carries = map === 'piecewise-linear';

    test(`${activation}, depth ${depth}: K and Θ of every pair within 1e-13`, () => {
      for (const { first, last } of pairs) {
        let [q1, q2, c] = first;
        const gap = first[3];
        let s = carries ? Math.sqrt(q1) * Math.sqrt(q2) * Math.sqrt(gap * (2 - gap)) : undefined;
        let t = c;
        let t1 = q1;
        let t2 = q2;
        for (let l = 0; l < depth; l++) {
          // The diagonals are pairs of duplicates.
          const xx = mapPair(map, parameters, { q1, q2: q1, c: q1, s: carries ? 0 : undefined, t: t1 }, layer);
          const yy = mapPair(map, parameters, { q1: q2, q2, c: q2, s: carries ? 0 : undefined, t: t2 }, layer);
          const xy = mapPair(map, parameters, { q1, q2, c, s, t }, layer);
          [q1, t1, q2, t2, c, t] = [xx.c, xx.t, yy.c, yy.t, xy.c, xy.t];
          if (carries) s = xy.s;
        }
        const [K11, K22, K12, , T11, T22, T12] = last;
        // The promise of the issue.
        for (const [x, y] of [[q1, K11], [q2, K22], [c, K12], [t1, T11], [t2, T22], [t, T12]]) expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-13 * Math.abs(y));
      }
    });
  }
});

describe('piecewise linear: exact where it must be', () => {
  const slopes = fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }));
  const size = fc.double({ min: -300, max: 300, noNaN: true }).map((x) => 10 ** x);
  const weights = fc.tuple(fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }));
  const run = { numRuns: 400, seed: 4 };

  test('duplicates have the bits of the diagonal: c = w·((α²+β²)·q) + b, s = 0', () => {
    fc.assert(
      fc.property(slopes, size, weights, ([alpha, beta], q, [w, b]) => {
        const P = alpha * alpha + beta * beta;
        const result = mapPair('piecewise-linear', [alpha, beta], { q1: q, q2: q, c: q, s: 0, t: 0.75 }, [w, b, w, b]);
        const K = w * (P * q) + b;
        expect(result).toEqual({ c: K, s: 0, t: K + w * 0.75 * P });
      }),
      run,
    );
  });

  test('exchanging the inputs changes no bit', () => {
    fc.assert(
      fc.property(slopes, size, size, fc.double({ min: 0, max: Math.PI, noNaN: true }), weights, ([alpha, beta], q1, q2, angle, [w, b]) => {
        const u = Math.sqrt(q1) * Math.sqrt(q2);
        const c = u * Math.cos(angle);
        const s = u * Math.sin(angle);
        const layer: LayerNumbers = [w, b, w, b];
        for (const sine of [s, undefined])
          expect(mapPair('piecewise-linear', [alpha, beta], { q1, q2, c, s: sine, t: 1 }, layer)).toEqual(
            mapPair('piecewise-linear', [alpha, beta], { q1: q2, q2: q1, c, s: sine, t: 1 }, layer),
          );
      }),
      run,
    );
  });

  test('finite at every scale and angle, |c| ≤ √(q1q2), and s within rounding of √(q1q2)', () => {
    const anySize = fc.oneof(size, fc.constant(0), fc.constantFrom(5e-324, 1e-308, 1e300));
    fc.assert(
      fc.property(slopes, anySize, anySize, fc.oneof(fc.double({ min: 0, max: Math.PI, noNaN: true }), fc.constantFrom(0, 1e-12, Math.PI)), ([alpha, beta], q1, q2, angle) => {
        const u = Math.sqrt(q1) * Math.sqrt(q2);
        const given = { q1, q2, c: u * Math.cos(angle), s: u * Math.sin(angle), t: 1 };
        for (const sine of [given.s, undefined]) {
          const result = mapPair('piecewise-linear', [alpha, beta], { ...given, s: sine }, BARE);
          // √(m11 m22), with room for the roots of subnormals.
          const top = (alpha * alpha + beta * beta) * u * (1 + 1e-14) + 1e-307;
          expect(Math.abs(result.c)).toBeLessThanOrEqual(top);
          if (sine !== undefined) expect(result.s).toBeLessThanOrEqual(top);
          expect(Math.abs(result.t)).toBeLessThanOrEqual((alpha * alpha + beta * beta) * (1 + 1e-14));
        }
      }),
      run,
    );
  });

  test('zero inputs: m = 0, m̂ = α²; antipodes of relu: 0', () => {
    for (const s of [0, undefined])
      for (const [q1, q2] of [[0, 0], [0, 1.5], [2, 0]]) {
        expect(mapPair('piecewise-linear', [0.5, 0.5], { q1, q2, c: 0, s, t: 1 }, BARE).c).toBe(0);
        expect(mapPair('piecewise-linear', [0.5, 0.5], { q1, q2, c: 0, s, t: 1 }, BARE).t).toBeCloseTo(0.25, 15);
        expect(mapPair('piecewise-linear', [0, 1], { q1, q2, c: 0, s, t: 1 }, BARE).t).toBeCloseTo(0, 15);
      }
    expect(mapPair('piecewise-linear', [0.5, 0.5], { q1: 4, q2: 0.25, c: -1, s: 0, t: 1 }, BARE)).toEqual({ c: 0, s: 0.5, t: 0 });
  });
});

test('the other maps are finite at zero and at large variances', () => {
  for (const { map, parameters } of golden.maps)
    for (const s of [0, undefined])
      for (const [q1, q2, c] of [[0, 0, 0], [0, 3, 0], [1e-300, 1e-300, 1e-300], [100, 100, -100], [100, 100, 100]]) {
        const { c: m, t: slope } = mapPair(map, parameters, { q1, q2, c, s, t: 1 }, BARE);
        expect([map, Number.isFinite(m), Number.isFinite(slope)]).toEqual([map, true, true]);
      }
  for (const map of ['erf', 'gelu', 'gaussian'])
    for (const c of [1e250, -1e250, 3e249]) {
      const { c: m, t: slope } = mapPair(map, [1, 1, 0], { q1: 1e250, q2: 1e250, c, s: undefined, t: 1 }, BARE);
      expect([map, Number.isFinite(m), Number.isFinite(slope)]).toEqual([map, true, true]);
    }
});

describe('Mehler series of sin: E[sin sin] = e^{−(q1+q2)/2} sinh c term by term', () => {
  /** Row i: e^{−q/2} q^{k/2}/√k! at k = first, first + 2, …, one of the two factors of c^k/k!. */
  const coefficients = (q: readonly number[], terms: number, first: number): Float64Array => {
    const table = new Float64Array(q.length * terms);
    q.forEach((x, i) => {
      let value = Math.exp(-x / 2) * (first === 1 ? Math.sqrt(x) : 1);
      for (let p = 0; p < terms; p++) {
        table[i * terms + p] = value;
        const k = first + 2 * p;
        value *= x / Math.sqrt((k + 1) * (k + 2));
      }
    });
    return table;
  };
  const turned = (table: Float64Array, rows: number, cols: number): Float64Array =>
    Float64Array.from({ length: rows * cols }, (_, n) => table[(n % rows) * cols + Math.floor(n / rows)]);
  const q1 = [0.9, 0, 2.3, 1.7];
  const q2 = Array.from({ length: 19 }, (_, j) => (j === 4 ? 0 : 0.2 + 0.11 * j));
  const rho = (i: number, j: number): number => (j === 7 ? 1 : j === 8 ? -1 : Math.sin(3 * i + j * j) * (j < 9 ? 1 : 0.2));

  // Of 24 terms the last, c^k/k! at k = 47 and c ≤ 2.4, is below 1e-40.
  const terms = 24;
  test.each([Math.log(1e-17), -1e9])('as many terms as the correlations need, or all: tolerance e^%d', (logTolerance) => {
    const [rows, cols] = [q1.length, q2.length];
    const c = Float64Array.from({ length: rows * cols }, (_, n) => rho(Math.floor(n / cols), n % cols) * Math.sqrt(q1[Math.floor(n / cols)] * q2[n % cols]));
    for (const theta of [true, false])
      withEngine(6000, ({ kernels, upload, download }) => {
        const roots = (q: readonly number[]): number => upload(Float64Array.from(q, Math.sqrt));
        const [C, T] = [upload(c), upload(new Float64Array(rows * cols).fill(0.5))];
        const [A, Ad] = [1, 0].map((first) => upload(coefficients(q1, terms, first)));
        const [B, Bd] = [1, 0].map((first) => upload(turned(coefficients(q2, terms, first), cols, terms)));
        kernels.mapSeries(
          rows, cols, cols, -1, roots(q1), roots(q2), C, theta ? T : 0, A, B, Ad, Bd, terms, 1, 2, terms, 0, 2, 1.5, 0.1, 2, 0.3, logTolerance,
        );
        const K = download(C, rows * cols);
        const Theta = download(T, rows * cols);
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < cols; j++) {
            const n = i * cols + j;
            const damping = Math.exp(-(q1[i] + q2[j]) / 2);
            const m = damping * Math.sinh(c[n]);
            // Roundings of ρ and of the sums, 1e-15 of √(m11 m22) ≤ 1.
            expect(Math.abs(K[n] - (1.5 * m + 0.1))).toBeLessThanOrEqual(3e-15);
            if (theta) expect(Math.abs(Theta[n] - (2 * m + 0.3 + 1.5 * 0.5 * damping * Math.cosh(c[n])))).toBeLessThanOrEqual(5e-15);
            else expect(Theta[n]).toBe(0.5);
          }
      });
  });
});
