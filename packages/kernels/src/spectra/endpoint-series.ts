import { denseLayers, hiddenLayers, type ActivationExtensions, type Network } from '@saddlepoint/architecture';
import { squareAt } from '../signal/variance-moments.js';
import { times, type Series } from './power-series.js';

/** Powers of x = √(2 − 2t) kept. */
const TERMS = 64;

const derivative = (a: Series): Series => Float64Array.from(a, (_, k) => (k + 1 < a.length ? (k + 1) * a[k + 1] : 0));
const integral = (a: Series, constant: number): Series => Float64Array.from(a, (_, k) => (k === 0 ? constant : a[k - 1] / k));

/** a/x, for a series that starts at x. */
const lowered = (a: Series): Series => Float64Array.from(a, (_, k) => a[k + 1] ?? 0);
/** a·x. */
const raised = (a: Series): Series => Float64Array.from(a, (_, k) => (k === 0 ? 0 : a[k - 1]));

/** √a, a₀ > 0. */
function root(a: Series): Series {
  const r = new Float64Array(a.length);
  r[0] = Math.sqrt(a[0]);
  for (let k = 1; k < a.length; k++) {
    let sum = a[k];
    for (let j = 1; j < k; j++) sum -= r[j] * r[k - j];
    r[k] = sum / (2 * r[0]);
  }
  return r;
}

/** a/b, b₀ ≠ 0. */
function over(a: Series, b: Series): Series {
  const c = new Float64Array(a.length);
  for (let k = 0; k < a.length; k++) {
    let sum = a[k];
    for (let j = 1; j <= k; j++) sum -= b[j] * c[k - j];
    c[k] = sum / b[0];
  }
  return c;
}

/** The angle ψ of a correlation c(x), and sin ψ; c(0) = ±1 is met with a vanishing derivative. */
function angleOf(c: Series): { psi: Series; sine: Series } {
  const sign = Math.sign(c[0]);
  if (1 - Math.abs(c[0]) > 1e-12) {
    const sine = root(times(c, c).map((v, k) => (k === 0 ? 1 - v : -v)));
    return { psi: integral(over(derivative(c), sine).map((v) => -v), Math.acos(c[0])), sine };
  }
  // 1 − |c| = g = O(x²): sin ψ = √(g(2 − g)) = x√h, and ψ or π − ψ is ∫g′/(x√h).
  const gap = c.map((v, k) => (k < 2 ? 0 : -sign * v));
  const h = lowered(lowered(times(gap, gap.map((v, k) => (k === 0 ? 2 : -v)))));
  const sqrtH = root(h);
  const small = integral(over(lowered(derivative(gap)), sqrtH), 0);
  return { psi: sign > 0 ? small : small.map((v, k) => (k === 0 ? Math.PI : -v)), sine: raised(sqrtH) };
}

/** Whether all of a network's activations are piecewise linear. */
export const hasEndpointSeries = (network: Network, extensions: ActivationExtensions = {}): boolean =>
  hiddenLayers(network, extensions).every(({ activation }) => activation.vectorised?.loop === 'piecewise-linear' && activation.vectorised.parameters[1] !== 0);

/** The kernel of a fully connected piecewise linear network in powers of x, t = end·(1 − x²/2), at t = end = ±1. */
function kernelAt(network: Network, kernel: 'nngp' | 'ntk', end: 1 | -1, extensions: ActivationExtensions): Series {
  const dense = denseLayers(network);
  let k: Series = new Float64Array(TERMS);
  k[0] = dense[0].biasVariance + end * dense[0].weightVariance;
  k[2] = (-end * dense[0].weightVariance) / 2;
  let q = dense[0].biasVariance + dense[0].weightVariance;
  let theta = k;
  hiddenLayers(network, extensions).forEach(({ activation }, l) => {
    const [alpha, beta] = activation.vectorised?.parameters ?? [1, 0];
    const { weightVariance, biasVariance } = dense[l + 1];
    const c = k.map((v) => v / q);
    const { psi, sine } = angleOf(c);
    // A = (2/π)(sin ψ + cos ψ(π/2 − ψ)), A′ = 1 − 2ψ/π.
    const abs = times(c, psi.map((v, j) => (j === 0 ? Math.PI / 2 - v : -v))).map((v, j) => (2 / Math.PI) * (v + sine[j]));
    const value = c.map((v, j) => q * (alpha * alpha * v + beta * beta * abs[j]));
    const slope = psi.map((v, j) => (j === 0 ? alpha * alpha + beta * beta : 0) - (2 / Math.PI) * beta * beta * v);
    k = value.map((v, j) => weightVariance * v + (j === 0 ? biasVariance : 0));
    theta = times(theta, slope).map((v, j) => weightVariance * v + k[j]);
    q = biasVariance + weightVariance * squareAt(activation, q);
  });
  if (kernel === 'ntk') return theta;
  // K has a slope in t: what stands at x is rounding.
  k[1] = 0;
  return k;
}

/** E[(1−X)^{1/2}] for one coordinate X of the sphere in ℝ^d, from d = 2 and d = 3 by the recurrence in d. */
function halfMoment(dimension: number): number {
  // E = √2 Γ(a+½)Γ(2a)/(Γ(a)Γ(2a+½)), a = (d−1)/2; a → a+1 multiplies by (a+½)(2a)(2a+1)/(a(2a+½)(2a+3/2)).
  let a = dimension % 2 === 0 ? 0.5 : 1;
  let value = dimension % 2 === 0 ? (2 * Math.SQRT2) / Math.PI : (2 * Math.SQRT2) / 3;
  for (; a + 0.75 < 0.5 * (dimension - 1); a++) value *= ((a + 0.5) * 2 * (2 * a + 1)) / ((2 * a + 0.5) * (2 * a + 1.5));
  return value;
}

/** λ_l by the asymptotic series in 1/l that the singularities at t = ±1 give, and the last term taken. */
export interface EndpointEigenvalues {
  readonly values: Float64Array;
  readonly errors: Float64Array;
}

/**
 * λ_l at large degree: only odd powers of x = √(2−2t) at t = 1 (and of √(2+2t) at −1, with (−1)^l) are no polynomials, and
 * E[(1−X)^νP_l(X)] = E[(1−X)^ν]Π_{i<l}(i−ν)/(d−1+i+ν). Summed to the smallest term. Singularities elsewhere add what falls exponentially in l: compare with
 * another method at a lower degree.
 */
export function endpointEigenvalues(network: Network, kernel: 'nngp' | 'ntk', dimension: number, maxDegree: number, extensions: ActivationExtensions = {}): EndpointEigenvalues {
  const values = new Float64Array(maxDegree + 1);
  const errors = new Float64Array(maxDegree + 1);
  const ends = ([1, -1] as const).map((end) => ({ end, series: kernelAt(network, kernel, end, extensions) }));
  let first = halfMoment(dimension);
  for (let l = 0; l <= maxDegree; l++) {
    for (const { end, series } of ends) {
      let [moment, before, size] = [first, Infinity, 0];
      let j = 1;
      for (; j < TERMS; j += 2) {
        const nu = j / 2;
        const term = series[j] * 2 ** nu * moment;
        if (term !== 0) {
          if (Math.abs(term) > before) break;
          values[l] += (end < 0 && l % 2 === 1 ? -1 : 1) * term;
          before = Math.abs(term);
          size += before;
        }
        // ν → ν + 1.
        moment *= ((-nu - 1) / (l - nu - 1)) * 2 * ((0.5 * (dimension - 1) + nu) / (dimension - 1 + nu + l));
      }
      errors[l] += (Number.isFinite(before) ? before : 0) + 2e-16 * (32 + l) * size;
    }
    first *= (l - 0.5) / (dimension - 1 + l + 0.5);
  }
  return { values, errors };
}
