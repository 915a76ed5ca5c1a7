import { parseIdx } from '../idx.js';
import { imageDataset } from '../images.js';
import type { ImageDataset, ImageOptions } from '../images.js';
import { readBytes, stem } from './read.js';

/**
 * A data set from a pair of IDX files (images, labels), gzipped or not: MNIST, Fashion-MNIST, KMNIST and EMNIST are published so.
 */
export async function loadIdxImages(
  files: { readonly images: string; readonly labels: string; readonly name?: string },
  options: ImageOptions = {},
): Promise<ImageDataset> {
  const [images, labels] = await Promise.all([readBytes(files.images), readBytes(files.labels)]);
  return imageDataset(parseIdx(images, files.images), parseIdx(labels, files.labels), files.name ?? stem(files.images), options);
}
