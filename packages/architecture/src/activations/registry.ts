import { SaddlepointRangeError, SaddlepointTypeError, checkNumber } from '@saddlepoint/core';
import type { Activation, ActivationFamily, ActivationSpec } from './activation.js';
import { elu } from './elu.js';
import { erf, erfFamily, probit, sigmoidLike } from './erf.js';
import { exp, expFamily, gaussian } from './exponential.js';
import { gelu } from './gelu.js';
import { sign, step } from './jumps.js';
import { abs, identity, leakyRelu, relu } from './piecewise-linear.js';
import { cubic, hermite, hermite3, monomial, polynomial, quadratic } from './polynomial.js';
import { rectifiedMonomial } from './rectified.js';
import { sigmoid, silu, softplus, tanh } from './sigmoidal.js';
import { cos, cosFamily, rbf, sin, sinFamily } from './trigonometric.js';

/** The built-in activations without parameters, and the families at their defaults, by name. */
export const activations = Object.freeze({
  identity, relu, leakyRelu: leakyRelu(), abs, erf, tanh, gelu, sin, cos, exp, gaussian, sigmoid, softplus, silu, elu: elu(),
  quadratic, cubic, hermite3, sign, step, probit, sigmoidLike,
  rbf: rbf(), monomial: monomial(), rectifiedMonomial: rectifiedMonomial(), hermite: hermite(),
}) satisfies Readonly<Record<string, Activation>>;

/** The built-in activations that take parameters. */
export const activationFamilies: Readonly<Record<string, ActivationFamily>> = Object.freeze({
  leakyRelu: { parameters: { slope: 0.01 }, create: leakyRelu },
  elu: { parameters: { alpha: 1 }, create: elu },
  erf: { parameters: { amplitude: 1, scale: 1, offset: 0 }, create: erfFamily },
  sin: { parameters: { amplitude: 1, frequency: 1, phase: 0 }, create: sinFamily },
  cos: { parameters: { amplitude: 1, frequency: 1, phase: 0 }, create: cosFamily },
  exp: { parameters: { amplitude: 1, rate: 1 }, create: expFamily },
  rbf: { parameters: { gamma: 1 }, create: rbf },
  monomial: { parameters: { degree: 2 }, create: monomial },
  rectifiedMonomial: { parameters: { degree: 2 }, create: rectifiedMonomial },
  polynomial: { parameters: { c0: 0, c1: 0, c2: 0, c3: 0, c4: 0, c5: 0, c6: 0, c7: 0, c8: 0, c9: 0, c10: 0, c11: 0, c12: 0 }, create: polynomial },
  hermite: { parameters: { degree: 2 }, create: hermite },
});

/** Activations and families that {@link resolveActivation} should know besides the built-in ones. */
export interface ActivationExtensions {
  readonly activations?: Readonly<Record<string, Activation>>;
  readonly families?: Readonly<Record<string, ActivationFamily>>;
}

/** An activation spec taken apart: the name, and parameters by position (string form) or by name (object form). */
interface Taken {
  readonly name: string;
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

function takeApart(spec: ActivationSpec): Taken {
  if (typeof spec !== 'string') {
    const { name, ...named } = spec;
    if (typeof name !== 'string') throw new SaddlepointTypeError({ argument: 'activation.name', expected: 'a string such as "erf"', got: String(name) });
    return { name, positional: [], named };
  }
  const match = /^\s*([A-Za-z][\w-]*)\s*(?:\(([^()]*)\))?\s*$/.exec(spec);
  if (match === null)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'activation', expected: 'a name such as "erf" or "leakyRelu(0.1)"', got: JSON.stringify(spec) });
  const [, name, list] = match;
  const parts = list === undefined || list.trim() === '' ? [] : list.split(',').map((part) => part.trim());
  const positional = parts.filter((part) => !part.includes('=')).map(numberOrText);
  const named = Object.fromEntries(parts.filter((part) => part.includes('=')).map((part) => {
    const [key, value] = part.split('=', 2);
    return [key.trim(), numberOrText(value.trim())];
  }));
  return { name, positional, named };
}

const numberOrText = (text: string): unknown => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);

const unknownParameter = (name: string, parameter: string, known: readonly string[]): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
    argument: `activation.${parameter}`,
    expected: known.length === 0 ? `no parameters for ${name}` : `one of the parameters of ${name}: ${known.join(', ')}`,
    got: parameter,
  });

function parametersOf(taken: Taken, family: ActivationFamily): Record<string, number> {
  const names = Object.keys(family.parameters);
  const values: Record<string, number> = { ...family.parameters };
  taken.positional.forEach((value, index) => {
    if (index >= names.length) throw unknownParameter(taken.name, `${index + 1}`, names);
    values[names[index]] = checkNumber(`activation.${names[index]}`, value);
  });
  for (const [key, value] of Object.entries(taken.named)) {
    if (!names.includes(key)) throw unknownParameter(taken.name, key, names);
    values[key] = checkNumber(`activation.${key}`, value);
  }
  return values;
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/**
 * The activation that a network's spec names, among the built-in ones and `extra`; an extension may not replace a built-in name.
 *
 * Throws a `SaddlepointRangeError` naming the known activations, or the known parameters.
 *
 * @example
 * import { resolveActivation } from '@saddlepoint/architecture';
 * resolveActivation('relu').value(-3); // => 0
 * resolveActivation({ name: 'leakyRelu', slope: 0.25 }).value(-4); // => -1
 */
export function resolveActivation(spec: ActivationSpec, extra: ActivationExtensions = {}): Activation {
  const taken = takeApart(spec);
  const { name } = taken;
  const family = own(activationFamilies, name) ?? own(extra.families, name);
  if (family !== undefined) {
    const bare = taken.positional.length === 0 && Object.keys(taken.named).length === 0;
    return (bare ? own<Activation>(activations, name) : undefined) ?? family.create(...Object.values(parametersOf(taken, family)));
  }
  const single = own<Activation>(activations, name) ?? own(extra.activations, name);
  if (single === undefined) {
    const known = [...new Set([...Object.keys(activations), ...Object.keys(activationFamilies)]), ...Object.keys(extra.activations ?? {}), ...Object.keys(extra.families ?? {})];
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument: 'activation', expected: `one of ${known.join(', ')}`, got: JSON.stringify(name) });
  }
  const stray = taken.positional.length > 0 ? String(taken.positional[0]) : Object.keys(taken.named)[0];
  if (stray !== undefined) throw unknownParameter(name, stray, []);
  return single;
}

/**
 * The form in which a network stores an activation: a string, except that named parameters make an object and an object without
 * parameters a string. Purely a matter of writing: the name is not looked up.
 *
 * @example
 * import { normalizeActivation } from '@saddlepoint/architecture';
 * normalizeActivation('leakyRelu(slope=0.1)'); // => { name: 'leakyRelu', slope: 0.1 }
 * normalizeActivation({ name: 'relu' }); // => 'relu'
 */
export function normalizeActivation(spec: ActivationSpec): ActivationSpec {
  const { name, positional, named } = takeApart(spec);
  if (Object.keys(named).length > 0 && positional.length === 0) return { name, ...named };
  return typeof spec === 'string' ? spec.replaceAll(/\s/g, '') : name;
}

/** An activation spec as text without spaces: `erf`, `leakyRelu(0.1)`, `leakyRelu(slope=0.1)`. */
export function activationText(spec: ActivationSpec): string {
  const normal = normalizeActivation(spec);
  if (typeof normal === 'string') return normal;
  const { name, ...parameters } = normal;
  return `${name}(${Object.entries(parameters).map(([key, value]) => `${key}=${String(value)}`).join(',')})`;
}
