import { checkInteger, nextTurn, throwIfAborted, type RunOptions } from '@saddlepoint/core';
import { addDiagonal, eigh, matrix, multiply, type Matrix } from '@saddlepoint/linalg';
import { randomStream } from '@saddlepoint/numerics';
import { checkKernel, checkTargets } from '../checks.js';

/** Joint draws of a Gaussian field at m points. */
export interface GpSamples {
  /** One m×c matrix per draw. */
  readonly samples: Matrix[];
  /** Largest negative eigenvalue of the covariance relative to the largest, set to 0 to draw: rounding, if the covariance is one. */
  readonly clipped: number;
}

/** Draws taken at once; between them the event loop turns. */
const TOGETHER = 32;

/**
 * Joint samples of the outputs at m points from N(mean, covariance), independent over the c outputs: mean + V√Λ z with the eigenvectors of the covariance, which
 * may be singular (a posterior at nearby points is). Give the prediction of {@link gpPredict} or {@link gpTrainPrediction}, or a prior with zero mean.
 *
 * `noise`: variance of independent label noise to add (default 0: samples of f). Sample k of a seed is the same whatever the number asked for. Cost: one `eigh` of
 * m×m, then m² per draw and output.
 *
 * @example
 * import { gpSamples } from '@saddlepoint/kernels';
 * import { matrix } from '@saddlepoint/linalg';
 * const same = matrix(2, 2, [1, 1, 1, 1]);
 * const { samples } = await gpSamples({ mean: matrix(2, 1, [0, 5]), covariance: same }, { samples: 3, seed: 1 });
 * samples.map(({ data }) => Math.round(1e9 * (data[1] - data[0])) / 1e9); // => [5, 5, 5]
 */
export async function gpSamples(
  { mean, covariance, noise = 0 }: { readonly mean: Matrix; readonly covariance: Matrix; readonly noise?: number },
  { samples: count, seed = 1, signal, onProgress }: RunOptions & { readonly samples: number },
): Promise<GpSamples> {
  checkKernel('covariance', covariance);
  checkTargets('mean', mean, covariance.rows);
  checkInteger('samples', count, { min: 0 });
  throwIfAborted(signal);
  const { rows: m, cols: c } = mean;
  const { values, vectors } = eigh(noise > 0 ? addDiagonal(covariance, noise) : covariance);
  const largest = Math.max(0, values[0] ?? 0);
  // Eigenvalues of m·ε·λ_max are rounding: their roots would be noise of size √ε.
  const roots = values.map((value) => (value > m * Number.EPSILON * largest ? Math.sqrt(value) : 0));
  const factor = matrix(m, m, vectors.data.map((v, i) => v * roots[i % m]));
  const stream = randomStream(seed, 'gp-samples');
  const samples: Matrix[] = [];
  for (let from = 0; from < count; from += TOGETHER) {
    const to = Math.min(count, from + TOGETHER);
    const width = (to - from) * c;
    const normals = new Float64Array(m * width);
    for (let k = from; k < to; k++) {
      const drawn = stream.split(k).normals(m * c);
      for (let i = 0; i < m; i++) for (let j = 0; j < c; j++) normals[i * width + (k - from) * c + j] = drawn[i * c + j];
    }
    const fields = multiply(factor, matrix(m, width, normals));
    for (let k = 0; k < to - from; k++) samples.push(matrix(m, c, mean.data.map((v, at) => v + fields.data[Math.floor(at / c) * width + k * c + (at % c)])));
    onProgress?.({ stage: 'samples', fraction: to / count });
    await nextTurn();
    throwIfAborted(signal);
  }
  return { samples, clipped: largest > 0 ? Math.max(0, -(values[m - 1] ?? 0)) / largest : 0 };
}
