import { checkInteger } from '@saddlepoint/core';
import type { Activation } from './activation.js';
import { polynomialDuals, type DerivativeMeans } from './hermite-sum.js';

/** Largest degree of a monomial, and of {@link hermite}: beyond, E[φ²] of unit variance overflows or recurrences lose their digits. */
const MONOMIAL_LIMIT = 60;
const HERMITE_LIMIT = 500;

/** Σ_j p_j x^j by Horner's rule. */
const horner = (p: ArrayLike<number>, x: number): number => {
  let value = 0;
  for (let j = p.length - 1; j >= 0; j--) value = value * x + p[j];
  return value;
};

const derivativeOf = (p: readonly number[]): number[] => p.slice(1).map((value, j) => (j + 1) * value);

/** b_k(q) = √k! Σ_i p_{k+2i} C(k+2i, k) (2i−1)!! q^i, its coefficients in q tabulated. */
function meansOf(p: readonly number[]): DerivativeMeans {
  const tables = p.map((_, k) => {
    const row: number[] = [];
    // √k!·C(k+2i, k)·(2i−1)!!, from i to i+1 times (k+2i+1)(k+2i+2)/((2i+1)(2i+2))·(2i+1).
    let factor = 1;
    for (let n = 2; n <= k; n++) factor *= Math.sqrt(n);
    for (let i = 0; k + 2 * i < p.length; i++) {
      row.push(factor * p[k + 2 * i]);
      factor *= ((k + 2 * i + 1) * (k + 2 * i + 2)) / (2 * i + 2);
    }
    return row;
  });
  return (q) => Float64Array.from(tables, (row) => horner(row, q));
}

const parityOf = (p: readonly number[]): Pick<Activation, 'parity'> => {
  if (p.every((value, j) => value === 0 || j % 2 === 0)) return { parity: 'even' };
  return p.every((value, j) => value === 0 || j % 2 === 1) ? { parity: 'odd' } : {};
};

const term = (value: number, j: number): string => (j === 0 ? `${value}` : `${value === 1 ? '' : value === -1 ? '-' : value}x${j === 1 ? '' : `^{${j}}`}`);

const latexOf = (p: readonly number[]): string =>
  p.map(term).filter((_, j) => p[j] !== 0).join('+').replaceAll('+-', '-') || '0';

/**
 * φ(x) = c₀ + c₁x + c₂x² + …, coefficients in rising order.
 *
 * @example
 * import { polynomial } from '@saddlepoint/architecture';
 * polynomial(0, 1, 0.5).value(2); // => 4
 * polynomial(0, 0, 1).dual?.(1, 1, 0.5); // => 1.5
 */
export function polynomial(...given: number[]): Activation {
  const last = given.findLastIndex((value) => value !== 0);
  const p = last < 0 ? [0] : given.slice(0, last + 1);
  const first = derivativeOf(p);
  const second = derivativeOf(first);
  const monomialDegree = p.slice(0, -1).every((value) => value === 0) ? p.length - 1 : undefined;
  return {
    name: `polynomial(${p.join(',')})`,
    value: (x) => horner(p, x),
    derivative: (x) => horner(first, x),
    secondDerivative: (x) => horner(second, x),
    ...polynomialDuals(meansOf(p), monomialDegree !== undefined),
    ...parityOf(p),
    ...(monomialDegree === undefined ? {} : { homogeneity: monomialDegree }),
    smooth: true,
    latex: latexOf(p),
  };
}

/**
 * φ(x) = x^degree.
 *
 * @example
 * import { monomial } from '@saddlepoint/architecture';
 * monomial(3).dual?.(1, 1, 0.5); // => 5.25
 */
export function monomial(degree = 2): Activation {
  checkInteger('degree', degree, { min: 0, max: MONOMIAL_LIMIT });
  return { ...polynomial(...new Array<number>(degree).fill(0), 1), name: `monomial(${degree})`, value: (x) => x ** degree };
}

/** φ(x) = x²: E[φφ] = q1 q2 + 2c², E[φ′φ′] = 4c. */
export const quadratic: Activation = { ...monomial(2), name: 'quadratic', value: (x) => x * x };

/** φ(x) = x³: E[φφ] = 9 q1 q2 c + 6c³, E[φ′φ′] = 9(q1 q2 + 2c²). */
export const cubic: Activation = { ...monomial(3), name: 'cubic', value: (x) => x * x * x };

/** h_n(x) = He_n(x)/√n!, 0 for n < 0. */
function hermiteValue(n: number, x: number): number {
  let previous = 0;
  let current = n < 0 ? 0 : 1;
  for (let k = 0; k < n; k++) [previous, current] = [current, (x * current - Math.sqrt(k) * previous) / Math.sqrt(k + 1)];
  return current;
}

/** b_k(q) = √C(n, k)·E[h_{n−k}(√q z)], and E[h_{2j}(√q z)] = (q−1)^j √(C(2j, j)/4^j). */
function hermiteMeans(degree: number): DerivativeMeans {
  const factors = new Float64Array(degree + 1);
  let binomial = 1;
  let central = 1;
  for (let k = degree; k >= 0; k--) {
    const m = degree - k;
    if (m % 2 === 0) {
      if (m > 0) central *= (m - 1) / m;
      factors[k] = Math.sqrt(binomial * central);
    }
    binomial *= k / (m + 1);
  }
  return (q) => factors.map((factor, k) => ((degree - k) % 2 === 0 ? factor * (q - 1) ** ((degree - k) / 2) : 0));
}

/**
 * φ(x) = He_n(x)/√n!, the normalised Hermite polynomial (of x itself, not of x/√q): at unit variances E[φφ] = cⁿ, at others the sum of
 * {@link polynomialDuals} in powers of (q1−1)(q2−1), which loses no digits near unit variance.
 *
 * @example
 * import { hermite } from '@saddlepoint/architecture';
 * hermite(4).dual?.(1, 1, 0.5); // => 0.0625
 */
export function hermite(degree = 2): Activation {
  checkInteger('degree', degree, { min: 0, max: HERMITE_LIMIT });
  return {
    name: `hermite(${degree})`,
    value: (x) => hermiteValue(degree, x),
    derivative: (x) => Math.sqrt(degree) * hermiteValue(degree - 1, x),
    secondDerivative: (x) => Math.sqrt(degree * Math.max(0, degree - 1)) * hermiteValue(degree - 2, x),
    ...polynomialDuals(hermiteMeans(degree), degree < 2),
    ...(degree < 2 ? { homogeneity: degree } : {}),
    parity: degree % 2 === 0 ? 'even' : 'odd',
    smooth: true,
    latex: `\\mathrm{He}_{${degree}}(x)/\\sqrt{${degree}!}`,
  };
}

/** φ(x) = (x³ − 3x)/√6, the normalised Hermite polynomial of degree 3: E[φφ] = c(3(1−q1)(1−q2) + 2c²)/2. */
export const hermite3: Activation = { ...hermite(3), name: 'hermite3', value: (x) => (x * (x * x - 3)) / Math.sqrt(6), latex: '(x^3-3x)/\\sqrt{6}' };
