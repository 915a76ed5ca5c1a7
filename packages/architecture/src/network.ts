import type { ActivationSpec } from './activations/activation.js';

/**
 * How weights are initialised and enter the forward pass. With fan-in N_l (N_0 = d), σ_w² = `weightVariance`, σ_b² =
 * `biasVariance`:
 *
 * - `ntk` (1806.07572): h = (σ_w/√N_l) W x + σ_b b, all W, b ~ N(0, 1). Gradients are taken with respect to W and b.
 * - `standard`: h = W x + b, W ~ N(0, σ_w²/N_l), b ~ N(0, σ_b²). The same function prior; the weights carry the variance, so the
 *   NTK sums N_l-fold larger contributions and grows with the width.
 * - `mean-field` (μP, 2011.14522): as `ntk`, with the whole readout divided by γ√N, γ = `richness`; at unit variance and no bias
 *   f = z·φ(h)/(γN). At fixed γ features move as N → ∞; γ → 0 is the lazy limit. The kernels of such a network are those of its
 *   `ntk` version: multiply by 1/(γ²N) for the prior covariance of f.
 */
export type Parameterization = 'ntk' | 'standard' | 'mean-field';

/** An affine layer. */
export interface DenseLayer {
  readonly type: 'dense';
  /** Output width. Omitted: infinite for the theories, and to be given when the network is built for real. */
  readonly width?: number;
  /** σ_w² ≥ 0, per fan-in. */
  readonly weightVariance: number;
  /** σ_b² ≥ 0. */
  readonly biasVariance: number;
}

/** A pointwise non-linearity. */
export interface ActivationLayer {
  readonly type: 'activation';
  readonly activation: ActivationSpec;
}

export type Layer = DenseLayer | ActivationLayer;

/** A network as plain data; each theory is an interpreter of it. The last layer is a dense readout. */
export interface Network {
  readonly version: 1;
  readonly parameterization: Parameterization;
  /** γ > 0; only for `mean-field`. */
  readonly richness?: number;
  readonly layers: readonly Layer[];
}
