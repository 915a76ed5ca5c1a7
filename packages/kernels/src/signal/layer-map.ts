import { checkNumber } from '@saddlepoint/core';
import type { Activation, Dual } from '@saddlepoint/architecture';
import { dualSeries } from '../series/dual-series.js';
import type { SeriesOptions } from '../series/hermite-table.js';
import { squareAt } from './variance-moments.js';

/** A homogeneous deep network, seen layer to layer. */
export interface LayerMap {
  readonly activation: Activation;
  readonly weightVariance: number;
  readonly biasVariance: number;
}

/** Checks the variances of a map. */
export function checkMap({ weightVariance, biasVariance }: LayerMap): void {
  checkNumber('weightVariance', weightVariance, { min: 0 });
  checkNumber('biasVariance', biasVariance, { min: 0 });
}

/** How activations without closed form are expanded: to the last digit, or quickly to about six digits for diagrams. */
export const precise: SeriesOptions = {};
export const quick: SeriesOptions = { tolerance: 1e-9, maxDegree: 192 };

/** E[φφ], in closed form or by series. */
export const dualOf = (activation: Activation, series = precise): Dual => activation.dual ?? dualSeries(activation, series).dual;

/** E[φ′φ′], in closed form or by series; infinite where φ jumps and the correlation is 1. */
export const slopeDualOf = (activation: Activation, series = precise): Dual => activation.dualDerivative ?? dualSeries(activation, series).dualDerivative;

/**
 * One layer of the variance map, q ↦ σ_b² + σ_w²E[φ(√q z)²].
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { varianceMap } from '@saddlepoint/kernels';
 * varianceMap({ activation: activations.relu, weightVariance: 2, biasVariance: 0.1 }, 3); // => 3.1
 */
export function varianceMap({ activation, weightVariance, biasVariance }: LayerMap, q: number): number {
  return biasVariance + weightVariance * squareAt(activation, checkNumber('variance', q, { min: 0 }));
}

/**
 * One layer of the correlation map at variance q, c ↦ (σ_b² + σ_w²E[φ(u)φ(v)])/(σ_b² + σ_w²E[φ(u)²]), Var u = Var v = q, correlation c.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { correlationMap } from '@saddlepoint/kernels';
 * correlationMap({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }, 1, 0); // => 0.318310
 */
export function correlationMap(map: LayerMap, q: number, correlation: number): number {
  const { activation, weightVariance, biasVariance } = map;
  checkNumber('correlation', correlation, { min: -1, max: 1 });
  return (biasVariance + weightVariance * dualOf(activation)(q, q, correlation * q)) / varianceMap(map, q);
}
