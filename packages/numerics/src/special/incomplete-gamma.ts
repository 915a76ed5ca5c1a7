import { poissonDensity } from './densities.js';
import { logGamma1p } from './gamma.js';

const LIMIT = 1_000_000;

/** Σ_n x^n/((a+1)…(a+n)). */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < LIMIT && term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Γ(a, x) e^x x^{−a}, by Lentz's method on DLMF 8.9.2. */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < LIMIT; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const step = c * d;
    h *= step;
    if (Math.abs(step - 1) < 2.3e-16) break;
  }
  return h;
}

/** Q(a, x) for a < 1, x < 2: 1 − x^a/Γ(1+a)·(1 + a Σ_{k≥1} (−x)^k/(k!(a+k))), without taking it from 1. */
function smallShape(a: number, x: number): number {
  const exponent = a * Math.log(x) - logGamma1p(a);
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 60; k++) {
    term *= -x / k;
    sum += term / (a + k);
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
  }
  return -Math.expm1(exponent) - Math.exp(exponent) * a * sum;
}

const outside = (a: number, x: number): boolean => !(a > 0 && x >= 0 && a < Infinity);

/**
 * The regularised lower incomplete gamma function P(a, x) = ∫₀ˣ t^{a−1}e^{−t} dt / Γ(a), for a > 0, x ≥ 0 (NaN outside): the
 * distribution function of a gamma variable; P(ν/2, x/2) is that of χ² with ν degrees of freedom.
 *
 * About 40 ulp for a up to 10⁵, and 4|ln P| ulp more far in the tails.
 *
 * Method: power series below a+1, continued fraction above (DLMF 8.7.1, 8.9.2), Loader's form of the front factor.
 *
 * @example
 * import { incompleteGamma } from '@saddlepoint/numerics';
 * incompleteGamma(1, 2); // => 0.8646647167633873
 */
export function incompleteGamma(a: number, x: number): number {
  if (outside(a, x)) return NaN;
  if (x === 0 || x === Infinity) return x === 0 ? 0 : 1;
  if (x >= a + 1) return 1 - incompleteGammaUpper(a, x);
  return poissonDensity(a, x) * series(a, x);
}

/**
 * The regularised upper incomplete gamma function Q(a, x) = 1 − P(a, x) ({@link incompleteGamma}), accurate where it is small:
 * Q(ν/2, x/2) is the p-value of χ² = x with ν degrees of freedom.
 *
 * @example
 * import { incompleteGammaUpper } from '@saddlepoint/numerics';
 * incompleteGammaUpper(0.5, 50); // => 1.523970604832105e-23
 */
export function incompleteGammaUpper(a: number, x: number): number {
  if (outside(a, x)) return NaN;
  if (x === 0 || x === Infinity) return x === 0 ? 1 : 0;
  if (x >= a + 1) return poissonDensity(a, x) * a * continuedFraction(a, x);
  return a < 1 ? smallShape(a, x) : 1 - incompleteGamma(a, x);
}
