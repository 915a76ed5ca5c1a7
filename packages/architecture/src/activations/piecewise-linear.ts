import type { Activation, Dual } from './activation.js';
import { arcExcess, geometricMean, normGap, sineNorm } from './gaussian-pair.js';

const TWO_OVER_PI = 2 / Math.PI;

/** What an activation record says of its duals. */
type Duals = Required<Pick<Activation, 'dual' | 'dualDerivative' | 'dualVarianceSlope' | 'dualDerivativeVarianceSlope' | 'dualSecondDerivative' | 'dualDefect' | 'vectorised'>>;

/**
 * Everything about φ(x) = `right`·x for x > 0, `left`·x below: αx + β|x| with α, β = (right ± left)/2. Cho & Saul (2009), eq. 6, for any
 * slopes and variances: with the acute angle θ = atan(s/|c|) and T = s − |c|θ ≥ 0,
 *
 *   E[φφ]   = (α²+β²)c + (2/π)β²T for c ≥ 0,   right·left·c + (2/π)β²T for c < 0,
 *   E[φ′φ′] = (α²+β²) − (2/π)β²θ for c ≥ 0,    right·left + (2/π)β²θ for c < 0,
 *   ∂E[φφ]/∂q1 = β²s/(πq1),  ∂E[φ′φ′]/∂q1 = −β²c/(πq1 s),  ∂E[φ′φ′]/∂c = 2β²/(πs).
 *
 * No term cancels at ρ → ±1. The slopes in q1 are 0 at q1 = 0: what they multiply is then a change of a variance that stays zero.
 */
function piecewiseLinearDuals(right: number, left: number): Duals {
  const alpha = 0.5 * (right + left);
  const beta = 0.5 * (right - left);
  const even = beta * beta;
  // α² + β² and α² − β², each rounded once.
  const sum = 0.5 * (right * right + left * left);
  const product = right * left;
  const curved = TWO_OVER_PI * even;
  const dual: Dual = (q1, q2, c, s = sineNorm(q1, q2, c)) => (c >= 0 ? sum : product) * c + (curved === 0 ? 0 : curved * arcExcess(c, s));
  return {
    dual,
    dualDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => {
      if (c === 0 && s === 0) return alpha * alpha;
      const angle = Math.atan2(s, Math.abs(c));
      return c >= 0 ? sum - curved * angle : product + curved * angle;
    },
    dualVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => (q1 === 0 ? 0 : ((even / Math.PI) * s) / q1),
    dualDerivativeVarianceSlope: (q1, q2, c, s = sineNorm(q1, q2, c)) => (c === 0 || even === 0 ? 0 : ((-even / Math.PI) * (c / q1)) / s),
    dualSecondDerivative: (q1, q2, c, s = sineNorm(q1, q2, c)) => (q1 === 0 || q2 === 0 || even === 0 ? 0 : curved / s),
    dualDefect: (q1, q2, c, s) => {
      const u = geometricMean(q1, q2);
      const gap = normGap(q1, q2, c, s);
      const excess = curved === 0 ? 0 : curved * arcExcess(c, s);
      // With m = E[φφ]: ((α²+β²)u − m)((α²+β²)u + m), each factor a sum of terms of one sign but for the last, smaller one.
      if (c >= 0) return (sum * gap - excess) * (sum * (u + c) + excess);
      return (alpha * alpha * (u - c) + even * gap - excess) * (alpha * alpha * gap + even * (u - c) + excess);
    },
    vectorised: { loop: 'piecewise-linear', parameters: [alpha, beta] },
  };
}

const kinked = { secondDerivative: () => 0, homogeneity: 1, smooth: false, breakpoints: [0] };

/** φ(x) = x: a deep linear network. */
export const identity: Activation = {
  name: 'identity',
  value: (x) => x,
  derivative: () => 1,
  secondDerivative: () => 0,
  ...piecewiseLinearDuals(1, 1),
  homogeneity: 1,
  parity: 'odd',
  smooth: true,
  latex: 'x',
};

/** φ(x) = max(x, 0). */
export const relu: Activation = {
  name: 'relu',
  value: (x) => (x > 0 ? x : 0),
  derivative: (x) => (x > 0 ? 1 : x < 0 ? 0 : 0.5),
  ...kinked,
  ...piecewiseLinearDuals(1, 0),
  latex: '\\max(x, 0)',
};

/**
 * φ(x) = x for x > 0, `slope`·x below.
 *
 * @example
 * import { leakyRelu } from '@saddlepoint/architecture';
 * leakyRelu(0.1).value(-2); // => -0.2
 */
export function leakyRelu(slope = 0.01): Activation {
  return {
    name: `leakyRelu(${slope})`,
    value: (x) => (x > 0 ? x : slope * x),
    derivative: (x) => (x > 0 ? 1 : x < 0 ? slope : 0.5 * (1 + slope)),
    ...kinked,
    ...piecewiseLinearDuals(1, slope),
    latex: `\\max(x, ${slope}x)`,
  };
}

/** φ(x) = |x|. */
export const abs: Activation = {
  name: 'abs',
  value: Math.abs,
  derivative: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  ...kinked,
  ...piecewiseLinearDuals(1, -1),
  parity: 'even',
  latex: '|x|',
};
