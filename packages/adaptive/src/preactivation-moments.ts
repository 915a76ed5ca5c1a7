import { SaddlepointRangeError } from '@saddlepoint/core';
import type { Activation } from '@saddlepoint/architecture';
import { matrix } from '@saddlepoint/linalg';
import type { Matrix } from '@saddlepoint/linalg';
import { hermiteTable } from './hermite-moments.js';

/** Gaussian moments of an activation over preactivations (u_1…u_n) ~ N(0, Λ). Where a variance is 0 the derivative moments are left at 0: they only ever multiply a zero input. */
interface SquareMoments {
  /** E[φ(u_μ)φ(u_ν)]. */
  readonly second: Matrix;
  /** E[φ′(u_μ)φ′(u_ν)]. */
  readonly slope: Matrix;
  /** E[φ″(u_μ)φ(u_ν)]: not symmetric. */
  readonly curvature: Matrix;
  /** Relative truncation of a Hermite series; 0 for a closed form. */
  readonly remainder: number;
}

/** How the moments of one activation are computed. */
export interface MomentRule {
  /** Relative rounding or truncation to expect in the moments. */
  readonly noise: number;
  /** All moments of the training preactivations with covariance Λ, n×n. */
  readonly square: (covariance: Matrix) => SquareMoments;
  /** E[φ(u_i)φ(v_j)] for variances q_i (m) and p_j (n) and covariances C (m×n). */
  readonly cross: (rowVariances: Float64Array, columnVariances: Float64Array, covariances: Matrix) => Matrix;
  /** E[φ(u_i)²]. */
  readonly diagonal: (variances: Float64Array) => Float64Array;
}

type Pair = (q1: number, q2: number, c: number) => number;

/**
 * Chooses closed forms where they exist (identity and other homogeneous activations with duals, erf), else a Hermite series
 * for smooth φ; what has neither is refused.
 *
 * E[φ″(u)φ(v)] comes from E[u F(u,v)] = q₁E[∂_uF] + c E[∂_vF] with F = φ′(u)φ(v): for φ of degree k, uφ′ = kφ gives
 * (kE[φφ] − cE[φ′φ′])/q₁ (which holds the δ-functions of a kinked φ″); for erf, φ″ = −2uφ′ gives −2cE[φ′φ′]/(1+2q₁).
 */
export function momentRule(activation: Activation, tolerance: number): MomentRule {
  const { dual, dualDerivative, homogeneity, name } = activation;
  if (activation.derivative !== null && dual !== undefined && dualDerivative !== undefined) {
    if (homogeneity !== undefined && homogeneity >= 1)
      return closedForm(dual, dualDerivative, (q1, second, slope, c) => (q1 === 0 ? 0 : (homogeneity * second - c * slope) / q1));
    if (name === 'erf') return closedForm(dual, dualDerivative, (q1, _second, slope, c) => (-2 * c * slope) / (1 + 2 * q1));
  }
  if (activation.derivative !== null && activation.smooth) return hermiteSeries(activation, tolerance);
  throw new SaddlepointRangeError('ERR_UNSUPPORTED', {
    argument: 'activation',
    expected: 'a smooth activation with a derivative, or a homogeneous one with closed duals',
    got: name,
  });
}

const clampCovariance = (q1: number, q2: number, c: number): number => {
  const bound = Math.sqrt(q1 * q2);
  return c > bound ? bound : c < -bound ? -bound : c;
};

function closedForm(dual: Pair, dualDerivative: Pair, bend: (q1: number, second: number, slope: number, c: number) => number): MomentRule {
  return {
    noise: 1e-12,
    square(covariance) {
      const n = covariance.rows;
      const second = matrix(n, n);
      const slope = matrix(n, n);
      const curvature = matrix(n, n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          const q1 = covariance.data[i * n + i];
          const q2 = covariance.data[j * n + j];
          const c = i === j ? q1 : clampCovariance(q1, q2, covariance.data[i * n + j]);
          const s = dual(q1, q2, c);
          const t = dualDerivative(q1, q2, c);
          second.data[i * n + j] = second.data[j * n + i] = s;
          slope.data[i * n + j] = slope.data[j * n + i] = t;
          curvature.data[i * n + j] = bend(q1, s, t, c);
          curvature.data[j * n + i] = bend(q2, s, t, c);
        }
      return { second, slope, curvature, remainder: 0 };
    },
    cross(rowVariances, columnVariances, covariances) {
      const { rows, cols } = covariances;
      const out = matrix(rows, cols);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          const at = i * cols + j;
          out.data[at] = dual(rowVariances[i], columnVariances[j], clampCovariance(rowVariances[i], columnVariances[j], covariances.data[at]));
        }
      return out;
    },
    diagonal: (variances) => variances.map((q) => dual(q, q, q)),
  };
}

/** Powers of ρ below this cannot change a sum of coefficients that are at most the norm of φ. */
const NEGLIGIBLE = 1e-18;

function hermiteSeries(activation: Activation, tolerance: number): MomentRule {
  return {
    noise: Math.max(1e-12, 10 * tolerance),
    square(covariance) {
      const n = covariance.rows;
      const variances = Float64Array.from({ length: n }, (_, i) => covariance.data[i * n + i]);
      const { order, coefficients: a, square, slopeSquare, curvature: bend, remainder } = hermiteTable(activation, variances, tolerance);
      const second = matrix(n, n);
      const slope = matrix(n, n);
      const curvature = matrix(n, n);
      const root = Float64Array.from({ length: order }, (_, k) => Math.sqrt(k * (k - 1)));
      for (let i = 0; i < n; i++) {
        second.data[i * n + i] = square[i];
        slope.data[i * n + i] = slopeSquare[i];
        curvature.data[i * n + i] = bend[i];
        for (let j = 0; j < i; j++) {
          const scale = Math.sqrt(variances[i] * variances[j]);
          const rho = scale > 0 ? Math.min(1, Math.max(-1, covariance.data[i * n + j] / scale)) : 0;
          let e0 = 0;
          let e1 = 0;
          let bendIJ = 0;
          let bendJI = 0;
          let power = 1;
          let below = 0; // ρ^{k−1}
          let below2 = 0; // ρ^{k−2}
          for (let k = 0; k < order && Math.abs(below2) + Math.abs(power) > NEGLIGIBLE; k++) {
            const u = a[i * order + k];
            const v = a[j * order + k];
            e0 += u * v * power;
            e1 += k * u * v * below;
            if (k >= 2) {
              bendIJ += root[k] * u * a[j * order + k - 2] * below2;
              bendJI += root[k] * v * a[i * order + k - 2] * below2;
            }
            below2 = below;
            below = power;
            power *= rho;
          }
          second.data[i * n + j] = second.data[j * n + i] = e0;
          slope.data[i * n + j] = slope.data[j * n + i] = scale > 0 ? e1 / scale : 0;
          curvature.data[i * n + j] = variances[i] > 0 ? bendIJ / variances[i] : 0;
          curvature.data[j * n + i] = variances[j] > 0 ? bendJI / variances[j] : 0;
        }
      }
      return { second, slope, curvature, remainder };
    },
    cross(rowVariances, columnVariances, covariances) {
      const { rows, cols } = covariances;
      const all = new Float64Array(rows + cols);
      all.set(rowVariances);
      all.set(columnVariances, rows);
      const { order, coefficients: a } = hermiteTable(activation, all, tolerance);
      const out = matrix(rows, cols);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          const scale = Math.sqrt(rowVariances[i] * columnVariances[j]);
          const rho = scale > 0 ? Math.min(1, Math.max(-1, covariances.data[i * cols + j] / scale)) : 0;
          let sum = 0;
          for (let k = order - 1; k >= 0; k--) sum = sum * rho + a[i * order + k] * a[(rows + j) * order + k];
          out.data[i * cols + j] = sum;
        }
      return out;
    },
    diagonal: (variances) => hermiteTable(activation, variances, tolerance).square,
  };
}
