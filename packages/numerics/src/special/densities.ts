import { stirlingSeries } from './gamma.js';

/** ln Γ(x+1) − ((x+½) ln x − x + ½ ln 2π) for x > 0. */
function stirlingError(x: number): number {
  let sum = 0;
  let y = x;
  for (; y < 8; y++) sum += (y + 0.5) * Math.log1p(1 / y) - 1;
  return sum + stirlingSeries(y);
}

/** x ln(x/m) + m − x, without cancellation near x = m. */
function deviance(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
  // x ln((1+v)/(1−v)) + m − x with v = (x−m)/(x+m).
  const v = difference / (x + m);
  const square = v * v;
  let sum = difference * v;
  let term = 2 * x * v;
  for (let k = 3; ; k += 2) {
    term *= square;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * x^a e^{−x}/Γ(a+1), the Poisson density at real a > 0.
 *
 * Source: Loader, Fast and accurate computation of binomial probabilities (2000): saddle-point form, no cancellation of large logarithms.
 */
export const poissonDensity = (a: number, x: number): number => Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);

/** Γ(a+b+1)/(Γ(a+1)Γ(b+1)) x^a y^b with x + y = 1, the binomial density at real a, b > 0. */
export function binomialDensity(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * a)) / Math.sqrt(b);
}
