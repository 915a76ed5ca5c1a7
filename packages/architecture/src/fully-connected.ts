import { SaddlepointRangeError } from '@saddlepoint/core';
import type { ActivationLayer, DenseLayer, Layer } from './layers.js';
import type { Network } from './network.js';

/** A network of dense layers and activations in turn, ending dense. */
export interface FullyConnectedNetwork extends Network {
  readonly layers: readonly (DenseLayer | ActivationLayer)[];
}

const alternates = (layers: readonly Layer[]): boolean => layers.every((layer, index) => layer.type === (index % 2 === 0 ? 'dense' : 'activation')) && layers.length % 2 === 1;

/** Whether a network is a chain of dense layers and activations in turn, on vectors, ending in a dense readout. */
export const isFullyConnected = (network: Network): network is FullyConnectedNetwork => network.input === undefined && alternates(network.layers);

/**
 * The network itself, if it is fully connected in the sense of {@link isFullyConnected}. Throws a `SaddlepointRangeError` that names what is not.
 *
 * @example
 * import { fullyConnected, mlp } from '@saddlepoint/architecture';
 * fullyConnected(mlp({ depth: 1, activation: 'relu' })).layers.length; // => 3
 */
export function fullyConnected(network: Network): FullyConnectedNetwork {
  if (isFullyConnected(network)) return network;
  const fault = (argument: string, expected: string, got: string) => new SaddlepointRangeError('ERR_ARGUMENT_RANGE', { argument, expected, got });
  if (network.input !== undefined) throw fault('network.input', 'a network on vectors (no input shape) here', 'an input with positions');
  const { layers } = network;
  const odd = layers.findIndex((layer, index) => layer.type !== (index % 2 === 0 ? 'dense' : 'activation'));
  if (odd >= 0) {
    const wanted = odd % 2 === 0 ? 'dense' : 'activation';
    throw fault(`network.layers[${odd}]`, `a layer of type "${wanted}" (dense and activation layers alternate)`, `"${layers[odd].type}"`);
  }
  throw fault('network.layers', 'a dense readout as the last layer', layers.length === 0 ? 'no layers' : `an ${layers[layers.length - 1].type} layer last`);
}
