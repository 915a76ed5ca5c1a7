import { uploadMatrix } from './engine/engine.js';
import { checkMatrix, type Matrix } from './matrix.js';
import type { ResidentMatrix } from './engine/resident.js';

export { isResident, type ResidentMatrix } from './engine/resident.js';

/**
 * A copy of A that lives in engine memory. Functions of this package given such a matrix read it in place and return matrices that live
 * there too, so that a chain copies nothing between engine and JavaScript. Free each with `dispose()`, or declare it with `using`.
 *
 * @example
 * import { cholesky, gram, matrix, resident } from '@saddlepoint/linalg';
 * using X = resident(matrix(2, 2, [1, 0, 0, 2]));
 * using K = gram(X);
 * cholesky(K).logDeterminant; // => 1.3862944
 */
export function resident(A: Matrix): ResidentMatrix {
  return uploadMatrix(checkMatrix('A', A));
}
