import type { Fields } from '../fields.js';
import type { MapStep } from './map-step.js';

/**
 * How E[φφ] and E[φ′φ′] are had: compiled loops over rows of pairs, closed forms pair by pair, Hermite series in a compiled loop, or
 * Hermite series pair by pair.
 */
export type MapRoute = 'compiled' | 'closed form' | 'series' | 'series pair by pair';

/** The route of an activation; `carried`: whether sine norms are wanted after it. */
export function routeOf({ activation }: Pick<MapStep, 'activation'>, fields: Pick<Fields, 't'>, carried: boolean): MapRoute {
  const { vectorised, dual, dualDerivative } = activation;
  if (vectorised !== undefined && (!carried || vectorised.loop === 'piecewise-linear')) return 'compiled';
  if (dual === undefined || (dualDerivative === undefined && fields.t >= 0)) return carried ? 'series pair by pair' : 'series';
  return 'closed form';
}
