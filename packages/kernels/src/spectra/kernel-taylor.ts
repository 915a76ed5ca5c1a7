import { denseLayers, hiddenLayers, isFullyConnected, type ActivationExtensions, type Network } from '@saddlepoint/architecture';
import type { SeriesOptions } from '../series/hermite-table.js';
import { squareAt } from '../signal/variance-moments.js';
import { dualTaylor } from './dual-taylor.js';
import { affine, plus, times, type Series } from './power-series.js';

export interface TaylorOptions {
  readonly kernel: 'nngp' | 'ntk';
  /** Degree of the series in t. */
  readonly degree: number;
  readonly extensions: ActivationExtensions | undefined;
  readonly series: SeriesOptions;
}

/** Whether {@link kernelTaylor} knows a network: fully connected, and for the NTK in a parameterization without widths. */
export const hasTaylor = (network: Network, kernel: 'nngp' | 'ntk'): boolean => isFullyConnected(network) && (kernel === 'nngp' || network.parameterization !== 'standard');

/**
 * The kernel of a fully connected network on the sphere |x|² = d as Σκ_k t^k, t = x·x′/d. As duals are series in the correlation with coefficients ≥ 0
 * (Mehler), so is every composition of them: κ_k ≥ 0, each with nearly full relative accuracy however small.
 */
export function kernelTaylor(network: Network, { kernel, degree, extensions = {}, series }: TaylorOptions, raised = false): Series {
  const dense = denseLayers(network);
  const hidden = hiddenLayers(network, extensions);
  let k: Series = new Float64Array(degree + 1);
  k[0] = dense[0].biasVariance;
  if (degree > 0) k[1] = dense[0].weightVariance;
  let q = dense[0].biasVariance + dense[0].weightVariance;
  let theta: Series | null = kernel === 'ntk' ? Float64Array.from(k) : null;
  hidden.forEach(({ activation }, l) => {
    const { weightVariance, biasVariance } = dense[l + 1];
    const c = k.map((v) => v / q);
    const { value, slope } = dualTaylor(activation, q, c, { withSlope: theta !== null, raised, series });
    k = affine(value, weightVariance, biasVariance);
    if (theta !== null && slope !== null) theta = plus(k, times(theta, slope).map((v) => weightVariance * v));
    q = biasVariance + weightVariance * squareAt(activation, q);
  });
  return theta ?? k;
}
