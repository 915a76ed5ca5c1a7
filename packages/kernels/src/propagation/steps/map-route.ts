import type { Activation } from '@saddlepoint/architecture';
import type { Fields } from '../fields.js';
import type { MapStep } from './map-step.js';

/**
 * How E[φφ] and E[φ′φ′] are had: compiled loops over rows of pairs, closed forms pair by pair, Hermite series in a compiled loop, or
 * Hermite series pair by pair.
 */
export type MapRoute = 'compiled' | 'closed form' | 'series' | 'series pair by pair';

/** Whether sine norms are wanted after a step. */
export const carriesSines = ({ sine }: Pick<MapStep, 'sine'>, { s }: Pick<Fields, 's'>): boolean => sine && s >= 0;

/** Whether an activation lacks a closed form that is wanted: E[φφ], and with Θ also E[φ′φ′]. */
export const needsSeries = ({ dual, dualDerivative }: Activation, { t }: Pick<Fields, 't'>): boolean => dual === undefined || (t >= 0 && dualDerivative === undefined);

/** The route of a step, by what is carried. */
export function routeOf(step: MapStep, fields: Fields): MapRoute {
  const { activation } = step;
  const { vectorised } = activation;
  const carried = carriesSines(step, fields);
  if (vectorised !== undefined && (!carried || vectorised.loop === 'piecewise-linear')) return 'compiled';
  if (needsSeries(activation, fields)) return carried ? 'series pair by pair' : 'series';
  return 'closed form';
}
