import { diagonalMoments, diagonalSlopes, type Activation } from '@saddlepoint/architecture';
import { fieldAt, type Context, type State, type Variances } from '../context.js';
import { eachPair, type Plane } from '../variances.js';
import { affineAfter, sinesFor, type MapStep } from './map-step.js';
import { differentials, type Differentials } from './differentials.js';
import { numericalSlope } from './numerical-slopes.js';

/** How E[φφ] and E[φ′φ′] of one pair change: values and partial derivatives in q1, q2, c. */
interface PairSlopes {
  m: number;
  m1: number;
  m2: number;
  k: number;
  k1: number;
  k2: number;
  kc: number;
}

/** Along the diagonal q1 = q2 = c, where a kinked φ has infinite partial derivatives that cancel: all of it goes into ∂/∂c. */
function alongDiagonal(activation: Activation, of: Differentials, q: number, out: PairSlopes): void {
  const slopes = diagonalSlopes(activation, q);
  out.m = of.dual(q, q, q, 0);
  out.k = of.dualDerivative(q, q, q, 0);
  out.m1 = slopes.value - out.k;
  out.m2 = 0;
  out.k1 = Number.isNaN(slopes.derivative) ? numericalSlope((x) => diagonalMoments(activation, x).derivative, q) : slopes.derivative;
  out.k2 = 0;
  out.kc = 0;
}

function slopesAt(activation: Activation, of: Differentials, q1: number, q2: number, c: number, s: number | undefined, out: PairSlopes): void {
  if (c > 0 && q1 === q2 && (c === q1 || s === 0)) {
    alongDiagonal(activation, of, q1, out);
    return;
  }
  out.m = of.dual(q1, q2, c, s);
  out.k = of.dualDerivative(q1, q2, c, s);
  out.m1 = of.dualVarianceSlope(q1, q2, c, s);
  out.m2 = of.dualVarianceSlope(q2, q1, c, s);
  const slope = [of.dualDerivativeVarianceSlope(q1, q2, c, s), of.dualDerivativeVarianceSlope(q2, q1, c, s), of.dualSecondDerivative(q1, q2, c, s)];
  // Parallel inputs of a kinked network: the angle cannot move to first order unless it does so as a square root.
  const finite = slope.every(Number.isFinite);
  [out.k1, out.k2, out.kc] = finite ? slope : [0, 0, 0];
}

/**
 * d/dθ of c ← w·E[φφ] + b and t ← g·E[φφ] + h + w·t·E[φ′φ′] for every parameter, before c and t change: by the chain rule through the
 * variances and the covariance (∂E[φφ]/∂c = E[φ′φ′], Price's theorem).
 */
export function mapTangents(context: Context, state: State, step: MapStep, v: Variances, planes: readonly Plane[]): void {
  const { fields, engine } = context;
  const { heap } = engine;
  const { weight, ntkScale, tied, weightParameter, biasParameter } = affineAfter(step);
  const of = differentials(context, step.activation);
  const c = fieldAt(state, 0);
  const sines = sinesFor(context, step);
  const s = sines < 0 ? -1 : fieldAt(state, sines);
  const t = fields.t < 0 ? -1 : fieldAt(state, fields.t);
  const out: PairSlopes = { m: 0, m1: 0, m2: 0, k: 0, k1: 0, k2: 0, kc: 0 };
  const [q1, q2] = [v.q1 / 8, v.q2 / 8];
  for (const plane of planes)
    eachPair(plane, (entry, i, j) => {
      slopesAt(step.activation, of, heap[q1 + i], heap[q2 + j], heap[c + entry], s < 0 ? undefined : heap[s + entry], out);
      for (let p = 0; p < fields.parameters; p++) {
        const dcAt = fieldAt(state, fields.dc(p)) + entry;
        const [dc, d1, d2] = [heap[dcAt], v.dq1[p][i], v.dq2[p][j]];
        const dm = out.m1 * d1 + out.m2 * d2 + out.k * dc;
        heap[dcAt] = weight * dm + (p === weightParameter ? out.m : 0) + (p === biasParameter ? 1 : 0);
        if (t < 0) continue;
        const dk = out.k1 * d1 + out.k2 * d2 + out.kc * dc;
        const dtAt = fieldAt(state, fields.dt(p)) + entry;
        const old = heap[t + entry];
        heap[dtAt] = ntkScale * dm + weight * (heap[dtAt] * out.k + old * dk) + (p === weightParameter ? (tied ? out.m : 0) + old * out.k : 0) + (tied && p === biasParameter ? 1 : 0);
      }
    });
}
