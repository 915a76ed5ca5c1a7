import { eigh } from '../eigh.js';
import { checkSymmetricForm } from '../iterative/operator.js';
import type { SymmetricOperator } from '../iterative/operator.js';
import type { Matrix } from '../matrix.js';
import { multiply } from '../multiply.js';
import { applyInBlocks, lowRank } from './sketch.js';
import type { LowRank, LowRankOptions } from './sketch.js';

/**
 * A low-rank approximation A ≈ U diag(values) Uᵀ of a symmetric matrix or operator, values by descending magnitude, from its action on a random subspace:
 * Q spans A^(q+1) Ω for a Gaussian Ω of n×(rank + oversampling), and QᵀA Q is decomposed (Halko, Martinsson & Tropp, *SIAM Review* 53, 2011,
 * algorithms 4.4 and 5.3). A is applied q + 2 times, as blocks; `powerIterations` is q + 1 (default 2).
 *
 * `error` says how good it is. Use this where a subspace is wanted quickly, signs may be mixed and small errors do not matter; `largestEigenpairs` where
 * each pair must be accurate; `nystrom` where A is positive semidefinite.
 *
 * @example
 * import { matrix, randomizedEigh } from '@saddlepoint/linalg';
 * const { values, error } = await randomizedEigh(matrix(3, 3, [2, 0, 0, 0, -3, 0, 0, 0, 0]), 2);
 * Array.from(values); // => [-3, 2]
 * error.bound < 1e-12; // => true
 */
export function randomizedEigh(A: Matrix | SymmetricOperator, rank: number, options: LowRankOptions = {}): Promise<LowRank> {
  return lowRank(A, rank, { ...options, powerIterations: options.powerIterations ?? 2 }, async ({ operator, basis, turn }) => {
    const l = basis.cols;
    const projected = multiply(basis, await applyInBlocks(operator, basis, turn), { transposeA: true });
    const size = projected.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    checkSymmetricForm('A', (i, j) => projected.data[i * l + j], l, size);
    const { values, vectors } = eigh(projected);
    const order = Int32Array.from(values, (_, i) => i).sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]));
    const leading = new Float64Array(l * rank);
    for (let i = 0; i < l; i++) for (let k = 0; k < rank; k++) leading[i * rank + k] = vectors.data[i * l + order[k]];
    return {
      values: Float64Array.from({ length: rank }, (_, k) => values[order[k]]),
      vectors: multiply(basis, { rows: l, cols: rank, data: leading }),
    };
  });
}
