import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { validateNetwork, type Network } from '@saddlepoint/architecture';
import { gaussLegendre, harmonicDegeneracy, zonalPolynomials } from '@saddlepoint/numerics';
import type { KernelOptions } from '../mlp/compute-kernels.js';
import { propagate } from '../mlp/propagate.js';
import { runAtOnce } from '../pace.js';

/** Mercer spectrum of a dot-product kernel on the sphere, by degree l = 0, 1, …. */
export interface SphereSpectrum {
  /** λ_l of f ↦ E_y[K(x, y) f(y)], y uniform on the sphere. */
  readonly eigenvalues: Float64Array;
  /** Dimension of the spherical harmonics of degree l. */
  readonly multiplicities: Float64Array;
  /** Σ_l deg_l λ_l over all l: K(x, x). What the degrees listed leave out is the tail. */
  readonly trace: number;
  /** K(x, x) − Σ deg_l λ_l over the degrees listed. */
  readonly tailTrace: number;
}

export interface SphereSpectrumOptions extends Omit<KernelOptions, 'maxDegree'> {
  /** d ≥ 2; inputs have |x|² = d. */
  readonly dimension: number;
  /** Largest degree l. */
  readonly maxDegree: number;
  /** Series of activations without closed form are cut at this degree; see `computeKernels`. */
  readonly seriesDegree?: number;
  /** Default `'nngp'`. */
  readonly kernel?: 'nngp' | 'ntk';
  /** Quadrature nodes in the angle. Default 400. */
  readonly nodes?: number;
}

/**
 * Mercer spectrum of a network's kernel on the sphere |x|² = d in ℝ^d under the uniform measure: by Funk–Hecke
 * λ_l = ∫K(cos θ) P_l(cos θ) sin^{d−2}θ dθ / ∫sin^{d−2}θ dθ, P_l the Gegenbauer polynomial with P_l(1) = 1.
 *
 * Gauss–Legendre in the angle, in which the kernels of kinked activations are smooth too. Rounding leaves about 1e-16·K(x,x)/√deg_l
 * in λ_l: values below that (and exact zeros) come out as noise of that size.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { sphereSpectrum } from '@saddlepoint/kernels';
 * const { eigenvalues, multiplicities } = sphereSpectrum(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), { dimension: 3, maxDegree: 2 });
 * Array.from(eigenvalues); // => [0.75, 0.3333333, 0.046875]
 * Array.from(multiplicities); // => [1, 3, 5]
 */
export function sphereSpectrum(network: Network, options: SphereSpectrumOptions): SphereSpectrum {
  const { dimension: d, maxDegree, kernel = 'nngp', nodes = 400, seriesDegree, tolerance, extensions } = options;
  validateNetwork(network);
  checkInteger('dimension', d, { min: 2 });
  checkInteger('maxDegree', maxDegree, { min: 0 });
  checkInteger('nodes', nodes, { min: 8 });
  if (maxDegree > nodes) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'maxDegree', expected: `at most the number of nodes, ${nodes}`, got: String(maxDegree) });

  const rule = gaussLegendre(nodes, [0, Math.PI]);
  const cosine = Float64Array.from(rule.nodes, Math.cos);
  const logSine = Float64Array.from(rule.nodes, (theta) => Math.log(Math.sin(theta)));
  const weights = Float64Array.from(rule.weights, (w, i) => w * Math.exp((d - 2) * logSine[i]));
  const total = weights.reduce((sum, w) => sum + w, 0);

  const input = { data: Float64Array.from(cosine), rows: new Float64Array([1]), cols: new Float64Array(nodes).fill(1) };
  const state = runAtOnce(
    propagate(network, input, d, {
      withNtk: kernel === 'ntk',
      extensions,
      ...(tolerance === undefined ? {} : { tolerance }),
      ...(seriesDegree === undefined ? {} : { maxDegree: seriesDegree }),
    }),
  );
  const { pairs, rows } = state.ntk ?? state.nngp;

  const eigenvalues = new Float64Array(maxDegree + 1);
  for (let i = 0; i < nodes; i++) {
    const polynomials = zonalPolynomials(d, maxDegree, cosine[i]);
    for (let l = 0; l <= maxDegree; l++) eigenvalues[l] += (weights[i] / total) * pairs[i] * polynomials[l];
  }
  const multiplicities = Float64Array.from({ length: maxDegree + 1 }, (_, l) => harmonicDegeneracy(d, l));
  const seen = eigenvalues.reduce((sum, value, l) => sum + value * multiplicities[l], 0);
  return { eigenvalues, multiplicities, trace: rows[0], tailTrace: rows[0] - seen };
}
