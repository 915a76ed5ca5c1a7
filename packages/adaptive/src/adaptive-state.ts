import { SaddlepointRangeError } from '@saddlepoint/core';
import { addDiagonal, cholesky, gram, identity, invertCholesky, matrix, multiply, scaled, solveCholesky, solveTriangular } from '@saddlepoint/linalg';
import type { Cholesky, Matrix } from '@saddlepoint/linalg';
import type { MomentRule } from './preactivation-moments.js';

/** The self-consistency problem in the row space: everything that does not change during the iteration. */
export interface ReducedProblem {
  /** X̂, n×r: preactivations at the prior have covariance X̂X̂ᵀ. */
  readonly features: Matrix;
  /** Y, n×c. */
  readonly targets: Matrix;
  readonly rule: MomentRule;
  readonly width: number;
  /** σ_a² and σ² with the mean-field scale already applied. */
  readonly readoutVariance: number;
  readonly ridge: number;
}

/** One weight covariance Ŝ = P⁻¹ and all that follows from it. */
export interface AdaptiveState {
  /** P = Ŝ⁻¹, r×r, relative to the prior. */
  readonly precision: Matrix;
  /** L⁻¹, lower triangular, P = LLᵀ: Ŝ = L⁻ᵀL⁻¹. */
  readonly inverseFactor: Matrix;
  /** Λ = X̂ŜX̂ᵀ, n×n. */
  readonly preactivationCovariance: Matrix;
  /** Q = σ_a²E[φφᵀ]. */
  readonly kernel: Matrix;
  readonly kernelFactor: Cholesky;
  /** t̄ = (Q+σ²)⁻¹Y. */
  readonly dual: Matrix;
  /** Where the self-consistency sends P: I − (1/N)X̂ᵀMX̂, M = ∂_Λ Tr{AQ}, A = t̄t̄ᵀ − c(Q+σ²)⁻¹. */
  readonly target: Matrix;
  /** N(TrŜ − ln det Ŝ − r) + Tr Yᵀt̄ + c ln det(Q+σ²): twice the effective action, which P = target makes stationary. */
  readonly action: number;
  /** ‖P − target‖_F / ‖target‖_F. */
  readonly residual: number;
  readonly seriesRemainder: number;
}

/** Ŝ = P⁻¹. */
export const relativeCovariance = ({ inverseFactor }: AdaptiveState): Matrix => multiply(inverseFactor, inverseFactor, { transposeA: true });

function choleskyOrNull(A: Matrix): Cholesky | null {
  try {
    return cholesky(A);
  } catch (error) {
    if (error instanceof SaddlepointRangeError && (error.code === 'ERR_NOT_POSITIVE_DEFINITE' || error.code === 'ERR_NOT_FINITE')) return null;
    throw error;
  }
}

/** M = ∂ Tr{A Q(Λ)}/∂Λ at fixed A (n×n), with the convention ∂_Λ Tr BΛ = B. */
function kernelGradient(bracket: Matrix, slope: Matrix, curvature: Matrix, readoutVariance: number): Matrix {
  const n = bracket.rows;
  const M = matrix(n, n);
  for (let i = 0; i < n; i++) {
    let diagonal = 0;
    for (let j = 0; j < n; j++) {
      const at = i * n + j;
      M.data[at] = readoutVariance * bracket.data[at] * slope.data[at];
      diagonal += bracket.data[at] * curvature.data[at];
    }
    M.data[i * n + i] += readoutVariance * diagonal;
  }
  return M;
}

/** Evaluates one precision; null when it, or Q+σ², is not positive definite. */
export function evaluateState(problem: ReducedProblem, precision: Matrix): AdaptiveState | null {
  const { features, targets, rule, width, readoutVariance, ridge } = problem;
  const factor = choleskyOrNull(precision);
  if (factor === null) return null;
  const r = precision.rows;
  const inverseFactor = solveTriangular(factor.factor, identity(r), { lower: true });
  const preactivationCovariance = gram(multiply(features, inverseFactor, { transposeB: true }));
  const { second, slope, curvature, remainder } = rule.square(preactivationCovariance);
  const kernel = scaled(second, readoutVariance);
  const kernelFactor = choleskyOrNull(addDiagonal(kernel, ridge));
  if (kernelFactor === null) return null;
  const dual = solveCholesky(kernelFactor, targets);
  const outputs = targets.cols;
  const bracket = multiply(dual, dual, { transposeB: true });
  const inverse = invertCholesky(kernelFactor);
  for (let i = 0; i < bracket.data.length; i++) bracket.data[i] -= outputs * inverse.data[i];
  const M = kernelGradient(bracket, slope, curvature, readoutVariance);
  const pulled = multiply(features, multiply(M, features), { transposeA: true });
  const target = matrix(r, r);
  let trace = 0;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < r; i++) {
    for (let j = 0; j <= i; j++) trace += inverseFactor.data[i * r + j] ** 2;
    for (let j = 0; j < r; j++) {
      const value = (i === j ? 1 : 0) - (pulled.data[i * r + j] + pulled.data[j * r + i]) / (2 * width);
      target.data[i * r + j] = value;
      difference += (precision.data[i * r + j] - value) ** 2;
      norm += value * value;
    }
  }
  let fit = 0;
  for (let i = 0; i < dual.data.length; i++) fit += dual.data[i] * targets.data[i];
  const action = width * (trace + factor.logDeterminant - r) + fit + outputs * kernelFactor.logDeterminant;
  if (!Number.isFinite(action) || !Number.isFinite(difference)) return null;
  return {
    precision,
    inverseFactor,
    preactivationCovariance,
    kernel,
    kernelFactor,
    dual,
    target,
    action,
    residual: Math.sqrt(difference / norm),
    seriesRemainder: remainder,
  };
}

