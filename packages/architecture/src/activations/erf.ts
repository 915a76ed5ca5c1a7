import { erf as errorFunction } from '@saddlepoint/numerics';
import type { Activation } from './activation.js';
import { erfDefect, erfSpread } from './erf-defect.js';
import { sineNorm } from './gaussian-pair.js';
import { rescaledDuals, type DualSet } from './rescale.js';

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
const FOUR_OVER_PI = 4 / Math.PI;

/** M = (1+2q1)(1+2q2) − 4c², with the cancelling part taken from s. */
const determinant = (q1: number, q2: number, s: number): number => 1 + 2 * (q1 + q2) + 4 * s * s;

/**
 * The duals of erf x: E[φφ] = (2/π) asin(2c/√((1+2q1)(1+2q2))), E[φ′φ′] = (4/π) M^{−1/2} (Williams 1997, eq. 11); the arcsine as an
 * arctangent keeps its digits where its argument nears ±1.
 */
const plain: DualSet = {
  dual: (q1, q2, c, s = sineNorm(q1, q2, c)) => (2 / Math.PI) * Math.atan2(2 * c, Math.sqrt(determinant(q1, q2, s))),
  dualDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => FOUR_OVER_PI / Math.sqrt(determinant(q1, q2, s)),
  dualVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => (-FOUR_OVER_PI * c) / ((1 + 2 * q1) * Math.sqrt(determinant(q1, q2, s))),
  dualDerivativeVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => (-FOUR_OVER_PI * (1 + 2 * q2)) / determinant(q1, q2, s) ** 1.5,
  dualSecondDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => (4 * FOUR_OVER_PI * c) / determinant(q1, q2, s) ** 1.5,
  dualDefect: erfDefect,
};

/**
 * φ(x) = amplitude·erf(scale·x) + offset (neural-tangents' Erf(a, b, c)).
 *
 * @example
 * import { erfFamily } from '@saddlepoint/architecture';
 * erfFamily(2, 0.5, 1).value(1); // => 2.0409997557
 */
export function erfFamily(amplitude = 1, scale = 1, offset = 0): Activation {
  const bare = rescaledDuals(plain, amplitude, scale);
  const square = offset * offset;
  const isPlain = amplitude === 1 && scale === 1 && offset === 0;
  const duals: DualSet = offset === 0 ? bare : {
    ...bare,
    dual: (q1, q2, c, s) => square + bare.dual(q1, q2, c, s),
    // (o² + e11)(o² + e22) − (o² + e12)² = e11 e22 − e12² + o²E[(f(u) − f(v))²], f without the offset.
    dualDefect: (q1, q2, c, s, difference = q1 - q2) => {
      const w = scale * scale;
      return bare.dualDefect(q1, q2, c, s, difference) + square * amplitude * amplitude * erfSpread(w * q1, w * q2, w * c, w * s, w * difference);
    },
  };
  const slope = amplitude * scale * TWO_OVER_SQRT_PI;
  return {
    name: isPlain ? 'erf' : `erf(${amplitude},${scale},${offset})`,
    value: isPlain ? errorFunction : (x) => offset + amplitude * errorFunction(scale * x),
    derivative: (x) => slope * Math.exp(-(scale * x * (scale * x))),
    secondDerivative: (x) => -2 * scale * scale * x * slope * Math.exp(-(scale * x * (scale * x))),
    ...duals,
    vectorised: { loop: 'erf', parameters: [amplitude, scale, offset] },
    ...(offset === 0 ? { parity: 'odd' as const } : {}),
    smooth: true,
    latex: isPlain ? '\\operatorname{erf} x' : `${amplitude}\\operatorname{erf}(${scale}x)+${offset}`,
  };
}

/** φ(x) = erf(x). */
export const erf: Activation = erfFamily();

/** Φ(x) = ½ + ½ erf(x/√2), the distribution function of N(0, 1): a sigmoid with closed-form kernels. */
export const probit: Activation = { ...erfFamily(0.5, Math.SQRT1_2, 0.5), name: 'probit', latex: '\\Phi(x)' };

/** ½ + ½ erf(x/2.402056353171983), close to the logistic function (neural-tangents' Sigmoid_like). */
export const sigmoidLike: Activation = { ...erfFamily(0.5, 1 / 2.402056353171983, 0.5), name: 'sigmoidLike', latex: '\\tfrac12+\\tfrac12\\operatorname{erf}(x/2.402056353171983)' };
