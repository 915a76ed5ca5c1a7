import { eigh, gram, matrix, multiply, type Matrix } from '@saddlepoint/linalg';

/**
 * Training and test inputs in r+1 coordinates, r the rank of the training inputs, such that a network whose first-layer weights are
 * isotropic has the same law on the training set and, point by point, on the test set: r coordinates in the span of the training inputs,
 * one for the length of what a test input has outside of it. Scaled by √((r+1)/d) so that |x|²/dimension stays.
 */
export function rowSpaceInputs(train: Matrix, test: Matrix): { readonly train: Matrix; readonly test: Matrix } {
  const { values, vectors } = eigh(gram(train));
  const kept = Array.from(values.keys()).filter((k) => values[k] > 1e-10 * values[0]);
  const r = kept.length;
  if (r + 1 >= train.cols) return { train, test };
  const scale = Math.sqrt((r + 1) / train.cols);
  const along = matrix(train.rows, r + 1);
  for (let i = 0; i < train.rows; i++)
    for (let j = 0; j < r; j++) along.data[i * (r + 1) + j] = scale * vectors.data[i * train.rows + kept[j]] * Math.sqrt(values[kept[j]]);
  // x_* · v_j = x_*Xᵀu_j/√μ_j
  const products = multiply(multiply(test, train, { transposeB: true }), vectors);
  const across = matrix(test.rows, r + 1);
  for (let i = 0; i < test.rows; i++) {
    let inside = 0;
    for (let j = 0; j < r; j++) {
      const coordinate = products.data[i * train.rows + kept[j]] / Math.sqrt(values[kept[j]]);
      across.data[i * (r + 1) + j] = scale * coordinate;
      inside += coordinate ** 2;
    }
    let length = 0;
    for (let j = 0; j < test.cols; j++) length += test.data[i * test.cols + j] ** 2;
    across.data[i * (r + 1) + r] = scale * Math.sqrt(Math.max(0, length - inside));
  }
  return { train: along, test: across };
}
