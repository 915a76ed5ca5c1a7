import { SaddlepointRangeError, SaddlepointTypeError, jsonPathText, showJson, valueAtPath } from '@saddlepoint/core';
import type { z } from 'zod';
import { resolveActivation, type ActivationExtensions } from './activations/registry.js';
import type { Layer, Network } from './network.js';
import { networkSchema } from './schema.js';

/** The first issue as one line: the field, what it should be, what it is. */
function firstIssue(error: z.ZodError, root: unknown): Error {
  const [issue] = error.issues;
  if (issue.code === 'unrecognized_keys') {
    const argument = `${jsonPathText('network', issue.path)}.${issue.keys[0]}`;
    return new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument, expected: 'no such field (remove it or correct its spelling)', got: showJson(valueAtPath(root, [...issue.path, issue.keys[0]])) });
  }
  const fault = { argument: jsonPathText('network', issue.path), expected: issue.message, got: showJson(valueAtPath(root, issue.path)) };
  return issue.code === 'invalid_type' ? new SaddlepointTypeError(fault) : new SaddlepointRangeError('ERR_ARGUMENT_RANGE', fault);
}

const fault = (argument: string, expected: string, got: string): SaddlepointRangeError =>
  new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument, expected, got });

function checkOrder(layers: readonly Layer[]): void {
  const last = layers.at(-1);
  if (last?.type !== 'dense')
    throw fault('network.layers', 'a dense readout as the last layer', last === undefined ? 'no layers' : `an ${last.type} layer last`);
  layers.forEach((layer, index) => {
    const wanted = index % 2 === 0 ? 'dense' : 'activation';
    if (layer.type !== wanted)
      throw fault(`network.layers[${index}]`, `a layer of type "${wanted}" (dense and activation layers alternate)`, `"${layer.type}"`);
  });
}

/** Looks `spec` up so that an unknown name fails here, naming the layer. */
function checkActivations(layers: readonly Layer[], extra: ActivationExtensions): void {
  layers.forEach((layer, index) => {
    if (layer.type !== 'activation') return;
    try {
      resolveActivation(layer.activation, extra);
    } catch (error) {
      if (!(error instanceof SaddlepointRangeError || error instanceof SaddlepointTypeError)) throw error;
      throw fault(`network.layers[${index}].${error.argument}`, error.expected, error.got);
    }
  });
}

/**
 * Returns `value` as a {@link Network} when it is one: fields of the right type and range, dense and activation layers
 * alternating, a dense readout last, `richness` only with `mean-field`. With `extra`, activation names are looked up too.
 *
 * Throws a `SaddlepointRangeError` or `SaddlepointTypeError` whose one-line message names the field and what it should be.
 *
 * @example
 * import { validateNetwork } from '@saddlepoint/architecture';
 * const network = validateNetwork({ version: 1, parameterization: 'ntk', layers: [{ type: 'dense', weightVariance: 1, biasVariance: 0 }] });
 * network.layers.length; // => 1
 */
export function validateNetwork(value: unknown, extra?: ActivationExtensions): Network {
  const result = networkSchema.safeParse(value);
  if (!result.success) throw firstIssue(result.error, value);
  const network = result.data as Network;
  checkOrder(network.layers);
  if (network.richness !== undefined && network.parameterization !== 'mean-field')
    throw fault('network.richness', 'no richness unless the parameterization is "mean-field"', `${network.richness} with "${network.parameterization}"`);
  if (extra !== undefined) checkActivations(network.layers, extra);
  return network;
}
