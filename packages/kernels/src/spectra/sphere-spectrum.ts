import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { validateNetwork, type Network } from '@saddlepoint/architecture';
import { harmonicDegeneracy } from '@saddlepoint/numerics';
import type { KernelOptions } from '../propagation/prepare.js';
import { angleRule, funkHecke } from './angle-quadrature.js';
import { cosineKernel } from './cosine-kernel.js';
import { endpointEigenvalues, hasEndpointSeries, type EndpointEigenvalues } from './endpoint-series.js';
import { hasTaylor, kernelTaylor } from './kernel-taylor.js';
import { levelTraces, type LevelTraces } from './zonal-sums.js';

/** Mercer spectrum of a dot-product kernel on the sphere, by degree l = 0, 1, …. It is a spectrum as `@saddlepoint/replica` takes it, but for the target. */
export interface SphereSpectrum {
  /** λ_l of f ↦ E_y[K(x, y) f(y)], y uniform on the sphere. */
  readonly eigenvalues: Float64Array;
  /** What λ_l may be off by, absolutely. 0 for an exact zero. */
  readonly errors: Float64Array;
  /** Dimension of the spherical harmonics of degree l; Infinity above 10³⁰⁸. */
  readonly multiplicities: Float64Array;
  /** deg_l λ_l, the part of the trace in degree l; finite where the degeneracy is not. */
  readonly levelTraces: Float64Array;
  /** Σ_l deg_l λ_l over all l: K(x, x). What the degrees listed leave out is the tail. */
  readonly trace: number;
  /** K(x, x) − Σ deg_l λ_l over the degrees listed, ≥ 0. */
  readonly tailTrace: number;
  /** Nodes that the quadrature took. */
  readonly nodes: number;
}

export interface SphereSpectrumOptions extends Pick<KernelOptions, 'tolerance' | 'extensions'> {
  /** d ≥ 2; inputs have |x|² = d. */
  readonly dimension: number;
  /** Largest degree l. */
  readonly maxDegree: number;
  /** Series of activations without closed form are cut at this degree; see `computeKernels`. */
  readonly seriesDegree?: number;
  /** Default `'nngp'`. */
  readonly kernel?: 'nngp' | 'ntk';
  /** Quadrature nodes in the angle, rounded up to a multiple of 32. Default: doubled until the eigenvalues settle, at most 8192. */
  readonly nodes?: number;
}

const ORDER = 32;
const MOST_PANELS = 256;

interface Quadrature {
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly diagonal: number;
  readonly nodes: number;
}

/** λ_l by Gauss–Legendre in the angle, panels doubled until what changes is rounding. */
function byQuadrature(dimension: number, maxDegree: number, wanted: number | undefined, kernelAt: (angles: Float64Array) => { pairs: Float64Array; diagonal: number }): Quadrature {
  const at = (panels: number) => {
    const rule = angleRule(dimension, panels);
    const { pairs, diagonal } = kernelAt(rule.angles);
    return { ...funkHecke(rule, pairs, dimension, maxDegree), diagonal, panels };
  };
  const fixed = wanted === undefined ? null : Math.ceil(wanted / ORDER);
  let coarse = at(fixed === null ? Math.max(4, Math.ceil(maxDegree / 32)) : Math.max(1, fixed >> 1));
  for (;;) {
    const fine = at(fixed ?? 2 * coarse.panels);
    const rounding = fine.sizes.map((size) => 1e-15 * size);
    const errors = fine.values.map((value, l) => Math.max(Math.abs(value - coarse.values[l]), rounding[l]));
    const settled = errors.every((error, l) => error <= 4 * rounding[l]);
    if (fixed !== null || settled || fine.panels >= MOST_PANELS) return { values: fine.values, errors, diagonal: fine.diagonal, nodes: ORDER * fine.panels };
    coarse = fine;
  }
}

/** Degree of the power series in t: its products cost its square. */
const seriesDegreeFor = (maxDegree: number): number => Math.max(1200, maxDegree + 600);

/** deg_l λ_l as sums of positive terms, with the doubt in Hermite coefficients. */
function bySeries(network: Network, dimension: number, maxDegree: number, { kernel, extensions, series }: { readonly kernel: 'nngp' | 'ntk'; readonly extensions: KernelOptions['extensions']; readonly series: Parameters<typeof kernelTaylor>[1]['series'] }): LevelTraces {
  const options = { kernel, degree: seriesDegreeFor(maxDegree), extensions, series };
  const { values, errors } = levelTraces(kernelTaylor(network, options), dimension, maxDegree);
  const raised = levelTraces(kernelTaylor(network, options, true), dimension, maxDegree).values;
  return { values, errors: errors.map((error, l) => error + Math.abs(raised[l] - values[l])) };
}

/**
 * Puts the asymptotic series in 1/l where it is better. What it leaves out falls exponentially in l, so its relative distance from the other methods at two
 * lower degrees (with their own errors) bounds it at all higher ones.
 */
function refineTail(tail: EndpointEigenvalues, eigenvalues: Float64Array, errors: Float64Array, traces: Float64Array, multiplicities: Float64Array): void {
  let [bound, before] = [Infinity, Infinity];
  for (let l = 0; l < eigenvalues.length; l++) {
    const [value, error] = [eigenvalues[l], errors[l]];
    const known = value !== 0 && error < Math.abs(value);
    const doubt = tail.errors[l] + bound * Math.abs(tail.values[l]);
    if (bound < 1e-3 && doubt < error && Number.isFinite(multiplicities[l])) {
      eigenvalues[l] = tail.values[l];
      errors[l] = doubt;
      traces[l] = multiplicities[l] * tail.values[l];
    }
    if (!known) continue;
    const distance = (Math.abs(tail.values[l] - value) + error) / Math.abs(value);
    bound = Math.min(bound, Math.max(distance, before));
    before = distance;
  }
}

/**
 * Mercer spectrum of a network's kernel on the sphere |x|² = d in ℝ^d under the uniform measure: by Funk–Hecke
 * λ_l = ∫K(cos θ) P_l(cos θ) sin^{d−2}θ dθ / ∫sin^{d−2}θ dθ, P_l the Gegenbauer polynomial with P_l(1) = 1.
 *
 * Three ways, of which each degree takes the one with the smallest error. (1) Quadrature in the angle, in which the kernels of kinked activations are smooth too:
 * absolute error about 1e-16·K(x,x)/√deg_l, so that tiny λ_l drown. (2) Fully connected networks: K(t) = Σκ_k t^k with κ_k ≥ 0, and λ_l a sum
 * of positive terms in them: nothing cancels, λ_l keeps its digits at 1e-200, and what is zero by parity is exactly 0. Kinked kernels have
 * κ_k ~ k^{−5/2} (NTK k^{−3/2}), whose sums converge too slowly only in low dimension at high degree (l² ≫ 10³). There (3), for piecewise linear activations,
 * the asymptotic series in 1/l from the singularities of K at t = ±1, checked against the others at lower degrees. `errors` says what was reached.
 * Any network of vectors will do (residual branches, layer norm …). Degrees to 200 and beyond and dimensions to 10⁴ neither over- nor underflow on the way.
 *
 * @example
 * import { mlp } from '@saddlepoint/architecture';
 * import { sphereSpectrum } from '@saddlepoint/kernels';
 * const { eigenvalues, multiplicities } = sphereSpectrum(mlp({ depth: 1, activation: 'relu', weightVariance: 2 }), { dimension: 3, maxDegree: 3 });
 * Array.from(eigenvalues); // => [0.75, 0.3333333, 0.046875, 0]
 * Array.from(multiplicities); // => [1, 3, 5, 7]
 */
export function sphereSpectrum(network: Network, options: SphereSpectrumOptions): SphereSpectrum {
  const { dimension: d, maxDegree, kernel = 'nngp', nodes, seriesDegree, tolerance, extensions } = options;
  validateNetwork(network);
  checkInteger('dimension', d, { min: 2 });
  checkInteger('maxDegree', maxDegree, { min: 0 });
  if (nodes !== undefined) {
    checkInteger('nodes', nodes, { min: 8 });
    if (maxDegree > nodes) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'maxDegree', expected: `at most the number of nodes, ${nodes}`, got: String(maxDegree) });
  }
  const series = { ...(tolerance === undefined ? {} : { tolerance }), ...(seriesDegree === undefined ? {} : { maxDegree: seriesDegree }) };
  const quadrature = byQuadrature(d, maxDegree, nodes, (angles) => cosineKernel(network, angles, d, kernel, extensions, series));
  const multiplicities = Float64Array.from({ length: maxDegree + 1 }, (_, l) => harmonicDegeneracy(d, l));
  const sums = hasTaylor(network, kernel) ? bySeries(network, d, maxDegree, { kernel, extensions, series }) : null;

  const eigenvalues = new Float64Array(maxDegree + 1);
  const errors = new Float64Array(maxDegree + 1);
  const traces = new Float64Array(maxDegree + 1);
  multiplicities.forEach((degeneracy, l) => {
    if (sums !== null && (sums.errors[l] <= quadrature.errors[l] * degeneracy || !Number.isFinite(degeneracy))) {
      traces[l] = sums.values[l];
      eigenvalues[l] = sums.values[l] / degeneracy;
      errors[l] = sums.errors[l] / degeneracy;
    } else {
      eigenvalues[l] = quadrature.values[l];
      errors[l] = quadrature.errors[l];
      traces[l] = Number.isFinite(degeneracy) ? degeneracy * quadrature.values[l] : 0;
    }
  });
  if (sums !== null && hasEndpointSeries(network, extensions)) refineTail(endpointEigenvalues(network, kernel, d, maxDegree, extensions), eigenvalues, errors, traces, multiplicities);
  const trace = quadrature.diagonal;
  return { eigenvalues, errors, multiplicities, levelTraces: traces, trace, tailTrace: Math.max(0, trace - traces.reduce((sum, t) => sum + t, 0)), nodes: quadrature.nodes };
}
