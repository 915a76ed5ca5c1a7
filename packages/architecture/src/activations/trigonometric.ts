import type { Activation } from './activation.js';
import { halfDistance, sineNorm } from './gaussian-pair.js';
import { rescaledDuals, type DualSet } from './rescale.js';

/** κ = cos 2p of φ(x) = sin(x + p), with 1 ∓ κ given apart so that neither cancels. */
interface Phase {
  readonly kappa: number;
  readonly oneMinus: number;
  readonly onePlus: number;
}

/** sinh(x)/x − 1 for 0 ≤ x ≤ 1. */
function sinhExcess(x: number): number {
  const y = x * x;
  return (y / 6) * (1 + (y / 20) * (1 + (y / 42) * (1 + (y / 72) * (1 + (y / 110) * (1 + (y / 156) * (1 + y / 210))))));
}

/** (q1+q2)/2 ∓ c: half the mean squares of u − v and u + v. */
function halfSquares(q1: number, q2: number, c: number, s: number, difference: number = q1 - q2): { readonly minus: number; readonly plus: number } {
  const near = halfDistance(q1, q2, c, s, difference);
  const far = 0.5 * (q1 + q2) + Math.abs(c);
  return c >= 0 ? { minus: near, plus: far } : { minus: far, plus: near };
}

/** ½(e^{−a} − κe^{−b}), a, b = (q1+q2)/2 ∓ c. */
function damped(q1: number, q2: number, c: number, s: number, kappa: number, oneMinus: number): number {
  const { minus, plus } = halfSquares(q1, q2, c, s);
  if (kappa < 0) return 0.5 * (Math.exp(-minus) - kappa * Math.exp(-plus));
  // e^{−a} − e^{−b} = ±e^{−min}(1 − e^{−2|c|})
  const odd = -Math.sign(c) * Math.exp(-Math.min(minus, plus)) * Math.expm1(-2 * Math.abs(c));
  return 0.5 * (kappa * odd + oneMinus * Math.exp(-minus));
}

/** e^{−q1} − e^{−q2}, its magnitude. */
const decayDifference = (q1: number, q2: number, difference: number): number => -Math.exp(-Math.min(q1, q2)) * Math.expm1(-Math.abs(difference));

/** Four times the defect of sin x: (1−e^{−2a})(1−e^{−2b}) − (e^{−q1} − e^{−q2})², by series where the difference cancels (small variances). */
function sineDefect(q1: number, q2: number, c: number, s: number, difference: number): number {
  if (q1 === 0 || q2 === 0) return 0;
  const near = halfDistance(q1, q2, c, s, difference);
  const mean = 0.5 * (q1 + q2);
  const far = mean + Math.abs(c);
  if (far >= 1) return Math.expm1(-2 * far) * Math.expm1(-2 * near) - decayDifference(q1, q2, difference) ** 2;
  const half = 0.5 * difference;
  const a = sinhExcess(near);
  const b = sinhExcess(far);
  const z = sinhExcess(half);
  return 4 * Math.exp(-2 * mean) * (s * s * (1 + a) * (1 + b) + half * half * (a + b + a * b - z * (2 + z)));
}

/**
 * The duals of sin(x + p): with a, b = (q1+q2)/2 ∓ c and κ = cos 2p,
 * E[φφ] = ½(e^{−a} − κe^{−b}), E[φ′φ′] = ½(e^{−a} + κe^{−b}); ∂/∂q1 multiplies either by −½.
 */
function sineDuals({ kappa, oneMinus, onePlus }: Phase): DualSet {
  const value = (q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)): number => damped(q1, q2, c, s, kappa, oneMinus);
  const slope = (q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)): number => damped(q1, q2, c, s, -kappa, onePlus);
  return {
    dual: value,
    dualDerivative: slope,
    dualVarianceSlope: (q1, q2, c, s) => -0.5 * value(q1, q2, c, s),
    dualDerivativeVarianceSlope: (q1, q2, c, s) => -0.5 * slope(q1, q2, c, s),
    dualSecondDerivative: value,
    dualDefect: (q1, q2, c, s, difference = q1 - q2) => {
      const { minus, plus } = halfSquares(q1, q2, c, s, difference);
      const a = -Math.expm1(-2 * minus);
      const b = -Math.expm1(-2 * plus);
      // (1−e^{−2a})(1−κ²e^{−2b}) − κ(e^{−q1} − e^{−q2})² as a sum of positive terms.
      if (kappa < 0) return 0.25 * (a * (oneMinus * onePlus + kappa * kappa * b) - kappa * decayDifference(q1, q2, difference) ** 2);
      return 0.25 * ((kappa === 0 ? 0 : kappa * sineDefect(q1, q2, c, s, difference)) + a * oneMinus * (1 + kappa * (1 - b)));
    },
  };
}

const label = (name: string, amplitude: number, frequency: number, phase: number): string =>
  amplitude === 1 && frequency === 1 && phase === 0 ? name : `${name}(${amplitude},${frequency},${phase})`;

const latexOf = (name: string, amplitude: number, frequency: number, phase: number): string =>
  amplitude === 1 && frequency === 1 && phase === 0 ? `\\${name} x` : `${amplitude}\\${name}(${frequency}x+${phase})`;

/**
 * φ(x) = amplitude·sin(frequency·x + phase) (neural-tangents' Sin(a, b, c)).
 *
 * @example
 * import { sinFamily } from '@saddlepoint/architecture';
 * sinFamily(2, 1, 0).dual?.(1, 1, 0); // => 0
 */
export function sinFamily(amplitude = 1, frequency = 1, phase = 0): Activation {
  const duals = sineDuals({ kappa: Math.cos(2 * phase), oneMinus: 2 * Math.sin(phase) ** 2, onePlus: 2 * Math.cos(phase) ** 2 });
  return {
    name: label('sin', amplitude, frequency, phase),
    value: (x) => amplitude * Math.sin(frequency * x + phase),
    derivative: (x) => amplitude * frequency * Math.cos(frequency * x + phase),
    secondDerivative: (x) => -amplitude * frequency * frequency * Math.sin(frequency * x + phase),
    ...rescaledDuals(duals, amplitude, frequency),
    ...(phase === 0 ? { parity: 'odd' as const, vectorised: { loop: 'sin' as const, parameters: [amplitude, frequency, 0] } } : {}),
    smooth: true,
    latex: latexOf('sin', amplitude, frequency, phase),
  };
}

/**
 * φ(x) = amplitude·cos(frequency·x + phase) (neural-tangents' Cos(a, b, c)).
 *
 * @example
 * import { cosFamily } from '@saddlepoint/architecture';
 * cosFamily(1, 2, 0).dual?.(0, 0, 0); // => 1
 */
export function cosFamily(amplitude = 1, frequency = 1, phase = 0): Activation {
  const duals = sineDuals({ kappa: -Math.cos(2 * phase), oneMinus: 2 * Math.cos(phase) ** 2, onePlus: 2 * Math.sin(phase) ** 2 });
  return {
    name: label('cos', amplitude, frequency, phase),
    value: (x) => amplitude * Math.cos(frequency * x + phase),
    derivative: (x) => -amplitude * frequency * Math.sin(frequency * x + phase),
    secondDerivative: (x) => -amplitude * frequency * frequency * Math.cos(frequency * x + phase),
    ...rescaledDuals(duals, amplitude, frequency),
    ...(phase === 0 ? { parity: 'even' as const, vectorised: { loop: 'cos' as const, parameters: [amplitude, frequency, 0] } } : {}),
    smooth: true,
    latex: latexOf('cos', amplitude, frequency, phase),
  };
}

/** φ(x) = sin x: E[φφ] = e^{−(q1+q2)/2} sinh c, E[φ′φ′] = e^{−(q1+q2)/2} cosh c. */
export const sin: Activation = sinFamily();

/** φ(x) = cos x: E[φφ] = e^{−(q1+q2)/2} cosh c, E[φ′φ′] = e^{−(q1+q2)/2} sinh c. */
export const cos: Activation = cosFamily();

/**
 * φ(x) = √2 sin(√(2γ)x + π/4), whose kernel is the radial basis function E[φφ] = e^{−γE[(u−v)²]} = e^{−γ(q1+q2−2c)} exactly
 * (neural-tangents' Rbf(γ); random Fourier features, Rahimi & Recht 2007).
 *
 * @example
 * import { rbf } from '@saddlepoint/architecture';
 * rbf(0.5).dual?.(1, 1, 0); // => 0.3678794412
 */
export function rbf(gamma = 1): Activation {
  const frequency = Math.sqrt(2 * gamma);
  const phase = Math.PI / 4;
  const { value, derivative, secondDerivative } = sinFamily(Math.SQRT2, frequency, phase) as Required<Activation>;
  // e^{−γd} = 2·½e^{−2γ·d/2}: unit variance everywhere, so the duals are written without the amplitude's square of √2.
  const kernel = (q1: number, q2: number, c: number, s = sineNorm(q1, q2, c)): number => Math.exp(-2 * gamma * halfSquares(q1, q2, c, s).minus);
  return {
    name: `rbf(${gamma})`,
    value,
    derivative,
    secondDerivative,
    dual: kernel,
    dualDerivative: (q1, q2, c, s) => 2 * gamma * kernel(q1, q2, c, s),
    dualVarianceSlope: (q1, q2, c, s) => -gamma * kernel(q1, q2, c, s),
    dualDerivativeVarianceSlope: (q1, q2, c, s) => -2 * gamma * gamma * kernel(q1, q2, c, s),
    dualSecondDerivative: (q1, q2, c, s) => 4 * gamma * gamma * kernel(q1, q2, c, s),
    dualDefect: (q1, q2, c, s, difference) => -Math.expm1(-4 * gamma * halfSquares(q1, q2, c, s, difference).minus),
    smooth: true,
    latex: `\\sqrt2\\sin(\\sqrt{${2 * gamma}}x+\\tfrac\\pi4)`,
  };
}
