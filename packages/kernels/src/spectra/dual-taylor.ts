import type { Activation } from '@saddlepoint/architecture';
import { hermiteTable, type Expandable, type SeriesOptions } from '../series/hermite-table.js';
import { derivativeOf, valueOf } from '../series/dual-series.js';
import { affine, arcsine, compose, fromSlope, inverseRoot, times, type Series } from './power-series.js';

/** E[φφ] and E[φ′φ′] at equal variances q as series in t, from the series of the correlation c(t). */
export interface DualTaylor {
  readonly value: Series;
  readonly slope: Series | null;
}

/** E[φφ] = q(α²c + β²A(c)), A′ = (2/π)asin c; E[φ′φ′] = α² + β²A′, for φ = αx + β|x|. */
function piecewiseLinear([alpha, beta]: readonly number[], q: number, c: Series): DualTaylor {
  const angle = arcsine(c, 1).map((v) => (2 / Math.PI) * v);
  const c0 = c[0];
  const abs = fromSlope(c, angle, (2 / Math.PI) * (Math.sqrt((1 - c0) * (1 + c0)) + c0 * Math.asin(c0)));
  return { value: c.map((v, k) => q * (alpha * alpha * v + beta * beta * abs[k])), slope: affine(angle, beta * beta, alpha * alpha) };
}

/** E[φφ] = offset² + amplitude²(2/π)asin(rc), r = 2Q/(1+2Q), Q = scale²q. */
function errorFunction([amplitude, scale, offset]: readonly number[], q: number, c: Series): DualTaylor {
  const Q = scale * scale * q;
  const r = (2 * Q) / (1 + 2 * Q);
  const root = inverseRoot(c, r);
  const factor = (2 / Math.PI) * amplitude * amplitude;
  return { value: affine(arcsine(c, r, root), factor, offset * offset), slope: root.map((v) => (factor * r * v) / q) };
}

/** Coefficients of amplitude²e^{∓Q}·(sinh | cosh | exp)(Q c) in c, as far as they matter. */
function exponentialCoefficients(loop: 'sin' | 'cos' | 'exp', amplitude: number, Q: number): Float64Array {
  const count = Math.ceil(40 + 3 * Q);
  let term = amplitude * amplitude * Math.exp(loop === 'exp' ? Q : -Q);
  const coefficients = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    if (loop === 'exp' || (k % 2 === 1) === (loop === 'sin')) coefficients[k] = term;
    term *= Q / (k + 1);
  }
  return coefficients;
}

/** d/dc of Σf_k c^k over q: E[φ′φ′] = ∂E[φφ]/∂Cov. */
const slopeCoefficients = (f: Float64Array, q: number): Float64Array => Float64Array.from({ length: Math.max(1, f.length - 1) }, (_, k) => ((k + 1) * (f[k + 1] ?? 0)) / q);

/** a_k(q)² by degree, raised by what rounding may have taken from a_k when `raised`. */
function hermiteSquares(expandable: Expandable, q: number, options: SeriesOptions, raised: boolean): Float64Array {
  const { coefficients, terms, first, stride, squares } = hermiteTable(expandable, [q], options);
  const doubt = raised ? 4e-16 * Math.sqrt(squares[0]) : 0;
  const result = new Float64Array(first + stride * (terms - 1) + 1);
  for (let p = 0; p < terms; p++) result[first + p * stride] = (Math.abs(coefficients[p]) + doubt) ** 2;
  return result;
}

/**
 * The duals of one layer in powers of t. Piecewise linear φ, erf, sin, cos, exp and e^{−x²} by closed forms with full relative accuracy; others
 * through their Hermite coefficients, whose rounding `raised` adds (so that two runs bound what it does).
 */
export function dualTaylor(activation: Activation, q: number, c: Series, { withSlope, raised, series }: { readonly withSlope: boolean; readonly raised: boolean; readonly series: SeriesOptions }): DualTaylor {
  const { vectorised } = activation;
  if (vectorised?.loop === 'piecewise-linear') return piecewiseLinear(vectorised.parameters, q, c);
  if (vectorised?.loop === 'erf') return errorFunction(vectorised.parameters, q, c);
  if (vectorised?.parameters[2] === 0) {
    const [amplitude, scale] = vectorised.parameters;
    const Q = scale * scale * q;
    if (vectorised.loop === 'gaussian') {
      const r = (2 * Q) / (1 + 2 * Q);
      const root = inverseRoot(c, r);
      const value = root.map((v) => (amplitude * amplitude * v) / (1 + 2 * Q));
      // d/dc (1 − r²c²)^{−1/2} = r²c(1 − r²c²)^{−3/2}.
      return { value, slope: withSlope ? gaussianSlope(c, root, (amplitude * amplitude * r * r) / (1 + 2 * Q) / q) : null };
    }
    if (vectorised.loop !== 'gelu' && Q < 300) {
      const f = exponentialCoefficients(vectorised.loop, amplitude, Q);
      return { value: compose(f, c), slope: withSlope ? compose(slopeCoefficients(f, q), c) : null };
    }
  }
  return {
    value: compose(hermiteSquares(valueOf(activation), q, series, raised), c),
    slope: withSlope ? compose(hermiteSquares(derivativeOf(activation), q, series, raised), c) : null,
  };
}

const gaussianSlope = (c: Series, root: Series, scale: number): Series => times(c, times(root, times(root, root))).map((v) => scale * v);
