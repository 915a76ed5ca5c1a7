import { SaddlepointRangeError, isSaddlepointError } from '@saddlepoint/core';
import { frobeniusNorm } from '../arithmetic.js';
import { cholesky } from '../cholesky.js';
import type { Cholesky } from '../cholesky.js';
import { isMatrix } from '../iterative/matrix-operator.js';
import { checkSymmetricForm } from '../iterative/operator.js';
import type { SymmetricOperator } from '../iterative/operator.js';
import { transpose } from '../matrix.js';
import type { Matrix } from '../matrix.js';
import { multiply } from '../multiply.js';
import { svd } from '../svd.js';
import { solveTriangular } from '../triangular.js';
import { applyInBlocks, leadingColumns, lowRank } from './sketch.js';
import type { LowRank, LowRankOptions, Sketch } from './sketch.js';

/** As {@link LowRank}, for a positive semidefinite A. */
export interface Nystrom extends LowRank {
  /** tr(A − Â) ≥ ‖A − Â‖₂, from the exact trace; only where A is a matrix or gives its `diagonal`. */
  readonly traceError?: number;
}

/** The factor of ΩᵀY_ν, raising the shift ν tenfold where rounding still makes a pivot negative. */
function shiftedFactor(basis: Matrix, Y: Matrix, shift: number): { readonly factor: Cholesky; readonly shifted: Matrix; readonly shift: number } {
  const l = basis.cols;
  for (let nu = shift; ; nu *= 10) {
    const shifted = { ...Y, data: Y.data.map((y, i) => y + nu * basis.data[i]) };
    const core = multiply(basis, shifted, { transposeA: true });
    for (let i = 0; i < l; i++) for (let j = 0; j < i; j++) core.data[i * l + j] = (core.data[i * l + j] + core.data[j * l + i]) / 2;
    try {
      return { factor: cholesky(core), shifted, shift: nu };
    } catch (error) {
      if (!isSaddlepointError(error) || error.code !== 'ERR_NOT_POSITIVE_DEFINITE') throw error;
      if (nu > 500 * shift)
        throw new SaddlepointRangeError('ERR_NOT_POSITIVE_DEFINITE', {
          argument: 'A',
          expected: 'a positive semidefinite matrix or operator',
          got: 'a vector x with xᵀA x < 0',
        }, { cause: error });
    }
  }
}

async function project({ operator, basis, rank, turn }: Sketch): Promise<{ readonly values: Float64Array; readonly vectors: Matrix }> {
  const l = basis.cols;
  const Y = await applyInBlocks(operator, basis, turn);
  const norm = frobeniusNorm(Y);
  if (norm === 0) return { values: new Float64Array(rank), vectors: leadingColumns(basis, rank) };
  const form = multiply(basis, Y, { transposeA: true });
  checkSymmetricForm('A', (i, j) => form.data[i * l + j], l, norm);
  const { factor, shifted, shift } = shiftedFactor(basis, Y, Math.sqrt(basis.rows) * Number.EPSILON * norm);
  await turn();
  // E = Y_ν C⁻ᵀ with C Cᵀ = ΩᵀY_ν: then Â + νI ≈ E Eᵀ.
  const E = transpose(solveTriangular(factor.factor, transpose(shifted)));
  const { U, values } = svd(E);
  return {
    values: Float64Array.from({ length: rank }, (_, k) => Math.max(0, values[k] ** 2 - shift)),
    vectors: leadingColumns(U, rank),
  };
}

function traceOf(A: Matrix | (SymmetricOperator & { readonly diagonal?: ArrayLike<number> })): number | undefined {
  if (isMatrix(A)) return Array.from({ length: A.rows }, (_, i) => A.data[i * A.cols + i]).reduce((sum, x) => sum + x, 0);
  return A.diagonal === undefined ? undefined : Array.from(A.diagonal).reduce((sum, x) => sum + x, 0);
}

/**
 * The randomised Nyström approximation A ≈ U diag(values) Uᵀ of a symmetric positive semidefinite matrix or operator, values descending:
 * Â = (AΩ)(ΩᵀAΩ)⁺(AΩ)ᵀ for a random Ω of n×(rank + oversampling), shifted for stability and cut to `rank` (Tropp, Yurtsever, Udell & Cevher,
 * *NeurIPS* 30, 2017, arXiv:1706.05736, algorithm 3).
 *
 * More accurate than a projection of the same cost: 0 ≤ Â ≤ A, and ‖A − Â‖ is of the order of the eigenvalues left out. Ω is turned by
 * `powerIterations` products with A first (default 1), so A is applied to powerIterations + 1 blocks. `error` is measured with fresh random vectors;
 * `traceError` is a bound without probability. Throws `ERR_NOT_POSITIVE_DEFINITE` when a direction with xᵀA x < 0 shows.
 *
 * @example
 * import { gram, matrix, nystrom } from '@saddlepoint/linalg';
 * const { values, traceError } = await nystrom(gram(matrix(3, 2, [1, 0, 0, 2, 0, 0])), 2);
 * Array.from(values); // => [4, 1]
 * Math.abs(traceError ?? NaN) < 1e-12; // => true
 */
export async function nystrom(
  A: Matrix | (SymmetricOperator & { readonly diagonal?: ArrayLike<number> }),
  rank: number,
  options: LowRankOptions = {},
): Promise<Nystrom> {
  const found = await lowRank(A, rank, { ...options, powerIterations: options.powerIterations ?? 1 }, project);
  const trace = traceOf(A);
  return trace === undefined ? found : { ...found, traceError: Math.max(0, trace - found.values.reduce((sum, x) => sum + x, 0)) };
}
