import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digamma, erfInverse, erf, erfc, erfcx, gamma, incompleteBeta, incompleteGamma, incompleteGammaUpper, logGamma, logNormalCdf, normalCdf, normalPdf, zeta } from '@saddlepoint/numerics';
import { golden, relative, ulps, worst } from './support.js';

type Table = [number, number][];
const special = golden<{
  erfcx: Table; logNormalCdf: Table; erfInverse: Table; gamma: Table; digamma: Table; digammaNegative: Table;
  zeta: [s: number, a: number, value: number][];
  incompleteGamma: [a: number, x: number, lower: number, upper: number][];
  incompleteBeta: [x: number, a: number, b: number, value: number][];
}>('special-more');

describe('against 60-digit values', () => {
  // Bounds in units in the last place; each function is a few roundings of 1 ulp, measured 1 to 4.
  it.each([
    ['erfcx', erfcx, 3],
    ['logNormalCdf', logNormalCdf, 3],
    ['erfInverse', erfInverse, 6],
    ['gamma', gamma, 5],
    ['digamma', digamma, 3],
  ] as const)('%s', (name, f, bound) => {
    expect(worst(special[name], ([x, y]) => ulps(f(x), y))).toBeLessThanOrEqual(bound);
  });

  it('digamma by reflection below 0: a difference that may cancel', () => {
    expect(worst(special.digammaNegative, ([x, y]) => Math.abs(digamma(x) - y) / (1 + Math.abs(y)))).toBeLessThan(2e-15);
  });

  it('zeta to 6 ulp, from next to its pole to s = 30, and its tails', () => {
    expect(worst(special.zeta, ([s, a, y]) => ulps(zeta(s, a), y))).toBeLessThanOrEqual(6);
  });

  it('incomplete gamma and beta: 40 ulp at shapes up to 1e5, and 4|ln value| more in the tails', () => {
    // The exponent of the front factor is a difference of terms of the size of |ln value| and more, rounded; sums of √a terms add the rest.
    const excess = (got: number, value: number): number => ulps(got, value) - 4 * Math.abs(Math.log(value));
    expect(worst(special.incompleteGamma, ([a, x, lower]) => excess(incompleteGamma(a, x), lower))).toBeLessThanOrEqual(40);
    expect(worst(special.incompleteGamma, ([a, x, , upper]) => excess(incompleteGammaUpper(a, x), upper))).toBeLessThanOrEqual(40);
    expect(worst(special.incompleteBeta, ([x, a, b, value]) => excess(incompleteBeta(x, a, b), value))).toBeLessThanOrEqual(40);
  });
});

describe('identities', () => {
  it('limits and special values', () => {
    expect([erfcx(0), erfcx(Infinity), erfcx(-Infinity), erfcx(NaN)]).toEqual([1, 0, Infinity, NaN]);
    expect([logNormalCdf(Infinity), logNormalCdf(-Infinity), logNormalCdf(NaN)]).toEqual([-0, -Infinity, NaN]);
    expect([erfInverse(0), erfInverse(1), erfInverse(-1), erfInverse(1.1), erfInverse(NaN)]).toEqual([0, Infinity, -Infinity, NaN, NaN]);
    expect([gamma(0), gamma(-0), gamma(-2), gamma(172), gamma(Infinity), gamma(-Infinity), gamma(NaN), gamma(-200.5)]).toEqual([Infinity, -Infinity, NaN, Infinity, Infinity, NaN, NaN, 0]);
    expect([digamma(0), digamma(-3), digamma(Infinity), digamma(NaN)]).toEqual([NaN, NaN, Infinity, NaN]);
    expect([zeta(1), zeta(2, 0), zeta(NaN), zeta(1e9), zeta(1e300, 2), zeta(Infinity)]).toEqual([NaN, NaN, NaN, 1, 0, 1]);
    expect([incompleteGamma(2, 0), incompleteGamma(2, Infinity), incompleteGamma(0, 1), incompleteGamma(1, -1), incompleteGamma(NaN, 1)]).toEqual([0, 1, NaN, NaN, NaN]);
    expect([incompleteGammaUpper(2, 0), incompleteGammaUpper(2, Infinity), incompleteGammaUpper(1, NaN)]).toEqual([1, 0, NaN]);
  });

  it('factorials are exact, Γ follows its recurrence and reflection, ψ is the slope of ln Γ', () => {
    let factorial = 1;
    for (let n = 1; n <= 23; factorial *= n++) expect(gamma(n)).toBe(factorial);
    fc.assert(
      fc.property(fc.double({ min: -30, max: 160, noNaN: true }), (x) => {
        const distance = Math.abs(x - Math.round(x));
        if (x < 0.5 && distance < 1e-3) return true; // rounding of x+1 matters next to a pole
        return relative(gamma(x + 1), x * gamma(x)) < 2e-15 * (1 + Math.abs(digamma(x + 1)) * Math.abs(x));
      }),
    );
    for (const x of [0.3, 1.7, 5, 40]) expect(relative((logGamma(x + 1e-5) - logGamma(x - 1e-5)) / 2e-5, digamma(x))).toBeLessThan(1e-8);
    for (const x of [0.2, 3.4, 50]) expect(relative(digamma(x + 1) - digamma(x), 1 / x)).toBeLessThan(1e-13 * x);
  });

  it('erfcx and erfInverse are what they say', () => {
    fc.assert(fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => relative(erfcx(x), Math.exp(x * x) * erfc(x)) < 2e-14));
    fc.assert(fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (y) => Math.abs(erfInverse(erf(y)) - y) < 1e-15 * (1 + Math.abs(y)) + 2e-16 * Math.exp(y * y)));
    // Continuous to rounding where methods meet.
    for (const x of [0, 1.25, 1 / 0.35, 28]) expect(relative(erfcx(x - 1e-13), erfcx(x + 1e-13))).toBeLessThan(1e-12);
    // d/dx ln Φ = φ/Φ
    for (const x of [-30, -3, -1, 0, 2]) expect(relative((logNormalCdf(x + 1e-5) - logNormalCdf(x - 1e-5)) / 2e-5, normalPdf(x) / normalCdf(x))).toBeLessThan(1e-8);
  });

  it('ζ(2) = π²/6, ζ(4) = π⁴/90, and ζ(s, a) − ζ(s, a+1) = a^{−s}', () => {
    expect(ulps(zeta(2), Math.PI ** 2 / 6)).toBeLessThanOrEqual(2);
    expect(ulps(zeta(4), Math.PI ** 4 / 90)).toBeLessThanOrEqual(2);
    fc.assert(
      fc.property(fc.double({ min: 1.05, max: 20, noNaN: true }), fc.double({ min: 0.1, max: 40, noNaN: true }), (s, a) => {
        // Three values of a few ulp each, none larger than the first.
        return Math.abs(zeta(s, a) - zeta(s, a + 1) - a ** -s) < 3e-15 * zeta(s, a);
      }),
    );
  });

  it('incomplete gamma: exponential, χ² with one degree of freedom, Poisson sums, complement', () => {
    fc.assert(fc.property(fc.double({ min: 1e-10, max: 600, noNaN: true }), (x) => relative(incompleteGammaUpper(1, x), Math.exp(-x)) < 1e-15 * (10 + x)));
    for (const z of [0.01, 0.5, 1, 3, 8]) expect(relative(incompleteGammaUpper(0.5, (z * z) / 2), 2 * normalCdf(-z))).toBeLessThan(1e-14 * (1 + z));
    let sum = 0;
    for (let k = 0, term = Math.exp(-7); k < 12; k++, term *= 7 / k) sum += term;
    expect(relative(incompleteGammaUpper(12, 7), sum)).toBeLessThan(2e-15);
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 500, noNaN: true }), fc.double({ min: 1e-3, max: 500, noNaN: true }), (a, x) => Math.abs(incompleteGamma(a, x) + incompleteGammaUpper(a, x) - 1) < 1e-14),
    );
  });
});
