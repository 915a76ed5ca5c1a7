import { positionsOf, type Context, type State } from '../context.js';
import type { Affine, Step } from '../plan.js';
import { diagonalOf } from '../variances.js';
import { slopeMoment } from '../../series/moments.js';
import { affineAfter } from './map-step.js';

function throughAffine(error: Context['error'], { weight, ntkScale }: Affine): Context['error'] {
  return { nngp: weight * error.nngp, ntk: ntkScale * error.nngp + weight * error.ntk };
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * How far series truncation may have moved any entry: each table's own bound, passed on with the largest gain of the layers above
 * (∂E[φφ]/∂c = E[φ′φ′] is largest on the diagonal). Sums over positions multiply it by their number; the rest does not enlarge it.
 */
export function trackError(context: Context, state: State, step: Exclude<Step, { kind: 'branches' }>): void {
  const { error, tables, fields } = context;
  if (step.kind === 'affine' || step.kind === 'conv') context.error = throughAffine(error, step.affine);
  else if (step.kind === 'attention') context.error = { nngp: step.weight * error.nngp, ntk: step.weight * (error.ntk + 2 * error.nngp) };
  else if (step.kind === 'pool' || (step.kind === 'globalPool' && !step.average)) {
    const growth = step.kind === 'pool' ? step.factor * step.sliding.taps.reduce((a, b) => a * b, 1) ** 2 : positionsOf(state.grid) ** 2;
    context.error = { nngp: growth * error.nngp, ntk: growth * error.ntk };
  } else if (step.kind === 'map') {
    if (tables === null && error.nngp === 0 && error.ntk === 0) return;
    const variances = diagonalOf(context, state, 0);
    const thetas = fields.t < 0 ? new Float64Array(1) : diagonalOf(context, state, fields.t);
    const { activation } = step;
    const slope = activation.derivative === null ? Infinity : Math.max(slopeMoment(activation, largest(variances)), slopeMoment(activation, variances.reduce((least, q) => Math.min(least, q), Infinity)));
    const own = { nngp: tables?.value.error ?? 0, ntk: (tables?.slope?.error ?? 0) * largest(thetas) };
    const through = error.nngp === 0 && error.ntk === 0 ? { nngp: 0, ntk: 0 } : { nngp: slope * error.nngp, ntk: slope * error.ntk };
    const { weight, ntkScale } = affineAfter(step);
    const nngp = own.nngp + through.nngp;
    context.error = { nngp: weight * nngp, ntk: ntkScale * nngp + weight * (own.ntk + through.ntk) };
  }
}
