import { SaddlepointTypeError, checkFinite } from '@saddlepoint/core';
import type { Activation } from './activations/activation.js';
import { gaussianMean } from './activations/gaussian-mean.js';

/** What {@link defineActivation} takes: an {@link Activation} of which only `name`, `value` and `derivative` are required. */
export type ActivationDefinition = Pick<Activation, 'name' | 'value' | 'derivative'> & Partial<Activation>;

const PROBES = [-3.7, -1.3, -0.4, 0.4, 1.3, 3.7];

/**
 * Closed forms against quadrature at unit variance, and against each other by Price's theorem, within 1e-5: a wrong formula is found, a wrong
 * digit is not.
 */
function checkDuals({ name, value, derivative, breakpoints = [], dual, dualDerivative }: ActivationDefinition): void {
  const agree = (claim: string, got: number, expected: number, scale: number): void => {
    if (!(Math.abs(got - expected) <= 1e-5 * scale))
      throw new SaddlepointTypeError({ argument: `${name}.${claim}`, expected: `${expected} by quadrature`, got: String(got) });
  };
  if (dual !== undefined) {
    const square = gaussianMean((z) => value(z) ** 2, breakpoints);
    agree('dual(1, 1, 1)', dual(1, 1, 1), square, square);
    agree('dual(1, 1, 0)', dual(1, 1, 0), gaussianMean(value, breakpoints) ** 2, square);
  }
  if (dualDerivative === undefined || derivative === null) return;
  const square = gaussianMean((z) => derivative(z) ** 2, breakpoints);
  agree('dualDerivative(1, 1, 1)', dualDerivative(1, 1, 1), square, square);
  if (dual !== undefined) agree('dualDerivative(1, 0.5, 0.3)', dualDerivative(1, 0.5, 0.3), (dual(1, 0.5, 0.3 + 1e-5) - dual(1, 0.5, 0.3 - 1e-5)) / 2e-5, square);
}

/**
 * An activation record of one's own, checked at a few points: finite values, the declared parity and homogeneity, a derivative that agrees with
 * a central difference (within 1e-6 of the scale, which catches a wrong formula, not a wrong digit), and duals, where given, that agree
 * with quadrature. `value` and `derivative` are enough: kernels then come from a Hermite series.
 *
 * `smooth` defaults to true unless `breakpoints` are given. Throws a `SaddlepointTypeError` saying which claim fails.
 *
 * @example
 * import { defineActivation } from '@saddlepoint/architecture';
 * const softsign = defineActivation({ name: 'softsign', value: (x) => x / (1 + Math.abs(x)), derivative: (x) => (1 + Math.abs(x)) ** -2, breakpoints: [0], parity: 'odd' });
 * softsign.smooth; // => false
 */
export function defineActivation(definition: ActivationDefinition): Activation {
  const { name, value, derivative, parity, homogeneity, breakpoints = [] } = definition;
  if (!/^[A-Za-z][\w-]*(\(.*\))?$/.test(name)) throw new SaddlepointTypeError({ argument: 'name', expected: 'a letter followed by letters, digits, _ or -', got: JSON.stringify(name) });
  checkFinite(`${name}.value`, PROBES.map(value));
  const fails = (claim: string, x: number): SaddlepointTypeError => new SaddlepointTypeError({ argument: `${name}.${claim}`, expected: 'to agree with value', got: `a mismatch at x = ${x}` });
  for (const x of PROBES) {
    const scale = Math.abs(value(x)) + Math.abs(value(-x)) + Number.MIN_VALUE;
    if (parity !== undefined && Math.abs(value(-x) - (parity === 'even' ? 1 : -1) * value(x)) > 1e-12 * scale) throw fails('parity', x);
    if (homogeneity !== undefined && Math.abs(value(2 * x) - 2 ** homogeneity * value(x)) > 1e-12 * 2 ** homogeneity * scale) throw fails('homogeneity', x);
    if (derivative === null || breakpoints.some((b) => Math.abs(b - x) < 1e-3)) continue;
    const h = 1e-5;
    const slope = (value(x + h) - value(x - h)) / (2 * h);
    if (!(Math.abs(slope - derivative(x)) <= 1e-6 * (1 + Math.abs(slope) + scale))) throw fails('derivative', x);
  }
  checkDuals(definition);
  return { smooth: breakpoints.length === 0, latex: `\\mathrm{${name}}(x)`, ...definition };
}
