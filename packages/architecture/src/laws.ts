import { SaddlepointRangeError } from '@saddlepoint/core';
import type { BranchLayer, Layer } from './layers.js';
import { shapeAfter, type Shape } from './shape.js';

/** What is known, at infinite width, of the channels that flow between layers, besides their kernel. */
interface Law {
  /** No weights yet: a given, finite number of channels. */
  readonly input: boolean;
  /** Zero mean over the weights. */
  readonly centred: boolean;
  /** Channels have laws of their own (concatenated, flattened, the input); only the average of their kernels is known. */
  readonly mixed: boolean;
  /** Weights since the branch began, so that it is independent of other branches given what enters them. */
  readonly own: boolean;
  /** Zero mean over those weights, so that it is uncorrelated with other branches. */
  readonly fresh: boolean;
}

const inputLaw: Law = { input: true, centred: false, mixed: true, own: false, fresh: false };
const afterWeights: Law = { input: false, centred: true, mixed: false, own: true, fresh: true };

const fault = (argument: string, expected: string, got: string): SaddlepointRangeError => new SaddlepointRangeError('ERR_UNSUPPORTED', { argument, expected, got });

/** The second branch that lacks something is one too many. */
function atMostOne(laws: readonly Law[], path: string, lacks: (law: Law) => boolean, expected: string): void {
  const lacking = laws.flatMap((law, b) => (lacks(law) ? [b] : []));
  if (lacking.length > 1) throw fault(`${path}.branches[${lacking[1]}]`, expected, `another one besides branches[${lacking[0]}]`);
}

function afterBranches({ type, branches }: BranchLayer, law: Law, shape: Shape, path: string): Law {
  const endsFrom = (start: Law): Law[] => branches.map((branch, b) => afterLayers(branch, start, shape, `${path}.branches[${b}]`));
  // Among these branches, and as part of the branch that this layer may itself stand in.
  const among = endsFrom({ ...law, own: false, fresh: false });
  const ends = endsFrom(law);
  const every = (key: keyof Law): boolean => ends.every((end) => end[key]);
  const some = (key: keyof Law): boolean => ends.some((end) => end[key]);
  const joined: Law = { input: some('input'), centred: every('centred'), mixed: some('mixed'), own: every('own'), fresh: every('fresh') };
  if (type === 'sum') {
    atMostOne(among, path, ({ fresh }) => !fresh, 'at most one branch without a layer with weights (dense, conv, attention) after its last activation: others would be correlated, and kernels would not add');
    return joined;
  }
  if (type === 'concatenate') return { ...joined, mixed: joined.mixed || ends.length > 1 };
  atMostOne(among, path, ({ own }) => !own, 'at most one branch without weights of its own: others would not be independent, and kernels would not multiply');
  atMostOne(ends, path, ({ mixed }) => mixed, 'at most one branch that ends in concatenated or flattened channels');
  return { ...joined, centred: some('centred'), fresh: some('fresh') };
}

function afterLayer(layer: Layer, law: Law, shape: Shape, path: string): Law {
  switch (layer.type) {
    case 'dense':
    case 'conv':
    case 'attention':
      return afterWeights;
    case 'activation':
      if (law.mixed) throw fault(path, 'channels that are alike; inside the branches, or before the flatten, the same activation has a kernel', 'concatenated or flattened channels');
      return { ...law, centred: false, fresh: false };
    case 'flatten':
      return { ...law, mixed: law.mixed || shape.positions.reduce((a, b) => a * b, 1) > 1 };
    case 'dropout':
      if (law.input) throw fault(path, 'a layer with weights (dense, conv, attention) before it', 'the input');
      return law;
    case 'layerNorm':
      if (!law.centred) throw fault(path, 'channels of zero mean: a layer with weights (dense, conv, attention) before it and no activation between', law.input ? 'the input' : 'an activation');
      return law;
    case 'sum':
    case 'product':
    case 'concatenate':
      return afterBranches(layer, law, shape, path);
    case 'repeat': {
      let [current, size] = [law, shape];
      for (let t = 0; t < layer.times; t++) {
        current = afterLayers(layer.layers, current, size, `${path}.layers`);
        size = shapeAfter(layer.layers, size, `${path}.layers`);
      }
      return current;
    }
    case 'pool':
    case 'globalPool':
    case 'aggregate':
      return law;
  }
}

function afterLayers(layers: readonly Layer[], law: Law, shape: Shape, path: string): Law {
  let [current, size] = [law, shape];
  layers.forEach((layer, index) => {
    current = afterLayer(layer, current, size, `${path}[${index}]`);
    size = shapeAfter([layer], size, path);
  });
  return current;
}

/**
 * Throws a `SaddlepointRangeError` naming the layer where kernels alone do not say what comes out at infinite width: branches added although they are
 * correlated (`[[], []]` is 2h with four times the kernel, not twice), branches multiplied although they depend on one another, an activation on channels of
 * different laws, a layer norm whose channel mean does not vanish, dropout of the input.
 *
 * `layers` must have shapes that fit, `shape` is what enters them.
 */
export function checkLaws(layers: readonly Layer[], shape: Shape, path: string): void {
  afterLayers(layers, inputLaw, shape, path);
}
