import { fieldAt, type Context, type State } from '../context.js';
import type { Affine } from '../plan.js';
import { eachPair, planesOf, variancesOf } from '../variances.js';

/** d/dθ of c ← w·c + b and t ← g·c + h + w·t, before either has changed. */
function affineTangents(context: Context, state: State, { weight, ntkScale, tied, weightParameter, biasParameter }: Affine): void {
  const { fields, engine } = context;
  const { heap } = engine;
  const c = fieldAt(state, 0);
  const t = fields.t < 0 ? -1 : fieldAt(state, fields.t);
  for (let j = 0; j < fields.parameters; j++) {
    const dc = fieldAt(state, fields.dc(j));
    const dt = t < 0 ? -1 : fieldAt(state, fields.dt(j));
    const ofWeight = j === weightParameter ? 1 : 0;
    const ofBias = j === biasParameter ? 1 : 0;
    for (let k = 0; k < state.size; k++) {
      if (dt >= 0) heap[dt + k] = ntkScale * heap[dc + k] + weight * heap[dt + k] + ofWeight * ((tied ? heap[c + k] : 0) + heap[t + k]) + (tied ? ofBias : 0);
      heap[dc + k] = weight * heap[dc + k] + ofWeight * heap[c + k] + ofBias;
    }
  }
}

/** The sine norm after c ← w·c + b: that of the sum of two kernels, one of them constant. */
export function shiftedSine(r1: number, r2: number, c: number, s: number, weight: number, bias: number): number {
  if (bias === 0) return weight * s;
  const gap = r1 - r2;
  const distance = c > 0 ? gap * gap + (2 * s * s) / (r1 * r2 + c) : r1 * r1 + r2 * r2 - 2 * c;
  return Math.sqrt(weight * (weight * s * s + bias * distance));
}

/** K ← w·K + b, Θ ← g·K + h + w·Θ. */
export function affineStep(context: Context, state: State, affine: Affine, sine: boolean): State {
  const { fields, engine } = context;
  const { heap } = engine;
  const { weight, bias, ntkScale, ntkShift } = affine;
  if (fields.parameters > 0) affineTangents(context, state, affine);
  const c = fieldAt(state, 0);
  const t = fields.t < 0 ? -1 : fieldAt(state, fields.t);
  if (sine && fields.s >= 0) {
    const s = fieldAt(state, fields.s);
    if (bias === 0) for (let k = s; k < s + state.size; k++) heap[k] *= weight;
    else {
      const { r1, r2 } = variancesOf(context, state);
      for (const plane of planesOf(context, state))
        eachPair(plane, (entry, i, j) => {
          heap[s + entry] = shiftedSine(heap[r1 / 8 + i], heap[r2 / 8 + j], heap[c + entry], heap[s + entry], weight, bias);
        });
    }
  }
  if (t >= 0) for (let k = 0; k < state.size; k++) heap[t + k] = ntkScale * heap[c + k] + ntkShift + weight * heap[t + k];
  for (let k = c; k < c + state.size; k++) heap[k] = weight * heap[k] + bias;
  return { ...state };
}
