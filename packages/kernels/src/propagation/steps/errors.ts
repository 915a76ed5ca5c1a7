import { positionsOf, type Context, type State } from '../context.js';
import type { Affine, Step } from '../plan.js';
import { diagonalOf } from '../variances.js';
import { slopeAt } from '../../signal/variance-moments.js';
import { affineAfter } from './map-step.js';

function throughAffine(error: Context['error'], { weight, ntkScale }: Affine): Context['error'] {
  return { nngp: weight * error.nngp, ntk: ntkScale * error.nngp + weight * error.ntk };
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const smallestPositive = (values: Float64Array): number => values.reduce((least, value) => (value > 0 ? Math.min(least, value) : least), Infinity);

/** G K G′ᵀ with weights that feel the error of K themselves: sums of |G| over a row, and of what errors change there. */
function throughAttention(context: Context, state: State, { mechanism, logits, weight }: Extract<Step, { kind: 'attention' }>): Context['error'] {
  const { error, fields } = context;
  if (error.nngp === 0 && error.ntk === 0) return error;
  const k = largest(diagonalOf(context, state, 0));
  const t = fields.t < 0 ? 0 : largest(diagonalOf(context, state, fields.t));
  const positions = positionsOf(state.grid);
  const sum = mechanism === 'softmax' ? 1 : logits * positions * k;
  const change = logits * (mechanism === 'softmax' ? 2 : positions) * error.nngp;
  const through = (own: number, size: number): number => weight * ((sum + change) ** 2 * own + (2 * sum + change) * change * size);
  const nngp = through(error.nngp, k);
  return { nngp, ntk: through(error.ntk, t) + 2 * nngp };
}

/** What branches' errors make of their sum (or concatenation): `share` of each. */
export const addedErrors = (a: Context['error'], b: Context['error'], share: number): Context['error'] => ({ nngp: a.nngp + share * b.nngp, ntk: a.ntk + share * b.ntk });

/** The same of the product of two states, before they are multiplied: of K·K′ and of ΘK′ + KΘ′. */
export function multipliedErrors(context: Context, total: State, other: State, a: Context['error'], b: Context['error']): Context['error'] {
  const { t } = context.fields;
  const [k, l] = [total, other].map((state) => largest(diagonalOf(context, state, 0)));
  const [u, v] = [total, other].map((state) => (t < 0 ? 0 : largest(diagonalOf(context, state, t))));
  const ntk = a.ntk * (l + b.nngp) + u * b.nngp + (k + a.nngp) * b.ntk + a.nngp * v;
  return { nngp: a.nngp * (l + b.nngp) + k * b.nngp, ntk };
}

/**
 * How far series truncation may have moved any entry: each table's own bound, passed on with the largest gain of the layers above
 * (∂E[φφ]/∂c = E[φ′φ′] is largest on the diagonal). Sums over positions multiply it by their number, graphs and attention by their weights, dropout by 1/keep; normalisation
 * divides it by the smallest variance there is. The rest does not enlarge it.
 */
export function trackError(context: Context, state: State, step: Exclude<Step, { kind: 'branches' }>): void {
  const { error, tables, fields } = context;
  if (step.kind === 'affine' || step.kind === 'conv') context.error = throughAffine(error, step.affine);
  else if (step.kind === 'attention') context.error = throughAttention(context, state, step);
  else if (step.kind === 'pool' || (step.kind === 'globalPool' && !step.average)) {
    const growth = step.kind === 'pool' ? step.factor * step.sliding.taps.reduce((a, b) => a * b, 1) ** 2 : positionsOf(state.grid) ** 2;
    context.error = { nngp: growth * error.nngp, ntk: growth * error.ntk };
  } else if (step.kind === 'aggregate') {
    const { adjacency } = step;
    const nodes = positionsOf(state.grid);
    const growth = largest(Float64Array.from({ length: nodes }, (_, a) => adjacency.subarray(a * nodes, (a + 1) * nodes).reduce((sum, weight) => sum + Math.abs(weight), 0))) ** 2;
    context.error = { nngp: growth * error.nngp, ntk: growth * error.ntk };
  } else if (step.kind === 'dropout') context.error = { nngp: error.nngp / step.keep, ntk: error.ntk / step.keep };
  else if (step.kind === 'layerNorm' && (error.nngp > 0 || error.ntk > 0)) {
    const variances = diagonalOf(context, state, 0);
    const inverse = 1 / (smallestPositive(variances) + step.epsilon);
    const theta = fields.t < 0 ? 0 : largest(diagonalOf(context, state, fields.t).map((t, k) => t / (variances[k] > 0 ? variances[k] + step.epsilon : 1)));
    // The covariance and the two roots that divide it.
    context.error = { nngp: 2 * inverse * error.nngp, ntk: inverse * (error.ntk + theta * error.nngp) };
  } else if (step.kind === 'map') {
    if (tables === null && error.nngp === 0 && error.ntk === 0) return;
    const variances = diagonalOf(context, state, 0);
    const thetas = fields.t < 0 ? new Float64Array(1) : diagonalOf(context, state, fields.t);
    const { activation } = step;
    const slope = Math.max(slopeAt(activation, largest(variances)), slopeAt(activation, variances.reduce((least, q) => Math.min(least, q), Infinity)));
    const own = { nngp: tables?.value.error ?? 0, ntk: (tables?.slope?.error ?? 0) * largest(thetas) };
    const through = error.nngp === 0 && error.ntk === 0 ? { nngp: 0, ntk: 0 } : { nngp: slope * error.nngp, ntk: slope * error.ntk };
    const { weight, ntkScale } = affineAfter(step);
    const nngp = own.nngp + through.nngp;
    context.error = { nngp: weight * nngp, ntk: ntkScale * nngp + weight * (own.ntk + through.ntk) };
  }
}
