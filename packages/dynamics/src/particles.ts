import { cholesky, matrix, multiply, solveTriangular, transpose } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import type { RandomStream } from '@saddlepoint/numerics';

/** Hidden units of the N = ∞ network as a sample: rows of `h` are preactivations on all points, `z` the rescaled readouts. */
export interface Particles {
  /** p×(n+m). */
  readonly h: Matrix;
  /** p. */
  readonly z: Float64Array;
}

/** Whether a batch of `pairs` can be given exact second moments in `rank` dimensions without distorting its law. */
export const canMatchMoments = (pairs: number, rank: number): boolean => pairs >= 4 * rank;

/**
 * Draws `pairs` hidden units h = Fw, w ~ N(0, I_r), z ~ N(0,1), and their mirror images (h, −z), so that f(0) = 0 exactly.
 *
 * With `match`, w is centred and whitened and z² rescaled so that ⟨ww ᵀ⟩ = I and ⟨z²⟩ = 1 hold exactly in the sample: for a linear
 * activation, whose dynamics closes on second moments, the sample then is the N = ∞ network; for others it cuts the variance.
 */
export function drawParticles(stream: RandomStream, factor: Matrix, pairs: number, match: boolean): Particles {
  const rank = factor.cols;
  let w = matrix(pairs, rank, stream.normals(pairs * rank));
  const readouts = stream.normals(pairs);
  if (match) {
    for (let k = 0; k < rank; k++) {
      let mean = 0;
      for (let i = 0; i < pairs; i++) mean += w.data[i * rank + k] / pairs;
      for (let i = 0; i < pairs; i++) w.data[i * rank + k] -= mean;
    }
    if (rank > 0) {
      const covariance = multiply(w, w, { transposeA: true });
      for (let i = 0; i < covariance.data.length; i++) covariance.data[i] /= pairs;
      w = transpose(solveTriangular(cholesky(covariance).factor, transpose(w), { lower: true }));
    }
    let square = 0;
    for (let i = 0; i < pairs; i++) square += readouts[i] ** 2 / pairs;
    for (let i = 0; i < pairs; i++) readouts[i] /= Math.sqrt(square);
  }
  const half = multiply(w, factor, { transposeB: true });
  const h = matrix(2 * pairs, factor.rows);
  h.data.set(half.data);
  h.data.set(half.data, half.data.length);
  const z = new Float64Array(2 * pairs);
  for (let i = 0; i < pairs; i++) {
    z[i] = readouts[i];
    z[i + pairs] = -readouts[i];
  }
  return { h, z };
}

/**
 * One exact Ornstein–Uhlenbeck step towards the prior: h → a h + √(1−a²)ξ, Cov ξ = FFᵀ, and the same for z; mirror images share
 * the noise of h and take opposite noise in z.
 */
export function relax({ h, z }: Particles, stream: RandomStream, factor: Matrix, decay: number): void {
  const keep = Math.exp(-decay);
  const kick = Math.sqrt(-Math.expm1(-2 * decay));
  const pairs = z.length / 2;
  const noise = multiply(matrix(pairs, factor.cols, stream.normals(pairs * factor.cols)), factor, { transposeB: true }).data;
  const offset = noise.length;
  for (let i = 0; i < offset; i++) {
    const push = kick * noise[i];
    h.data[i] = keep * h.data[i] + push;
    h.data[i + offset] = keep * h.data[i + offset] + push;
  }
  const pushes = stream.normals(pairs);
  for (let i = 0; i < pairs; i++) {
    z[i] = keep * z[i] + kick * pushes[i];
    z[i + pairs] = keep * z[i + pairs] - kick * pushes[i];
  }
}
