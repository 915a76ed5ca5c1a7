import { SaddlepointRangeError, checkInteger, checkNumber } from '@saddlepoint/core';
import { checkMap, varianceMap, type LayerMap } from './layer-map.js';
import { expectAt, slopeAt, slopeOf, squareAt, squareSlopeAt } from './variance-moments.js';

/** Fluctuations over random initialisations, to first order in 1/width, for one input. Every array has an entry per layer 1 … L+1 of pre-activations, the last the output. */
export interface WidthFluctuations {
  /** q_l at infinite width. */
  readonly variances: Float64Array;
  /** Relative variance of the width-N estimate Ĝ_l = σ_b² + (σ_w²/N)Σφ(h_j)² of q_l: Var Ĝ_l/q_l². */
  readonly kernelVariance: Float64Array;
  /** Relative variance of |h^l|²/N_l, Var Ĝ_l/q_l² + (2/N_l)(1 + …); 2 at an output of width 1. */
  readonly normVariance: Float64Array;
  /** (E[Ĝ_l] − q_l)/q_l: what finite width does to the mean kernel. */
  readonly kernelShift: Float64Array;
  /** Θ_l(x, x) at infinite width. */
  readonly ntk: Float64Array;
  /** Relative variance of the empirical NTK Θ̂_l(x, x) of one neuron. */
  readonly ntkVariance: Float64Array;
  /** Σ1/N over the hidden layers, the depth-to-width ratio L/N. */
  readonly ratio: number;
}

export interface WidthOptions {
  /** N_1 … N_L of the hidden layers. */
  readonly widths: readonly number[];
  /** |x|²/d of the input. Default 1. */
  readonly inputVariance?: number;
}

/** Gaussian moments of one layer at variance q that the recursions need. */
interface LayerMoments {
  readonly square: number;
  readonly slope: number;
  readonly squareSlope: number;
  readonly slopeSlope: number;
  readonly squareCurvature: number;
  readonly varianceSquare: number;
  /** Var(φ² + Θφ′²), Cov(φ², φ² + Θφ′²), E[φ′⁴] are assembled from these. */
  readonly covariance: number;
  readonly varianceSlope: number;
  readonly slopeFourth: number;
}

function momentsAt({ activation }: LayerMap, q: number): LayerMoments {
  const { value } = activation;
  const derivative = slopeOf(activation);
  const square = squareAt(activation, q);
  const slope = slopeAt(activation, q);
  const mean = (f: (x: number) => number): number => expectAt(activation, q, f);
  // Hermite polynomials of z = x/√q stand for derivatives in q: d/dq E[f(√q z)] = E[f He₂(z)]/2q, d²/dq² = E[f He₄(z)]/4q².
  const he2 = (x: number): number => (x * x) / q - 1;
  const he4 = (x: number): number => ((x * x) / q) ** 2 - (6 * x * x) / q + 3;
  const slopeFourth = mean((x) => derivative(x) ** 4);
  return {
    square,
    slope,
    squareSlope: squareSlopeAt(activation, q),
    slopeSlope: mean((x) => (derivative(x) ** 2 - slope) * he2(x)) / (2 * q),
    squareCurvature: mean((x) => (value(x) ** 2 - square) * he4(x)) / (4 * q * q),
    varianceSquare: mean((x) => (value(x) ** 2 - square) ** 2),
    covariance: mean((x) => (value(x) ** 2 - square) * (derivative(x) ** 2 - slope)),
    varianceSlope: slopeFourth - slope * slope,
    slopeFourth,
  };
}

/**
 * How far one random network of finite widths strays from the infinite one, at initialisation: recursions of the four-point vertex V_l (of the kernel)
 * and of the NTK's A, B, D (Var Θ̂ = A + 2B, Cov(Θ̂_ii, Θ̂_kk) = A, E[Θ̂_ik²] = B, Cov(Ĝ, Θ̂_ii) = D), exact to first order in 1/N:
 *
 * V′ = (σ_w⁴/N)Var φ² + χ_q²V;  B′ = (σ_w⁴/N)E[φ′⁴]Θ² + χ₁²B;  D′ = (σ_w⁴/N)Cov(φ², Y) + χ_q g V + χ_qχ₁D;
 * A′ = (σ_w⁴/N)Var Y + g²V + 2gχ₁D + χ₁²A, with Y = φ² + Θφ′² and g = σ_w²∂_q E[Y]; Θ′ = σ_b² + σ_w²E[Y].
 *
 * For relu at σ_w² = 2 without bias, Var Ĝ/q² = 5Σ1/N: fluctuations grow as L/N. Higher orders are of size (L/N)². NTK parameterization.
 * Sources: 1812.05994, 1909.05989 (relu); 1910.00019; 2106.10165, chs. 4 and 8.
 *
 * @example
 * import { activations } from '@saddlepoint/architecture';
 * import { widthFluctuations } from '@saddlepoint/kernels';
 * const { kernelVariance, ratio } = widthFluctuations({ activation: activations.relu, weightVariance: 2, biasVariance: 0 }, { widths: [100, 100, 200] });
 * kernelVariance[3] / ratio; // => 5.000000
 */
export function widthFluctuations(map: LayerMap, { widths, inputVariance = 1 }: WidthOptions): WidthFluctuations {
  checkMap(map);
  checkNumber('inputVariance', inputVariance, { min: 0 });
  widths.forEach((width, l) => checkInteger(`widths[${l}]`, width, { min: 1 }));
  slopeOf(map.activation);
  const { weightVariance: w, biasVariance: b } = map;
  const layers = widths.length + 1;
  const zero = (): Float64Array => new Float64Array(layers);
  const [variances, kernelVariance, normVariance, kernelShift, ntk, ntkVariance] = [zero(), zero(), zero(), zero(), zero(), zero()];
  const widthOf = (l: number): number => widths.at(l) ?? 1;
  let q = b + w * inputVariance;
  let theta = q;
  let [V, A, B, D, shift] = [0, 0, 0, 0, 0];
  for (let l = 0; ; l++) {
    if (!(q > 0 && Number.isFinite(q))) throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'map', expected: 'a positive, finite variance at every layer', got: `${q} at layer ${l + 1}` });
    variances[l] = q;
    ntk[l] = theta;
    kernelVariance[l] = V / (q * q);
    kernelShift[l] = shift / q;
    normVariance[l] = kernelVariance[l] + (2 / (l < widths.length ? widthOf(l) : 1)) * (1 + kernelVariance[l]);
    ntkVariance[l] = (A + 2 * B) / (theta * theta);
    if (l === widths.length) break;
    const m = momentsAt(map, q);
    const source = (w * w) / widthOf(l);
    const chi1 = w * m.slope;
    const chiQ = w * m.squareSlope;
    const g = w * (m.squareSlope + theta * m.slopeSlope);
    const before = { V, A, D };
    shift = chiQ * shift + 0.5 * w * m.squareCurvature * V;
    V = source * m.varianceSquare + chiQ * chiQ * before.V;
    A = source * (m.varianceSquare + 2 * theta * m.covariance + theta * theta * m.varianceSlope) + g * g * before.V + 2 * g * chi1 * before.D + chi1 * chi1 * before.A;
    B = source * m.slopeFourth * theta * theta + chi1 * chi1 * B;
    D = source * (m.varianceSquare + theta * m.covariance) + chiQ * g * before.V + chiQ * chi1 * before.D;
    theta = b + w * (m.square + theta * m.slope);
    q = varianceMap(map, q);
  }
  return { variances, kernelVariance, normVariance, kernelShift, ntk, ntkVariance, ratio: widths.reduce((sum, width) => sum + 1 / width, 0) };
}
