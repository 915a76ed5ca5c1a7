import { SaddlepointRangeError } from '@saddlepoint/core';
import { imageDataset, parseIdx, powerLawFeatures, sphereTeacher, type Dataset } from '@saddlepoint/datasets';
import { matrix } from '@saddlepoint/linalg';
import { poolSize } from '../state/fields.js';

/** The bytes of the MNIST subset that the build ships: IDX images and labels. */
export interface ImageBytes {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Directions of the power-law inputs, and how their variances and the teacher's squared weights fall. */
const powerLaw = Object.freeze({ modes: 256, alpha: 1.4, beta: 1.8 });

function powerLawPool(): Dataset {
  const { modes } = powerLaw;
  const { inputs, targets, eigenvalues, targetPowers, provenance } = powerLawFeatures({ ...powerLaw, samples: poolSize, seed: 1 });
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const stretch = eigenvalues.map((value) => Math.sqrt((value * modes) / sum(eigenvalues)));
  const scale = 1 / Math.sqrt(sum(targetPowers));
  return {
    name: 'power-law features',
    inputs: matrix(inputs.rows, modes, inputs.data.map((value, i) => value * stretch[i % modes])),
    targets: matrix(targets.rows, 1, targets.data.map((value) => value * scale)),
    provenance: `${provenance}, inputs scaled to mean |x|²=${modes}, targets to unit variance`,
  };
}

/** The pool of points that the theory's spectrum and the networks' training sets come from; the same for every visitor. */
export async function loadPool(data: string, images: () => Promise<ImageBytes>): Promise<Dataset> {
  switch (data) {
    case 'mnist': {
      const bytes = await images();
      return imageDataset(parseIdx(bytes.images, 'MNIST images'), parseIdx(bytes.labels, 'MNIST labels'), 'MNIST', { count: poolSize });
    }
    case 'sphere':
      // Degrees 1, 2 and 3 with powers 0.49, 0.36 and 0.15: a staircase at n ~ 20, 209 and 1330.
      return sphereTeacher({ dimension: 20, samples: poolSize, coefficients: { 1: 0.7, 2: 0.6, 3: Math.sqrt(0.15) }, seed: 1 });
    case 'power-law':
      return powerLawPool();
    default:
      throw new SaddlepointRangeError('ERR_UNSUPPORTED', { argument: 'data', expected: 'mnist, sphere or power-law', got: data });
  }
}

/** Fetches the shipped MNIST subset; `urls` are the page's own assets. */
export async function fetchImages(urls: { readonly images: string; readonly labels: string }): Promise<ImageBytes> {
  const read = async (url: string): Promise<Uint8Array> => {
    const response = await fetch(url);
    if (!response.ok)
      throw new SaddlepointRangeError('ERR_DATA', { argument: 'MNIST images', expected: 'the file that ships with the page', got: `HTTP ${response.status}` });
    return new Uint8Array(await response.arrayBuffer());
  };
  const [images, labels] = await Promise.all([read(urls.images), read(urls.labels)]);
  return { images, labels };
}
