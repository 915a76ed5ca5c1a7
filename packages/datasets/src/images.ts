import { SaddlepointRangeError, checkInteger } from '@saddlepoint/core';
import { matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { checkDataset } from './dataset.js';
import type { Dataset } from './dataset.js';
import { dataError } from './errors.js';
import { describeLabeling, labelTargets, labelledRows } from './labels.js';
import type { Labeling } from './labels.js';
import { normalizeInputs } from './normalize.js';
import type { Normalization } from './normalize.js';
import type { IdxArray } from './idx.js';

/** Which images of a labelled collection, and how they become inputs and targets. */
export interface ImageOptions {
  /** Number of images; default: all that the labelling admits. */
  readonly count?: number;
  /** With a seed: the first `count` of a permutation of the admitted images (nested in `count`); without: the first in file order. */
  readonly seed?: number | string;
  /** Explicit images by 0-based position in the file, instead of `count` and `seed`. */
  readonly indices?: ArrayLike<number>;
  /** Default `odd-even`. */
  readonly labels?: Labeling;
  /** `sphere` (default): |x|² = number of pixels; `none`: pixels/255. */
  readonly normalize?: Normalization;
}

/** A data set whose samples know their position in the file and their class. */
export interface ImageDataset extends Dataset {
  readonly indices: Int32Array;
  readonly classes: Uint8Array;
}

/**
 * Images and class labels (two IDX arrays) as a data set of flattened pixels, with a chosen subset, labelling and scaling.
 *
 * Throws when images and labels do not match, when more images are asked for than the labelling admits, and for indices out of range.
 *
 * @example
 * import { imageDataset } from '@saddlepoint/datasets';
 * const images = { type: 'u1' as const, shape: [2, 1, 2], data: Uint8Array.of(3, 4, 0, 9) };
 * const labels = { type: 'u1' as const, shape: [2], data: Uint8Array.of(6, 7) };
 * Array.from(imageDataset(images, labels, 'two').targets.data); // => [-1, 1]
 */
export function imageDataset(images: IdxArray, labels: IdxArray, name: string, options: ImageOptions = {}): ImageDataset {
  const { labels: labeling = 'odd-even', normalize = 'sphere', seed } = options;
  if (images.shape.length < 2) throw dataError(`${name}, images`, 'an array of images (rank ≥ 2)', `rank ${images.shape.length}`);
  if (labels.shape.length !== 1) throw dataError(`${name}, labels`, 'a vector of labels (rank 1)', `rank ${labels.shape.length}`);
  if (images.shape[0] !== labels.shape[0])
    throw dataError(`${name}, labels`, `one for each of the ${images.shape[0]} images (pair the right files)`, String(labels.shape[0]));
  const indices = chooseImages(labels.data, name, options, labeling);
  const pixels = images.shape.slice(1).reduce((product, length) => product * length, 1);
  const data = new Float64Array(indices.length * pixels);
  indices.forEach((index, i) => {
    for (let j = 0; j < pixels; j++) data[i * pixels + j] = images.data[index * pixels + j] / 255;
  });
  const classes = Uint8Array.from(indices, (index) => labels.data[index]);
  const choice = options.indices !== undefined ? 'explicit indices' : seed === undefined ? 'first in file order' : `random subset, seed ${seed}`;
  return checkDataset({
    name,
    inputs: normalizeInputs(matrix(indices.length, pixels, data), normalize),
    targets: labelTargets(classes, labeling),
    provenance: `${name}: ${indices.length} images (${choice}), ${describeLabeling(labeling)}, ${normalize === 'sphere' ? `|x|²=${pixels}` : 'pixels/255'}`,
    indices,
    classes,
  });
}

function chooseImages(labels: ArrayLike<number>, name: string, { count, seed, indices }: ImageOptions, labeling: Labeling): Int32Array {
  if (indices !== undefined) {
    if (count !== undefined || seed !== undefined)
      throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
        argument: 'indices',
        expected: 'either indices or count and seed',
        got: 'both',
      });
    return Int32Array.from(indices, (index, i) => checkInteger(`indices[${i}]`, index, { min: 0, max: labels.length - 1 }));
  }
  const admitted = labelledRows(labels, labeling);
  const wanted = count ?? admitted.length;
  checkInteger('count', wanted, { min: 1 });
  if (wanted > admitted.length)
    throw new SaddlepointRangeError('ERR_ARGUMENT_RANGE', {
      argument: 'count',
      expected: `at most the ${admitted.length} images of ${name} with ${describeLabeling(labeling)} (ask for fewer)`,
      got: String(wanted),
    });
  if (seed === undefined) return admitted.slice(0, wanted);
  const order = randomStream(seed, 'images').permutation(admitted.length);
  return order.subarray(0, wanted).map((position) => admitted[position]);
}
