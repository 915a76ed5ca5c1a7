import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erf, erfc, incompleteBeta, logGamma, normalCdf, normalPdf, normalQuantile, studentTCdf, studentTQuantile } from '@saddlepoint/numerics';
import { golden, relative, ulps, worst } from './support.js';

type Table = [number, number][];
const special = golden<{
  erf: Table; erfc: Table; logGamma: Table; normalCdf: Table; normalQuantile: Table;
  studentTQuantile: [number, number, number][]; incompleteBeta: [number, number, number, number][];
}>('special');

describe('against 60-digit values', () => {
  it('erf to 2 ulp', () => {
    expect(worst(special.erf, ([x, y]) => ulps(erf(x), y))).toBeLessThanOrEqual(2);
  });

  it('erfc to 4 ulp up to underflow', () => {
    // Two exponentials, a quotient and a rational function: about one ulp each.
    expect(worst(special.erfc, ([x, y]) => ulps(erfc(x), y))).toBeLessThanOrEqual(4);
  });

  it('logGamma to 4 ulp for x > 0, also next to its zeros', () => {
    expect(worst(special.logGamma.filter(([x]) => x > 0), ([x, y]) => ulps(logGamma(x), y))).toBeLessThanOrEqual(4);
  });

  it('logGamma by reflection for x < 0', () => {
    // Sum of logarithms of opposite sign: absolute rounding of terms of size ≤ 20.
    expect(worst(special.logGamma.filter(([x]) => x < 0), ([x, y]) => Math.abs(logGamma(x) - y))).toBeLessThan(1e-14);
  });

  it('normalCdf to 5 ulp in the lower tail down to 1e-300', () => {
    expect(worst(special.normalCdf, ([x, y]) => ulps(normalCdf(x), y))).toBeLessThanOrEqual(5);
  });

  it('normalQuantile to 1e-15', () => {
    // AS 241 states about 1 part in 10¹⁶ for its rational functions; their evaluation rounds a few times.
    expect(worst(special.normalQuantile, ([p, x]) => (x === 0 ? Math.abs(normalQuantile(p)) : relative(normalQuantile(p), x)))).toBeLessThan(2e-15);
  });

  it('studentTQuantile to 1e-12', () => {
    expect(worst(special.studentTQuantile, ([p, dof, t]) => relative(studentTQuantile(p, dof), t))).toBeLessThan(1e-12);
  });

  it('incompleteBeta to 1e-12 (exponent a ln x + … of size up to 1000 loses three digits)', () => {
    expect(worst(special.incompleteBeta, ([x, a, b, y]) => (y === 0 ? incompleteBeta(x, a, b) : relative(incompleteBeta(x, a, b), y)))).toBeLessThan(1e-12);
  });
});

describe('identities', () => {
  it('limits and special values', () => {
    expect([erf(0), erf(Infinity), erf(-Infinity), erfc(Infinity), erfc(-Infinity), erfc(0)]).toEqual([0, 1, -1, 0, 2, 1]);
    expect([erf(NaN), erfc(NaN), normalCdf(NaN), normalPdf(NaN), logGamma(NaN), normalQuantile(-0.1), normalQuantile(NaN)]).toEqual(Array(7).fill(NaN));
    expect([normalCdf(-Infinity), normalCdf(Infinity), normalPdf(Infinity), normalQuantile(0), normalQuantile(1)]).toEqual([0, 1, 0, -Infinity, Infinity]);
    expect([logGamma(1), logGamma(2), logGamma(0), logGamma(-3), logGamma(Infinity)]).toEqual([0, 0, Infinity, Infinity, Infinity]);
    expect([incompleteBeta(0, 1, 2), incompleteBeta(1, 1, 2), incompleteBeta(1.5, 1, 2)]).toEqual([0, 1, NaN]);
  });

  it('erf is odd and erf + erfc = 1', () => {
    fc.assert(fc.property(fc.double({ min: -7, max: 7, noNaN: true }), (x) => erf(-x) === -erf(x) && Math.abs(erf(x) + erfc(x) - 1) < 3e-16));
  });

  it('Γ(x+1) = xΓ(x)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 150, noNaN: true }), (x) => Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x)) < 2e-15 * (1 + Math.abs(logGamma(x + 1)))),
    );
  });

  it('the normal quantile inverts the distribution function, and the density is its slope', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 5, noNaN: true }), (x) => {
        const p = normalCdf(x);
        // dx = dp/φ(x): near 1 the spacing of doubles in p limits x.
        return Math.abs(normalQuantile(p) - x) < 4e-15 * Math.max(1, Math.abs(x)) + 2.3e-16 / normalPdf(Math.max(x, 0));
      }),
    );
    for (const x of [-3, 0.2, 1.7]) expect(relative((normalCdf(x + 1e-5) - normalCdf(x - 1e-5)) / 2e-5, normalPdf(x))).toBeLessThan(1e-9);
  });

  it('Student t: Cauchy at 1, closed form at 2 degrees of freedom, normal at infinity, symmetric', () => {
    for (const p of [0.6, 0.9, 0.999]) {
      expect(relative(studentTQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)))).toBeLessThan(1e-12);
      const a = 4 * p * (1 - p);
      expect(relative(studentTQuantile(p, 2), 2 * (p - 0.5) * Math.sqrt(2 / a))).toBeLessThan(1e-12);
      expect(relative(studentTQuantile(p, 1e12), normalQuantile(p))).toBeLessThan(1e-11);
      expect(studentTQuantile(1 - p, 7)).toBeCloseTo(-studentTQuantile(p, 7), 12);
      expect(studentTCdf(studentTQuantile(p, 4.2), 4.2)).toBeCloseTo(p, 13);
    }
    expect(studentTQuantile(0.5, 3)).toBe(0);
    expect(() => studentTQuantile(0.5, 0)).toThrow(/dof/);
    expect(() => studentTQuantile(0, 3)).toThrow(/p: expected/);
  });
});
