import { parseIdx } from '../idx.js';
import { imageDataset } from '../images.js';
import type { ImageDataset, ImageOptions } from '../images.js';
import { readBytes, stem } from './read.js';

/**
 * A data set from a pair of IDX files (images, labels), gzipped or not: MNIST, Fashion-MNIST, KMNIST and EMNIST are published so.
 *
 * @example
 * import { mkdtemp, writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { loadIdxImages } from '@saddlepoint/datasets/node';
 * const folder = await mkdtemp(`${tmpdir()}/idx-`);
 * await writeFile(`${folder}/images`, Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 3, 4, 0, 9));
 * await writeFile(`${folder}/labels`, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 6, 7));
 * const data = await loadIdxImages({ images: `${folder}/images`, labels: `${folder}/labels` });
 * Array.from(data.targets.data); // => [-1, 1]
 */
export async function loadIdxImages(
  files: { readonly images: string; readonly labels: string; readonly name?: string },
  options: ImageOptions = {},
): Promise<ImageDataset> {
  const [images, labels] = await Promise.all([readBytes(files.images), readBytes(files.labels)]);
  return imageDataset(parseIdx(images, files.images), parseIdx(labels, files.labels), files.name ?? stem(files.images), options);
}
