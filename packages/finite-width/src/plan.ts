import { denseLayers, denseScales, hiddenLayers, validateNetwork } from '@saddlepoint/architecture';
import type { DenseScales, Network } from '@saddlepoint/architecture';
import { checkInteger, checkLength } from '@saddlepoint/core';
import { activationOps } from './activation-ops.js';
import type { TensorActivation } from './activation-ops.js';

/** One dense layer: h = weightFactor·Φ W + biasFactor·b, then φ (null after the readout). */
interface LayerPlan extends DenseScales {
  readonly hasBias: boolean;
  readonly activation: TensorActivation | null;
}

/** A network of definite widths, ready to be drawn. */
export interface NetworkPlan {
  readonly inputDimension: number;
  readonly outputs: number;
  readonly meanField: boolean;
  /** Gradient descent is θ ← θ − η·rate·∂ℓ, and the NTK is rate·JJᵀ: 1, or γ²N in `mean-field`. */
  readonly rate: number;
  readonly layers: readonly LayerPlan[];
}

const filled = (network: Network, outputs: number, width: number | undefined): Network => ({
  ...network,
  layers: network.layers.map((layer, index) => {
    if (layer.type !== 'dense' || layer.width !== undefined) return layer;
    if (index === network.layers.length - 1) return { ...layer, width: outputs };
    return width === undefined ? layer : { ...layer, width };
  }),
});

/**
 * Turns a network description into scales and standard deviations per layer, filling open hidden widths with `width` and an open readout
 * with `outputs`. Throws when a width stays open or the readout disagrees with the targets.
 */
export function planNetwork(network: Network, inputDimension: number, outputs: number, width?: number): NetworkPlan {
  validateNetwork(network);
  if (width !== undefined) checkInteger('width', width, { min: 1 });
  const real = filled(network, outputs, width);
  const dense = denseLayers(real);
  const hidden = hiddenLayers(real);
  const scales = denseScales(real, inputDimension);
  const readout = scales[scales.length - 1];
  checkLength('targets', outputs, readout.fanOut, 'columns');
  const meanField = real.parameterization === 'mean-field';
  return {
    inputDimension,
    outputs,
    meanField,
    rate: meanField ? (real.richness ?? 1) ** 2 * readout.fanIn : 1,
    layers: scales.map((layer, l) => ({
      ...layer,
      hasBias: dense[l].biasVariance > 0,
      activation: l < hidden.length ? activationOps(hidden[l].activation) : null,
    })),
  };
}

/** The same functions in coordinates whose prior is N(0, 1): what the sampler moves in. */
export const whitened = (plan: NetworkPlan): NetworkPlan => ({
  ...plan,
  rate: 1,
  layers: plan.layers.map((layer) => ({
    ...layer,
    weightFactor: layer.weightFactor * layer.weightDeviation,
    weightDeviation: 1,
    biasFactor: layer.biasFactor * layer.biasDeviation,
    biasDeviation: 1,
  })),
});
