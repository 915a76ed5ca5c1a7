import { checkInteger, checkLength, checkNumber } from '@saddlepoint/core';
import { matrix, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import type { Dataset } from './dataset.js';

/** Gaussian features with a power-law spectrum: the data on which the replica theory's Gaussian equivalence is exact. */
export interface PowerLawFeatures extends Dataset {
  /** λ_k = k^{−alpha}, length `modes`. */
  readonly eigenvalues: Float64Array;
  /** y_k = k^{−beta/2}. */
  readonly targetCoefficients: Float64Array;
  /** y_k² = k^{−beta}. */
  readonly targetPowers: Float64Array;
  /** Targets before label noise. */
  readonly cleanTargets: Float64Array;
}

/**
 * Features ψ_k(x) ~ N(0,1) (the `inputs`, n×modes), λ_k = k^{−alpha}, y_k² = k^{−beta}, targets y = Σ y_kψ_k + N(0, labelNoise);
 * In the exponents a, b of scaling laws, alpha = 1+a and beta = 1+b (2105.15004). The kernel is {@link featureKernel}`(inputs, eigenvalues)` = Ψ diag(λ) Ψᵀ.
 *
 * Features and noise come from separate streams of `seed`: data sets of different sizes agree on their common rows.
 *
 * @example
 * import { powerLawFeatures } from '@saddlepoint/datasets';
 * const data = powerLawFeatures({ modes: 3, alpha: 1, beta: 2, samples: 5, seed: 1 });
 * Array.from(data.eigenvalues); // => [1, 0.5, 0.333333333]
 */
export function powerLawFeatures(options: {
  readonly modes: number;
  readonly alpha: number;
  readonly beta: number;
  readonly samples: number;
  readonly labelNoise?: number;
  readonly seed: number | string;
}): PowerLawFeatures {
  const { modes, alpha, beta, samples, labelNoise = 0, seed } = options;
  checkInteger('modes', modes, { min: 1 });
  checkNumber('alpha', alpha);
  checkNumber('beta', beta);
  checkInteger('samples', samples, { min: 1 });
  checkNumber('labelNoise', labelNoise, { min: 0 });
  const byMode = (exponent: number): Float64Array => Float64Array.from({ length: modes }, (_, k) => (k + 1) ** -exponent);
  const features = randomStream(seed, 'features').normals(samples * modes);
  const noise = randomStream(seed, 'label-noise').normals(samples);
  const targetCoefficients = byMode(beta / 2);
  const cleanTargets = new Float64Array(samples);
  for (let i = 0; i < samples; i++)
    for (let k = 0; k < modes; k++) cleanTargets[i] += targetCoefficients[k] * features[i * modes + k];
  const deviation = Math.sqrt(labelNoise);
  return {
    name: `power-law features, ${modes} modes`,
    inputs: matrix(samples, modes, features),
    targets: matrix(samples, 1, cleanTargets.map((value, i) => value + deviation * noise[i])),
    provenance: `Gaussian features, λ_k=k^-${alpha}, y_k²=k^-${beta}, ${modes} modes, label noise ${labelNoise}, seed ${seed}`,
    eigenvalues: byMode(alpha),
    targetCoefficients,
    targetPowers: byMode(beta),
    cleanTargets,
  };
}

/**
 * The kernel of weighted features, K = A diag(λ) Bᵀ (B = A when omitted): n×m.
 *
 * @example
 * import { featureKernel } from '@saddlepoint/datasets';
 * import { matrix } from '@saddlepoint/linalg';
 * Array.from(featureKernel(matrix(2, 2, [1, 0, 1, 2]), [3, 5]).data); // => [3, 3, 3, 23]
 */
export function featureKernel(features: Matrix, eigenvalues: ArrayLike<number>, others: Matrix = features): Matrix {
  checkLength('eigenvalues', eigenvalues.length, features.cols);
  checkLength('others', others.cols, features.cols, 'columns');
  const weighted = Float64Array.from(features.data, (value, i) => value * eigenvalues[i % features.cols]);
  return multiply(matrix(features.rows, features.cols, weighted), others, { transposeB: true });
}
