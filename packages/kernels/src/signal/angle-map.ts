import { gaussLegendre } from '@saddlepoint/numerics';
import type { SeriesOptions } from '../series/hermite-table.js';
import { precise, slopeDualOf, type LayerMap } from './layer-map.js';

const ORDER = 20;
let reference: { readonly nodes: Float64Array; readonly weights: Float64Array } | undefined;
const rule = () => (reference ??= gaussLegendre(ORDER, [0, 1]));

/**
 * θ ↦ 1 − c′, the gap of correlation after a layer for two inputs at variance q* and angle θ (c = cos θ), without cancellation:
 * σ_w²(E[φ²] − E[φφ])/q* = σ_w²∫₀^θ E[φ′φ′](cos t) sin t dt, as ∂E[φφ]/∂Cov = E[φ′φ′]. In the angle the integrand is smooth for kinked φ
 * too. At a fixed point q* of the variance map this is 1 − correlationMap(cos θ).
 */
export function gapAfterLayer(map: LayerMap, q: number, series: SeriesOptions = precise): (theta: number) => number {
  const dual = slopeDualOf(map.activation, series);
  const slope = (t: number): number => dual(q, q, q * Math.cos(t), q * Math.sin(t)) * Math.sin(t);
  const { nodes, weights } = rule();
  const composite = (theta: number, panels: number): number => {
    const width = theta / panels;
    let sum = 0;
    for (let p = 0; p < panels; p++) for (let k = 0; k < ORDER; k++) sum += weights[k] * slope(width * (p + nodes[k]));
    return sum * width;
  };
  return (theta) => {
    let value = composite(theta, 1);
    for (let panels = 2; panels <= 64; panels *= 2) {
      const finer = composite(theta, panels);
      const settled = Math.abs(finer - value) <= 2e-15 * Math.abs(finer);
      value = finer;
      if (settled) break;
    }
    return map.weightVariance * value;
  };
}

/** The gap 1 − cos θ and its inverse, exact for small θ. */
export const gapOf = (theta: number): number => 2 * Math.sin(0.5 * theta) ** 2;
export const angleOf = (gap: number): number => 2 * Math.asin(Math.sqrt(Math.min(1, 0.5 * gap)));
