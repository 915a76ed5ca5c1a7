import { eigh, gram, matrix, multiply } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';

/**
 * The subspace that the training inputs span, where alone the weight covariance is renormalised.
 *
 * Σ = s(I − VVᵀ) + s V Ŝ Vᵀ with s = σ_w²/d: the prior is Ŝ = I, and the covariance of the preactivations on the training set is
 * XΣXᵀ = X̂ Ŝ X̂ᵀ.
 */
export interface RowSpace {
  /** X̂ = √s·XV, n×r. */
  readonly features: Matrix;
  /** V, d×r, orthonormal columns. */
  readonly basis: Matrix;
  /** s = σ_w²/d, the prior variance of one weight. */
  readonly priorVariance: number;
}

/** Directions whose variance is below this fraction of the largest are rounding: they are left at their prior. */
const RANK_TOLERANCE = 1e-12;

/** Finds V and X̂ by an eigendecomposition of size min(n, d). */
export function rowSpace(inputs: Matrix, weightVariance: number): RowSpace {
  const { rows: n, cols: d } = inputs;
  const priorVariance = weightVariance / d;
  const wide = n < d;
  const { values, vectors } = eigh(wide ? gram(inputs) : multiply(inputs, inputs, { transposeA: true }));
  const size = values.length;
  let rank = 0;
  while (rank < size && values[rank] > RANK_TOLERANCE * values[0] && values[rank] > 0) rank++;
  const kept = matrix(size, rank);
  for (let i = 0; i < size; i++) for (let k = 0; k < rank; k++) kept.data[i * rank + k] = vectors.data[i * size + k];
  if (wide) {
    const basis = multiply(inputs, kept, { transposeA: true });
    const features = kept;
    for (let k = 0; k < rank; k++) {
      const length = Math.sqrt(values[k]);
      for (let i = 0; i < d; i++) basis.data[i * rank + k] /= length;
      for (let i = 0; i < n; i++) features.data[i * rank + k] *= length * Math.sqrt(priorVariance);
    }
    return { features, basis, priorVariance };
  }
  const features = multiply(inputs, kept);
  for (let i = 0; i < features.data.length; i++) features.data[i] *= Math.sqrt(priorVariance);
  return { features, basis: kept, priorVariance };
}

/** XΣXᵀ-type products for other points: √s·X_*V (m×r), and the squared prior length s|x|² of each row. */
export function projectRows({ basis, priorVariance }: RowSpace, points: Matrix): { readonly features: Matrix; readonly lengths: Float64Array } {
  const features = multiply(points, basis);
  for (let i = 0; i < features.data.length; i++) features.data[i] *= Math.sqrt(priorVariance);
  const lengths = new Float64Array(points.rows);
  for (let i = 0; i < points.rows; i++) {
    let sum = 0;
    for (let j = 0; j < points.cols; j++) sum += points.data[i * points.cols + j] ** 2;
    lengths[i] = priorVariance * sum;
  }
  return { features, lengths };
}

/** Σ = s·I + s·V(Ŝ − I)Vᵀ, d×d. */
export function weightCovarianceOf({ basis, priorVariance }: RowSpace, relative: Matrix): Matrix {
  const excess = matrix(relative.rows, relative.cols, Float64Array.from(relative.data));
  for (let k = 0; k < excess.rows; k++) excess.data[k * excess.cols + k] -= 1;
  const covariance = multiply(multiply(basis, excess), basis, { transposeB: true });
  const d = covariance.rows;
  for (let i = 0; i < d; i++)
    for (let j = 0; j <= i; j++) {
      const value = (priorVariance * (covariance.data[i * d + j] + covariance.data[j * d + i])) / 2 + (i === j ? priorVariance : 0);
      covariance.data[i * d + j] = value;
      covariance.data[j * d + i] = value;
    }
  return covariance;
}

/** Ŝ of a full weight covariance Σ (d×d): VᵀΣV/s. */
export function relativeCovarianceOf({ basis, priorVariance }: RowSpace, covariance: Matrix): Matrix {
  const relative = multiply(multiply(basis, covariance, { transposeA: true }), basis);
  for (let i = 0; i < relative.data.length; i++) relative.data[i] /= priorVariance;
  return relative;
}
